"""Streams of glyphs: text and changes in, piece by piece, flushes out as soon as their glyphs are final, in bounded memory.

docs/streaming.md says what a flush is and where a text is cut. Fonts and engines are a session's; the shaping is the engine's.
"""

from __future__ import annotations

import codecs
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy

from . import _check, _switch
from . import _contract as contract
from ._request import Features, FontPath, unknown_name
from ._stream_calls import ENDED, FLUSH, KINDS, StreamCalls, StreamSettings, StreamWarning
from ._worker import Worker
from .errors import HaforuError, invalid
from .session import StreamingSession

__all__ = ["Flush", "ShapeStream", "StreamWarning", "shape_stream"]

#: A path, or {"font_path", "face_index", "instance", "variations"} of which the last three may be absent.
FontArgument: TypeAlias = "FontPath | Mapping[str, Any]"
#: Text, as a string or UTF-8 bytes (characters may be split between pieces), or a change: {"push": kind, kind: value}, {"pop": kind}.
StreamInput: TypeAlias = "str | bytes | Mapping[str, Any]"

_DIRECTIONS = {4: "ltr", 5: "rtl", 6: "ttb", 7: "btt"}
_FONT_KEYS = ("font_path", "face_index", "instance", "variations")
_ILL_FORMED = "haforu.ill-formed"
#: Whole numbers up to here are exact in 64-bit floats.
_MOST_CLUSTER = 2**53 - 1


class Flush(NamedTuple):
    """Glyphs that are final: columns with one entry a glyph, and what they are of. The receiver's own; nothing of it changes later."""

    #: Code points of the stream, counted from its first, float64; glyph ids, uint32.
    clusters: numpy.ndarray[Any, numpy.dtype[numpy.float64]]
    ids: numpy.ndarray[Any, numpy.dtype[numpy.uint32]]
    #: Font units, y up, int32 each.
    x_advances: numpy.ndarray[Any, numpy.dtype[numpy.int32]]
    y_advances: numpy.ndarray[Any, numpy.dtype[numpy.int32]]
    x_offsets: numpy.ndarray[Any, numpy.dtype[numpy.int32]]
    y_offsets: numpy.ndarray[Any, numpy.dtype[numpy.int32]]
    #: hb_glyph_flags_t, uint32.
    flags: numpy.ndarray[Any, numpy.dtype[numpy.uint32]]
    #: The code points [start, end) of the stream.
    start: int
    end: int
    #: How many runs came before the one these glyphs belong to; whether this is the first flush of its run, and the last.
    run: int
    run_begins: bool
    run_ends: bool
    #: Some of its glyphs may differ from those of shaping the whole run at once.
    forced: bool
    #: What was used: ISO 15924, direction, BCP 47, and the font as it was given.
    script: str
    direction: str
    language: str
    font: FontArgument
    warnings: list[StreamWarning]


