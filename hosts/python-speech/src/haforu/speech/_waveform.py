"""Samples in, a picture of them out: for each column the least and greatest sample, and the RMS in front. SVG, or PNG with a palette."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple, TypedDict

import numpy
import numpy.typing as npt

from ._engine import Samples
from .errors import speech_error
from .options import check_number, refuse


class WaveformOptions(TypedDict, total=False):
    """width, height: pixels, 1 to 16384; defaults 800 × 120. color, rms_color, background: "#rrggbb"; defaults "#5b8def", "#1d4ed8",
    "#ffffff". full_scale: what reaches top and bottom, as an amplitude; default 1.
    """

    width: int
    height: int
    color: str
    rms_color: str
    background: str
    full_scale: float


_DEFAULTS: Mapping[str, Any] = {
    "width": 800,
    "height": 120,
    "color": "#5b8def",
    "rms_color": "#1d4ed8",
    "background": "#ffffff",
    "full_scale": 1,
}
#: Of a side: a picture of 16384² with one byte a pixel is 256 MiB, as much as should come of one call.
_MOST_PIXELS = 16_384
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_INK, _RMS = 1, 2

_Doubles = npt.NDArray[numpy.float64]


class _Columns(NamedTuple):
    least: _Doubles
    greatest: _Doubles
    rms: _Doubles


def _resolve(options: Mapping[str, Any]) -> dict[str, Any]:
    unknown = next((key for key in options if key not in _DEFAULTS), None)
    if unknown is not None:
        raise speech_error("speech_option_invalid", f"{unknown}: unknown; expected one of {', '.join(_DEFAULTS)}", unknown)
    resolved = {**_DEFAULTS, **{key: value for key, value in options.items() if value is not None}}
    for field in ("width", "height"):
        if check_number(field, resolved[field], 1, _MOST_PIXELS, "px") != int(resolved[field]):
            raise refuse(field, "whole pixels", resolved[field])
        resolved[field] = int(resolved[field])
    check_number("full_scale", resolved["full_scale"], 5e-324, float("inf"), "")
    for field in ("color", "rms_color", "background"):
        if not isinstance(resolved[field], str) or _COLOUR.fullmatch(resolved[field]) is None:
            raise refuse(field, 'a colour such as "#5b8def"', resolved[field])
    return resolved


def _columns(samples: Samples, channels: int, options: Mapping[str, Any]) -> _Columns:
    """A column holds the frames [n · frames / width, (n + 1) · frames / width), at least one; all channels together."""
    width = options["width"]
    frames = len(samples) // channels
    least, greatest, rms = numpy.zeros(width), numpy.zeros(width), numpy.zeros(width)
    wide = samples.astype(numpy.float64)
    for column in range(width):
        start = column * frames // width
        end = min(frames, max(start + 1, (column + 1) * frames // width))
        if end > start:
            part = wide[start * channels : end * channels]
            least[column], greatest[column], rms[column] = part.min(), part.max(), numpy.sqrt(part @ part / len(part))
    scale = options["full_scale"]
    return _Columns(*(numpy.clip(level / scale, -1, 1) for level in (least, greatest, rms)))


def svg(samples: Samples, channels: int, given: Mapping[str, Any]) -> str:
    """An SVG document. Raises speech_option_invalid."""
    options = _resolve(given)
    width, height = options["width"], options["height"]
    least, greatest, rms = _columns(samples, channels, options)

    def path(high: _Doubles, low: _Doubles) -> str:
        rows = zip(((1 - high) * height / 2).tolist(), ((1 - low) * height / 2).tolist())
        return "".join(f"M{x}.5 {_two(top)}V{_two(bottom)}" for x, (top, bottom) in enumerate(rows))

    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
            f'<rect width="{width}" height="{height}" fill="{options["background"]}"/>',
            f'<path d="M0 {height / 2:g}H{width}" stroke="{options["color"]}" stroke-width="1"/>',
            f'<path d="{path(greatest, least)}" stroke="{options["color"]}" stroke-width="1"/>',
            f'<path d="{path(rms, -rms)}" stroke="{options["rms_color"]}" stroke-width="1"/>',
            "</svg>\n",
        )
    )


def _two(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def png(samples: Samples, channels: int, given: Mapping[str, Any]) -> bytes:
    """A PNG file with a palette. Raises speech_option_invalid."""
    options = _resolve(given)
    width, height = options["width"], options["height"]
    # Each row begins with its filter type, 0 (none).
    rows = numpy.zeros((height, width + 1), numpy.uint8)
    least, greatest, rms = _columns(samples, channels, options)

    def row(levels: _Doubles) -> list[int]:
        found: list[int] = numpy.clip(numpy.floor((1 - levels) * height / 2), 0, height - 1).astype(int).tolist()
        return found

    middle = row(numpy.zeros(1))[0]
    places = zip(row(greatest), row(least), row(rms), row(-rms), rms.tolist())
    for x, (top, bottom, rms_top, rms_bottom, level) in enumerate(places, 1):
        rows[middle, x] = _INK
        rows[top : bottom + 1, x] = _INK
        if level > 0:
            rows[rms_top : rms_bottom + 1, x] = _RMS
    # Bits a sample 8; colour type 3 (palette), deflate, no filter, no interlace.
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    palette = bytes.fromhex("".join(options[name][1:] for name in ("background", "color", "rms_color")))
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows.tobytes())), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
