"""Sessions: one engine a thread, made when the thread first calls. Jobs as JSON, and direct calls past JSON: pixels, metrics, glyphs,
sweeps, matches, comparisons.

In: jobs and arguments. Out: result lines, arrays, numbers, or a HaforuError. Where fonts come from is _host.py's business, what
lies in the engine's memory _engine.py's, what one thread has _worker.py's.
"""

from __future__ import annotations

import json
import os
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypedDict

import numpy

from . import _check, _compare, _match, _sweep, _switch
from . import _contract as contract
from ._buffers import Buffers, Pixels
from ._compare import Comparison, Invert
from ._engine import OP_LINE
from ._fonts import FontFiles, Refusal
from ._handles import Canvas
from ._host import FontHost
from ._jobs import EngineConfig, job_bytes, read_font
from ._match import MatchResult
from ._request import Features, FontPath, Request, request_of
from ._sweep import SweepResult
from ._view import CanvasView, StaleViewError
from ._worker import Worker
from .errors import HaforuError, call_error, invalid, line_error

__all__ = ["CanvasView", "Comparison", "GlyphArrays", "MatchResult", "Metrics", "StaleViewError", "StreamingSession", "SweepResult"]

_GLYPH = numpy.dtype("<i4")


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


class GlyphArrays(NamedTuple):
    """Shaped glyphs, one entry a glyph in each array; advances and offsets in font units, y up. Copies, the caller's own."""

    #: Glyph ids in the font, uint32.
    ids: numpy.ndarray[Any, numpy.dtype[numpy.uint32]]
    #: Code points from the start of the text, float64: whole numbers up to 2⁵³.
    clusters: numpy.ndarray[Any, numpy.dtype[numpy.float64]]
    #: int32 each.
    x_advances: numpy.ndarray[Any, numpy.dtype[numpy.int32]]
    y_advances: numpy.ndarray[Any, numpy.dtype[numpy.int32]]
    x_offsets: numpy.ndarray[Any, numpy.dtype[numpy.int32]]
    y_offsets: numpy.ndarray[Any, numpy.dtype[numpy.int32]]
    #: hb_glyph_flags_t, uint32: 1 unsafe to break before the glyph's cluster, 2 unsafe to concatenate there.
    flags: numpy.ndarray[Any, numpy.dtype[numpy.uint32]]


