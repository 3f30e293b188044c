"""Matching: what is asked, checked; brought to the engine as structs; and what comes back. The search itself is in the engine."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple, TypedDict

import numpy

from . import _check
from . import _contract as contract
from ._buffers import Pixels
from ._compare import array_at, compare_options, image, measure_bits
from ._engine import Engine, pack_tag
from ._request import Request, unknown_name
from .errors import HaforuError, call_error, error_of, invalid

_TARGET_KEYS = ("text", "features", "script", "direction", "language", "origin", "image", "invert", "like")
_AXIS_KEYS = ("min", "max")

_OPTIONS = struct.Struct("<4IfI")
_AXIS = struct.Struct("<Iff")
_ITEM = struct.Struct("<9Iff4I")


class MatchStep(TypedDict):
    """A step of the way: an evaluation that was better than all before it in its stage."""

    #: Counted from 1.
    evaluation: int
    #: "coarse" scores are the rmse of smaller pictures, not to be compared with "fine" ones.
    stage: str
    score: float
    #: Of the axes that are moved.
    coordinates: dict[str, float]


class MatchResult(TypedDict):
    """What `match` found."""

    #: The objective at `coordinates`, the mean over the targets; of ssim and iou 1 less it. 0: alike.
    score: float
    #: Every axis of the font.
    coordinates: dict[str, float]
    evaluations: int
    renders: int
    #: "exact" (nothing better can be), "converged" (nothing better was found near by) or "budget" (it was used up).
    stopped: str
    #: Pixels per em of the coarse stage; None: there was none.
    coarse_px: float | None
    path: list[MatchStep]
    #: What a render of the texts at `coordinates` warns of; each has the number of its target, from 0, as `target`.
    warnings: list[dict[str, Any]]


class Target(NamedTuple):
    """A text, what its picture is to be like, and whether that is inverted."""

    request: Request
    pixels: Pixels
    invert: bool


class Search(NamedTuple):
    """How a match goes, checked: as the engine's words."""

    words: tuple[int, int, int, int, float, int]
    axes: tuple[tuple[str, float, float], ...]


def target_request(field: str, given: object, base: Request, pixels: Pixels) -> Request:
    """The request that draws a target's text, on a canvas of the target's size."""
    assert isinstance(given, Mapping)
    text = {name: given[name] for name in ("text", "features", "script", "direction", "language", "origin") if name in given}
    if not isinstance(text.get("text"), str):
        raise invalid(f"{field}.text", "a string", text.get("text"))
    return base._replace(**text, width=pixels.shape[1], height=pixels.shape[0])


def check_target(field: str, given: object) -> bool:
    """Whether a target has its own picture; False: it names a render to be like. Raises invalid_argument."""
    if not isinstance(given, Mapping):
        raise invalid(field, "a dict with text and image or like", given)
    for name in given:
        if name not in _TARGET_KEYS:
            raise unknown_name(name, _TARGET_KEYS)
    pictured = given.get("image") is not None
    if pictured == (given.get("like") is not None):
        raise invalid(field, "either image or like", "both" if pictured else "neither")
    if pictured:
        image(f"{field}.image", given["image"])
    elif "invert" in given:
        raise invalid(f"{field}.invert", "no invert beside like: it stands in like", given["invert"])
    _check.flag(f"{field}.invert", given.get("invert", False))
    return pictured


def check_search(
    size: float,
    targets: object,
    axes: Mapping[str, Mapping[str, float]] | None,
    objective: str,
    mode: str,
    reach: int,
    budget: int,
    coarse: bool,
) -> Search:
    """Raises invalid_argument that names the argument."""
    if isinstance(targets, (str, bytes)) or not isinstance(targets, Sequence) or not 1 <= len(targets) <= contract.LIMIT_MATCH_TEXTS:
        raise invalid("targets", f"a list of 1 to {contract.LIMIT_MATCH_TEXTS} texts with their targets", targets)
    renders = _check.whole("budget", budget, len(targets), contract.LIMIT_MATCH_RENDERS, " of renders (one for each target at least)")
    if objective not in contract.COMPARE_MEASURES:
        raise invalid("objective", ", ".join(f'"{one}"' for one in contract.COMPARE_MEASURES), objective)
    mode_word, reach_word, _ = compare_options(mode, reach, None)
    sized, _, _, _ = _check.place(size, 1, 1, None)
    no_coarse = 0 if _check.flag("coarse", coarse) else 1
    words = (measure_bits("objective", [objective]), mode_word, reach_word, renders, max(sized, 2.0**-149), no_coarse)
    return Search(words, _axes(axes))


