"""The `speech` of a job in, its result fields or its error out, at once and in this thread: for what runs job lines (haforu._speaking).

What of it is checked, spoken and timed is the engine's; here are only the file formats, which the engine does not make.
"""

from __future__ import annotations

import base64
import ctypes
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy
from haforu._instance import Trap

from ._encoding import resolve_encoding
from ._engine import NEXT_CHUNK, NEXT_END, NEXT_NEED_VOICE, Samples, SpeechEngine
from ._metadata import AudioMetadata
from .errors import SpeechError, speech_error
from .files import encode_all
from .options import shown
from .voices import bring_voice, find_voice_file, missing_voice

#: wav, flac: a file. raw: float32 samples, little endian, interleaved. none: times alone.
_FORMATS = ("wav", "flac", "raw", "none")
_ENCODINGS = ("base64", "none")
_DEFAULT_VOICE = "slt"
#: Seconds of audio of one job: a job's result is one line. 4 hours at 48 kHz in two channels are 2.8 GB of floats.
_MOST_SECONDS = 4 * 3600
#: Audio of one chunk: longer ones cost less, and a job has no reader that waits.
_CHUNK_MS = 1000
_NOT_OF_A_JOB = ("id", "feed", "chunk_ms", "times", "dither")
_FAULTS = frozenset({"engine_fault", "out_of_memory", "internal"})
_VOICE_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TIMES = ("words", "phonemes", "sentences", "marks")


#: Takes an audio file by its ending: its path, or an object that says why it was not written (`code`, `detail`).
Sink = Callable[[str, bytes], Any]


class Outcome(NamedTuple):
    """Fields of the result line in their order, with JSON's numbers as `read` makes them; or the error's."""

    fields: Mapping[str, Any]
    warnings: Sequence[Mapping[str, Any]] = ()
    error: Mapping[str, Any] | None = None


class _Request(NamedTuple):
    request: dict[str, Any]
    format: str
    encoding: str
    bits: Any
    title: str | None


class JobSpeaker:
    """One engine, with the voices that it has loaded; for one thread."""

    def __init__(self) -> None:
        path = os.environ.get("HAFORU_SPEECH_VOICE_PATH", "")
        self._folders = [folder for folder in path.split(os.pathsep) if folder]
        self._engine: SpeechEngine | None = None

    def speak(
        self,
        speech: object,
        text: str | None,
        read: Callable[[bytes], Any],
        attach: Callable[[ctypes.c_int32], None],
        sink: Sink | None,
    ) -> Outcome:
        """text: what a job with `text` speaks whose `speech` has none of its own. attach: is told the cancel word of the engine at work.
        sink: takes the audio file in place of the line.

        Raises nothing for what the job holds, but SpeechError `cancelled` where the word was set.
        """
        try:
            return self._speak(self._checked(speech, text), read, attach, sink)
        except (SpeechError, Trap) as error:
            if isinstance(error, SpeechError) and error.code == "cancelled":
                raise
            return Outcome({}, (), self._error_of(error))

    def check(self, speech: object, text: str | None) -> list[dict[str, Any]]:
        """As `speak`, but nothing is spoken: every problem, none when all is well; of an SSML document the first."""
        whole = self._opened(speech, text)
        if whole is None or not isinstance(speech, dict):
            return [] if whole is None else [whole]
        # The engine names one problem of a request: each field is also asked for by itself.
        found = [self._opened({"text": "", field: value}, None) for field, value in speech.items() if field not in ("text", "ssml")]
        problems = [one for one in found if one is not None]
        return problems if any(one["message"] == whole["message"] for one in problems) else [whole, *problems]

    def _opened(self, speech: object, text: str | None) -> dict[str, Any] | None:
        try:
            engine = self._ready()
            engine.close(engine.open(json.dumps(self._checked(speech, text).request).encode()))
            return None
        except (SpeechError, Trap) as error:
            return self._error_of(error)

    def _ready(self) -> SpeechEngine:
        if self._engine is None:
            self._engine = SpeechEngine()
        return self._engine

    def _error_of(self, error: SpeechError | Trap) -> dict[str, Any]:
        if isinstance(error, Trap):
            error = SpeechError("engine_fault", f"the speech engine stopped: {error}")
        if error.code in _FAULTS:
            self._engine = None
        field, message = error.field, error.message
        # The public option check has a code of its own; in a job it is the job that is wrong.
        code = "invalid_job" if error.code == "speech_option_invalid" else error.code
        found: dict[str, Any] = {"code": code, "message": f"speech.{message}" if field and message.startswith(field) else message}
        if field is not None:
            found["field"] = f"speech.{field}"
        if error.line is not None:
            # `line` of an error is the input's; a place in SSML has names of its own.
            found.update(ssml_line=error.line, ssml_column=error.column or 1)
        return found

    def _checked(self, speech: object, text: str | None) -> _Request:
        if not isinstance(speech, dict):
            raise _invalid("speech: expected an object")
        rest = dict(speech)
        kind, encoding, bits, title = rest.pop("format", "wav"), rest.pop("encoding", "base64"), rest.pop("bits", 16), rest.pop("title", None)
        _one_of("format", kind, _FORMATS)
        _one_of("encoding", encoding, _ENCODINGS)
        for field in _NOT_OF_A_JOB:
            if field in rest:
                raise _invalid(f"{field}: unknown field", field)
        if "text" not in rest and "ssml" not in rest:
            if text is None:
                raise _invalid("text: expected text or ssml, or a job with text.content", "text")
            rest = {"text": text, **rest}
        if kind in ("wav", "flac"):
            # What the engine does not look at; any rate will do.
            given = {"format": kind, "bits": bits, **({"title": title} if "title" in speech else {})}
            for field in ("bits", "title"):
                if field in given and given[field] is None:
                    expected = '16, 24, 32 or "float"' if field == "bits" else "text of at most 4096 characters without NUL"
                    raise _invalid(f"{field}: expected {expected}, got null", field)
            resolve_encoding(given, 16_000, 1, None, AudioMetadata())
        return _Request({"voice": _DEFAULT_VOICE, **rest, "chunk_ms": _CHUNK_MS}, kind, encoding, bits, title)

    def _speak(self, job: _Request, read: Callable[[bytes], Any], attach: Callable[[ctypes.c_int32], None], sink: Sink | None) -> Outcome:
        voice = job.request["voice"]
        if isinstance(voice, str) and _VOICE_NAME.fullmatch(voice) and find_voice_file(voice, self._folders) is None:
            raise SpeechError("speech_voice_not_found", missing_voice(voice, self._folders), field="voice")
        engine = self._ready()
        attach(engine.cancel_word)
        handle = 0
        try:
            handle = engine.open(json.dumps(job.request).encode())
            pieces: list[Samples] = []
            while (status := engine.next(handle)) != NEXT_END:
                if status == NEXT_CHUNK:
                    chunk = engine.chunk(handle)
                    pieces.append(chunk.samples)
                    if chunk.start_frame + chunk.frames > _MOST_SECONDS * 48_000:
                        raise speech_error("speech_text_too_long", f"the audio of one job has at most {_MOST_SECONDS} s: split the text")
                elif status == NEXT_NEED_VOICE:
                    bring_voice(engine, self._folders)
                else:
                    raise SpeechError("internal", f"the engine answered {status}")
            line = engine.result()
        finally:
            if handle:
                engine.close(handle)
        samples = numpy.concatenate(pieces) if pieces else numpy.zeros(0, numpy.float32)
        return _outcome(json.loads(line)["speech"], read(line), samples, job, sink)


