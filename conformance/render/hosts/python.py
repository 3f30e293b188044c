"""Runs a file of cases with haforu for Python, in the form that every host's runner has (conformance/README.md).

usage: python conformance/render/hosts/python.py jobs|calls FILE    (in the repository's root; answers to stdout, a line each)
"""

from __future__ import annotations

import struct
import sys
from typing import Any

import haforu

session = haforu.StreamingSession(timing=False)


def fnv(data: bytes) -> str:
    """FNV-1a of 64 bits: what a picture is told by."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def bits(value: float | None) -> str:
    """A number as the sixteen digits of its bits, the sign's first."""
    return "none" if value is None else struct.pack(">d", value).hex()


def coords(listed: str) -> dict[str, float]:
    return {item[:4]: float(item[5:]) for item in listed.split(";") if item}


def utf8(text: str) -> str:
    return bytes.fromhex(text).decode("utf-8")


def settings(fields: list[str]) -> dict[str, Any]:
    """The eight fields that say what text in which font; what is empty is guessed."""
    path, face, at, features, script, direction, language, content = fields[:8]
    said = {"script": script or None, "direction": direction or None, "language": language or None}
    return {"font_path": path, "face_index": int(face), "variations": coords(at) or None, "features": features or None, "text": utf8(content), **said}


def place(fields: list[str]) -> dict[str, Any]:
    size, width, height, origin = fields[:4]
    at = tuple(float(part) for part in origin.split(",")) if origin else None
    return {"size": float(size), "width": int(width), "height": int(height), "origin": at}


def render(fields: list[str]) -> str:
    return fnv(session.render_to_numpy(**settings(fields), **place(fields[8:]), invert=fields[12] == "1").tobytes())


def metrics(fields: list[str]) -> str:
    m = session.metrics(**settings(fields), **place(fields[8:]))
    x, y = m["centroid"] or (None, None)
    numbers = [m["density"], m["beam"], *m["bbox"], m["ink_area"], x, y, m["aspect"], *m["advance"], *m["clipped"]]
    return " ".join(bits(number) for number in numbers)


def shape(fields: list[str]) -> str:
    g = session.shape(**settings(fields))
    columns = (g.ids, g.clusters, g.x_advances, g.y_advances, g.x_offsets, g.y_offsets)
    return " ".join(",".join(str(int(column[i])) for column in columns) for i in range(len(g.ids)))


def record(flush: haforu.Flush) -> str:
    columns = (flush.ids, flush.clusters, flush.x_advances, flush.y_advances, flush.x_offsets, flush.y_offsets, flush.flags)
    glyphs = " ".join(",".join(str(int(column[i])) for column in columns) for i in range(len(flush.ids)))
    head = f"{flush.start}-{flush.end} {flush.run}{' forced' if flush.forced else ''}"
    return " ".join([head, glyphs, *(warning["code"] for warning in flush.warnings)])


def piece_of(written: str) -> Any:
    """Bytes in hexadecimal digits; +kind:value sets something from there on, -kind takes it back."""
    if written[0] == "-":
        return {"pop": written[1:]}
    if written[0] != "+":
        return bytes.fromhex(written)
    kind, _, value = written[1:].partition(":")
    return {"push": kind, kind: value}


def stream(fields: list[str]) -> str:
    path, face, at, features, script, direction, language, high, low, most, flags, pieces = fields
    shaper = haforu.ShapeStream(
        {"font_path": path, "face_index": int(face), "variations": coords(at)},
        features=features or None,
        script=script or None,
        direction=direction or None,
        language=language or None,
        high_watermark=int(high) if high else None,
        low_watermark=int(low) if low else None,
        max_buffer=int(most) if most else None,
        itemise="i" in flags,
        flush_mode="cluster" if "c" in flags else "run",
        order="logical" if "l" in flags else "visual",
    )
    flushes = [flush for piece in pieces.split() for flush in shaper.push(piece_of(piece))]
    return " | ".join(record(flush) for flush in [*flushes, *shaper.end()])


def picture(path: str, content: str, size: str, at: str, width: str, height: str) -> Any:
    said = {"script": None, "direction": None, "language": None}
    return session.render_to_numpy(path, utf8(content), float(size), int(width), int(height), coords(at) or None, **said)  # type: ignore[arg-type]


def compare(fields: list[str]) -> str:
    path, content, size, at_a, width_a, height_a, at_b, width_b, height_b, mode, reach = fields
    a, b = picture(path, content, size, at_a, width_a, height_a), picture(path, content, size, at_b, width_b, height_b)
    c: Any = session.align_and_compare(a, b, mode, int(reach))
    whole = [c["width"], c["height"], *c["shift"]]
    measures = [c[name] for name in ("pixel_delta", "pixel_delta_center", "rmse", "ssim", "iou")]
    return " ".join([*(str(int(number)) for number in whole), *(bits(number) for number in measures)])


def resize(fields: list[str]) -> str:
    path, content, size, width, height, to_width, to_height = fields
    return fnv(session.resize_bilinear(picture(path, content, size, "", width, height), int(to_width), int(to_height)).tobytes())


def match(fields: list[str]) -> str:
    path, content, size, width, height, at, axes, objective, budget = fields
    target = {"text": utf8(content), "image": picture(path, content, size, at, width, height), "script": None, "direction": None, "language": None}
    moved: dict[str, dict[str, float]] = {}
    for item in axes.split(";") if axes else ():
        least, colon, most = item[5:].partition(":")
        moved[item[:4]] = {"min": float(least), "max": float(most)} if colon else {}
    found: Any = session.match(path, float(size), [target], axes=moved or None, objective=objective, budget=int(budget))
    places = [f"{tag}={bits(value)}" for tag, value in found["coordinates"].items()]
    return " ".join([bits(found["score"]), str(found["evaluations"]), str(found["renders"]), found["stopped"], *places])


CALLS = {"render": render, "metrics": metrics, "shape": shape, "stream": stream, "compare": compare, "resize": resize, "match": match}


def call(line: str) -> str:
    """The answer to a call; one that is refused answers with its code."""
    kind, *fields = line.split("\t")
    if kind not in CALLS:
        return f"skip the Python package has no {kind} yet"
    try:
        return CALLS[kind](fields)
    except haforu.HaforuError as error:
        return f"error {error.code}"


def main(kind: str, path: str) -> None:
    with open(path, encoding="utf-8", newline="\n") as file:
        lines = file.read().split("\n")[:-1]
    answer = session.render_line if kind == "jobs" else call
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write("".join(f"{answer(line)}\n" for line in lines))


main(*sys.argv[1:])
