"""One engine working through job lines: lines of a chunk in, result lines out.

It feeds the files that the engine asks for, and replaces an engine that trapped or is full. Knows nothing of JSON, of threads,
or of where files come from.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from ._contract import DEFAULT_MAX_FONTS, ERRORS
from ._engine import CHECK_FONT, COUNTERS, NEED_FONT, NEED_IMAGE, NEED_OUTPUT, Engine, Trap
from ._fonts import Identity, Refusal
from ._host import FontHost
from ._speaking import WORD, Speaking
from ._switch import TIMEOUT, Switch
from .errors import HaforuError, call_error

#: A job needs two files at most, each asked for at most three times (check, need, and again after an eviction): more is a fault.
_MAX_FILE_REQUESTS = 8
#: Fonts whose identity is remembered; one that was forgotten is read again, nothing worse.
_MAX_IDENTITIES = 65_536
_OUT_OF_MEMORY = -ERRORS["out_of_memory"]
_CANCELLED = -ERRORS["cancelled"]
#: A look at a file takes microseconds: often enough for a person, rare enough for a million jobs.
FONT_CHECK_S = 0.01
#: What is wrong with a file, said of a picture.
_PICTURE_CODES = {"font_not_found": "image_not_found", "font_unreadable": "image_unreadable", "font_too_large": "image_too_large"}


class EngineConfig(NamedTuple):
    """What is set on every engine of a session. None: the engine's default. Bytes of fonts are the host's to bound."""

    max_instances: int | None = None
    strict: bool = False
    timing: bool = True


class FileInMemory(NamedTuple):
    """A file in the engine's memory, not yet taken over by it."""

    pointer: int
    size: int
    identity: Identity


class DirectFonts(Protocol):
    """Fonts that direct calls hold in the same engine."""

    font_bytes: int

    def give_back(self, size: int) -> None:
        """Drops fonts, least recently used first, until `size` bytes are free or none is left."""


def read_font(engine: Engine, host: FontHost, path: str, tenant: JobRunner) -> FileInMemory | Refusal:
    """Reads a font straight into the engine's memory; whoever gets it gives it to the engine, or frees it."""
    room = _Room(engine)
    answer = host.read(path, room.place, tenant)
    return room.filled(answer)


def read_picture(engine: Engine, host: FontHost, path: str) -> FileInMemory | Refusal:
    """As read_font, of a file that nobody keeps."""
    room = _Room(engine)
    answer = host.files.read(path, room.place)
    return room.filled(answer)


class _Room:
    """Memory of an engine for one file."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pointer = 0
        self._size = 0

    def place(self, size: int) -> object:
        self._size = size
        self._pointer = self._engine.allocate(size)
        return self._engine.view(self._pointer, size) if self._pointer else None

    def filled(self, answer: Identity | Refusal) -> FileInMemory | Refusal:
        if not isinstance(answer, Refusal):
            return FileInMemory(self._pointer, self._size, answer)
        if self._pointer:
            self._engine.free(self._pointer)
        return answer


def milliseconds(seconds: float) -> str:
    """A time limit as messages have it."""
    return f"{seconds * 1000:.6f}".rstrip("0").rstrip(".")


def job_bytes(text: str) -> bytes:
    """Text as UTF-8. Lone surrogates, which no UTF-8 has, become U+FFFD, as TextEncoder has it."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        # Pairs of surrogates, each one a character, come out as the character that they mean.
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")


