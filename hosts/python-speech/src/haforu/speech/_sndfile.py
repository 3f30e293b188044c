"""FLAC and MP3 files by libsndfile (PyPI soundfile, which the user installs: it carries libFLAC, and LAME and mpg123, which are LGPL).

Integers are the module's, so a FLAC file holds the samples that every host's holds; title and language are written by us, because
libsndfile has no field for a language.
"""

from __future__ import annotations

import io
import struct
from types import ModuleType
from typing import Any, BinaryIO

import numpy

from ._converter import convert
from ._encoding import Encoding
from ._engine import Samples
from ._metadata import AudioMetadata, id3_tag, read_id3, read_vorbis_comment, vorbis_comment
from .errors import SpeechError, speech_error

_BLOCK_COMMENT = 4
_LAST_BLOCK = 0x80
_PIECE = 1 << 20
#: LAME's V2 as libsndfile counts: 0 best, 1 smallest (its VBR quality is ten times that).
_VBR_LEVEL = 0.2


def soundfile(what: str) -> Any:
    """Raises speech_package_missing that says what to install."""
    try:
        # It has no types.
        import soundfile as module  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError as error:
        message = f"{what} needs the package soundfile (BSD; it carries LGPL libraries), which is not installed: pip install soundfile"
        raise SpeechError("speech_package_missing", message) from error
    except OSError as error:
        raise SpeechError("speech_package_missing", f"{what} needs libsndfile, which soundfile could not load: {error}") from error
    assert isinstance(module, ModuleType)
    return module


class _Work:
    """A file that keeps what went wrong in it: libsndfile calls it from C, where an exception is lost."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.problem: OSError | None = None
        self.seek, self.tell, self.read = file.seek, file.tell, file.read

    def write(self, data: bytes) -> int:
        try:
            return self.file.write(data)
        except OSError as error:
            self.problem = error
            return 0


class SndfileEncoder:
    """Samples in piece by piece, the file into `target` at the end; meanwhile it grows in `work`, a file open for reading and writing."""

    def __init__(self, encoding: Encoding, work: BinaryIO) -> None:
        module = soundfile(f"writing {encoding.format.upper()}")
        self._encoding = encoding
        self._work = _Work(work)
        self.clipped = 0
        options: dict[str, Any] = {"samplerate": encoding.rate, "channels": encoding.channels}
        if encoding.format == "flac":
            options.update(format="FLAC", subtype=f"PCM_{encoding.bits}")
        else:
            options.update(format="MP3", subtype="MPEG_LAYER_III", **_bitrate(encoding))
        try:
            self._file = module.SoundFile(self._work, mode="w", **options)
        except (RuntimeError, TypeError, ValueError) as error:
            about = f"{encoding.rate} Hz, {encoding.channels} channels"
            raise speech_error("speech_output_failed", f"libsndfile refused {encoding.format.upper()} of {about}: {error}") from error

    def encode(self, samples: Samples) -> None:
        if self._encoding.format == "mp3":
            self._write(samples.reshape(-1, self._encoding.channels))
            return
        kind = "int16" if self._encoding.bits == 16 else "int24"
        data, clipped = convert(samples, kind, dither=self._encoding.dither)
        self.clipped += clipped
        if kind == "int16":
            self._write(numpy.frombuffer(data, "<i2").reshape(-1, self._encoding.channels))
            return
        wide = numpy.zeros((len(data) // 3, 4), numpy.uint8)
        # libsndfile takes 24 bits as the upper ones of 32.
        wide[:, 1:] = numpy.frombuffer(data, numpy.uint8).reshape(-1, 3)
        self._write(wide.reshape(-1).view("<i4").reshape(-1, self._encoding.channels))

    def finish(self, target: BinaryIO) -> None:
        """Copies the file to `target`, with our metadata in place of libsndfile's."""
        self._guarded(self._file.close)
        work = self._work.file
        work.seek(0)
        if self._encoding.format == "mp3":
            target.write(id3_tag(self._encoding.metadata))
        else:
            _copy_flac_head(work, target, self._encoding.metadata)
        while piece := work.read(_PIECE):
            target.write(piece)

    def discard(self) -> None:
        try:
            self._file.close()
        except (RuntimeError, AssertionError, OSError):
            # What was written is thrown away.
            pass

    def _write(self, frames: Any) -> None:
        if len(frames):
            self._guarded(self._file.write, frames)

    def _guarded(self, action: Any, *words: Any) -> None:
        try:
            action(*words)
        # An assertion is soundfile's word for "not all was written".
        except (RuntimeError, AssertionError) as error:
            cause = self._work.problem or error
            raise speech_error("speech_output_failed", f"libsndfile could not write the samples: {cause}") from error
        if self._work.problem is not None:
            raise self._work.problem


