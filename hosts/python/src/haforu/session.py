"""Sessions: one engine a thread, made when the thread first calls. Jobs as JSON, and direct calls past JSON: pixels and metrics.

In: jobs and arguments. Out: result lines, arrays, numbers, or a HaforuError. Where fonts come from is _fonts.py's business, what
lies in the engine's memory _engine.py's.
"""

from __future__ import annotations

import json
import os
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import numpy

from . import _check
from . import _contract as contract
from ._engine import OP_LINE, Trap
from ._fonts import FontFiles, Refusal
from ._handles import Coords, Handles, Pixels
from ._jobs import EngineConfig, JobRunner, read_file
from ._view import CanvasView, Generation, StaleViewError
from .errors import HaforuError, call_error, error_of, invalid, line_error

__all__ = ["CanvasView", "Metrics", "StaleViewError", "StreamingSession"]

_DIRECT_COUNTS = ("font_hits", "font_misses", "instance_hits", "instance_misses", "evictions")


class Metrics(TypedDict):
    """What `StreamingSession.metrics` measures. Pixels, y down; ink is measured whatever the polarity; docs/metrics.md."""

    density: float
    beam: float
    bbox: tuple[float, float, float, float]
    ink_area: float
    centroid: tuple[float, float] | None
    aspect: float | None
    advance: tuple[float, float]
    #: How far the outlines reach beyond the canvas: left, top, right, bottom.
    clipped: tuple[float, float, float, float]


class _Worker:
    """What one thread has of a session."""

    def __init__(self, files: FontFiles, config: EngineConfig, budgets: tuple[int, int], font_check_s: float) -> None:
        self._files = files
        self._budgets = budgets
        self._font_check_s = font_check_s
        self._looked_at = time.monotonic()
        self._counts: dict[str, float] = dict.fromkeys(_DIRECT_COUNTS, 0)
        self.runner = JobRunner(files, config, font_check_s)
        self.generation = Generation()
        self.busy = False
        # What the engine has of the last direct call.
        self.text_key: object = None
        self.place_key: object = None
        self.coords_key: object = None
        self.coords: Coords = ()
        self.handles = self._table()

    def _table(self) -> Handles:
        self.text_key = self.place_key = self.coords_key = None
        font_cache_bytes, max_instances = self._budgets
        return Handles(self.runner.engine, self._files, font_cache_bytes, max_instances, self._counts)

    def look(self) -> None:
        """Has font files looked at again, once in a while. Jobs do that by themselves."""
        now = time.monotonic()
        if now - self._looked_at >= self._font_check_s:
            self._looked_at = now
            self.handles.next_epoch()

    def fresh_handles(self) -> Handles:
        """The table of the engine in use: after a fault that is another one."""
        if self.handles._engine is not self.runner.engine:
            self.generation.now += 1
            self.handles = self._table()
        return self.handles

    def resize(self, max_instances: int) -> None:
        self._budgets = (self._budgets[0], max_instances)
        self.handles.max_instances = max_instances
        self.handles.shrink(max_instances)
        self.runner.resize(max_instances)

    def fault(self, trap: Trap) -> HaforuError:
        error = self.runner.fault(trap)
        self.fresh_handles()
        return error

    def stats(self) -> dict[str, float]:
        stats = self.runner.stats()
        for name, count in (*self._counts.items(), *self.handles.sizes().items()):
            stats[name] += count
        return stats


