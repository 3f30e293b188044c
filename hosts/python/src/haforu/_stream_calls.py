"""The part of the boundary that speaks of streams: UTF-8 and changes in, flushes of glyph records out, by handle.

It touches the engine's memory as _engine.py does, through which it is had. Knows nothing of fonts, sources and threads.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple, TypedDict

import numpy

from ._contract import ERRORS, WARNINGS
from ._engine import Engine
from .errors import HaforuError, call_error

#: Statuses of `pull`.
NEED_INPUT = 0
FLUSH = 1
ENDED = 2

#: What can be pushed and popped, with the engine's numbers.
KINDS = {"features": 1, "language": 2, "script": 3, "direction": 4, "font": 5}
STATS_FIELDS = (
    ("cycles", "cuts", "held_back", "forced", "shaped", "read", "peak_carry", "defects", "retries", "flushes", "glyphs", "runs", "malformed")
)
_DETAILS = {"forced_cut": ("at", "held"), "cut_defect": ("from", "to"), "malformed_utf8": ("at", "count"), "script_undecided": ("at",), "ligature_undecided": ("from", "to")}

_OPTIONS = struct.Struct("<10Id8x")
_FLUSH = struct.Struct("<3d8I7I")
_WARNING = struct.Struct("<3I4x2d")
_STATS = struct.Struct(f"<{len(STATS_FIELDS)}d")
_DEFAULT_WATERMARK = 0xFFFFFFFF
_CONTIGUOUS = 8
#: Text is copied in pieces of at most this: the engine takes some hundred bytes at a time, and offers the rest again.
_PIECE_BYTES = 1 << 12

_CODE_OF_NUMBER = {number: code for code, number in ERRORS.items()}
_WARNING_OF_NUMBER = {number: code for code, number in WARNINGS.items()}


class StreamSettings(NamedTuple):
    """What a stream starts with, as the engine takes it. Watermarks in code points, None: the engine's default (256, 128, 4096)."""

    high_watermark: int | None
    low_watermark: int | None
    max_buffer: int | None
    script_tag: int
    direction: int
    language: bytes
    features: bytes
    itemise: bool
    by_cluster: bool
    logical: bool
    first_cluster: int


class StreamWarning(TypedDict):
    """A warning of a stream: forced_cut, cut_defect, malformed_utf8, ...; `details` by name, docs/streaming.md."""

    code: str
    message: str
    details: dict[str, float]


#: clusters, ids, x advances, y advances, x offsets, y offsets, flags.
Columns = tuple[Any, Any, Any, Any, Any, Any, Any]


class FlushRecord(NamedTuple):
    """One flush as the engine has it; the arrays are copies."""

    columns: Columns
    start: int
    end: int
    run: int
    bits: int
    script_tag: int
    direction: int
    language: str
    instance: int
    warnings: list[StreamWarning]


