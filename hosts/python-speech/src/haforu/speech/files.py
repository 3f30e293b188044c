"""Audio to a file, piece by piece: beside the file first, renamed when it is whole, so that an interrupted call leaves no half file. And files back to samples."""

from __future__ import annotations

import io
import os
import tempfile
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy
from haforu._whole_file import WholeFile

from ._encoding import Encoding, format_of_name, resolve_encoding
from ._engine import Samples
from ._metadata import AudioMetadata
from ._sndfile import SndfileEncoder, decode
from ._wav import WavEncoder, decode_wav
from .errors import SpeechError, speech_error

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._encoding import EncodeOptions

__all__ = ["AudioFileWriter", "format_of_name"]

#: Bytes: more than an hour of two channels of floats at 44.1 kHz; audio is held whole.
_MOST_FILE_BYTES = 1 << 30


class AudioFileWriter:
    """Takes samples piece by piece: memory does not grow with the audio. A context manager: the file has its name when it is left, and is
    nowhere when it is left by an exception.

    path: its ending says the format unless `format` does. rate: frames a second. channels: 1 or 2. Raises SpeechError
    speech_output_failed, speech_option_invalid, speech_package_missing.
    """

    def __init__(self, path: str | os.PathLike[str], rate: int, channels: int = 1, **options: Unpack[EncodeOptions]) -> None:
        kind = options.get("format") or format_of_name(path)
        self._start(os.fspath(path), resolve_encoding({**options, "format": kind}, rate, channels, None, AudioMetadata()))

    @classmethod
    def of(cls, path: str, encoding: Encoding) -> AudioFileWriter:
        """With options that are checked."""
        writer = cls.__new__(cls)
        writer._start(path, encoding)
        return writer

    def _start(self, path: str, encoding: Encoding) -> None:
        self.path = path
        self._done = False
        try:
            self._whole = WholeFile(path)
        except OSError as error:
            raise _failed(path, error) from error
        self._file = self._whole.file
        try:
            self._encoder: WavEncoder | SndfileEncoder
            if encoding.format == "wav":
                self._encoder = WavEncoder(encoding)
            else:
                # libsndfile goes back to its header at the end; what it writes is not yet what the file is to be.
                self._work = tempfile.TemporaryFile(dir=None if self._whole.direct else os.path.dirname(path) or ".")
                self._encoder = SndfileEncoder(encoding, self._work)
        except BaseException:
            self.discard()
            raise

    @property
    def clipped(self) -> int:
        """Samples that the format's range cut so far."""
        return self._encoder.clipped

    def write(self, samples: Samples) -> None:
        """Interleaved float32, whole frames."""
        try:
            flat = numpy.ascontiguousarray(samples, numpy.float32).reshape(-1)
            if isinstance(self._encoder, WavEncoder):
                self._file.write(self._encoder.encode(flat))
            else:
                self._encoder.encode(flat)
        except OSError as error:
            raise _failed(self.path, error) from error

    def finish(self) -> None:
        """The file has its name after this."""
        if self._done:
            return
        try:
            if isinstance(self._encoder, WavEncoder):
                tail, head = self._encoder.finish()
                self._file.write(tail)
                if head is not None and not self._whole.direct:
                    self._file.seek(0)
                    self._file.write(head)
            else:
                self._encoder.finish(self._file)
                self._work.close()
            self._whole.finish()
            self._done = True
        except OSError as error:
            raise _failed(self.path, error) from error
        finally:
            if not self._done:
                self.discard()

    def discard(self) -> None:
        """Nothing is left of what was written."""
        if self._done:
            return
        self._done = True
        encoder = getattr(self, "_encoder", None)
        if isinstance(encoder, SndfileEncoder):
            encoder.discard()
        work = getattr(self, "_work", None)
        if work is not None:
            try:
                work.close()
            except OSError:
                # A full disk: what is left in the buffer cannot be written, and is not wanted.
                pass
        self._whole.discard()

    def __enter__(self) -> AudioFileWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.finish()
        else:
            self.discard()


def encode_all(samples: Samples, encoding: Encoding) -> tuple[bytes, int]:
    """All of it in memory: the file's bytes, and how many samples were cut."""
    encoder: WavEncoder | SndfileEncoder
    if encoding.format == "wav":
        encoder = WavEncoder(encoding)
        first = encoder.encode(samples)
        tail, head = encoder.finish()
        whole = first + tail
        return (whole if head is None else head + whole[len(head) :]), encoder.clipped
    encoder = SndfileEncoder(encoding, io.BytesIO())
    encoder.encode(samples)
    out = io.BytesIO()
    encoder.finish(out)
    return out.getvalue(), encoder.clipped


def decode_audio(file: bytes) -> tuple[Samples, int, int, AudioMetadata]:
    """Samples, rate, channels, metadata; which format it is is seen from its first bytes. Raises speech_audio_invalid, speech_package_missing."""
    start = file[:12]
    if start[:4] == b"RIFF" and start[8:] == b"WAVE":
        return decode_wav(file)
    if start[:4] == b"fLaC":
        return decode(file, "flac")
    if start[:3] == b"ID3" or (len(file) > 1 and file[0] == 0xFF and file[1] & 0xE0 == 0xE0):
        return decode(file, "mp3")
    raise speech_error("speech_audio_invalid", f"expected a WAV, FLAC or MP3 file; it begins with {start[:4]!r}")


def read_audio(path: str | os.PathLike[str]) -> tuple[Samples, int, int, AudioMetadata]:
    """Raises speech_file_unreadable, and what decode_audio raises, with the path."""
    name = os.fspath(path)
    try:
        if os.path.exists(name) and not os.path.isfile(name):
            raise OSError("it is no regular file")
        with open(name, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > _MOST_FILE_BYTES:
                raise OSError(f"it has {size} bytes, at most {_MOST_FILE_BYTES} are read")
            data = file.read()
    except (OSError, ValueError) as error:
        raise speech_error("speech_file_unreadable", f"{name} could not be read: {error}") from error
    try:
        return decode_audio(data)
    except SpeechError as error:
        if error.code != "speech_audio_invalid":
            raise
        raise speech_error(error.code, f"{name}: {error.message}") from error


def _failed(path: str, error: Any) -> SpeechError:
    return speech_error("speech_output_failed", f"{path} could not be written: {error}")