class StreamingSession:
    """Renders one job or one text after the other, with fonts, instances and canvases kept between calls.

    A session may be used from many threads at once: each thread has an engine of its own, made at its first call (about 15 ms).
    While the engine works, other Python threads run.

    cache_size: instances (a font at one set of coordinates) kept for each thread, at least 1.
    font_cache_bytes: bytes of font data kept for jobs, and as much again for direct calls, for each thread.
    strict: warnings become errors. timing: result lines of jobs carry `timing`.
    base_dir: fonts must lie under this folder, links resolved; relative paths start there.
    font_check_ms: after how many milliseconds a font file in use is looked at again for changes.
    """

    def __init__(
        self,
        cache_size: int = 512,
        *,
        font_cache_bytes: int = 512 * 1024 * 1024,
        strict: bool = False,
        timing: bool = True,
        base_dir: str | os.PathLike[str] | None = None,
        font_check_ms: float = 100,
    ) -> None:
        size = _check.whole("cache_size", cache_size, 1, contract.LIMIT_MAX_FONTS)
        data = _check.whole("font_cache_bytes", font_cache_bytes, 0, contract.LIMIT_FONT_CACHE_BYTES)
        self._strict = _check.flag("strict", strict)
        self._config = EngineConfig(data, size, self._strict, _check.flag("timing", timing))
        self._font_check_s = _check.number("font_check_ms", font_check_ms, "milliseconds, a number from 0", 0, float("inf")) / 1000
        try:
            self._files = FontFiles(base_dir)
        except (OSError, TypeError) as error:
            raise invalid("base_dir", "the path of a folder that is there", base_dir) from error
        self._local = threading.local()
        self._workers: weakref.WeakSet[_Worker] = weakref.WeakSet()
        self._closed = False

    def __enter__(self) -> StreamingSession:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the engines' memory back; that of views, when the last of them goes. Views of this session are stale from now on."""
        self._closed = True
        for worker in list(self._workers):
            worker.generation.now += 1
        self._local = threading.local()

    # --- jobs ---------------------------------------------------------------------------------------------------

    def render(self, job_json: str | bytes) -> str:
        """Runs one job (docs/jobs.md) and gives its result line, without a newline.

        Raises, when the job fails: HaforuInputError (a ValueError) for the job itself, HaforuFileNotFoundError for a missing
        font, HaforuError for the rest, each with `code`, `details` and `job_id`.
        """
        line = self.render_line(job_json)
        # A success has its status behind the id; only an error is parsed.
        result = None
        if '"status":"error"' in line[: 64 + 12 * contract.LIMIT_ID_CODE_POINTS]:
            result = json.loads(line)
        if result is not None and result["status"] == "error":
            raise line_error(result)
        return line

    def render_line(self, job_json: str | bytes) -> str:
        """As render, but a failed job gives its error line."""
        data = _job_bytes(job_json)
        worker = self._enter()
        try:
            runner = worker.runner
            if len(data) > contract.LIMIT_LINE_BYTES:
                runner.load(b"")
                runner.answer(0, 0, 1, 0, "line_too_long", f"it has {len(data)}")
            else:
                runner.load(data)
                if runner.run(0, len(data), 1, 0) == OP_LINE:
                    runner.answer(0, len(data), 1, 0, "unsupported", "a session takes jobs; ops are for `haforu stream`")
            return runner.result().decode("utf-8")
        finally:
            worker.busy = False

    def validate(self, job_json: str | bytes) -> dict[str, Any] | None:
        """Checks a job without reading its font: None, or the error with all problems (`code`, `message`, `problems`, ...)."""
        data = _job_bytes(job_json)
        worker = self._enter()
        try:
            runner = worker.runner
            runner.load(data)
            if runner.validate(0, len(data), 1, 0) >= 0:
                return None
            error: dict[str, Any] = json.loads(runner.result())["error"]
            return error
        finally:
            worker.busy = False

    # --- direct calls -------------------------------------------------------------------------------------------

    def render_to_numpy(
        self,
        font_path: str | os.PathLike[str],
        text: str,
        size: float,
        width: int,
        height: int,
        variations: Mapping[str, float] | None = None,
        script: str | None = "Latn",
        direction: str | None = "ltr",
        language: str | None = "en",
        face_index: int = 0,
        features: str | Sequence[str] | None = None,
        origin: tuple[float, float] | None = None,
        invert: bool = False,
        copy: bool = True,
        out: Pixels | None = None,
    ) -> Pixels:
        """Draws a text and gives its pixels: an array (height, width) of uint8, rows from the top, C-contiguous.

        255 is blank and 0 full ink (`invert`: the other way round).
        size: pixels per em, over 0. variations: design coordinates by axis tag; values are clamped to their axis.
        script (ISO 15924), direction (ltr, rtl, ttb, btt), language (BCP 47): None has it guessed.
        features: HarfBuzz's syntax, "kern,-liga" or ["kern", "-liga"].
        origin: where the pen starts, (x, y) in pixels, y down; None: (0, 0.75 × height), vertical text (width / 2, 0).
        copy=True: a fresh array. copy=False: a read-only view of the engine's memory, without a copy, valid until the next call of
        this session in this thread; using it later raises StaleViewError (see CanvasView).
        out: an array (height, width) of uint8, C-contiguous and writable, that is filled and returned.

        Raises HaforuInputError (a ValueError) for arguments, HaforuFileNotFoundError (a FileNotFoundError) for a missing font,
        HaforuError for the rest: font_invalid, font_unreadable, out_of_memory, engine_fault, ...
        """
        if out is not None:
            _check_out(out, width, height)
        worker = self._enter()
        try:
            instance = self._prepare(
                worker, font_path, text, size, width, height, variations, script, direction, language, face_index, features, origin
            )
            inverted = _check.flag("invert", invert)
            canvas = worker.handles.canvas(int(width), int(height), inverted)
            worker.runner.engine.render(instance, canvas.handle)
            if out is not None:
                numpy.copyto(out, canvas.pixels)
                return out
            if copy:
                return canvas.pixels.copy()
            made: Any = canvas.pixels.view(CanvasView)
            view: CanvasView = made
            view._generation = worker.generation
            view._made = worker.generation.now
            return view
        except Trap as trap:
            raise worker.fault(trap) from None
        finally:
            worker.busy = False

    def metrics(
        self,
        font_path: str | os.PathLike[str],
        text: str,
        size: float,
        width: int,
        height: int,
        variations: Mapping[str, float] | None = None,
        script: str | None = "Latn",
        direction: str | None = "ltr",
        language: str | None = "en",
        face_index: int = 0,
        features: str | Sequence[str] | None = None,
        origin: tuple[float, float] | None = None,
    ) -> Metrics:
        """Measures a text as render_to_numpy would draw it, without a picture: docs/metrics.md. Arguments and errors as there.

        density: ink ÷ canvas. beam: longest row of ink ÷ width. bbox: x, y, width, height of the ink, pixels. ink_area: pixels.
        centroid: (x, y) and aspect: ink width ÷ ink height, None without ink. advance: (x, y) of the pen, pixels.
        """
        worker = self._enter()
        try:
            instance = self._prepare(
                worker, font_path, text, size, width, height, variations, script, direction, language, face_index, features, origin
            )
            m = worker.runner.engine.measure(instance)
        except Trap as trap:
            raise worker.fault(trap) from None
        finally:
            worker.busy = False
        inked = m[0] > 0
        return {
            "density": m[1],
            "beam": m[2],
            "bbox": (m[6], m[7], m[8], m[9]),
            "ink_area": m[0],
            "centroid": (m[4], m[5]) if inked else None,
            "aspect": m[3] if inked else None,
            "advance": (m[10], m[11]),
            "clipped": (m[12], m[13], m[14], m[15]),
        }

    def font_info(self, font_path: str | os.PathLike[str]) -> dict[str, Any]:
        """What is in a font file: container, faces, names, axes, named instances, scripts, features."""
        path = _check.font_path(font_path)
        worker = self._enter()
        try:
            engine = worker.runner.engine
            data = read_file(engine, self._files, path)
            if isinstance(data, Refusal):
                raise call_error(data.code, f"font {path}", data.detail, field="font_path")
            info: dict[str, Any] = json.loads(engine.file_info(data.pointer, data.size))
            return info
        except Trap as trap:
            raise worker.fault(trap) from None
        finally:
            worker.busy = False

    def warm_up(self, fonts: Sequence[str | os.PathLike[str]] = ()) -> None:
        """Makes this thread's engine, and loads fonts before calls need them. Raises for the first that cannot be had."""
        if isinstance(fonts, (str, bytes)):
            raise invalid("fonts", "a list of paths", fonts)
        paths = [_check.font_path(font) for font in fonts]
        self.ping()
        for path in paths:
            job = {"id": "warm_up", "font": {"path": path, "size": 16}, "text": {"content": ""}}
            self.render(json.dumps({**job, "rendering": {"format": "metrics", "width": 1, "height": 1}}))
            self.metrics(path, "", 16, 1, 1)

    def set_cache_size(self, cache_size: int) -> None:
        """Instances kept for each thread from its next direct call on."""
        size = _check.whole("cache_size", cache_size, 1, contract.LIMIT_MAX_FONTS)
        self._config = self._config._replace(max_instances=size)

    def ping(self) -> bool:
        """Whether this thread's engine answers; makes it where there is none."""
        worker = self._enter()
        try:
            worker.runner.engine.stats()
            return True
        except Trap as trap:
            raise worker.fault(trap) from None
        finally:
            worker.busy = False

    def cache_stats(self) -> dict[str, float]:
        """Fonts and instances kept, hits, misses and bytes, of jobs and direct calls together, of this thread's engine."""
        worker = self._enter()
        try:
            return worker.stats()
        except Trap as trap:
            raise worker.fault(trap) from None
        finally:
            worker.busy = False

    # --- inside -------------------------------------------------------------------------------------------------

    def _enter(self) -> _Worker:
        """This thread's worker, marked busy. Its views are stale from now on."""
        if self._closed:
            raise HaforuError("invalid_handle", "the session is closed; make another")
        worker: _Worker | None = getattr(self._local, "worker", None)
        if worker is None:
            config = self._config
            assert config.font_cache_bytes is not None and config.max_instances is not None
            worker = _Worker(self._files, config, (config.font_cache_bytes, config.max_instances), self._font_check_s)
            self._local.worker = worker
            self._workers.add(worker)
        if worker.busy:
            # A signal handler in the midst of a call: the engine must not be entered twice.
            raise HaforuError("unsupported", "this thread is in a call of the session already; call it when that has returned")
        worker.busy = True
        worker.generation.now += 1
        return worker

    def _prepare(
        self,
        worker: _Worker,
        font_path: str | os.PathLike[str],
        text: str,
        size: float,
        width: int,
        height: int,
        variations: Mapping[str, float] | None,
        script: str | None,
        direction: str | None,
        language: str | None,
        face_index: int,
        features: str | Sequence[str] | None,
        origin: tuple[float, float] | None,
    ) -> int:
        """Checks what differs from the last call and writes it into the engine; the handle of the instance."""
        handles = worker.fresh_handles()
        if handles.max_instances != self._config.max_instances:
            worker.resize(self._config.max_instances or 1)
        worker.look()
        engine = worker.runner.engine
        listed = features if features is None or isinstance(features, str) else _listed(features)
        text_key = (text, script, direction, language, listed)
        if text_key != worker.text_key:
            worker.text_key = None
            engine.write_text(
                _check.text(text), _check.script_tag(script), _check.direction(direction), _check.language(language), _check.features(listed)
            )
            worker.text_key = text_key
        pen = None if origin is None else _check.origin(origin)
        place_key = (size, width, height, pen)
        if place_key != worker.place_key:
            worker.place_key = None
            engine.write_place(*_check.place(size, width, height, pen))
            worker.place_key = place_key
        path = _check.font_path(font_path)
        face = _check.whole("face_index", face_index, 0, contract.LIMIT_FACE_INDEX)
        coords = () if variations is None else _check.coords(variations)
        if self._strict:
            job = {
                "id": "request",
                "font": {"path": path, "size": float(size), "variations": dict(coords), "face_index": face},
                "text": {"content": text, "script": script, "direction": direction, "language": language, "features": listed},
                "rendering": {"format": "metrics", "width": int(width), "height": int(height), "origin": pen},
            }
            _refuse_warnings(worker, job)
            worker.fresh_handles()
        return worker.handles.instance(path, face, coords)


