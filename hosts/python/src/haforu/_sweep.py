"""Sweeps: a request in, one result a render out, as they are made. A sweep goes to the engine as jobs over a window of it each, so
that no line grows without end. Nothing is computed here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypedDict

from ._request import Request
from .errors import HaforuError, invalid

#: Renders of one job: some ten milliseconds of letters at 1000 px.
_WINDOW_RENDERS = 256
#: Pixels of the pictures of one job: their base64 takes some 90 MB.
_WINDOW_PIXELS = 1 << 26
#: Deepest value of a sweep: sweep.grid.wght.min.
_DEPTH = 4


class _Rendered(TypedDict, total=False):
    #: Name of the named instance, of points from `instances`.
    instance: str
    rendering: dict[str, Any]
    boxes: list[dict[str, Any]]
    glyphs: list[dict[str, Any]]
    hash: str
    #: Of this render; the first one has those of the sweep as a whole before its own.
    warnings: list[dict[str, Any]]


class SweepResult(_Rendered):
    """One text at one point of the design space."""

    #: Number of the render, from 0, and how many the sweep has.
    index: int
    renders: int
    text: str
    #: Design coordinates used: every axis of the font; empty for a static one.
    coordinates: dict[str, float]
    metrics: dict[str, Any]


def sweep_job(request: Request, fields: dict[str, Any]) -> str:
    """The job of a sweep as JSON; `fields`: what stands beside the canvas, None where nothing was given."""
    texts = [request.text] if isinstance(request.text, str) else request.text
    if isinstance(texts, (bytes, bytearray)) or not isinstance(texts, Sequence) or len(texts) == 0:
        raise invalid("text", "a string, or a list of at least one", request.text)
    content, *more = texts
    job = {
        "id": "sweep",
        "font": {
            "path": request.font_path,
            "size": request.size,
            "variations": request.variations,
            "instance": request.instance,
            "face_index": request.face_index,
        },
        "text": {
            "content": content,
            "features": request.features,
            "script": request.script,
            "direction": request.direction,
            "language": request.language,
        },
        "sweep": {
            "width": request.width,
            "height": request.height,
            "origin": request.origin,
            "invert": request.invert,
            "texts": more or None,
            **fields,
        },
    }
    # What is None was not given.
    given = {name: {key: one for key, one in part.items() if one is not None} if isinstance(part, dict) else part for name, part in job.items()}
    try:
        return json.dumps(given, default=_plain, allow_nan=False)
    except (TypeError, ValueError) as error:
        path, value = _unwritable(given, "") or ("request", None)
        raise invalid(path, "a value that JSON can hold: finite numbers, text, lists, dicts by text", value) from error


def sweep_windows(render: Callable[[str], str], job_json: str, area: int) -> Iterator[SweepResult]:
    """Runs the job through `render`, a session's, a window at a time."""
    job = json.loads(job_json)
    pictures = job["sweep"].get("format", "metrics") != "metrics"
    window = max(1, min(_WINDOW_RENDERS, _WINDOW_PIXELS // max(area, 1))) if pictures else _WINDOW_RENDERS
    first = 0
    while True:
        job["sweep"].update(first=first, count=window)
        result = json.loads(render(json.dumps(job)))
        sweep = result.get("sweep")
        if sweep is None:
            raise HaforuError("internal", "the engine's result has no sweep")
        for i, item in enumerate(sweep["results"]):
            one = {"index": first + i, "renders": sweep["renders"], **item, "text": sweep["texts"][item["text"]]}
            one.setdefault("coordinates", {})
            if first == 0 and i == 0 and "warnings" in result:
                one["warnings"] = result["warnings"] + one.get("warnings", [])
            yield one  # type: ignore[misc]
        first += window
        if first >= sweep["renders"]:
            return


def _unwritable(value: object, path: str, depth: int = 0) -> tuple[str, object] | None:
    """The first value that JSON cannot hold, and its path, down to where a sweep's fields end: a list may hold itself."""
    try:
        json.dumps(value, default=_plain, allow_nan=False)
        return None
    except (TypeError, ValueError):
        inner: Iterable[tuple[str, object]] = ()
        if depth == _DEPTH:
            return path, value
        if isinstance(value, dict):
            inner = ((f"{path}.{key}" if path else str(key), one) for key, one in value.items())
        elif isinstance(value, (list, tuple)):
            inner = ((f"{path}[{i}]", one) for i, one in enumerate(value))
        return next((found for name, one in inner if (found := _unwritable(one, name, depth + 1))), (path, value))


def _plain(value: object) -> object:
    """numpy's numbers and arrays, and paths, as JSON has them."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    as_list = getattr(value, "tolist", None)
    if as_list is None:
        raise TypeError(f"a {type(value).__name__} came")
    return as_list()