def _bitrate(encoding: Encoding) -> dict[str, Any]:
    if encoding.bitrate is None:
        return {"bitrate_mode": "VARIABLE", "compression_level": _VBR_LEVEL}
    # libsndfile: 320 - level × 288 kbit/s from 32 kHz on, 160 - level × 152 below.
    most, least = (320, 32) if encoding.rate >= 32_000 else (160, 8)
    level = min(1.0, max(0.0, (most - encoding.bitrate) / (most - least)))
    return {"bitrate_mode": "CONSTANT", "compression_level": level}


def _copy_flac_head(work: BinaryIO, target: BinaryIO, metadata: AudioMetadata) -> None:
    """"fLaC" and STREAMINFO as they are, then our comment block as the last; what else stands before the frames is left out."""
    target.write(work.read(4))
    last = False
    first = True
    while not last:
        header = work.read(4)
        if len(header) < 4:
            raise speech_error("speech_output_failed", "libsndfile wrote no whole FLAC file")
        last = bool(header[0] & _LAST_BLOCK)
        body = work.read(int.from_bytes(header[1:], "big"))
        if first:
            target.write(bytes([header[0] & ~_LAST_BLOCK]) + header[1:] + body)
            first = False
    comment = vorbis_comment(metadata)
    target.write(bytes([_LAST_BLOCK | _BLOCK_COMMENT]) + struct.pack(">I", len(comment))[1:] + comment)


def decode(file: bytes, kind: str) -> tuple[Samples, int, int, AudioMetadata]:
    """Samples, rate, channels of a FLAC or MP3 file. Raises speech_audio_invalid, speech_package_missing."""
    module = soundfile(f"reading {kind.upper()}")
    metadata, start = _flac_metadata(file) if kind == "flac" else read_id3(file)
    try:
        with module.SoundFile(io.BytesIO(file[start:] if kind == "mp3" else file)) as sound:
            if sound.channels not in (1, 2):
                raise speech_error("speech_audio_invalid", f"the {kind.upper()} file has {sound.channels} channels, expected 1 or 2")
            expected, rate, channels = sound.frames, sound.samplerate, sound.channels
            samples = sound.read(dtype="float32", always_2d=True)
    except (RuntimeError, ValueError) as error:
        if isinstance(error, SpeechError):
            raise
        raise speech_error("speech_audio_invalid", f"the {kind.upper()} file is damaged: {error}") from error
    if kind == "flac" and 0 < expected != len(samples):
        raise speech_error("speech_audio_invalid", f"the FLAC file is damaged: it has {len(samples)} frames where its header says {expected}")
    return numpy.ascontiguousarray(samples).reshape(-1), rate, channels, metadata


def _flac_metadata(file: bytes) -> tuple[AudioMetadata, int]:
    """Walks over the metadata blocks."""
    at = 4
    while at + 4 <= len(file):
        size = int.from_bytes(file[at + 1 : at + 4], "big")
        if file[at] & ~_LAST_BLOCK == _BLOCK_COMMENT:
            return read_vorbis_comment(file[at + 4 : at + 4 + size]), 0
        if file[at] & _LAST_BLOCK:
            break
        at += 4 + size
    return AudioMetadata(), 0