class StreamCalls:
    """Streams of one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        #: Streams that nobody has any more, to be closed by the next call: memory may be collected in the midst of one.
        self.orphans: list[int] = []
        call = engine.bind
        self._hf_open = call("hf_stream_open", 2)
        self._hf_push = call("hf_stream_push", 3)
        self._hf_texts = {1: call("hf_stream_push_features", 3), 2: call("hf_stream_push_language", 3)}
        self._hf_numbers = {3: call("hf_stream_push_script", 2), 4: call("hf_stream_push_direction", 2), 5: call("hf_stream_push_font", 2)}
        self._hf_pop = call("hf_stream_pop", 2)
        self._hf_end = call("hf_stream_end", 1)
        self._hf_pull = call("hf_stream_pull", 1)
        self._hf_flush = call("hf_stream_flush", 0)
        self._hf_warnings = call("hf_stream_warnings", 0)
        self._hf_stats = call("hf_stream_stats", 2)
        self._hf_close = call("hf_stream_close", 1)
        self._piece = self._room(_PIECE_BYTES)
        self._scratch = self._room(max(_OPTIONS.size, _STATS.size))

    def open(self, instance: int, settings: StreamSettings) -> int:
        """Opens a stream over an instance, which lives on for it. Raises invalid_argument for a watermark out of order."""
        while self.orphans:
            self.close(self.orphans.pop())
        language, features = settings.language, settings.features
        strings = self._room(max(1, len(language) + len(features)))
        try:
            self.engine.write(strings, language + features)
            bits = (1 if settings.itemise else 0) | (2 if settings.by_cluster else 0) | (4 if settings.logical else 0)
            marks = (_DEFAULT_WATERMARK if one is None else one for one in settings[:3])
            options = _OPTIONS.pack(
                *marks,
                settings.script_tag,
                settings.direction,
                strings,
                len(language),
                strings + len(language),
                len(features),
                bits,
                settings.first_cluster,
            )
            self.engine.write(self._scratch, options)
            return self._checked(self._hf_open(instance, self._scratch))
        finally:
            self.engine.free(strings)

    def push(self, stream: int, utf8: bytes, taken: int) -> int:
        """Gives UTF-8, which may end inside of a character, from byte `taken` on. Up to which byte it was taken: pull until NEED_INPUT
        before the rest.
        """
        while True:
            part = utf8[taken : taken + _PIECE_BYTES]
            self.engine.write(self._piece, part)
            got = self._checked(self._hf_push(stream, self._piece, len(part)))
            taken += got
            if got < len(part) or taken == len(utf8):
                return taken

    def push_text(self, stream: int, kind: int, text: bytes) -> bool:
        """Features or a language from here on. False: nothing was done, pull first."""
        room = self._room(max(1, len(text)))
        try:
            self.engine.write(room, text)
            return self._checked(self._hf_texts[kind](stream, room, len(text))) == 0
        finally:
            self.engine.free(room)

    def push_number(self, stream: int, kind: int, number: int) -> bool:
        """A script's tag, a direction or an instance from here on. False: pull first."""
        return self._checked(self._hf_numbers[kind](stream, number)) == 0

    def pop(self, stream: int, kind: int) -> bool:
        """Takes the last push of a kind back. False: pull first."""
        return self._checked(self._hf_pop(stream, kind)) == 0

    def end(self, stream: int) -> None:
        """No text follows."""
        self._checked(self._hf_end(stream))

    def pull(self, stream: int) -> int:
        """Makes the next flush: FLUSH (take it with `flush`), NEED_INPUT or ENDED."""
        return self._checked(self._hf_pull(stream))

    def flush(self) -> FlushRecord:
        """The flush of the last pull that said FLUSH: a copy."""
        at = self._hf_flush() & 0xFFFFFFFF
        words = _FLUSH.unpack(self.engine.read(at, _FLUSH.size))
        start, end, run, count = words[:4]
        pointers, (tag, direction, language, language_size, instance, bits, warned) = words[4:11], words[11:]
        if bits & _CONTIGUOUS:
            # The arrays of a whole flush lie one behind the other: one copy for all.
            block = bytearray(self.engine.read(pointers[0], count * 32))
            places = [(block, 0)] + [(block, count * (8 + 4 * i)) for i in range(6)]
        else:
            places = [(bytearray(self.engine.read(pointer, count * (8 if i == 0 else 4))), 0) for i, pointer in enumerate(pointers)]
        columns: Any = tuple(numpy.frombuffer(data, kind, count, offset) for (data, offset), kind in zip(places, _COLUMNS))
        language_text = self.engine.read(language, language_size).decode("ascii", "replace")
        warnings = self._warnings(warned) if warned else []
        return FlushRecord(columns, int(start), int(end), int(run), bits, tag, direction, language_text, instance, warnings)

    def stats(self, stream: int) -> dict[str, int]:
        """What the stream did so far."""
        self._checked(self._hf_stats(stream, self._scratch))
        return dict(zip(STATS_FIELDS, (int(one) for one in _STATS.unpack(self.engine.read(self._scratch, _STATS.size)))))

    def close(self, stream: int) -> None:
        """Gives everything back; a stream that was closed already is left alone."""
        self._hf_close(stream)

    def _warnings(self, count: int) -> list[StreamWarning]:
        first = self._hf_warnings() & 0xFFFFFFFF
        told: list[StreamWarning] = []
        for number, message, size, *details in _WARNING.iter_unpack(self.engine.read(first, count * _WARNING.size)):
            code = _WARNING_OF_NUMBER[number]
            text = self.engine.read(message, size).decode("utf-8", "replace")
            told.append({"code": code, "message": text, "details": {name: int(one) for name, one in zip(_DETAILS.get(code, ()), details)}})
        return told

    def _room(self, size: int) -> int:
        pointer = self.engine.allocate(size)
        if not pointer:
            raise HaforuError("out_of_memory", f"the engine has no room for {size} bytes")
        return pointer

    def _checked(self, status: int) -> int:
        if status >= 0:
            return status
        raise call_error(_CODE_OF_NUMBER.get(-status, "internal"), "the stream", self.engine.reason(status))


_COLUMNS = ("<f8", "<u4", "<i4", "<i4", "<i4", "<i4", "<u4")