def _outcome(facts: Mapping[str, Any], result: Mapping[str, Any], samples: Samples, job: _Request, sink: Sink | None) -> Outcome:
    """facts: of the line, as Python's numbers; result: the line as it is to be written again."""
    spoken = dict(result["speech"])
    warnings = list(result.get("warnings", ()))
    data: dict[str, Any] = {}
    if job.format != "none":
        if job.format == "raw":
            file, clipped = samples.astype("<f4").tobytes(), 0
        else:
            options = {"format": job.format, "bits": job.bits, "language": facts["language"], "title": job.title}
            frames = len(samples) // facts["channels"]
            file, clipped = encode_all(samples, resolve_encoding(options, facts["sample_rate"], facts["channels"], frames, AudioMetadata()))
        if clipped:
            message = f"{clipped} samples were louder than the format holds and were limited: lower speech.volume"
            warnings.append({"code": "speech_clipped", "message": message})
        if sink is not None:
            written = sink(job.format, file)
            if not isinstance(written, str):
                return Outcome({}, (), {"code": written.code, "message": f"the audio could not be written: {written.detail}"})
            data["path"] = written
        elif job.encoding != "none":
            data["data"] = base64.b64encode(file).decode("ascii")
    head = {"format": job.format, "encoding": "none" if job.format == "none" else job.encoding, **data}
    rest = {key: value for key, value in spoken.items() if key not in ("format", "clipped", "voice", "language")}
    speech = {**head, "voice": spoken["voice"], "language": spoken["language"], **rest}
    return Outcome({"speech": speech, **{name: result[name] for name in _TIMES if name in result}}, warnings)


def _one_of(field: str, value: object, values: Sequence[str]) -> None:
    if not isinstance(value, str) or value not in values:
        raise _invalid(f"{field}: expected one of {', '.join(json.dumps(one) for one in values)}, got {shown(value)}", field)


def _invalid(message: str, field: str | None = None) -> SpeechError:
    return speech_error("speech_option_invalid", message, field)
