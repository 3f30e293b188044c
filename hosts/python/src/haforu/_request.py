"""What a direct call asks for, as one record: a text in a font on a canvas, checked when it is brought to an engine.

Knows the arguments' defaults and how a request is written as a job; the rules for their values are _check.py's.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from .errors import error_of, invalid

FontPath: TypeAlias = "str | os.PathLike[str]"
Features: TypeAlias = "str | Sequence[str] | None"


class Request(NamedTuple):
    """The arguments of a direct call; those that a call does not take have their defaults."""

    font_path: FontPath
    text: str
    size: float = 16
    width: int = 1
    height: int = 1
    variations: Mapping[str, float] | None = None
    script: str | None = "Latn"
    direction: str | None = "ltr"
    language: str | None = "en"
    face_index: int = 0
    features: Features = None
    origin: tuple[float, float] | None = None
    invert: bool = False
    instance: str | None = None


def request_of(field: str, given: object) -> Request:
    """A request that came as a mapping of render_to_numpy's arguments by name."""
    if not isinstance(given, Mapping):
        raise invalid(field, "a dict of render_to_numpy's arguments by name", given)
    names = [name for name in given if name not in Request._fields]
    if names:
        raise unknown_name(f"{field}.{names[0]}", Request._fields)
    missing = [name for name in ("font_path", "text", "size", "width", "height") if name not in given]
    if missing:
        raise invalid(f"{field}.{missing[0]}", "a value: it is needed", None)
    return Request(**given)


def job_of(request: Request, listed: Features) -> dict[str, Any]:
    """The job of a request that was found good, for its warnings: measured, not drawn. `listed`: its features, a copy."""
    font = {"path": os.fspath(request.font_path), "size": float(request.size), "face_index": int(request.face_index)}
    if request.variations is not None:
        font["variations"] = {tag: float(value) for tag, value in request.variations.items()}
    if request.instance is not None:
        font["instance"] = request.instance
    text = {"content": request.text, "script": request.script, "direction": request.direction, "language": request.language, "features": listed}
    rendering = {"format": "metrics", "width": int(request.width), "height": int(request.height)}
    if request.origin is not None:
        rendering["origin"] = [float(one) for one in request.origin]
    return {"id": "request", "font": font, "text": {name: value for name, value in text.items() if value is not None}, "rendering": rendering}


def unknown_name(name: object, known: Sequence[str]) -> Exception:
    """The error of a name that nothing has."""
    shown = str(name)[:80]
    return error_of("invalid_argument", f'"{shown}": there is no such field; expected one of {", ".join(known)}', field=shown)
