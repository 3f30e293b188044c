"""`render FONT TEXT`: one text to one picture. Two jobs of the engine: one measures where the ink will be, the other draws on a canvas
that fits it.
"""

from __future__ import annotations

import base64
import json
import math
import os
import sys
from collections.abc import Callable
from typing import Any

from .. import _contract as contract
from .._fonts import FontFiles
from .._host import FontHost
from .._jobs import EngineConfig, JobRunner
from .._whole_file import SameFile, write_whole
from .exits import EXIT_CALL_WRONG, EXIT_OK, EXIT_SOME_FAILED, CliError, node_words, note, print_out
from .words import Argument, Command, Option, decimal_number, margins, origin, variations, whole_number

_FORMATS = ("png", "svg", "pgm", "raw")
#: A canvas for measuring: all ink lies outside it, and the result says how far it reaches on each side.
_MEASURING = {"format": "metrics", "width": 1, "height": 1, "origin": [0, 0], "include": ["boxes"]}

#: Stands for what is no UTF-8 in a text file.
_HALF_PAIR = "\ud800"

_Result = dict[str, Any]
_Answer = Callable[[dict[str, Any]], _Result]


def _render(values: dict[str, Any]) -> int:
    path = values["font_file"] if values["font_file"] is not None else values["font"]
    if path is None:
        raise CliError("which font? haforu render FONT TEXT")
    output = values["output_file"]
    image_format = values["output_format"] or _format_of(output)
    if output is None and not values["json"] and image_format != "svg" and sys.stdout.isatty():
        raise CliError(f"a {image_format} picture would garble the terminal: give a file with -o, or send stdout to one, or use --json")
    # With --font-file the only argument is the text.
    argument = values["text_argument"]
    if values["font_file"] is not None:
        argument = values["font"] if values["font"] is not None else argument
    job = _job(path, _text(values, argument), values)

    def answers(strict: bool) -> _Answer:
        runner = JobRunner(FontHost(FontFiles(), contract.DEFAULT_FONT_CACHE), EngineConfig(strict=strict))

        def answer(rendering: dict[str, Any]) -> _Result:
            line = _utf8(json.dumps({**job, "rendering": rendering}, ensure_ascii=False, separators=(",", ":")))
            runner.load(line)
            runner.run(0, len(line), 1, 0)
            result: _Result = json.loads(runner.result())
            result["line"] = runner.result()
            return result

        return answer

    inputs = [path] if values["text_file"] is None else [path, values["text_file"]]
    answer = answers(False)
    fit = _fit(values, answer)
    if fit.get("status") == "error":
        return _give(fit, image_format, values, inputs)
    image = not values["json"] or output is not None
    rendering = {
        "format": image_format,
        "encoding": "base64" if image else "none",
        **fit,
        **({"invert": True} if values["invert"] else {}),
        **({"include": ["metrics", "boxes", "glyphs", "hash"]} if values["json"] else {}),
    }
    # Measuring clips on purpose, which a strict engine would refuse: strictness is for the picture alone.
    return _give((answers(True) if values["strict"] else answer)(rendering), image_format, values, inputs)


def _fit(values: dict[str, Any], answer: _Answer) -> dict[str, Any]:
    """The canvas: as asked for, and where not, as large as the text's ink and advances with the margins around; or the error."""
    width, height, at = values["width"], values["height"], values["origin"]
    if width is not None and height is not None and at is not None:
        return {"width": width, "height": height, "origin": list(at)}
    measured = answer(_MEASURING)
    if measured["status"] == "error":
        return measured
    left = top = right = bottom = 0.0
    for box in measured.get("boxes", ()):
        x, y, w, h = box["advance"]
        left, top, right, bottom = min(left, x), min(top, y), max(right, x + w), max(bottom, y + h)
    for warning in measured.get("warnings", ()):
        if warning["code"] == "ink_clipped":
            left, top = min(left, -warning["left"]), min(top, -warning["top"])
            right, bottom = max(right, 1 + warning["right"]), max(bottom, 1 + warning["bottom"])
    above, beside, below, before = values["margin"]
    # The pen is moved by whole pixels only, so that the margin does not change how edges fall on pixels.
    x, y = math.floor(left), math.floor(top)
    fitted_width = max(1, math.ceil(right) - x + before + beside)
    fitted_height = max(1, math.ceil(bottom) - y + above + below)
    side = contract.LIMIT_CANVAS_SIDE_PX
    if fitted_width > side or fitted_height > side:
        advice = "take a smaller --font-size, or give --width and --height"
        raise CliError(f"the text takes {fitted_width} x {fitted_height} pixels, a canvas side at most {side}: {advice}")
    return {"width": width or fitted_width, "height": height or fitted_height, "origin": list(at or (before - x, above - y))}


def _give(result: _Result, image_format: str, values: dict[str, Any], inputs: list[str]) -> int:
    line: bytes = result.pop("line")
    output = values["output_file"]
    if result["status"] == "error":
        error = result["error"]
        # A job that no font could do was made of wrong flags.
        code = EXIT_CALL_WRONG if error["code"] == "invalid_job" else EXIT_SOME_FAILED
        if values["json"]:
            print_out(line + b"\n")
            raise CliError("", code)
        problems = error.get("problems", [{"message": error["message"]}])
        raise CliError("\n        ".join(one["message"] for one in problems) + f" ({error['code']})", code)
    for warning in result.get("warnings", ()):
        note(f"haforu: warning: {warning['message']} ({warning['code']})")
    rendering = result["rendering"]
    data = base64.b64decode(rendering.get("data", ""))
    if output is not None:
        try:
            write_whole(output, data, inputs)
        except OSError as error:
            raise CliError(f"the picture {output} could not be written: {_why(error)}") from error
    if values["json"]:
        if output is not None:
            data_json = json.dumps(rendering["data"]).encode()
            line = line.replace(b'"data":' + data_json, b'"path":' + json.dumps(output, ensure_ascii=False).encode(), 1)
        print_out(line + b"\n")
    elif output is None:
        print_out(data)
    else:
        note(f"{output}: {rendering['width']} x {rendering['height']} {image_format}")
    return EXIT_OK


