"""The calls of flite.wasm's ABI (packages/speech/engine/ABI.md): bytes and numbers in, copies out.

Knows nothing of files, threads, or what to do after a trap.
"""

from __future__ import annotations

import ctypes
import json
import struct
from collections.abc import Callable
from typing import NamedTuple

import numpy
import numpy.typing as npt
from haforu._instance import MOST_BYTES, Instance
from haforu.errors import HaforuError

from ._module import flite_module
from .errors import SpeechError, speech_error

Samples = npt.NDArray[numpy.float32]

ABI_VERSION = 1
#: What hs_next answers when it is no error; 3 is "more text".
NEXT_CHUNK = 0
NEXT_NEED_VOICE = 1
NEXT_END = 2
NEXT_NEED_TEXT = 3

#: Numbers of hs_convert; bytes of one sample.
SAMPLE_FORMATS = {"int16": (1, 2), "int24": (2, 3), "int32": (3, 4), "uint8": (4, 1), "float64": (5, 8), "float32": (6, 4)}
QUALITIES = ("draft", "standard", "high")

_FLAG_BIG_ENDIAN = 1
_FLAG_TPDF = 2
#: The module answers at most frames × to / from + this many frames to one piece.
_RESAMPLER_SLACK = 8192
#: Frames given to the resampler and the converter at once: bounds the memory that a long piece of audio takes.
_PIECE_FRAMES = 65_536
#: A request's memory above this is given back after it: a long text is rare.
_KEEP_REQUEST_BYTES = 65_536

_CHUNK = struct.Struct("<4Id7Ixxxx")
_ERROR = struct.Struct("<i6I2i")
_SPAN = struct.Struct("<2I")
_STATS = struct.Struct("<16d")
_STATS_FIELDS = ("heap_bytes", "memory_bytes", "voices", "voice_bytes", "open_streams", "open_resamplers", "utterances", "heap_peak_bytes")
#: Floats of a 32-bit memory.
_MEMORY_FLOATS = (1 << 32) // 4

#: Names of the negative statuses as this package has them; "internal" for all others.
_CODES = {
    "cancelled": "cancelled",
    "engine_fault": "engine_fault",
    "out_of_memory": "out_of_memory",
    "invalid_argument": "speech_option_invalid",
    "unsupported": "speech_option_invalid",
    "invalid_job": "speech_option_invalid",
    "speech_ssml_invalid": "speech_ssml_invalid",
    "speech_voice_not_found": "speech_voice_not_found",
    "speech_voice_invalid": "speech_voice_invalid",
    "speech_voice_unsupported": "speech_voice_invalid",
    "speech_text_too_long": "speech_text_too_long",
}


class EngineChunk(NamedTuple):
    """One chunk, copied out of the module."""

    samples: Samples
    frames: int
    start_frame: int
    #: 0, 1, 2 ...
    number: int
    final: bool
    #: JSON: what begins in this chunk.
    times: bytes
    #: Code points of the source text that are spoken by its end.
    consumed: int


