"""Audio that a program holds: samples, what they measure, and what can be made of them. Every operation gives a new buffer and leaves this one as it is."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy
import numpy.typing as npt

from . import _signal, _waveform
from ._converter import convert, resample
from ._encoding import LEAST_RATE, MOST_RATE, format_of_name, resolve_encoding
from ._engine import QUALITIES, SAMPLE_FORMATS, Samples
from ._loudness import integrated_loudness
from ._metadata import AudioMetadata
from ._wav import samples_of
from .errors import speech_error
from .files import AudioFileWriter, decode_audio, encode_all, read_audio
from .options import Quality, check_number, refuse, shown

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._encoding import EncodeOptions

__all__ = ["AudioBuffer", "AudioStatistics", "Converted"]

FadeCurve = Literal["linear", "equal-power"]
Endian = Literal["little", "big"]
SampleFormat = Literal["int16", "int24", "int32", "uint8", "float64", "float32"]

#: dB; a gain beyond is no gain that one means.
_MOST_DECIBELS = 120
#: Seconds; ten days, beyond any array.
_MOST_SECONDS = 864_000
#: Frames written to a file at once.
_PIECE_FRAMES = 65_536


class Converted(NamedTuple):
    data: bytes
    #: Samples beyond the format's range, which were limited to it.
    clipped: int


class AudioStatistics(NamedTuple):
    """Samples are in [-1, 1] at full scale; levels in dB are relative to full scale and -inf for silence."""

    #: Samples of one channel; seconds.
    frames: int
    duration: float
    #: Least and greatest sample. 0 for audio without samples.
    min: float
    max: float
    #: Greatest absolute sample.
    peak: float
    peak_db: float
    #: Root of the mean square over all samples of all channels.
    rms: float
    rms_db: float
    #: peak_db - rms_db; 0 for silence.
    crest_db: float
    #: Mean of the samples.
    dc_offset: float
    #: Changes of sign per second, mean of the channels; a zero takes the sign before it.
    zero_crossing_rate: float
    #: Samples whose absolute value is over 1: what integer formats would limit.
    over_full_scale: int
    #: Integrated loudness in LUFS (ITU-R BS.1770-4).
    loudness: float


class MixPart(NamedTuple):
    """Of a mix: from `start` seconds on, by `gain` dB."""

    audio: AudioBuffer
    start: float = 0.0
    gain: float = 0.0


class AudioBuffer:
    """samples: a numpy array of float32, full scale [-1, 1], interleaved (left, right, ...) when stereo; it is taken over, not copied, where
    it is one (other arrays and sequences are copied). rate: frames a second. channels: 1 or 2. title, language: what `encode` and `save`
    write into the file, and `load` found there. Raises SpeechError speech_audio_invalid.
    """

    __slots__ = ("_samples", "channels", "metadata", "rate")

    rate: int
    channels: int
    metadata: AudioMetadata

    def __init__(self, samples: npt.ArrayLike, rate: int, channels: int = 1, *, title: str = "", language: str = "") -> None:
        self._samples = _checked_samples(samples, channels)
        whole = isinstance(rate, (int, numpy.integer)) and not isinstance(rate, bool)
        if not whole or not LEAST_RATE <= rate <= MOST_RATE:
            expected = f"a whole number of frames a second from {LEAST_RATE} to {MOST_RATE}"
            raise speech_error("speech_audio_invalid", f"rate: expected {expected}, got {shown(rate)}", "rate")
        self.rate = int(rate)
        self.channels = int(channels)
        self.metadata = AudioMetadata(title, language)

    # --- making -------------------------------------------------------------------------------------------------

    @classmethod
    def silence(cls, seconds: float, rate: int, channels: int = 1) -> AudioBuffer:
        """Silence of a length in seconds."""
        check_number("seconds", seconds, 0, _MOST_SECONDS, "s")
        return AudioBuffer(numpy.zeros(_round(seconds * rate) * channels, numpy.float32), rate, channels)

    @classmethod
    def from_bytes(cls, data: bytes, format: SampleFormat, rate: int, channels: int = 1, *, endian: Endian = "little") -> AudioBuffer:
        """Samples of another format, such as those of `convert`. Integers are divided by their full scale (32768 for int16)."""
        _check_format(format)
        return AudioBuffer(samples_of(data, format, _big(endian)), rate, channels)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> AudioBuffer:
        """A WAV file, or (with the package soundfile) FLAC or MP3. Raises SpeechError speech_file_unreadable, speech_audio_invalid,
        speech_package_missing.
        """
        samples, rate, channels, metadata = read_audio(path)
        return AudioBuffer(samples, rate, channels, title=metadata.title, language=metadata.language)

    @classmethod
    def decode(cls, data: bytes) -> AudioBuffer:
        """The bytes of such a file."""
        samples, rate, channels, metadata = decode_audio(bytes(data))
        return AudioBuffer(samples, rate, channels, title=metadata.title, language=metadata.language)

    @classmethod
    def concatenate(cls, parts: Sequence[AudioBuffer]) -> AudioBuffer:
        """One after the other. All have the same rate and channels."""
        first = _check_alike(parts)
        return AudioBuffer(numpy.concatenate([part.samples for part in parts]), first.rate, first.channels)

    @classmethod
    def mix(cls, parts: Sequence[AudioBuffer | MixPart | tuple[AudioBuffer, float] | tuple[AudioBuffer, float, float]]) -> AudioBuffer:
        """The sum of all, each from `start` seconds on and by `gain` dB (defaults 0): buffers, or (buffer, start, gain). Sums may exceed full
        scale: `limit()` or `normalize()` follows.
        """
        placed = [MixPart(*part) if isinstance(part, tuple) else MixPart(part) for part in parts]
        first = _check_alike([part.audio for part in placed])
        rows = []
        for audio, start, gain in placed:
            frame = _round(check_number("start", start, 0, _MOST_SECONDS, "s") * first.rate)
            ratio = _signal.ratio_of(check_number("gain", gain, -_MOST_DECIBELS, _MOST_DECIBELS, "dB"))
            rows.append((audio.samples, frame, ratio))
        return AudioBuffer(_signal.mixed(rows, first.channels), first.rate, first.channels)

    # --- what it is ---------------------------------------------------------------------------------------------

    @property
    def samples(self) -> Samples:
        """The array itself, not a copy: what is written into it changes this buffer. It may outlive the buffer."""
        return self._samples

    @property
    def by_channel(self) -> Samples:
        """The same memory as (frames, channels)."""
        return self._samples.reshape(-1, self.channels)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        # What numpy asks of `copy` (2.0 on): False refuses one, None makes one only where the type calls for it.
        if dtype is None or numpy.dtype(dtype) == self._samples.dtype:
            return self._samples.copy() if copy else self._samples
        if copy is False:
            raise ValueError(f"samples are float32: as {numpy.dtype(dtype)} they must be copied")
        return self._samples.astype(dtype)

    def __len__(self) -> int:
        """Samples of all channels."""
        return len(self._samples)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.duration:.3f} s, {self.rate} Hz, {self.channels} channel{'s' if self.channels > 1 else ''}>"

    @property
    def frames(self) -> int:
        """Samples of one channel."""
        return len(self._samples) // self.channels

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.frames / self.rate

    def peak(self) -> float:
        """Greatest absolute sample; 1 is full scale."""
        return _signal.peak_of(self._samples)

    def rms(self) -> float:
        """Root of the mean square over all samples. A full-scale sine has 0.7071."""
        return _signal.rms_of(self._samples)

    def loudness(self) -> float:
        """Integrated loudness in LUFS (ITU-R BS.1770-4); -inf for silence."""
        return integrated_loudness(self._samples, self.rate, self.channels)

    def statistics(self) -> AudioStatistics:
        samples, peak, rms = self._samples, self.peak(), self.rms()
        there = len(samples) > 0
        crossings = _signal.crossings_of(samples, self.channels)
        return AudioStatistics(
            frames=self.frames,
            duration=self.duration,
            min=float(samples.min()) if there else 0.0,
            max=float(samples.max()) if there else 0.0,
            peak=peak,
            peak_db=_signal.decibels(peak),
            rms=rms,
            rms_db=_signal.decibels(rms),
            crest_db=0.0 if rms == 0 else _signal.decibels(peak) - _signal.decibels(rms),
            dc_offset=float(samples.mean(dtype=numpy.float64)) if there else 0.0,
            zero_crossing_rate=crossings / self.channels / self.duration if there else 0.0,
            over_full_scale=int(numpy.count_nonzero(numpy.abs(samples) > 1)),
            loudness=self.loudness(),
        )

    # --- what can be made of it ---------------------------------------------------------------------------------

    def trim_silence(self, *, threshold: float = -60, keep: float = 0) -> AudioBuffer:
        """Without the silence at both ends. threshold: dB of full scale, up to which a sample is silence. keep: seconds of it that stay."""
        check_number("threshold", threshold, -_MOST_DECIBELS - 80, 0, "dB")
        check_number("keep", keep, 0, _MOST_SECONDS, "s")
        start, end = _signal.audible_range(self._samples, self.channels, _signal.ratio_of(threshold))
        if end == 0:
            return self._with(numpy.zeros(0, numpy.float32))
        margin = _round(keep * self.rate)
        return self._with(self._samples[max(0, start - margin) * self.channels : min(self.frames, end + margin) * self.channels].copy())

    def slice(self, start: float, end: float | None = None) -> AudioBuffer:
        """The half-open range of seconds; beyond the end there is nothing."""
        last = self.duration if end is None else end
        check_number("start", start, 0, _MOST_SECONDS, "s")
        check_number("end", last, start, _MOST_SECONDS, "s")
        return self._with(self._samples[_round(start * self.rate) * self.channels : _round(last * self.rate) * self.channels].copy())

    def convert(self, format: SampleFormat, *, endian: Endian = "little", dither: bool = False) -> Converted:
        """The samples as bytes of another format, by the engine: integers are rounded and limited to their range. dither: triangular, ±1
        last bit.
        """
        _check_format(format)
        return Converted(*convert(self._samples, format, big_endian=_big(endian), dither=_flag("dither", dither)))

    def to_int16(self, *, dither: bool = False) -> npt.NDArray[numpy.int16]:
        return numpy.frombuffer(bytearray(self.convert("int16", dither=dither).data), numpy.dtype("<i2")).astype(numpy.int16, copy=False)

    def to_int24(self, *, endian: Endian = "little", dither: bool = False) -> bytes:
        """Three bytes a sample."""
        return self.convert("int24", endian=endian, dither=dither).data

    def to_int32(self, *, dither: bool = False) -> npt.NDArray[numpy.int32]:
        return numpy.frombuffer(bytearray(self.convert("int32", dither=dither).data), numpy.dtype("<i4")).astype(numpy.int32, copy=False)

    def to_uint8(self, *, dither: bool = False) -> npt.NDArray[numpy.uint8]:
        """128 is silence."""
        return numpy.frombuffer(bytearray(self.convert("uint8", dither=dither).data), numpy.uint8)

    def to_float64(self) -> npt.NDArray[numpy.float64]:
        return self._samples.astype(numpy.float64)

    def mono(self) -> AudioBuffer:
        """One channel: the mean of two."""
        return self._with(_signal.with_channels(self._samples, self.channels, 1), channels=1)

    def stereo(self) -> AudioBuffer:
        """Two channels: one as both."""
        return self._with(_signal.with_channels(self._samples, self.channels, 2), channels=2)

    def resample(self, rate: int, *, quality: Quality = "standard") -> AudioBuffer:
        """At another rate (1000 to 384,000 frames a second), by the engine; round(frames × rate / self.rate) frames."""
        check_number("rate", rate, LEAST_RATE, MOST_RATE, "Hz")
        if rate != int(rate):
            raise refuse("rate", "whole Hz", rate)
        if quality not in QUALITIES:
            raise refuse("quality", '"draft", "standard" or "high"', quality)
        if rate == self.rate:
            return self._with(self._samples.copy())
        made = resample(self._samples, self.channels, self.rate, int(rate), quality)
        return AudioBuffer(made, int(rate), self.channels, title=self.metadata.title, language=self.metadata.language)

    def gain(self, decibels: float) -> AudioBuffer:
        """Louder or softer by this many dB; nothing is limited."""
        return self._with(_signal.scaled(self._samples, _signal.ratio_of(check_number("gain", decibels, -_MOST_DECIBELS, _MOST_DECIBELS, "dB"))))

    def normalize(self, *, peak: float | None = None, rms: float | None = None, lufs: float | None = None) -> AudioBuffer:
        """One gain for all, so that the peak or RMS has this many dB of full scale, or the loudness this many LUFS. Silence stays silence."""
        given = {name: value for name, value in (("peak", peak), ("rms", rms), ("lufs", lufs)) if value is not None}
        if len(given) != 1:
            raise refuse("target", "one of peak, rms, lufs", ", ".join(given))
        (kind, level), = given.items()
        wanted = check_number(kind, level, -_MOST_DECIBELS, _MOST_DECIBELS, "LUFS" if kind == "lufs" else "dB")
        now = self.loudness() if kind == "lufs" else _signal.decibels(self.peak() if kind == "peak" else self.rms())
        return self._with(self._samples.copy() if now == -math.inf else _signal.scaled(self._samples, _signal.ratio_of(wanted - now)))

    def fade(self, *, fade_in: float = 0, fade_out: float = 0, curve: FadeCurve = "linear") -> AudioBuffer:
        """Fades at the ends, in seconds (default none), each at most the whole."""
        _check_curve(curve)
        first = _round(check_number("fade_in", fade_in, 0, self.duration, "s") * self.rate)
        last = _round(check_number("fade_out", fade_out, 0, self.duration, "s") * self.rate)
        return self._with(_signal.faded(self._samples, self.channels, first, last, curve))

    def crossfade(self, after: AudioBuffer, seconds: float, *, curve: FadeCurve = "equal-power") -> AudioBuffer:
        """This, whose last seconds fade out while the first of `after` fade in."""
        _check_curve(curve)
        _check_alike([self, after])
        check_number("seconds", seconds, 0, min(self.duration, after.duration), "s")
        return self._with(_signal.crossfaded(self._samples, after._samples, self.channels, _round(seconds * self.rate), curve))

    def limit(self, ceiling: float = -0.1) -> AudioBuffer:
        """No sample over `ceiling` dB of full scale: a look-ahead limiter of 5 ms; what is below is left as it is."""
        most = _signal.ratio_of(check_number("ceiling", ceiling, -_MOST_DECIBELS, 0, "dB"))
        return self._with(_signal.limited(self._samples, self.rate, self.channels, most).copy())

    # --- files and pictures -------------------------------------------------------------------------------------

    def encode(self, **options: Unpack[EncodeOptions]) -> bytes:
        """The bytes of an audio file. Raises SpeechError speech_option_invalid, speech_package_missing."""
        return encode_all(self._samples, resolve_encoding(options, self.rate, self.channels, self.frames, self.metadata))[0]

    def save(self, path: str | os.PathLike[str], **options: Unpack[EncodeOptions]) -> int:
        """Writes an audio file aside and renames it; its format is the name's ending unless `format` says it. Gives how many samples the
        format's range cut. Raises SpeechError speech_output_failed, speech_option_invalid, speech_package_missing.
        """
        named = {**options, "format": options.get("format") or format_of_name(path)}
        encoding = resolve_encoding(named, self.rate, self.channels, self.frames, self.metadata)
        with AudioFileWriter.of(os.fspath(path), encoding) as writer:
            for at in range(0, len(self._samples), _PIECE_FRAMES * self.channels):
                writer.write(self._samples[at : at + _PIECE_FRAMES * self.channels])
        return writer.clipped

    def play(self) -> None:
        """Aloud by a player of the system. Raises SpeechError speech_player_missing."""
        from .player import play_audio

        play_audio(self)

    def waveform_svg(self, **options: Unpack[_waveform.WaveformOptions]) -> str:
        """A picture of the samples: for each column the least and greatest sample, and the RMS in front."""
        return _waveform.svg(self._samples, self.channels, options)

    def waveform_png(self, **options: Unpack[_waveform.WaveformOptions]) -> bytes:
        """The same as a PNG file in three colours."""
        return _waveform.png(self._samples, self.channels, options)

    # --- inside -------------------------------------------------------------------------------------------------

    def _with(self, samples: Samples, channels: int | None = None) -> AudioBuffer:
        title, language = self.metadata
        return AudioBuffer(samples, self.rate, self.channels if channels is None else channels, title=title, language=language)


def _checked_samples(samples: npt.ArrayLike, channels: int) -> Samples:
    if isinstance(channels, bool) or channels not in (1, 2):
        raise speech_error("speech_audio_invalid", f"channels: expected 1 or 2, got {shown(channels)}", "channels")
    try:
        found = numpy.ascontiguousarray(samples, numpy.float32)
    except (TypeError, ValueError) as error:
        raise speech_error("speech_audio_invalid", f"samples: expected numbers: {error}", "samples") from error
    if found.ndim == 2 and found.shape[1] == channels:
        found = found.reshape(-1)
    if found.ndim != 1:
        raise speech_error("speech_audio_invalid", f"samples: expected an array of one dimension, or (frames, {channels}), got {found.shape}", "samples")
    if len(found) % channels:
        raise speech_error("speech_audio_invalid", f"samples: expected an even number for two channels, got {len(found)}", "samples")
    return found


def _check_alike(parts: Sequence[AudioBuffer]) -> AudioBuffer:
    """Raises speech_audio_invalid where rates or channels differ, or there is nothing."""
    if not parts:
        raise speech_error("speech_audio_invalid", "expected at least one AudioBuffer, got none")
    first = parts[0]
    for index, part in enumerate(parts):
        if part.rate != first.rate or part.channels != first.channels:
            message = f"audio {index} has {part.rate} Hz and {part.channels} channels, audio 0 {first.rate} Hz and {first.channels}"
            raise speech_error("speech_audio_invalid", f"{message}: resample() or mono()/stereo() makes them alike")
    return first


def _check_format(format: object) -> None:
    if not isinstance(format, str) or format not in SAMPLE_FORMATS:
        raise refuse("format", f"one of {', '.join(SAMPLE_FORMATS)}", format)


def _check_curve(curve: object) -> None:
    if curve not in ("linear", "equal-power"):
        raise refuse("curve", '"linear" or "equal-power"', curve)


def _big(endian: object) -> bool:
    if endian not in ("little", "big"):
        raise refuse("endian", '"little" or "big"', endian)
    return endian == "big"


def _flag(field: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise refuse(field, "True or False", value)
    return value


def _round(value: float) -> int:
    """Halves go up, as in the other hosts."""
    return math.floor(value + 0.5)