def _why(error: OSError) -> str:
    if isinstance(error, SameFile):
        return str(error.strerror)
    if isinstance(error, IsADirectoryError):
        return "it is a folder"
    return node_words(error, "open" if error.filename is not None else "write", error.filename)


def _text(values: dict[str, Any], argument: str | None) -> str:
    given = [one for one in (values["text"], values["text_file"], argument) if one is not None]
    if not given:
        raise CliError("which text? haforu render FONT TEXT")
    if len(given) > 1:
        raise CliError("the text is given twice: as the argument, with --text, or with --text-file")
    text: str = given[0] if values["text_file"] is None else _read_text(values["text_file"])
    lines = text.count("\n") + 1
    if lines > 1:
        raise CliError(f"the text has {lines} lines: render them one by one, or with haforu batch")
    return text


def _read_text(name: str) -> str:
    try:
        if name == "-":
            data = sys.stdin.buffer.read()
        else:
            with open(name, "rb") as file:
                data = file.read()
    except OSError as error:
        call = "open" if error.filename is not None and error.errno != 21 else "read"
        raise CliError(f"{name}: cannot be read: {node_words(error, call, name if call == 'open' else None)}") from error
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        # Half a surrogate pair is read as U+FFFD too, and the engine warns of it: so a warning, or the error of --strict, is as a job's.
        text = data.decode("utf-8", "replace").replace("\ufffd", _HALF_PAIR)
    return text[:-2] if text.endswith("\r\n") else text.removesuffix("\n")


def _job(path: str, content: str, values: dict[str, Any]) -> dict[str, Any]:
    def given(**fields: Any) -> dict[str, Any]:
        return {name: value for name, value in fields.items() if value is not None}

    return {
        "id": "render",
        "font": {
            "path": path,
            "size": values["font_size"],
            "face_index": values["face_index"],
            **given(variations=values["variations"], instance=values["named_instance"]),
        },
        "text": {
            "content": content,
            **given(script=values["script"], direction=values["direction"], language=values["language"], features=values["features"]),
        },
    }


def _format_of(output: str | None) -> str:
    if output is None:
        return "png"
    extension = os.path.splitext(output)[1][1:].lower()
    if extension in _FORMATS:
        return extension
    raise CliError(f"{output}: which format? Its name ends in none of {', '.join(_FORMATS)}; give --output-format")


def _utf8(text: str) -> bytes:
    """Of JSON."""
    # Bytes of the command line that are no UTF-8 come as lone surrogates: U+FFFD, as Node has them.
    return text.replace(_HALF_PAIR, "\\ud800").encode("utf-8", "surrogateescape").decode("utf-8", "replace").encode("utf-8")


_SIDE = whole_number(1, contract.LIMIT_CANVAS_SIDE_PX)
RENDER = Command(
    "render",
    "render one text with one font to a file",
    "Render one text with one font to a picture that fits it.",
    lambda values: _render(values),
    (Argument("font", "font file"), Argument("text", "the text, one line")),
    (
        Option("--font-file <file>", "font file, in place of the argument"),
        Option("--text <text>", "the text, in place of the argument"),
        Option("--text-file <file>", "file that holds the text; - is stdin"),
        Option("--font-size <px>", "pixels per em", decimal_number(0.01, contract.LIMIT_SIZE_PX), default=256, shown="256"),
        Option("--face-index <n>", "which face of a collection", whole_number(0, contract.LIMIT_FACE_INDEX), default=0, shown="0"),
        Option("--variations <list>", "axis values, such as wght=600,wdth=80", variations),
        Option("--named-instance <name>", "a named instance of a variable font, such as Bold"),
        Option("--features <list>", "OpenType features as HarfBuzz writes them, such as smcp,-kern,ss01[3:5]"),
        Option("--script <code>", "ISO 15924 code, such as Arab (default: guessed)"),
        Option("--direction <dir>", "(default: guessed)", choices=("ltr", "rtl", "ttb", "btt")),
        Option("--language <tag>", "BCP 47 tag, such as ur"),
        Option("-o, --output-file <file>", "where the picture goes (default: stdout)"),
        Option("-O, --output-format <format>", "(default: by the file's name, else png)", choices=_FORMATS),
        Option(
            "--margin <px>",
            "one to four numbers: top, right, bottom, left",
            margins(contract.LIMIT_CANVAS_SIDE_PX),
            default=(16, 16, 16, 16),
            shown="16",
        ),
        Option("--width <px>", "canvas width (default: fits the text)", _SIDE),
        Option("--height <px>", "canvas height (default: fits the text)", _SIDE),
        Option("--origin <x,y>", "where the pen starts, in pixels from the upper left, y down", origin),
        Option("--invert", "white on black"),
        Option("--strict", "warnings are errors"),
        Option("--json", "print the result with metrics, boxes, glyphs and hash in place of the picture"),
    ),
    """
Examples:
  haforu render NotoSans.ttf "Hello" -o hello.png
  haforu render Source.ttf Weights --variations wght=600 --font-size 64 -O svg > weights.svg
  haforu render NotoNaskhArabic.ttf "السلام عليكم" --json

Exit codes: 0 rendered, 1 the font or the text could not be rendered, 2 the call was wrong.""",
)
