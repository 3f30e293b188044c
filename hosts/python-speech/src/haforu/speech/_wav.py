"""RIFF WAVE files: samples to bytes piece by piece, and bytes back to samples. What samples become is the module's.

Of our own because a header is 44 bytes, and because Python's `wave` knows neither floats nor metadata.
"""

from __future__ import annotations

import struct

import numpy

from ._converter import convert
from ._encoding import Encoding
from ._engine import Samples
from ._metadata import AudioMetadata, read_riff_info, riff_info
from .errors import speech_error

_FORMAT_PCM = 1
_FORMAT_FLOAT = 3
_FORMAT_EXTENSIBLE = 0xFFFE
#: Sizes are 32-bit: this is also what stands where the size is not known (a pipe), which readers take as "to the end".
_UNKNOWN = 0xFFFF_FFFF
SAMPLE_FORMAT_OF_BITS: dict[int | str, str] = {16: "int16", 24: "int24", 32: "int32", "float": "float32"}


class WavEncoder:
    """Samples in, the bytes that follow out."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._sample_bytes = 4 if encoding.bits == "float" else int(encoding.bits) // 8
        self._expected = None if encoding.frames is None else encoding.frames * encoding.channels * self._sample_bytes
        self._data_bytes = 0
        self._started = False
        #: Samples that the format's range cut so far.
        self.clipped = 0

    def encode(self, samples: Samples) -> bytes:
        start = self._begin()
        data, clipped = convert(samples, SAMPLE_FORMAT_OF_BITS[self._encoding.bits], dither=self._encoding.dither)
        self.clipped += clipped
        self._data_bytes += len(data)
        if self._data_bytes + len(_header(self._encoding, 0)) > _UNKNOWN - 1:
            raise speech_error("speech_output_failed", "a WAV file ends at 4 GiB: save as FLAC, with fewer bits, or at a lower sample rate")
        return start + data if start else data

    def finish(self) -> tuple[bytes, bytes | None]:
        """The last bytes, and what the file's first should have been now that its length is known."""
        tail = self._begin() + b"\0" * (self._data_bytes % 2)
        return tail, None if self._data_bytes == self._expected else _header(self._encoding, self._data_bytes)

    def _begin(self) -> bytes:
        if self._started:
            return b""
        self._started = True
        return _header(self._encoding, self._expected)


def _header(encoding: Encoding, data_bytes: int | None) -> bytes:
    """All before the samples. None: it is not known yet."""
    floats = encoding.bits == "float"
    width = 4 if floats else int(encoding.bits) // 8
    frame = encoding.channels * width
    code = _FORMAT_FLOAT if floats else _FORMAT_PCM
    fields = struct.pack("<HHIIHH", code, encoding.channels, encoding.rate, encoding.rate * frame, frame, width * 8)
    fields += b"\0\0" if floats else b""
    head = b"fmt " + struct.pack("<I", len(fields)) + fields
    if floats:
        # What is not PCM says how many frames there are.
        head += b"fact" + struct.pack("<II", 4, _UNKNOWN if data_bytes is None else data_bytes // frame)
    head += riff_info(encoding.metadata) + b"data" + struct.pack("<I", _UNKNOWN if data_bytes is None else data_bytes)
    size = _UNKNOWN if data_bytes is None else 4 + len(head) + data_bytes + data_bytes % 2
    return b"RIFF" + struct.pack("<I", size) + b"WAVE" + head


def decode_wav(data: bytes) -> tuple[Samples, int, int, AudioMetadata]:
    """Samples, rate, channels. Raises speech_audio_invalid for what is no WAVE file of one or two channels in a format of this package."""
    fields: tuple[int, int, int, int] | None = None
    metadata = AudioMetadata()
    samples: memoryview | None = None
    view = memoryview(data)
    at = 12
    while at + 8 <= len(data):
        name, (size,) = data[at : at + 4], struct.unpack_from("<I", data, at + 4)
        body = view[at + 8 : at + 8 + size]
        if name == b"fmt ":
            if len(body) < 16:
                raise _invalid(f'the WAVE file\'s "fmt " chunk has {len(body)} bytes, expected 16 or more')
            code, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", body)
            if code == _FORMAT_EXTENSIBLE and len(body) >= 26:
                (code,) = struct.unpack_from("<H", body, 24)
            fields = code, channels, rate, bits
        elif name == b"LIST":
            found = read_riff_info(bytes(body))
            metadata = AudioMetadata(found.title or metadata.title, found.language or metadata.language)
        elif name == b"data" and samples is None:
            samples = body
        at += 8 + size + size % 2
    if fields is None or samples is None:
        missing = '"fmt "' if fields is None else '"data"'
        raise _invalid(f"the WAVE file has no {missing} chunk")
    code, channels, rate, bits = fields
    kinds = {_FORMAT_PCM: {8: "uint8", 16: "int16", 24: "int24", 32: "int32"}, _FORMAT_FLOAT: {32: "float32", 64: "float64"}}
    kind = kinds.get(code, {}).get(bits)
    if kind is None:
        raise _invalid(f"the WAVE file has format {code} with {bits} bits; expected PCM of 8, 16, 24 or 32 bits or floats of 32 or 64")
    if channels not in (1, 2):
        raise _invalid(f"the WAVE file has {channels} channels, expected 1 or 2")
    frame = channels * bits // 8
    return samples_of(samples[: len(samples) // frame * frame], kind, False), rate, channels, metadata


def samples_of(data: bytes | memoryview, sample_format: str, big_endian: bool) -> Samples:
    """The other direction of the module's conversion: integers over their full scale (2^(bits - 1)), so that -1 is the least one."""
    order = ">" if big_endian else "<"
    if sample_format == "int24":
        count = len(data) // 3
        parts = numpy.frombuffer(data, numpy.uint8, count * 3).reshape(-1, 3)
        wide = numpy.zeros((count, 4), numpy.uint8)
        # As the upper three bytes of 32 bits.
        wide[:, 1:] = parts[:, ::-1] if big_endian else parts
        return (wide.reshape(-1).view("<i4").astype(numpy.float64) / 2.0**31).astype(numpy.float32)
    kinds = {"uint8": "u1", "int16": "i2", "int32": "i4", "float32": "f4", "float64": "f8"}
    kind = numpy.dtype(order + kinds[sample_format])
    found = numpy.frombuffer(data, kind, len(data) // kind.itemsize)
    if sample_format == "uint8":
        return ((found.astype(numpy.float64) - 128) / 128).astype(numpy.float32)
    if sample_format in ("int16", "int32"):
        return (found.astype(numpy.float64) / 2.0 ** (kind.itemsize * 8 - 1)).astype(numpy.float32)
    with numpy.errstate(over="ignore"):
        return found.astype(numpy.float32)


def _invalid(message: str) -> Exception:
    return speech_error("speech_audio_invalid", message)
