"""Pictures against each other: arrays in, checked, brought to an engine, and what it measured out. Formulas: docs/metrics.md.

Knows nothing of fonts. Arrays that lie in the engine's memory, such as views of its renders, are read where they lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, TypedDict

import numpy

from . import _check
from . import _contract as contract
from ._buffers import Pixels
from ._engine import Engine
from ._view import plain
from .errors import call_error, error_of, invalid

Options = tuple[int, int, int]
Invert = bool | tuple[bool, bool]


class _Measured(TypedDict, total=False):
    #: Mean |a - b| / 255: 0 alike, 1 nothing alike; and the same under a Gaussian about the frame's middle, σ = min(width, height) / 4.
    pixel_delta: float
    pixel_delta_center: float
    #: √ mean (a - b)² / 255.
    rmse: float
    #: Mean structural similarity, -1 to 1; 1 alike.
    ssim: float
    #: Ink in both ÷ ink in either, 0 to 1.
    iou: float


class Comparison(_Measured):
    """What `align_and_compare` measured: the frame in pixels, how far b stands right of and below a, and the measures asked for."""

    width: int
    height: int
    shift: tuple[int, int]


def compare_options(mode: str, reach: int, measures: Sequence[str] | None) -> Options:
    """The options as the engine's words. Raises invalid_argument."""
    if mode not in contract.ALIGN_MODES:
        raise invalid("mode", ", ".join(f'"{one}"' for one in contract.ALIGN_MODES), mode)
    reached = _check.whole("reach", reach, 0, contract.LIMIT_ALIGN_REACH_PX, " of pixels")
    return contract.ALIGN_MODES.index(mode), reached, measure_bits("measures", contract.COMPARE_MEASURES if measures is None else measures)


def measure_bits(field: str, measures: Sequence[str]) -> int:
    """The bits of the measures' names."""
    known = ", ".join(f'"{one}"' for one in contract.COMPARE_MEASURES)
    if isinstance(measures, (str, bytes)) or not isinstance(measures, Sequence) or not measures:
        raise invalid(field, f"a list with at least one of {known}", measures)
    bits = 0
    for name in measures:
        if name not in contract.COMPARE_MEASURES:
            raise invalid(field, f"names out of {known}", name)
        bits |= 1 << contract.COMPARE_MEASURES.index(name)
    return bits


def image(field: str, value: object) -> Pixels:
    """An array that is a picture; a view of a render only while it is valid. Any strides."""
    if not isinstance(value, numpy.ndarray) or value.dtype != numpy.uint8 or value.ndim != 2:
        came = f"{value.dtype} {value.shape}" if isinstance(value, numpy.ndarray) else value
        raise invalid(field, "an array (height, width) of uint8", came)
    height, width = value.shape
    side, area = contract.LIMIT_CANVAS_SIDE_PX, contract.LIMIT_CANVAS_AREA_PX
    if not (1 <= width <= side and 1 <= height <= side):
        raise invalid(field, f"sides of 1 to {side} pixels", value.shape)
    if width * height > area:
        raise error_of("canvas_too_large", f"{field}: it has {width} × {height} pixels, expected at most {area} in all", field=field)
    checked: Pixels = plain(value)
    return checked


def inverted(invert: object) -> tuple[bool, bool]:
    """Of two pictures whether each is inverted."""
    if isinstance(invert, tuple) and len(invert) == 2:
        return _check.flag("invert", invert[0]), _check.flag("invert", invert[1])
    both = _check.flag("invert", invert)
    return both, both


def compare(engine: Engine, a: Pixels, b: Pixels, options: Options, invert: tuple[bool, bool]) -> Comparison:
    """Compares checked pictures. Raises canvas_too_large (the frame), out_of_memory, cancelled."""
    with ExitStack() as given:
        one = (_pointer(engine, "a", a, given), a.shape[1], a.shape[0], int(invert[0]))
        two = (_pointer(engine, "b", b, given), b.shape[1], b.shape[0], int(invert[1]))
        return comparison_of(engine.compare(one, two, options), options[2])


def comparison_of(numbers: Sequence[float], bits: int) -> Comparison:
    """The engine's nine numbers by their names."""
    made: Any = {"width": int(numbers[7]), "height": int(numbers[8]), "shift": (int(numbers[5]), int(numbers[6]))}
    for i, name in enumerate(contract.COMPARE_MEASURES):
        if bits & (1 << i):
            made[name] = numbers[i]
    measured: Comparison = made
    return measured


def resize(engine: Engine, picture: Pixels, width: object, height: object) -> Pixels:
    """Resizes a checked picture; a fresh array. Raises invalid_argument, canvas_too_large, out_of_memory."""
    columns = _check.whole("width", width, 1, contract.LIMIT_CANVAS_SIDE_PX, " of pixels")
    rows = _check.whole("height", height, 1, contract.LIMIT_CANVAS_SIDE_PX, " of pixels")
    if columns * rows > contract.LIMIT_CANVAS_AREA_PX:
        raise error_of("canvas_too_large", f"canvas {columns} × {rows}: {' '.join(contract.ADVICE['canvas_too_large'])}", field="width")
    with ExitStack() as given:
        pointer = _pointer(engine, "image", picture, given)
        to = _room(engine, "image", columns * rows, given)
        engine.resize(pointer, picture.shape[1], picture.shape[0], to, columns, rows)
        made: Pixels = array_at(engine, to, rows, columns).copy()
        return made


def decode(engine: Engine, file: bytes) -> Pixels:
    """A picture file's pixels, a fresh array. Raises image_invalid, image_too_large, image_unsupported, out_of_memory."""
    with ExitStack() as given:
        data = _room(engine, "file", len(file), given)
        engine.write(data, file)
        pixels, width, height = engine.decode(data, len(file))
        given.callback(engine.free, pixels)
        made: Pixels = array_at(engine, pixels, height, width).copy()
        return made


def array_at(engine: Engine, pointer: int, height: int, width: int) -> Pixels:
    """Memory of the engine as an array."""
    array: Pixels = numpy.frombuffer(memoryview(engine.view(pointer, height * width)), numpy.uint8).reshape(height, width)
    return array


def _pointer(engine: Engine, field: str, picture: Pixels, given: ExitStack) -> int:
    if picture.flags.c_contiguous:
        inside = engine.address_in(picture.__array_interface__["data"][0])
        if inside:
            return inside
    pointer = _room(engine, field, picture.size, given)
    numpy.copyto(array_at(engine, pointer, *picture.shape), picture)
    return pointer


def _room(engine: Engine, field: str, size: int, given: ExitStack) -> int:
    pointer = engine.allocate(size)
    if not pointer:
        raise call_error("out_of_memory", field, f"no room for {size} bytes", field=field)
    given.callback(engine.free, pointer)
    return pointer