class ShapeStream:
    """A stream of glyphs: push text and changes, end it, and take the flushes that each call gives.

    font: a path, or {"font_path", "face_index", "instance", "variations"}.
    features: HarfBuzz's syntax without ranges ("liga=0,ss01" or a list); script, direction, language: None has them guessed, and the
    language undetermined.
    high_watermark: code points gathered before they are shaped (256). low_watermark: the least of a flush, but for the last of a run
    (128). max_buffer: the most held back where no safe cut is found; then one is forced (4096).
    0 < high_watermark, low_watermark ≤ high_watermark ≤ max_buffer ≤ 65,536.
    flush_mode: "run": a flush is what one cycle made final; "cluster": one cluster each. order: "visual" as HarfBuzz gives them
    within a flush; "logical": the order in which a stream and one call agree. itemise: a run for each script of the text, not
    together with script. first_cluster: cluster of the first code point, for a text that goes on from another stream.
    session: whose fonts and engine are used; None: one that all streams share.

    One thread at a time may use a stream, any thread; streams made in one thread share an engine and take turns in it.
    A wrong argument or change is refused whole, and the stream goes on; after any other error it is closed.
    Raises HaforuInputError, HaforuFileNotFoundError, HaforuError as StreamingSession.render_to_numpy.
    """

    def __init__(
        self,
        font: FontArgument,
        *,
        features: Features = None,
        script: str | None = None,
        direction: str | None = None,
        language: str | None = None,
        high_watermark: int | None = None,
        low_watermark: int | None = None,
        max_buffer: int | None = None,
        flush_mode: str = "run",
        order: str = "visual",
        itemise: bool = False,
        first_cluster: int = 0,
        session: StreamingSession | None = None,
    ) -> None:
        if flush_mode not in ("run", "cluster"):
            raise invalid("flush_mode", '"run" or "cluster"', flush_mode)
        if order not in ("visual", "logical"):
            raise invalid("order", '"visual" or "logical"', order)
        if _check.flag("itemise", itemise) and script is not None:
            raise invalid("script", "no script where the text is itemised by script", script)
        settings = StreamSettings(
            high_watermark=_mark("high_watermark", high_watermark),
            low_watermark=_mark("low_watermark", low_watermark),
            max_buffer=_mark("max_buffer", max_buffer),
            script_tag=_check.script_tag(script),
            direction=_check.direction(direction),
            language=_check.language(language),
            features=_check.features(features),
            itemise=itemise,
            by_cluster=flush_mode == "cluster",
            logical=order == "logical",
            first_cluster=_check.whole("first_cluster", first_cluster, 0, _MOST_CLUSTER),
        )
        self._session = _shaping() if session is None else session
        self._worker: Worker = self._session._enter()
        self._forks = _switch.forks
        self._fonts: dict[int, FontArgument] = {}
        self._closed = True
        self._ended = False
        self._running = False
        self._stats: dict[str, int] = {}
        worker = self._worker
        with worker.lock, worker:
            self._calls: StreamCalls = worker.streams()
            self._stream = self._calls.open(self._instance(font), settings)
            self._forget = weakref.finalize(self, self._calls.orphans.append, self._stream)
            # At the end of the process memory goes by itself.
            self._forget.atexit = False
        self._closed = False

    def __enter__(self) -> ShapeStream:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def push(self, piece: StreamInput) -> list[Flush]:
        """Takes text, or a change, and gives what is final with it."""
        return list(self.take(piece))

    def push_features(self, features: Features) -> list[Flush]:
        """These features too, from here on, behind those in force: HarfBuzz's syntax without ranges."""
        return self.push({"push": "features", "features": features})

    def push_language(self, language: str) -> list[Flush]:
        """This language from here on."""
        return self.push({"push": "language", "language": language})

    def push_script(self, script: str) -> list[Flush]:
        """This script from here on."""
        return self.push({"push": "script", "script": script})

    def push_direction(self, direction: str) -> list[Flush]:
        """This direction from here on."""
        return self.push({"push": "direction", "direction": direction})

    def push_font(self, font: FontArgument) -> list[Flush]:
        """This font from here on."""
        return self.push({"push": "font", "font": font})

    def pop(self, kind: str) -> list[Flush]:
        """Takes the last push of a kind back: features, language, script, direction or font."""
        return self.push({"pop": kind})

    def end(self) -> list[Flush]:
        """No text follows: gives the rest and closes."""
        return list(self.finish())

    def take(self, piece: StreamInput) -> Iterator[Flush]:
        """As push, one flush at a time as it is asked for. To be iterated to its end; else the stream is closed."""
        if isinstance(piece, str):
            text = piece.encode("utf-8", _ILL_FORMED)
            return self._run(lambda: self._push(text))
        if isinstance(piece, (bytes, bytearray, memoryview)):
            data = bytes(piece)
            return self._run(lambda: self._push(data))
        return self._run(lambda: self._change(piece))

    def finish(self) -> Iterator[Flush]:
        """As end, one flush at a time."""
        return self._run(self._end)

    @property
    def stats(self) -> dict[str, int]:
        """What the stream did so far; of a closed one up to then.

        cycles of shaping; cuts, and those forced; code points held_back behind cuts, shaped (again and again) and read, and
        peak_carry held at most at once; defects (cuts that a later shaping proved wrong); retries with more left context; flushes,
        glyphs, runs; malformed parts of UTF-8.
        """
        if self._closed:
            return dict(self._stats)
        worker = self._entered()
        with worker.lock, worker:
            return self._calls.stats(self._stream)

    def close(self) -> None:
        """Closes without flushing what is held. Does nothing the second time."""
        if self._closed:
            return
        self._closed = True
        if self._forks != _switch.forks or self._worker.runner.engine is not self._calls.engine:
            self._forget.detach()
            return
        with self._worker.lock, self._worker:
            self._stats = self._calls.stats(self._stream)
            self._forget.detach()
            self._calls.close(self._stream)

    # --- inside -------------------------------------------------------------------------------------------------

    def _run(self, steps: Any) -> Iterator[Flush]:
        """The flushes of one call, each made when it is asked for."""
        if self._closed:
            why = "the stream has ended; make another" if self._ended else "the stream is closed: by close(), or by an error"
            raise HaforuError("invalid_handle", why)
        if self._running:
            raise HaforuError("invalid_argument", "the stream is at work: take all flushes of the last call first")
        return self._guarded(steps())

    def _guarded(self, flushes: Iterator[Flush]) -> Iterator[Flush]:
        self._running = True
        whole = False
        try:
            yield from flushes
            whole = True
        except HaforuError as error:
            # A wrong input is refused whole: the stream goes on as if it had not come.
            whole = error.code in ("invalid_argument", "font_not_found", "font_invalid", "font_unsupported", "instance_not_found") and not self._ended
            raise
        finally:
            self._running = False
            if not whole or self._ended:
                self.close()

    def _push(self, data: bytes) -> Iterator[Flush]:
        at = 0
        while at < len(data):
            worker = self._entered()
            with worker.lock, worker:
                at = self._calls.push(self._stream, data, at)
                flush = self._pull()
            while flush is not None:
                yield flush
                worker = self._entered()
                with worker.lock, worker:
                    flush = self._pull()

    def _change(self, event: object) -> Iterator[Flush]:
        worker = self._entered()
        with worker.lock, worker:
            change = self._checked_change(event)
        done = False
        while True:
            worker = self._entered()
            with worker.lock, worker:
                done = done or change()
                flush = self._pull()
            while flush is not None:
                yield flush
                worker = self._entered()
                with worker.lock, worker:
                    flush = self._pull()
            if done:
                return

    def _end(self) -> Iterator[Flush]:
        worker = self._entered()
        with worker.lock, worker:
            self._calls.end(self._stream)
            self._ended = True
            flush = self._pull()
        while flush is not None:
            yield flush
            worker = self._entered()
            with worker.lock, worker:
                flush = self._pull()

    def _pull(self) -> Flush | None:
        status = self._calls.pull(self._stream)
        if status != FLUSH:
            if (status == ENDED) != self._ended:
                raise HaforuError("internal", "the engine ended a stream that its host has not ended")
            return None
        record = self._calls.flush()
        bits = record.bits
        return Flush(
            *record.columns,
            start=record.start,
            end=record.end,
            run=record.run,
            run_begins=bool(bits & 2),
            run_ends=bool(bits & 4),
            forced=bool(bits & 1),
            script=record.script_tag.to_bytes(4, "big").decode("ascii", "replace"),
            direction=_DIRECTIONS.get(record.direction, "ltr"),
            language=record.language,
            font=self._fonts[record.instance],
            warnings=record.warnings,
        )

    def _entered(self) -> Worker:
        """The worker, once it was seen that the stream is still in it."""
        if self._session._closed:
            raise HaforuError("invalid_handle", "the session of the stream is closed")
        if self._forks != _switch.forks:
            raise HaforuError("invalid_handle", "the stream was made before this process was forked; make another")
        if self._worker.runner.engine is not self._calls.engine:
            raise HaforuError("invalid_handle", "the engine of the stream failed and was replaced; make another stream")
        self._worker.timeout = None
        return self._worker

    def _checked_change(self, event: object) -> Any:
        """What makes the change; it says whether it is done."""
        if not isinstance(event, Mapping):
            example = '{"push": "features", "features": "smcp"} or {"pop": "features"}'
            raise invalid("piece", f"text, as a string or UTF-8 bytes, or a change such as {example}", event)
        calls, stream = self._calls, self._stream
        if "pop" in event:
            if event["pop"] not in KINDS:
                raise invalid("pop", ", ".join(KINDS), event["pop"])
            kind = KINDS[event["pop"]]
            return lambda: calls.pop(stream, kind)
        name = event.get("push")
        if name not in KINDS:
            raise invalid("push", ", ".join(KINDS), name)
        kind, value = KINDS[name], event.get(name)
        if name in ("features", "language"):
            text = _check.features(value) if name == "features" else _check.language(value)
            return lambda: calls.push_text(stream, kind, text)
        if name == "font":
            number = self._instance(value)
        else:
            number = _check.script_tag(value) if name == "script" else _check.direction(value)
        return lambda: calls.push_number(stream, kind, number)

    def _instance(self, font: object) -> int:
        """The handle of a font as it was given, which the flushes name it by."""
        choice: Mapping[str, Any] = font if isinstance(font, Mapping) else {"font_path": font}
        for name in choice:
            if name not in _FONT_KEYS:
                raise unknown_name(name, _FONT_KEYS)
        path = _check.font_path(choice.get("font_path"))
        face = _check.whole("face_index", choice.get("face_index", 0), 0, contract.LIMIT_FACE_INDEX)
        coords = _check.coords(choice.get("variations"))
        name = "" if choice.get("instance") is None else _check.instance(choice["instance"])
        handle = self._worker.fresh_handles().instance(path, face, coords, name)
        given: Any = font
        self._fonts[handle] = given
        return handle


