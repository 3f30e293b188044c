"""One thread's engine for a program's lines: jobs, op lines, time limits, and pictures that go to files."""

from __future__ import annotations

import json
from typing import NamedTuple

from .._engine import LINE_FLAG_NUMBERED, OP_LINE, Engine
from .._host import FontHost
from .._jobs import EngineConfig, JobRunner
from .images import Images
from .source import Line

_CONFIG_OUT_DIR = 6
#: The formats the engine writes, by their first bytes; raw has none.
_SIGNATURES = (("png", b"\x89PNG\r\n\x1a\n"), ("pgm", b"P5\n"), ("svg", b"<svg "))


class Answer(NamedTuple):
    line: bytes
    #: 0: a success. Negative: an error's code. OP: the answer to an op line, STATS: to be made of all workers' counts; DROPPED: not run.
    status: int


OP = 1
STATS = 2
DROPPED = 3


class LineRunner(JobRunner):
    """`images`: where pictures go, with their paths in the lines; None: into the lines."""

    def __init__(self, host: FontHost, config: EngineConfig, images: Images | None, timeout_ms: int) -> None:
        self._images = images
        self._timeout_s = timeout_ms / 1000 if timeout_ms else None
        super().__init__(host, config)
        if images is not None:
            self.audio_sink = images.write

    def answer_line(self, line: Line) -> Answer:
        data, number, too_long = line
        with self.lock:
            self.switch.begin(self._timeout_s)
            try:
                if self._host.over:
                    self._host.settle(self)
                self.load(data)
                if too_long:
                    status = self.answer(0, len(data), number, LINE_FLAG_NUMBERED, "line_too_long", f"it has {too_long} bytes")
                else:
                    status = self.run(0, len(data), number, LINE_FLAG_NUMBERED)
                return self._op(data, number) if status == OP_LINE else Answer(self.result(), status)
            finally:
                self.switch.end()

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
        return engine

    def _give_pictures(self) -> int:
        if self._images is None:
            return super()._give_pictures()
        engine = self.engine
        image_at, done = engine.bind("hf_image", 0), engine.bind("hf_output_done", 2)
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