def _axes(axes: object) -> tuple[tuple[str, float, float], ...]:
    if axes is None:
        return ()
    most, limit = contract.LIMIT_MATCH_AXES, contract.LIMIT_AXIS_VALUE
    if not isinstance(axes, Mapping) or not 1 <= len(axes) <= most:
        raise invalid("axes", f'a dict of 1 to {most} axes, such as {{"wght": {{"min": 100, "max": 900}}, "wdth": {{}}}}', axes)
    checked = []
    for tag, given in axes.items():
        _check.coords({tag: 0})
        if not isinstance(given, Mapping):
            raise invalid(f"axes.{tag}", "a dict with min and max, or an empty one", given)
        for name in given:
            if name not in _AXIS_KEYS:
                raise unknown_name(name, _AXIS_KEYS)
        expected = f"a number from {-limit} to {limit}"
        least = _check.number(f"axes.{tag}.min", given.get("min", -limit), expected, -limit, limit)
        greatest = _check.number(f"axes.{tag}.max", given.get("max", limit), expected, -limit, limit)
        if least > greatest:
            raise invalid(f"axes.{tag}", f"min at most max ({greatest:g})", least)
        checked.append((tag, least, greatest))
    return tuple(checked)


def match_pictures(engine: Engine, instance: int, search: Search, targets: Sequence[Target]) -> dict[str, Any]:
    """Brings a checked search to the engine. Raises HaforuError."""
    head = _OPTIONS.size + len(search.axes) * _AXIS.size + len(targets) * _ITEM.size
    strings = [_strings(one.request) for one in targets]
    size = head + sum(len(part) for parts in strings for part in parts) + sum(one.pixels.size for one in targets)
    with ExitStack() as given:
        room = engine.allocate(size)
        if not room:
            raise call_error("out_of_memory", "targets", f"no room for {size} bytes")
        given.callback(engine.free, room)
        structs = bytearray(_OPTIONS.pack(*search.words))
        for tag, least, greatest in search.axes:
            structs += _AXIS.pack(pack_tag(tag), least, greatest)
        items = len(structs)
        free = room + head
        for target, parts in zip(targets, strings):
            places = []
            for part in parts:
                engine.write(free, part)
                places.append((free, len(part)))
                free += len(part)
            request, pixels, invert = target
            height, width = pixels.shape
            numpy.copyto(array_at(engine, free, height, width), pixels)
            pen = _check.origin(request.origin)
            flags = (0 if pen is None else 1) | (2 if invert else 0)
            script, direction = _check.script_tag(request.script), _check.direction(request.direction)
            structs += _ITEM.pack(*places[0], script, direction, *places[1], *places[2], flags, *(pen or (0.0, 0.0)), free, width, height, 0)
            free += pixels.size
        engine.write(room, bytes(structs))
        axes = room + _OPTIONS.size
        found: dict[str, Any] = json.loads(engine.match(instance, room, axes, len(search.axes), room + items, len(targets)))
        return found


def _strings(request: Request) -> tuple[bytes, bytes, bytes]:
    return _check.text(request.text), _check.language(request.language), _check.features(request.features)


def explain(error: HaforuError, info: Mapping[str, Any], path: str, face_index: int, search: Search) -> HaforuError:
    """The engine's error told in the call's words: what it can still refuse is the font's axes."""
    if error.code != "invalid_argument" or error.field is not None:
        return error
    face: dict[str, Any] = next((one for one in info["faces"] if one["face_index"] == face_index), {})
    tags = [axis["tag"] for axis in face.get("axes", ())]
    unknown = next((tag for tag, _, _ in search.axes if tag not in tags), None)
    if not tags:
        why = f"{path} has none: there is nothing to match with"
    elif unknown is not None:
        why = f'{path} has no axis "{unknown}"; its axes are {", ".join(tags)}'
    elif not search.axes:
        why = f"{path} has {len(tags)}: name at most {contract.LIMIT_MATCH_AXES} of {', '.join(tags)}"
    else:
        why = "none of those that are named can move within the range that is given"
    return error_of("invalid_argument", f"axes: {why}", field="axes")