class StreamingSession:
    """Renders one job or one text after the other, with fonts, instances and canvases kept between calls.

    A session may be used from many threads at once: each thread has an engine of its own, made at its first call (about 2 ms).
    While an engine works, other Python threads run.

    cache_size: instances (a font at one set of coordinates) kept for each thread, at least 1.
    font_cache_bytes: bytes of fonts kept by all threads together: a file's bytes once, and a copy in each engine that uses it.
    strict: warnings become errors. timing: result lines of jobs carry `timing`.
    base_dir: fonts must lie under this folder, links resolved; relative paths start there.
    font_check_ms: after how many milliseconds a font file in use is looked at again for changes.
    timeout: seconds that a call may take, where the call gives none; None: no limit. A call that takes longer raises `timeout`. The
    engine looks at the clock between glyphs, points of a sweep and evaluations of a match, not within one.
    """

    def __init__(
        self,
        cache_size: int = 512,
        *,
        font_cache_bytes: int = contract.DEFAULT_FONT_CACHE,
        strict: bool = False,
        timing: bool = True,
        base_dir: str | os.PathLike[str] | None = None,
        font_check_ms: float = 100,
        timeout: float | None = None,
    ) -> None:
        size = _check.whole("cache_size", cache_size, 1, contract.LIMIT_MAX_FONTS)
        budget = _check.whole("font_cache_bytes", font_cache_bytes, 0, contract.LIMIT_FONT_CACHE_BYTES)
        self._strict = _check.flag("strict", strict)
        self._config = EngineConfig(size, self._strict, _check.flag("timing", timing))
        self._font_check_s = _check.number("font_check_ms", font_check_ms, "milliseconds, a number from 0", 0, float("inf")) / 1000
        self._timeout = _check.seconds("timeout", timeout)
        try:
            files = FontFiles(base_dir)
        except (OSError, TypeError) as error:
            raise invalid("base_dir", "the path of a folder that is there", base_dir) from error
        self._host = FontHost(files, budget)
        self._closed = False
        self._begin()

    def _begin(self) -> None:
        self._forks = _switch.forks
        self._local = threading.local()
        self._buffers = Buffers()
        # Guards the set: one thread closes or cancels while others come.
        self._guard = threading.Lock()
        self._workers: weakref.WeakSet[Worker] = weakref.WeakSet()

    def __enter__(self) -> StreamingSession:
        self._open()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the engines' memory back; that of views, when the last of them goes. Views of this session are stale from now on.

        From any thread, any number of times. A call that is at work ends as it would have; the next one raises invalid_handle.
        """
        with self._guard:
            self._closed = True
            for worker in self._workers:
                worker.overwrite()
            self._local = threading.local()
            self._buffers.clear()

    def cancel(self) -> int:
        """Ends the calls that other threads have at work in this session: they raise `cancelled`. How many there were.

        The engine looks for it between glyphs, points of a sweep and evaluations of a match. Later calls are not affected.
        """
        with self._guard:
            return sum(worker.runner.switch.cut() for worker in self._workers)

    # --- jobs ---------------------------------------------------------------------------------------------------

    def render(self, job_json: str | bytes, *, timeout: float | None = None) -> str:
        """Runs one job (docs/jobs.md) and gives its result line, without a newline. timeout: seconds; None: the session's.

        Raises, when the job fails: HaforuInputError (a ValueError) for the job itself, HaforuFileNotFoundError for a missing
        font, HaforuError for the rest, each with `code`, `details` and `job_id`.
        """
        line = self.render_line(job_json, timeout=timeout)
        # A success has its status behind the id; only an error is parsed.
        result = None
        if '"status":"error"' in line[: 64 + 12 * contract.LIMIT_ID_CODE_POINTS]:
            result = json.loads(line)
        if result is not None and result["status"] == "error":
            raise line_error(result)
        return line

    def render_line(self, job_json: str | bytes, *, timeout: float | None = None) -> str:
        """As render, but a failed job gives its error line."""
        data = _job_bytes(job_json)
        worker = self._enter(timeout)
        with worker.lock, worker:
            worker.overwrite()
            runner = worker.runner
            if len(data) > contract.LIMIT_LINE_BYTES:
                runner.load(b"")
                runner.answer(0, 0, 1, 0, "line_too_long", f"it has {len(data)}")
            else:
                runner.load(data)
                if runner.run(0, len(data), 1, 0) == OP_LINE:
                    runner.answer(0, len(data), 1, 0, "unsupported", "a session takes jobs; ops are for `haforu stream`")
            # The line tells how it went.
            runner.switch.end()
            return runner.result().decode("utf-8")

    def validate(self, job_json: str | bytes) -> dict[str, Any] | None:
        """Checks a job without reading its font: None, or the error with all problems (`code`, `message`, `problems`, ...)."""
        data = _job_bytes(job_json)
        worker = self._enter()
        with worker.lock, worker:
            worker.overwrite()
            runner = worker.runner
            if len(data) > contract.LIMIT_LINE_BYTES:
                runner.load(b"")
                runner.answer(0, 0, 1, 0, "line_too_long", f"it has {len(data)}")
            else:
                runner.load(data)
                if runner.validate(0, len(data), 1, 0) >= 0:
                    return None
            error: dict[str, Any] = json.loads(runner.result())["error"]
            return error

    # --- direct calls -------------------------------------------------------------------------------------------

    def render_to_numpy(
        self,
        font_path: FontPath,
        text: str,
        size: float,
        width: int,
        height: int,
        variations: Mapping[str, float] | None = None,
        script: str | None = "Latn",
        direction: str | None = "ltr",
        language: str | None = "en",
        face_index: int = 0,
        features: Features = None,
        origin: tuple[float, float] | None = None,
        invert: bool = False,
        copy: bool = True,
        out: Pixels | None = None,
        *,
        instance: str | None = None,
        timeout: float | None = None,
    ) -> Pixels:
        """Draws a text and gives its pixels: an array (height, width) of uint8, rows from the top, C-contiguous.

        255 is blank and 0 full ink (`invert`: the other way round).
        font_path: a path, or the name of a font that was added. size: pixels per em, over 0.
        variations: design coordinates by axis tag; values are clamped to their axis. instance: a named instance of the font, from
        which `variations` move on.
        script (ISO 15924), direction (ltr, rtl, ttb, btt), language (BCP 47): None has it guessed.
        features: HarfBuzz's syntax, "kern,-liga" or ["kern", "-liga"].
        origin: where the pen starts, (x, y) in pixels, y down; None: (0, 0.75 × height), vertical text (width / 2, 0).
        copy=True: a fresh array. copy=False: a read-only view of the engine's memory, without a copy, valid until the next render of
        this session in this thread; using it later raises StaleViewError (see CanvasView).
        out: an array (height, width) of uint8, C-contiguous and writable, that is filled and returned.
        timeout: seconds; None: the session's.

        Raises HaforuInputError (a ValueError) for arguments, HaforuFileNotFoundError (a FileNotFoundError) for a missing font,
        HaforuError for the rest: font_invalid, font_unreadable, out_of_memory, timeout, cancelled, engine_fault, ...
        """
        if out is not None:
            _check_out(out, width, height)
        if copy is not True and copy is not False:
            raise invalid("copy", "True or False", copy)
        request = Request(
            font_path, text, size, width, height, variations, script, direction, language, face_index, features, origin, invert, instance
        )
        # Equal to another request of the same kinds, it is the same request.
        plain = type(width) is int and type(height) is int and type(face_index) is int and type(size) is not bool
        worker = self._enter(timeout)
        with worker.lock, worker:
            canvas = self._draw(worker, request, None, plain)
            pixels = canvas.pixels
            if out is not None or copy:
                filled = self._buffers.empty(*pixels.shape) if out is None else out
                canvas.copy_to(filled)
                return filled
            made: Any = pixels.view(CanvasView)
            view: CanvasView = made
            view._generation = worker.generation
            view._made = worker.generation.now
            return view

    def metrics(
        self,
        font_path: FontPath,
        text: str,
        size: float,
        width: int,
        height: int,
        variations: Mapping[str, float] | None = None,
        script: str | None = "Latn",
        direction: str | None = "ltr",
        language: str | None = "en",
        face_index: int = 0,
        features: Features = None,
        origin: tuple[float, float] | None = None,
        *,
        instance: str | None = None,
        timeout: float | None = None,
    ) -> Metrics:
        """Measures a text as render_to_numpy would draw it, without a picture: docs/metrics.md. Arguments and errors as there.

        density: ink ÷ canvas. beam: longest row of ink ÷ width. bbox: x, y, width, height of the ink, pixels. ink_area: pixels.
        centroid: (x, y) and aspect: ink width ÷ ink height, None without ink. advance: (x, y) of the pen, pixels.
        """
        request = Request(
            font_path, text, size, width, height, variations, script, direction, language, face_index, features, origin, False, instance
        )
        plain = type(width) is int and type(height) is int and type(face_index) is int and type(size) is not bool
        worker = self._enter(timeout)
        with worker.lock, worker:
            handle = worker.prepare(request, self._strict, True, plain)
            m = worker.runner.engine.measure(handle)
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

    def shape(
        self,
        font_path: FontPath,
        text: str,
        variations: Mapping[str, float] | None = None,
        script: str | None = "Latn",
        direction: str | None = "ltr",
        language: str | None = "en",
        face_index: int = 0,
        features: Features = None,
        *,
        instance: str | None = None,
        timeout: float | None = None,
    ) -> GlyphArrays:
        """Shapes a text: glyphs in visual order, as arrays; font units, y up, clusters in code points. Arguments and errors as
        render_to_numpy. Longer texts than 65,536 code points are for ShapeStream.
        """
        request = Request(font_path, text, 16, 1, 1, variations, script, direction, language, face_index, features, None, False, instance)
        worker = self._enter(timeout)
        with worker.lock, worker:
            handle = worker.prepare(request, self._strict, drawn=False)
            records = worker.runner.engine.shape(handle)
        columns = numpy.frombuffer(records, _GLYPH).reshape(-1, 7).T
        # Clusters and ids are not negative: they have no more than 32 bits less one.
        signed = [column.astype(numpy.int32) for column in columns]
        ids, clusters, flags = signed[0].view(numpy.uint32), signed[1].astype(numpy.float64), signed[6].view(numpy.uint32)
        return GlyphArrays(ids, clusters, signed[2], signed[3], signed[4], signed[5], flags)

    def sweep(
        self,
        font_path: FontPath,
        text: str | Sequence[str],
        size: float,
        width: int,
        height: int,
        variations: Mapping[str, float] | None = None,
        script: str | None = "Latn",
        direction: str | None = "ltr",
        language: str | None = "en",
        face_index: int = 0,
        features: Features = None,
        origin: tuple[float, float] | None = None,
        invert: bool = False,
        *,
        points: Sequence[Mapping[str, float]] | None = None,
        instances: bool | None = None,
        grid: Mapping[str, Any] | None = None,
        sample: Mapping[str, int] | None = None,
        format: str | None = None,
        include: Sequence[str] | None = None,
        instance: str | None = None,
        timeout: float | None = None,
    ) -> Iterator[SweepResult]:
        """Measures, and draws where asked, one or many texts at many design coordinates, one result after the other: docs/sweep.md.

        text: a string, or several: each is rendered at every point. The points are all of those given:
        points: design coordinates; axes that one does not name stay where variations and instance put them. instances=True: all
        named instances. grid: by axis {"min", "max", "steps"}, a list (or array) of values, or one; all combinations.
        sample: {"count", "seed"} points of a Halton sequence over the axes that variations does not name.
        format: what picture a result holds, as base64 (SVG: text); None: none. include: what else of a result: "boxes", "glyphs",
        "hash", "extended"; metrics always. The other arguments as render_to_numpy. timeout: for each few hundred renders.
        Each result: index, renders, text, coordinates, metrics, and instance, rendering, boxes, glyphs, hash, warnings where there are.

        Raises in the loop HaforuInputError (invalid_job, axis_not_found, sweep_empty, sweep_too_large) and as render_to_numpy.
        """
        shown: Any = text
        request = Request(
            font_path, shown, size, width, height, variations, script, direction, language, face_index, features, origin, invert, instance
        )
        beside = {"points": points, "instances": instances, "grid": grid, "sample": sample, "format": format, "include": include}
        job = _sweep.sweep_job(request, beside)
        _check.seconds("timeout", timeout)
        area = width * height if isinstance(width, int) and isinstance(height, int) else 1
        return _sweep.sweep_windows(lambda window: self.render(window, timeout=timeout), job, area)

    def match(
        self,
        font_path: FontPath,
        size: float,
        targets: Sequence[Mapping[str, Any]],
        *,
        axes: Mapping[str, Mapping[str, float]] | None = None,
        variations: Mapping[str, float] | None = None,
        instance: str | None = None,
        face_index: int = 0,
        objective: str = "rmse",
        mode: str = "corner",
        reach: int = 32,
        budget: int = 600,
        coarse: bool = True,
        timeout: float | None = None,
    ) -> MatchResult:
        """Seeks the design coordinates at which pictures of a variable font come closest to target pictures: a bounded,
        deterministic search by the pictures' differences alone. Formulas and method: docs/metrics.md.

        size: pixels per em. targets: at least one dict with `text` and either `image`, an array (height, width) of uint8 (with
        `invert` where 0 is blank), or `like`, a dict of render_to_numpy's arguments; and features, script, direction, language and
        origin of the text, defaults as in render_to_numpy. The score is the mean over the targets.
        axes: those that are moved, by tag {"min", "max"}, each optional; None: all. Others stay where instance and variations put them.
        objective: what is made as small as it gets, a measure of align_and_compare (of ssim and iou 1 less it).
        mode, reach: how a render is laid over its target, as in align_and_compare. budget: renders at most; every evaluation draws
        each target's text once. coarse=False: every evaluation at full size, else sizes from 200 px are first matched smaller.

        Raises as render_to_numpy; HaforuInputError for a budget under the number of targets, axes that the font does not have, or
        a font without axes.
        """
        search = _match.check_search(size, targets, axes, objective, mode, reach, budget, coarse)
        pictured = [_match.check_target(f"targets[{i}]", one) for i, one in enumerate(targets)]
        likes = [None if has else request_of(f"targets[{i}].like", one["like"]) for i, (has, one) in enumerate(zip(pictured, targets))]
        base = Request(font_path, "", size, 1, 1, variations, face_index=face_index, instance=instance)
        worker = self._enter(timeout)
        with worker.lock, worker:
            given = []
            for i, (one, like) in enumerate(zip(targets, likes)):
                field = f"targets[{i}]"
                # A view of this thread would be overwritten by what follows.
                pixels = _compare.image(f"{field}.image", one["image"]).copy() if like is None else self._draw(worker, like).pixels.copy()
                invert = bool(one.get("invert", False)) if like is None else like.invert
                given.append(_match.Target(_match.target_request(field, one, base, pixels), pixels, invert))
            handle = worker.prepare(base._replace(width=1, height=1), strict=False)
            try:
                found = _match.match_pictures(worker.runner.engine, handle, search, given)
            except HaforuError as error:
                raise _match.explain(error, self._font_info(worker, str(font_path)), str(font_path), face_index, search) from error
            told = []
            for i, target in enumerate(given):
                place = target.request._replace(variations=found["coordinates"], instance=None)
                told += [{**warning, "target": i} for warning in worker.warnings(place)]
            result: Any = {**found, "warnings": told}
            matched: MatchResult = result
            return matched

    # --- pictures -----------------------------------------------------------------------------------------------

    def align_and_compare(
        self,
        a: Pixels,
        b: Pixels,
        mode: str = "corner",
        reach: int = 32,
        measures: Sequence[str] | None = None,
        *,
        invert: Invert = False,
        timeout: float | None = None,
    ) -> Comparison:
        """Lays two pictures over each other and measures how their ink differs: docs/metrics.md.

        a, b: arrays (height, width) of uint8, any strides; views of this thread's last render are read where they lie.
        invert: 0 is blank, of both or (a, b). Both are padded with blank to one frame, the larger width × the larger height:
        mode "corner": both in its upper left corner; "center": both in its middle, half a pixel up and left where it does not
        divide; "ink": the second where Σ|a - b| is least, by whole pixels, looking up to `reach` pixels (at most 256) around the
        place where the middles of both ink boxes meet.
        measures: of pixel_delta, pixel_delta_center, rmse, ssim, iou; None: all.

        Raises HaforuInputError, HaforuError out_of_memory, timeout, cancelled; StaleViewError.
        """
        one, two, sides = _compare.image("a", a), _compare.image("b", b), _compare.inverted(invert)
        options = _compare.compare_options(mode, reach, measures)
        worker = self._enter(timeout)
        with worker.lock, worker:
            return _compare.compare(worker.runner.engine, one, two, options, sides)

    def compare_renders(
        self,
        a: Mapping[str, Any],
        b: Mapping[str, Any],
        mode: str = "corner",
        reach: int = 32,
        measures: Sequence[str] | None = None,
        *,
        timeout: float | None = None,
    ) -> Comparison:
        """Draws two texts, each a dict of render_to_numpy's arguments, and compares the pictures in the engine, without copying
        one: the way to go over many pairs. Options and errors as align_and_compare and render_to_numpy.
        """
        options = _compare.compare_options(mode, reach, measures)
        one, two = request_of("a", a), request_of("b", b)
        worker = self._enter(timeout)
        with worker.lock, worker:
            second = self._draw(worker, two)
            first = self._draw(worker, one, beside=second)
            return _compare.comparison_of(worker.runner.engine.compare_canvases(first.handle, second.handle, options), options[2])

    def resize_bilinear(self, image: Pixels, width: int, height: int) -> Pixels:
        """Another size of a picture, bilinear with half-pixel centres: pixel i of n lies at (i + ½) ÷ n. Reducing by more than two
        skips pixels. image: an array (height, width) of uint8, any strides. A fresh array (height, width).
        """
        checked = _compare.image("image", image)
        worker = self._enter()
        with worker.lock, worker:
            return _compare.resize(worker.runner.engine, checked, width, height)

    def decode_image(self, file: bytes) -> Pixels:
        """The pixels of a PNG (any kind) or binary PGM file's bytes as 8-bit grey, transparency over white; a fresh array.

        Raises HaforuError image_invalid, image_too_large, image_unsupported.
        """
        if not isinstance(file, (bytes, bytearray, memoryview)):
            raise invalid("file", "a picture file's bytes", file)
        worker = self._enter()
        with worker.lock, worker:
            return _compare.decode(worker.runner.engine, bytes(file))

    # --- fonts and the cache --------------------------------------------------------------------------------------

    def font_info(self, font_path: FontPath) -> dict[str, Any]:
        """What is in a font file: container, faces, names, axes, named instances, scripts, features."""
        path = _check.font_path(font_path)
        worker = self._enter()
        with worker.lock, worker:
            return self._font_info(worker, path)

    def add_font(self, name: str, data: bytes) -> None:
        """Makes a copy of a font file's bytes usable as a font's path under `name`, in jobs and calls of all threads."""
        _check.font_path(name)
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise invalid("data", "a font file's bytes", data)
        size = data.nbytes if isinstance(data, memoryview) else len(data)
        if size > contract.LIMIT_FONT_BYTES:
            raise call_error("font_too_large", "data", f"it has {size} bytes", field="data")
        self._open()
        self._host.add(name, bytes(data))
        self._look_again()

    def remove_font(self, name: str) -> bool:
        """Forgets an added font; False: there was none of that name."""
        _check.font_path(name)
        self._open()
        removed = self._host.remove(name)
        self._look_again()
        return removed

    def warm_up(self, fonts: Sequence[FontPath] = ()) -> None:
        """Makes this thread's engine, and loads fonts before calls need them. Raises for the first that cannot be had."""
        if isinstance(fonts, (str, bytes)) or not isinstance(fonts, Sequence):
            raise invalid("fonts", "a list of paths", fonts)
        paths = [_check.font_path(font) for font in fonts]
        self.ping()
        for path in paths:
            job = {"id": "warm_up", "font": {"path": path, "size": 16}, "text": {"content": ""}}
            self.render(json.dumps({**job, "rendering": {"format": "metrics", "width": 1, "height": 1}}))
            self.metrics(path, "", 16, 1, 1)

    def set_cache_size(self, cache_size: int) -> None:
        """Instances kept for each thread from its next call on."""
        size = _check.whole("cache_size", cache_size, 1, contract.LIMIT_MAX_FONTS)
        self._open()
        self._config = self._config._replace(max_instances=size)

    def ping(self) -> bool:
        """Whether this thread's engine answers; makes it where there is none."""
        worker = self._enter()
        with worker.lock, worker:
            worker.runner.engine.stats()
            return True

    def cache_stats(self) -> dict[str, float]:
        """Fonts and instances kept, hits, misses and bytes, of jobs and direct calls together, of this thread's engine; and of the
        whole session `shared_font_bytes`, kept once for all engines, and `session_font_bytes`, those and all engines' copies.
        """
        worker = self._enter()
        with worker.lock, worker:
            return {**worker.stats(), **self._host.sizes()}

    # --- inside -------------------------------------------------------------------------------------------------

    def _enter(self, timeout: float | None = None) -> Worker:
        """This thread's worker, to be entered for one call."""
        self._open()
        worker: Worker | None = getattr(self._local, "worker", None)
        if worker is None:
            worker = Worker(self._host, self._config, self._font_check_s)
            with self._guard:
                self._workers.add(worker)
                self._local.worker = worker
        config = self._config
        if config.max_instances != worker.max_instances:
            worker.wanted_instances = config.max_instances
        worker.timeout = self._timeout if timeout is None else _check.seconds("timeout", timeout)
        return worker

    def _open(self) -> None:
        """Before a call: the session is this process' own, and not closed."""
        if self._forks != _switch.forks:
            self._begin_forked()
        if self._closed:
            raise HaforuError("invalid_handle", "the session is closed; make another")

    def _begin_forked(self) -> None:
        """In a forked process: other engines, for threads that were at work in the old ones are not here."""
        self._host = FontHost(self._host.files, self._host.budget).with_added(self._host)
        self._begin()

    def _draw(self, worker: Worker, request: Request, beside: Canvas | None = None, plain: bool = False) -> Canvas:
        """Draws a request onto a canvas of this thread's engine."""
        handle = worker.prepare(request, self._strict, True, plain)
        inverted = _check.flag("invert", request.invert)
        canvas = worker.handles.canvas(int(request.width), int(request.height), inverted, beside)
        worker.runner.engine.render(handle, canvas.handle)
        return canvas

    def _font_info(self, worker: Worker, path: str) -> dict[str, Any]:
        runner = worker.runner
        data = read_font(runner.engine, self._host, path, runner)
        if isinstance(data, Refusal):
            raise call_error(data.code, f"font {path}", data.detail, field="font_path")
        info: dict[str, Any] = json.loads(runner.engine.file_info(data.pointer, data.size))
        return info

    def _look_again(self) -> None:
        """Every thread looks at its fonts again before their next use."""
        with self._guard:
            for worker in self._workers:
                worker.looks_again = True


def _check_out(out: object, width: object, height: object) -> None:
    good = isinstance(out, numpy.ndarray) and out.dtype == numpy.uint8 and out.flags.c_contiguous and out.flags.writeable
    if not good or not isinstance(out, numpy.ndarray) or out.shape != (height, width):
        shape = f"{out.dtype} {out.shape}" if isinstance(out, numpy.ndarray) else out
        raise invalid("out", f"a writable, C-contiguous array of uint8 with shape ({height}, {width})", shape)


def _job_bytes(job: object) -> bytes:
    if isinstance(job, str):
        return job_bytes(job)
    if isinstance(job, (bytes, bytearray, memoryview)):
        return bytes(job)
    raise invalid("job_json", "a job as JSON text, a string or UTF-8 bytes", job)