class SpeechEngine(Instance):
    """One instance of flite.wasm. One thread at a time; after a Trap it must be thrown away."""

    def __init__(self) -> None:
        try:
            super().__init__(flite_module())
        except HaforuError as error:
            raise speech_error(error.code, error.message) from error
        call = self.bind
        abi = call("hs_abi_version", 0)()
        if abi != ABI_VERSION:
            raise speech_error("internal", f"flite.wasm has ABI {abi}, expected {ABI_VERSION}: install haforu-speech again")
        self._alloc = call("hs_alloc", 1)
        self._free = call("hs_free", 1)
        self._open = call("hs_open", 2)
        self._feed = call("hs_feed", 4)
        self._next = call("hs_next", 1)
        self._chunk = call("hs_chunk", 1)
        self._close = call("hs_close", 1)
        self._need = call("hs_need", 0)
        self._result = call("hs_result", 0)
        self._last_error = call("hs_last_error", 0)
        self._memory = call("hs_memory", 1)
        self._voice_load = call("hs_voice_load", 4)
        self._voice_refuse = call("hs_voice_refuse", 4)
        self._voice_info = call("hs_voice_info", 2)
        self._convert = call("hs_convert", 5)
        self._resampler_create = call("hs_resampler_create", 4)
        self._resampler_run = call("hs_resampler_run", 6)
        self._resampler_close = call("hs_resampler_close", 1)
        #: While it is not 0, running and coming calls end with `cancelled`: the one word that other threads may write.
        self.cancel_word = ctypes.c_int32.from_address(self.base + (call("hs_cancel_word", 0)() & 0xFFFFFFFF))
        # All of the memory there can be: it never moves, and only what the module has given is looked at.
        self._floats: Samples = numpy.ctypeslib.as_array((ctypes.c_float * _MEMORY_FLOATS).from_address(self.base))
        self._request = 0
        self._request_room = 0
        self._rates: dict[str, int] = {}

    # --- voices -------------------------------------------------------------------------------------------------

    def load_voice(self, name: str, data: bytes) -> None:
        """Keeps a voice under a name, in place of one that was there. Raises speech_voice_invalid."""
        self._rates.pop(name, None)
        pointer = self._copy_in(data)
        self._with_text(name.encode(), lambda at, size: self._checked(self._voice_load(at, size, pointer, len(data))))

    def refuse_voice(self, name: str, detail: str) -> None:
        """Ends the streams that need this voice with speech_voice_not_found."""
        text = detail.encode("utf-8", "replace")
        self._with_text(
            name.encode(), lambda at, size: self._with_text(text, lambda where, length: self._voice_refuse(at, size, where, length))
        )

    def voice_info(self, name: str) -> bytes:
        """JSON of a voice that is loaded."""
        self._with_text(name.encode(), lambda at, size: self._checked(self._voice_info(at, size)))
        return self.result()

    def voice_rate(self, name: str) -> int:
        """Frames a second of a voice that is loaded."""
        rate = self._rates.get(name)
        if rate is None:
            rate = self._rates[name] = int(json.loads(self.voice_info(name))["sample_rate"])
        return rate

    # --- speaking -----------------------------------------------------------------------------------------------

    def open(self, request: bytes) -> int:
        """Begins a stream. Raises SpeechError with the code that the module names."""
        size = len(request)
        if size > self._request_room:
            # Forgotten first: a signal handler may raise in between, and nothing must be freed twice.
            before, self._request, self._request_room = self._request, 0, 0
            if before:
                self._free(before)
            self._request = self._allocate(size + (size >> 1))
            self._request_room = size + (size >> 1)
        self.write(self._request, request)
        try:
            return self._checked(self._open(self._request, size))
        finally:
            if self._request_room > _KEEP_REQUEST_BYTES:
                before, self._request, self._request_room = self._request, 0, 0
                self._free(before)

    def feed(self, handle: int, text: bytes, final: bool) -> None:
        """More text of a request with "feed"."""
        self._with_text(text, lambda at, size: self._checked(self._feed(handle, at, size, 1 if final else 0)))

    def next(self, handle: int) -> int:
        """One of NEXT_... Raises SpeechError with the code that the module names."""
        status = self._next(handle)
        return status if status >= 0 else self._checked(status)

    def chunk(self, handle: int) -> EngineChunk:
        """What the last `next` of NEXT_CHUNK made."""
        pointer = self._chunk(handle) & 0xFFFFFFFF
        at, frames, number, final, start_frame, _, size, _, times, times_size, consumed, _ = _CHUNK.unpack(self.read(pointer, 56))
        first = at >> 2
        # Bytes of float32 data are those of its samples: interleaved, frames × channels.
        samples = self._floats[first : first + (size >> 2)].copy()
        return EngineChunk(samples, frames, int(start_frame), number, final != 0, self.read(times, times_size), consumed)

    def chunk_data(self, handle: int) -> bytes:
        """The same in the request's own format."""
        found = _CHUNK.unpack(self.read(self._chunk(handle) & 0xFFFFFFFF, 56))
        return self.read(found[5], found[6])

    def needed(self) -> str:
        """The name of the voice that NEXT_NEED_VOICE asks for."""
        return self._span(self._need()).decode("utf-8", "replace")

    def result(self) -> bytes:
        """After NEXT_END the result line; after voice_info its JSON."""
        return self._span(self._result())

    def close(self, handle: int) -> None:
        """Ends a stream, finished or not."""
        self._close(handle)

    # --- samples ------------------------------------------------------------------------------------------------

    def convert(self, samples: Samples, sample_format: str, *, big_endian: bool, dither: bool) -> tuple[bytes, int]:
        """float32 to another sample format: its bytes, and how many samples were cut to its range."""
        number, width = SAMPLE_FORMATS[sample_format]
        flags = (_FLAG_BIG_ENDIAN if big_endian else 0) | (_FLAG_TPDF if dither else 0)
        data = bytearray(len(samples) * width)
        out = numpy.frombuffer(data, numpy.uint8)
        piece = max(1, min(_PIECE_FRAMES, len(samples)))
        source = self._allocate(piece * 4)
        destination = 0
        clipped = 0
        try:
            destination = self._allocate(piece * width)
            memory = self._floats.view(numpy.uint8)
            for at in range(0, len(samples), piece):
                part = samples[at : at + piece]
                count = len(part)
                self._floats[source >> 2 : (source >> 2) + count] = part
                clipped += self._checked(self._convert(source, count, number, flags, destination))
                out[at * width : (at + count) * width] = memory[destination : destination + count * width]
        finally:
            self._free(source)
            self._free(destination)
        return bytes(data), clipped

    def resample(self, samples: Samples, channels: int, from_hz: int, to_hz: int, quality: str) -> Samples:
        """All of a piece of audio at another rate: round(frames × to / from) frames."""
        handle = self._checked(self._resampler_create(channels, from_hz, to_hz, QUALITIES.index(quality)))
        frames = len(samples) // channels
        out = numpy.zeros((2 * frames * to_hz + from_hz) // (2 * from_hz) * channels, numpy.float32)
        room = -(-_PIECE_FRAMES * to_hz // from_hz) + _RESAMPLER_SLACK
        source = destination = 0
        written = 0
        try:
            source = self._allocate(_PIECE_FRAMES * channels * 4)
            destination = self._allocate(room * channels * 4)
            for at in range(0, max(frames, 1), _PIECE_FRAMES):
                part = samples[at * channels : (at + _PIECE_FRAMES) * channels]
                self._floats[source >> 2 : (source >> 2) + len(part)] = part
                final = 1 if at + _PIECE_FRAMES >= frames else 0
                made = self._checked(self._resampler_run(handle, source, len(part) // channels, destination, room, final))
                first = destination >> 2
                out[written * channels : (written + made) * channels] = self._floats[first : first + made * channels]
                written += made
        finally:
            self._free(source)
            self._free(destination)
            self._resampler_close(handle)
        return out

    def memory(self) -> dict[str, float]:
        """Bytes and counts of this instance."""
        pointer = self._allocate(_STATS.size)
        try:
            self._memory(pointer)
            return dict(zip(_STATS_FIELDS, _STATS.unpack(self.read(pointer, _STATS.size))))
        finally:
            self._free(pointer)

    # --- inside -------------------------------------------------------------------------------------------------

    def _checked(self, status: int) -> int:
        if status >= 0:
            return status
        found = _ERROR.unpack(self.read(self._last_error() & 0xFFFFFFFF, _ERROR.size))
        name, message, field = (self.read(found[i], found[i + 1]).decode("utf-8", "replace") for i in (1, 3, 5))
        line, column = found[7], found[8]
        raise speech_error(_CODES.get(name, "internal"), message, field or None, line or None, column if line else None)

    def _allocate(self, size: int) -> int:
        pointer = self._alloc(max(1, size)) & 0xFFFFFFFF if size <= MOST_BYTES else 0
        if not pointer:
            raise SpeechError("out_of_memory", f"the speech engine has no {size} bytes left")
        return pointer

    def _copy_in(self, data: bytes) -> int:
        pointer = self._allocate(len(data))
        self.write(pointer, data)
        return pointer

    def _with_text(self, text: bytes, action: Callable[[int, int], object]) -> None:
        pointer = self._copy_in(text)
        try:
            action(pointer, len(text))
        finally:
            self._free(pointer)

    def _span(self, at: int) -> bytes:
        pointer, size = _SPAN.unpack(self.read(at & 0xFFFFFFFF, 8))
        return self.read(pointer, size)
