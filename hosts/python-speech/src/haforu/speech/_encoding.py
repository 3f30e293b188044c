"""Which file formats there are, their options, and the check of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypedDict

from ._metadata import MOST_METADATA, AudioMetadata
from .options import refuse, shown
from .errors import speech_error

__all__ = ["EncodeOptions", "FILE_FORMATS", "FileFormat", "SampleBits", "format_of_name"]

FILE_FORMATS = ("wav", "flac", "mp3")
FileFormat = Literal["wav", "flac", "mp3"]
#: Bits of one sample: WAV takes all of them, FLAC 16 and 24; MP3 has none.
SampleBits = Literal[16, 24, 32, "float"]

#: What the resampler takes, in frames a second.
LEAST_RATE = 1000
MOST_RATE = 384_000
_BITRATES = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
#: Rates that LAME takes as they are.
_MP3_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_FIELDS = frozenset({"format", "bits", "dither", "bitrate", "title", "language"})


class EncodeOptions(TypedDict, total=False):
    """format: default "wav"; `save` takes it from the file's name. bits: default 16. dither: triangular dither of ±1 last bit before
    samples become integers; default False. bitrate: MP3, kbit/s, one of 32 40 48 56 64 80 96 112 128 160 192 224 256 320 (from 8 where
    the rate is below 32 kHz); default: variable, LAME's V2. title, language: written into the file; default: the audio's own.
    """

    format: FileFormat | None
    bits: SampleBits | None
    dither: bool | None
    bitrate: int | None
    title: str | None
    language: str | None


class Encoding(NamedTuple):
    """Checked."""

    format: str
    bits: int | str
    dither: bool
    bitrate: int | None
    metadata: AudioMetadata
    rate: int
    channels: int
    #: Frames that will come, where it is known: then the header is right from the start.
    frames: int | None


def resolve_encoding(options: Mapping[str, Any], rate: int, channels: int, frames: int | None, metadata: AudioMetadata) -> Encoding:
    """Raises speech_option_invalid that names the option, what came and what was expected."""
    for key in options:
        if key not in _FIELDS:
            raise speech_error("speech_option_invalid", f"{key}: unknown; expected one of {', '.join(sorted(_FIELDS))}", key)
    given = {key: value for key, value in options.items() if value is not None}
    kind, bits, dither, bitrate = given.get("format", "wav"), given.get("bits", 16), given.get("dither", False), given.get("bitrate")
    if kind not in FILE_FORMATS:
        raise refuse("format", '"wav", "flac" or "mp3"', kind)
    if isinstance(bits, bool) or bits not in (16, 24, 32, "float"):
        raise refuse("bits", '16, 24, 32 or "float"', bits)
    if kind == "flac" and bits not in (16, 24):
        raise refuse("bits", "16 or 24 for FLAC", bits)
    if not isinstance(dither, bool):
        raise refuse("dither", "True or False", dither)
    if bitrate is not None and (isinstance(bitrate, bool) or bitrate not in _BITRATES):
        raise refuse("bitrate", f"one of {', '.join(map(str, _BITRATES))} kbit/s", bitrate)
    if kind == "mp3" and rate not in _MP3_RATES:
        raise refuse("rate", f"one of {', '.join(map(str, _MP3_RATES))} Hz for MP3 (resample() makes it so)", rate)
    texts = {"title": given.get("title", metadata.title), "language": given.get("language", metadata.language)}
    for field, text in texts.items():
        if not isinstance(text, str) or len(text) > MOST_METADATA or "\0" in text:
            raise refuse(field, f"text of at most {MOST_METADATA} characters without NUL", f"{text[:40]}…" if isinstance(text, str) else text)
    return Encoding(kind, bits, dither, bitrate, AudioMetadata(**texts), rate, channels, frames)


def format_of_name(path: str | os.PathLike[str]) -> str:
    """Raises speech_option_invalid for a name that says no format."""
    name = os.fspath(path)
    ending = os.path.splitext(name)[1].lower().removeprefix(".")
    ending = "wav" if ending == "wave" else ending
    if ending in FILE_FORMATS:
        return ending
    message = f"{shown(name)}: expected a name that ends in .wav, .flac or .mp3, or the option format"
    raise speech_error("speech_option_invalid", message, "format")
