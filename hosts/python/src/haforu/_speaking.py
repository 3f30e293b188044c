"""Jobs with `speech` among others: those are spoken by haforu.speech, a wheel of its own that is loaded at the first of them, and
what else they hold is done by the text engine. Lines without the word go through untouched.

As packages/haforu/src/batch/worker/speaking-runner.ts: the same lines.
"""

from __future__ import annotations

import importlib
import json
import re
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ._contract import ERRORS

if TYPE_CHECKING:
    from ._jobs import JobRunner

WORD = b'"speech"'
_INSTALL = "a job with `speech` needs the package haforu-speech and a voice, which are not installed: pip install haforu-speech haforu-voice-slt"
_INVALID_JOB = -ERRORS["invalid_job"]
_INVALID_JSON = -ERRORS["invalid_json"]
#: What a job with speech alone has not, so that the engine can check what it has.
_STAND_IN = {"font": {"path": "none", "size": 1}, "text": {"content": ""}, "rendering": {"format": "metrics", "width": 1, "height": 1}}
_MALFORMED = {"code": "invalid_utf8", "message": "the job holds bytes that are not UTF-8; each was read as U+FFFD"}
_SURROGATE = re.compile("[\ud800-\udfff]")
#: The flag of a job whose error line carries the line's number.
_NUMBERED = 1


class _Number(str):
    """A number as it stood in a line, to be written again as it is."""

    __slots__ = ()


class Speaking:
    """Of one JobRunner, which it does not refer to: a runner that nobody uses goes at once, not when the collector comes."""

    def __init__(self, strict: bool, timing: bool) -> None:
        self._strict = strict
        self._timing = timing
        #: haforu.speech's JobSpeaker; False: it is not installed.
        self._speaker: Any = None

    def run(
        self, runner: JobRunner, data: bytes, line_number: int, flags: int, whole: Callable[[int, int], int]
    ) -> tuple[int, bytes | None] | None:
        """Status and line of a job with speech (no line: the engine has it); None: it is none. whole: runs a loaded line."""
        job = _job_of(data)
        if job is None:
            return None
        started = time.perf_counter()
        speech, rest = job
        alone = _is_alone(rest)
        rendered: dict[str, Any] = {}
        if alone:
            problem = self._check_rest(runner, data, rest, line_number, flags)
            if problem is not None:
                return problem
        else:
            # The rest as a job of its own: its picture, boxes and warnings, or its error, which is then the job's.
            line = json.dumps(rest).encode()
            status = self._with_chunk(runner, line, lambda: whole(line_number, flags & _NUMBERED))
            if status[0] < 0:
                return status
            rendered = _read(status[1])
        sink = None if runner.audio_sink is None else partial(runner.audio_sink, rest["id"])
        outcome = self._speak(runner, speech, _content_of(rest), sink)
        if outcome is None:
            return _fail(rest.get("id"), line_number, {"code": "unsupported", "message": _INSTALL, "field": "speech"})
        if outcome.error is not None:
            return _fail(rest.get("id"), line_number, outcome.error)
        added = [*([] if _is_utf8(data) else [_MALFORMED]), *outcome.warnings]
        if self._strict and added:
            message = f"{added[0]['message']} (an error because warnings are errors here)"
            return _fail(rest.get("id"), line_number, {"code": "strict_warning", "message": message})
        rendered = rendered or {"id": rest["id"], "status": "success"}
        last = {name: rendered.pop(name) for name in ("font", "text", "with") if name in rendered}
        warnings = [*rendered.pop("warnings", ()), *added]
        timing = {**rendered.pop("timing", {}), "total_ms": round((time.perf_counter() - started) * 1000, 3)}
        made = {**rendered, **outcome.fields, **({"warnings": warnings} if warnings else {}), **last}
        return 0, _written({**made, **({"timing": timing} if self._timing else {})})

    def validate(self, runner: JobRunner, data: bytes, line_number: int, flags: int) -> tuple[int, bytes | None] | None:
        """As run, but nothing is spoken or drawn: the line says every problem."""
        job = _job_of(data)
        if job is None:
            return None
        speech, rest = job
        status = self._check_rest(runner, data, rest, line_number, flags)
        found: dict[str, Any] | None = None
        if status is not None:
            found = json.loads(runner.engine.result() if status[1] is None else status[1])["error"]
            # What is no job at all has no fields to look at.
            if found["code"] != "invalid_job":
                return status
        # A text that is wrong has its own problem already.
        content = _content_of(rest)
        speaker = self._load()
        if speaker is None:
            spoken = [{"code": "unsupported", "message": _INSTALL, "field": "speech"}]
        else:
            spoken = speaker.check(speech, "" if content is None and "text" in rest else content)
        first = dict(found or {})
        before = first.pop("problems", [found] if found else [])
        problems = [*({key: value for key, value in one.items() if key != "line"} for one in before), *spoken]
        if not problems:
            return 0, None
        name = rest.get("id")
        error = {**first, **problems[0]}
        return _fail(name if isinstance(name, str) and name else None, line_number, error, problems if len(problems) > 1 else None)

    # --- inside -------------------------------------------------------------------------------------------------

    def _load(self) -> Any:
        if self._speaker is None:
            try:
                # Not by a statement: the package is none of this one's.
                speaker = importlib.import_module("haforu.speech.jobs").JobSpeaker
            except ModuleNotFoundError as error:
                # Another module missing is a broken installation, and its own message says more.
                if error.name not in ("haforu.speech", "haforu.speech.jobs"):
                    raise
                self._speaker = False
            else:
                self._speaker = speaker()
        return self._speaker or None

    def _speak(self, runner: JobRunner, speech: object, text: str | None, sink: Any) -> Any:
        speaker = self._load()
        if speaker is None:
            return None
        switch = runner.switch
        cells: list[Any] = []

        def attach(cell: Any) -> None:
            cells.append(cell)
            switch.attach(cell)

        try:
            return speaker.speak(speech, text, _read, attach, sink)
        finally:
            # The word of the text engine counts again; the other's is cleared for the next job.
            switch.attach(runner.engine.cancel_word)
            for cell in cells:
                cell.value = 0

    def _with_chunk(self, runner: JobRunner, line: bytes, action: Callable[[], int]) -> tuple[int, bytes]:
        """Another line in the chunk's place, and the chunk again after it."""
        chunk = runner._chunk
        runner.replace_chunk(line)
        try:
            status = action()
            return status, runner.engine.result()
        finally:
            runner.replace_chunk(chunk)

    def _check_rest(self, runner: JobRunner, data: bytes, rest: dict[str, Any], line_number: int, flags: int) -> tuple[int, bytes | None] | None:
        """Checks all but `speech`; None: all is well, else status and error line."""
        engine = runner.engine

        def check(line: bytes, flags: int) -> tuple[int, bytes]:
            return self._with_chunk(runner, line, lambda: engine.validate(0, len(line), line_number, flags))

        # json.loads forgives what the engine does not, such as a key that is there twice.
        as_it_stands = check(data, flags)
        if as_it_stands[0] == _INVALID_JSON:
            return as_it_stands
        alone = _is_alone(rest)
        if alone and "font" in rest:
            name = rest.get("id")
            message = "font: a font is for rendering, compare or sweep, and there is none"
            return _fail(name if isinstance(name, str) else None, line_number, {"code": "invalid_job", "message": message, "field": "font"})
        status = check(json.dumps({**_STAND_IN, **rest} if alone else rest).encode(), flags & _NUMBERED)
        return status if status[0] < 0 else None


