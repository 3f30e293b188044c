"""One thread's engine for a program's lines: jobs, op lines, time limits, and pictures that go to files."""

from __future__ import annotations

import ctypes
import json
import threading
from typing import NamedTuple

from .. import _contract as contract
from .._engine import LINE_FLAG_NUMBERED, OP_LINE, Engine
from .._fonts import FontFiles
from .._jobs import EngineConfig, JobRunner
from .images import Images
from .source import Line

_CONFIG_OUT_DIR = 6
#: The formats the engine writes, by their first bytes; raw has none.
_SIGNATURES = (("png", b"\x89PNG\r\n\x1a\n"), ("pgm", b"P5\n"), ("svg", b"<svg "))
_CANCELLED = -contract.ERRORS["cancelled"]


class Answer(NamedTuple):
    line: bytes
    #: 0: a success. Negative: an error's code. OP: the answer to an op line, STATS: to be made of all workers' counts; DROPPED: not run.
    status: int


OP = 1
STATS = 2
DROPPED = 3


class LineRunner(JobRunner):
    """`images`: where pictures go, with their paths in the lines; None: into the lines."""

    def __init__(self, files: FontFiles, config: EngineConfig, images: Images | None, timeout_ms: int) -> None:
        self._images = images
        self._timeout_ms = timeout_ms
        self._lock = threading.Lock()
        self._word: ctypes.c_int32 | None = None
        #: Which job is at work, counted; 0: none. For the deadline's thread.
        self.current = 0
        self._count = 0
        self._expired = False
        super().__init__(files, config)

    def answer_line(self, line: Line) -> Answer:
        data, number, too_long = line
        self.load(data)
        if too_long:
            status = self.answer(0, len(data), number, LINE_FLAG_NUMBERED, "line_too_long", f"it has {too_long} bytes")
            return Answer(self.result(), status)
        self._count += 1
        self.current = self._count
        status = self.run(0, len(data), number, LINE_FLAG_NUMBERED)
        with self._lock:
            self.current = 0
            if self._expired:
                self._expired = False
                self._cancel(0)
                if status == _CANCELLED:
                    status = self.answer(0, len(data), number, LINE_FLAG_NUMBERED, "timeout", str(self._timeout_ms))
        return self._op(data, number) if status == OP_LINE else Answer(self.result(), status)

    def expire(self, job: int) -> None:
        """From another thread: ends this job, if it is still at work."""
        with self._lock:
            if job != 0 and self.current == job:
                self._expired = True
                self._cancel(1)

    def _cancel(self, value: int) -> None:
        if self._word is not None:
            self._word.value = value

    def _op(self, data: bytes, number: int) -> Answer:
        asked = json.loads(data)
        named = {"id": asked["id"]} if isinstance(asked.get("id"), str) else {}
        op = self.engine.need()
        if op == "stats":
            return Answer(_json(named), STATS)
        if op in ("ping", "warm_up"):
            return Answer(_json({**named, "op": op, "status": "success"}), OP)
        detail = f'unknown op "{op}": expected ping, warm_up or stats'
        return Answer(self.result(), self.answer(0, len(data), number, LINE_FLAG_NUMBERED, "invalid_job", detail))

    def _fresh(self) -> Engine:
        engine = super()._fresh()
        if self._images is not None:
            engine._configure(_CONFIG_OUT_DIR, 1)
        with self._lock:
            at = engine._bind("hf_cancel_word", 0)() & 0xFFFFFFFF
            self._word = ctypes.c_int32.from_address(engine.base + at)
        return engine

    def _give_pictures(self) -> int:
        if self._images is None:
            return super()._give_pictures()
        engine = self.engine
        image_at, done = engine._bind("hf_image", 0), engine._bind("hf_output_done", 2)
        status = 4
        while status == 4:
            image = engine._span(image_at())
            extension = next((name for name, start in _SIGNATURES if image.startswith(start)), "raw")
            outcome = self._images.write(engine.need(), extension, image)
            if isinstance(outcome, str):
                engine._put(engine._name, outcome.encode("utf-8", "surrogateescape"))
                status = done(engine._name.pointer, len(engine._name.data))
            else:
                status = engine.image_failed(outcome.code, outcome.detail)
        return status


def _json(value: object) -> bytes:
    # Half surrogates become U+FFFD, as in the engine's own lines.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")