def shape_stream(source: Iterable[StreamInput] | str | bytes, font: FontArgument, **options: Any) -> Iterator[Flush]:
    """The flushes of a source of text and changes, as they become final. Options as ShapeStream.

    The next piece is read when the flushes of the last are taken, so memory stays bounded; text alone is one piece. Leaving the
    loop closes the stream.
    """
    pieces: Any = [source] if isinstance(source, (str, bytes, bytearray, memoryview)) else source
    if isinstance(pieces, Mapping) or not isinstance(pieces, Iterable):
        raise invalid("source", "text, or an iterable of strings, bytes and changes", source)
    return _flushes(pieces, ShapeStream(font, **options))


def _flushes(pieces: Iterable[StreamInput], stream: ShapeStream) -> Iterator[Flush]:
    with stream:
        for piece in pieces:
            yield from stream.take(piece)
        yield from stream.finish()


def _mark(name: str, value: object) -> int | None:
    # The rules among the three are the engine's to tell.
    return None if value is None else _check.whole(name, value, 0, 2**32 - 2, " of code points")


def _ill_formed(error: UnicodeError) -> tuple[bytes, int]:
    """A lone surrogate as one byte that is no UTF-8: the engine reads it as U+FFFD, counts it and warns of it."""
    assert isinstance(error, UnicodeEncodeError)
    return b"\xff" * (error.end - error.start), error.end


codecs.register_error(_ILL_FORMED, _ill_formed)

_lock = threading.Lock()
_session: StreamingSession | None = None


def _shaping() -> StreamingSession:
    """The session of streams that are given none."""
    global _session
    with _lock:
        if _session is None:
            _session = StreamingSession()
        return _session