class JobRunner:
    """An engine with the files it needs. Belongs to one thread, which holds `lock` while the engine works."""

    def __init__(self, host: FontHost, config: EngineConfig, font_check_s: float = FONT_CHECK_S) -> None:
        self._host = host
        self._config = config
        self._font_check_s = font_check_s
        self._identities: dict[str, Identity] = {}
        self._chunk = b""
        #: Whether the chunk has the word somewhere: its lines are then looked at one by one.
        self._speaks = False
        self._speaking = Speaking(config.strict, config.timing)
        #: Takes the audio of a job: its id, the file's ending and bytes; a path, or why there is none (`code`, `detail`).
        self.audio_sink: Callable[[str, str, bytes], Any] | None = None
        #: The line of a job that was spoken; None: the engine has the last line.
        self._line: bytes | None = None
        self._past: dict[str, float] = {}
        self.faults = 0
        self.worked_at = self._looked_at = time.monotonic()
        # Re-entrant: a signal handler must find its own thread's engine at work, not wait for it.
        self.lock = threading.RLock()
        self.switch = Switch()
        self.handles: DirectFonts | None = None
        self._job_font_bytes = 0
        #: Whether the engine has done a job: then its memory holds what a fresh one's does not.
        self._used = False
        self.engine = self._fresh()
        host.join(self)

    @property
    def font_bytes(self) -> int:
        """Bytes of fonts in the engine, of jobs and of direct calls."""
        return self._job_font_bytes + (0 if self.handles is None else self.handles.font_bytes)

    def give_back(self, size: int) -> None:
        """Drops fonts, least recently used first, until `size` bytes are free or none is left. Not while the engine works."""
        try:
            if self.handles is not None:
                before = self.handles.font_bytes
                self.handles.give_back(size)
                size -= before - self.handles.font_bytes
            if size > 0 and self._job_font_bytes:
                self.engine.keep_fonts(max(0, self._job_font_bytes - size))
                self._job_font_bytes = self.engine.font_bytes()
        except Trap as trap:
            self.fault(trap)

    def load(self, chunk: bytes) -> None:
        """Copies a chunk of lines into the engine. Raises out_of_memory when not even a fresh engine has room for it."""
        self._chunk = chunk
        self._speaks = WORD in chunk
        self._line = None
        try:
            now = self.worked_at = time.monotonic()
            if now - self._looked_at >= self._font_check_s:
                self._looked_at = now
                self.engine.next_epoch()
            if self.engine.input(chunk):
                return
        except Trap:
            self.faults += 1
        # Fonts and canvases fill the memory; a fresh engine has none.
        self._renew()

    def run(self, start: int, end: int, line_number: int, flags: int) -> int:
        """Runs the line [start, end) of the loaded chunk. 0: a success line, OP_LINE: an op for the host, negative: an error line.

        Never raises for a bad line, a bad font or a trap: the result line says what was wrong.
        """
        if self._speaks:
            answered = self._spoken(start, end, line_number, flags)
            if answered is not None:
                return answered
        return self._run_text(start, end, line_number, flags)

    def _run_chunk(self, line_number: int, flags: int) -> int:
        return self._run_text(0, len(self._chunk), line_number, flags)

    def _run_text(self, start: int, end: int, line_number: int, flags: int) -> int:
        status = self._attempt(start, end, line_number, flags)
        if status == _CANCELLED and self.switch.reason:
            return self._ended(start, end, line_number, flags)
        if status != _OUT_OF_MEMORY or not self._used:
            self._used = True
            return status
        # What earlier jobs left may have been too much for this one.
        self._renew()
        return self._attempt(start, end, line_number, flags)

    def validate(self, start: int, end: int, line_number: int, flags: int) -> int:
        """As run, but only checks the job: the line says every problem. No font is read."""
        try:
            if self._speaks:
                answered = self._speaking.validate(self, self._chunk[start:end], line_number, flags)
                if answered is not None:
                    status, self._line = answered
                    return status
            return self.engine.validate(start, end - start, line_number, flags)
        except Trap as trap:
            return self._recover(trap, start, end, line_number, flags)

    def answer(self, start: int, end: int, line_number: int, flags: int, code: str, detail: str = "") -> int:
        """Writes the error line for a job that the host gave up."""
        self._line = None
        return self.engine.answer(start, end - start, line_number, flags, code, detail)

    def result(self) -> bytes:
        """The last line, without a newline: a copy."""
        return self.engine.result() if self._line is None else self._line

    def replace_chunk(self, chunk: bytes) -> None:
        """Another chunk in the engine, without the looks that `load` has at fonts. Raises out_of_memory."""
        self._chunk = chunk
        if not self.engine.input(chunk):
            raise call_error("out_of_memory", "the engine", f"no room for {len(chunk)} bytes of input")

    def _spoken(self, start: int, end: int, line_number: int, flags: int) -> int | None:
        """The status of a job with speech; None: it is none."""
        self._line = None
        data = self._chunk[start:end]
        if WORD not in data:
            return None
        try:
            answered = self._speaking.run(self, data, line_number, flags, self._run_chunk)
        except Trap as trap:
            return self._recover(trap, start, end, line_number, flags)
        except HaforuError as error:
            if error.code != "cancelled" or not self.switch.reason:
                raise
            return self._ended(start, end, line_number, flags)
        if answered is None:
            return None
        status, self._line = answered
        return status

    def next_epoch(self) -> None:
        """From now on a font is looked at again before its next use."""
        self.engine.next_epoch()

    def resize(self, max_instances: int) -> None:
        """Instances kept of jobs from now on."""
        self._config = self._config._replace(max_instances=max_instances)
        self.engine.set_max_instances(max_instances)

    @property
    def max_instances(self) -> int:
        """Instances kept, of jobs and as many again of direct calls."""
        return self._config.max_instances or DEFAULT_MAX_FONTS

    def stats(self) -> dict[str, float]:
        """Counters since this runner was made; sizes are of the engine in use."""
        stats = {**self.engine.stats(), "faults": float(self.faults)}
        for name, count in self._past.items():
            stats[name] += count
        return stats

    def fault(self, trap: Trap) -> HaforuError:
        """After a direct call trapped: replaces the engine, and gives the error to raise."""
        self.faults += 1
        self._replace()
        return HaforuError("engine_fault", f"the engine failed ({trap}); it was replaced, and the next call works")

    def refresh(self) -> None:
        """A fresh engine, between two calls."""
        self._replace()

    def _fresh(self) -> Engine:
        self._used = False
        self._job_font_bytes = 0
        max_instances, strict, timing = self._config
        engine = Engine(max_instances=max_instances, strict=strict, timing=timing)
        self.switch.attach(engine.cancel_word)
        return engine

    def _ended(self, start: int, end: int, line_number: int, flags: int) -> int:
        """The error line of a job that was ended from outside."""
        reason, seconds = self.switch.reason, self.switch.seconds
        # An answer is a call, too: the word must not end it.
        self.switch.end()
        detail = milliseconds(seconds) if reason == TIMEOUT and seconds is not None else ""
        return self.answer(start, end, line_number, flags, reason, detail)

    def _attempt(self, start: int, end: int, line_number: int, flags: int) -> int:
        try:
            for _ in range(_MAX_FILE_REQUESTS + 1):
                status = self.engine.job(start, end - start, line_number, flags)
                if status in (NEED_FONT, CHECK_FONT):
                    if not self._feed(status):
                        return self.answer(start, end, line_number, flags, "out_of_memory", "no room for a font")
                elif status == NEED_IMAGE:
                    if not self._feed_picture():
                        return self.answer(start, end, line_number, flags, "out_of_memory", "no room for a picture")
                elif status >= 0 and self.switch.over():
                    # It was done before the engine saw that it was to end: a limit holds all the same, and no picture is written.
                    return _CANCELLED
                elif status == NEED_OUTPUT:
                    return self._give_pictures()
                else:
                    return status
            raise Trap("the engine asks for the same font again and again")
        except Trap as trap:
            return self._recover(trap, start, end, line_number, flags)

    def _feed(self, status: int) -> bool:
        """Gives the engine the font it asks for, or the reason why not; False: it cannot even take that."""
        path = self.engine.need()
        known = self._identities.get(path)
        if status == CHECK_FONT and known is not None and self._host.unchanged(path, known):
            self.engine.keep_font()
            return True
        self._identities.pop(path, None)
        font = read_font(self.engine, self._host, path, self)
        if isinstance(font, Refusal):
            return self.engine.refuse_font(font.code, font.detail)
        if len(self._identities) >= _MAX_IDENTITIES:
            self._identities.clear()
        self._identities[path] = font.identity
        taken = self.engine.provide_font(font.pointer, font.size)
        self._job_font_bytes = self.engine.font_bytes()
        return taken

    def _feed_picture(self) -> bool:
        """Gives the engine the picture file it asks for, or the reason why not."""
        file = read_picture(self.engine, self._host, self.engine.need())
        if isinstance(file, Refusal):
            return self.engine.refuse_picture(_PICTURE_CODES.get(file.code, file.code), file.detail)
        return self.engine.provide_picture(file.pointer, file.size)

    def _give_pictures(self) -> int:
        """Takes the job's pictures, where the engine was told that somebody does; the status of the line."""
        return self.engine.image_failed("output_failed", "nobody takes pictures here")

    def _recover(self, trap: Trap, start: int, end: int, line_number: int, flags: int) -> int:
        self.faults += 1
        self._renew()
        return self.answer(start, end, line_number, flags, "engine_fault", str(trap))

    def _renew(self) -> None:
        """A fresh engine with the chunk in it."""
        self._replace()
        if not self.engine.input(self._chunk):
            raise call_error("out_of_memory", "the engine", f"no room for {len(self._chunk)} bytes of input")

    def _replace(self) -> None:
        try:
            stats = self.stats()
            self._past = {name: stats[name] for name in COUNTERS}
        except Trap:
            # An engine that trapped may trap again when it is asked: then its counts are lost, nothing else.
            pass
        self._identities.clear()
        self.engine = self._fresh()