def _job_of(line: bytes) -> tuple[object, dict[str, Any]] | None:
    """The `speech` of a line that has one of its own, and the rest; None for all others, and for what is no JSON: the engine has better
    words for it.
    """
    try:
        job = json.loads(line.decode("utf-8", "replace"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if not isinstance(job, dict) or "speech" not in job:
        return None
    return job.pop("speech"), job


def _refuse(name: str) -> None:
    raise ValueError(name)


def _is_alone(rest: dict[str, Any]) -> bool:
    """Speech is all that is asked for."""
    return not ("rendering" in rest or "compare" in rest or "sweep" in rest)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _content_of(rest: dict[str, Any]) -> str | None:
    text = rest.get("text")
    content = text.get("content") if isinstance(text, dict) else None
    return content if isinstance(content, str) else None


def _fail(name: object, line_number: int, error: Any, problems: Any = None) -> tuple[int, bytes]:
    numbered = {"line": line_number} if line_number > 0 else {}
    told = {**error, **numbered, **({"problems": problems} if problems else {})}
    return _INVALID_JOB, _written({**({"id": name} if name is not None else {}), "status": "error", "error": told})


def _read(line: bytes) -> Any:
    """A line of an engine's, whose numbers stay as they stand."""
    return json.loads(line, parse_float=_Number, parse_int=_Number)


def _written(value: Any) -> bytes:
    text = _text(value)
    return _SURROGATE.sub(lambda one: f"\\u{ord(one[0]):04x}", text).encode()


def _text(value: Any) -> str:
    if isinstance(value, _Number):
        return value
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{_text(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