def _refuse_warnings(worker: _Worker, job: dict[str, Any]) -> None:
    """In a strict session: the request as a job, measured and not drawn, and its warnings as the error."""
    for name, part in job.items():
        if isinstance(part, dict):
            job[name] = {key: value for key, value in part.items() if value is not None}
    data = json.dumps(job).encode()
    worker.runner.load(data)
    if worker.runner.run(0, len(data), 1, 0) < 0:
        error = line_error(json.loads(worker.runner.result()))
        if error.code == "strict_warning":
            raise error_of(error.code, str(error), field=error.field, details=error.details)


def _check_out(out: object, width: object, height: object) -> None:
    good = isinstance(out, numpy.ndarray) and out.dtype == numpy.uint8 and out.flags.c_contiguous and out.flags.writeable
    if not good or not isinstance(out, numpy.ndarray) or out.shape != (height, width):
        shape = f"{out.dtype} {out.shape}" if isinstance(out, numpy.ndarray) else out
        raise invalid("out", f"a writable, C-contiguous array of uint8 with shape ({height}, {width})", shape)


def _listed(features: Sequence[str]) -> tuple[str, ...]:
    """A copy: a list could change after it was checked."""
    if isinstance(features, (bytes, bytearray)) or not isinstance(features, Sequence):
        raise invalid("features", 'a string or a list of strings, such as ["kern", "-liga"]', features)
    return tuple(features)


def _job_bytes(job: object) -> bytes:
    if isinstance(job, str):
        # Lone surrogates, which no UTF-8 has, become what TextEncoder makes of them.
        try:
            return job.encode("utf-8")
        except UnicodeEncodeError:
            return job.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")
    if isinstance(job, (bytes, bytearray, memoryview)):
        return bytes(job)
    raise invalid("job_json", "a job as JSON text, a string or UTF-8 bytes", job)
