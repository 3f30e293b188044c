"""The engine's fonts, instances and canvases that direct calls use, kept between calls and given back when the budgets are
full, least recently used first. Handles of one engine: a fresh engine needs a fresh table.
"""

from __future__ import annotations

import json
import weakref
from collections import OrderedDict
from typing import Any

import numpy

from ._buffers import Pixels
from ._engine import Engine
from ._fonts import Identity, Refusal
from ._host import FontHost
from ._jobs import FileInMemory, JobRunner, read_font
from .errors import HaforuError, call_error, reason_of

#: Design coordinates: (tag, value) each.
Coords = tuple[tuple[str, float], ...]
#: Coordinates, and the named instance from which they move on ("": none).
_Place = tuple[Coords, str]

#: Pixels of canvases kept, when more than one: programs that take a few sizes in turn need not make each anew.
_CANVAS_BYTES = 32 << 20
#: Smaller canvases are copied as a whole: asking for their rows takes a microsecond.
_WHOLE_BYTES = 256 * 1024
#: Of canvases whose rows are shorter, too.
_LEAST_ROW_BYTES = 256
#: Axes named in an error.
_AXES_LISTED = 16


class _Font:
    def __init__(self, handle: int, path: str, face_index: int, data: FileInMemory) -> None:
        self.handle = handle
        self.path = path
        self.face_index = face_index
        self.size = data.size
        self.identity: Identity = data.identity
        #: Whether the file is to be looked at before the next use.
        self.stale = False
        self.instances: dict[_Place, _Instance] = {}


class _Instance:
    __slots__ = ("font", "handle", "place")

    def __init__(self, handle: int, font: _Font, place: _Place) -> None:
        self.handle = handle
        self.font = font
        self.place = place


class Canvas:
    """A canvas of the engine. `pixels`: its memory, read-only, (height, width) uint8."""

    __slots__ = ("_inked", "_order", "engine", "handle", "pixels", "size")

    def __init__(self, engine: Engine, width: int, height: int, invert: bool) -> None:
        self.handle = engine.create_canvas(width, height, invert)
        self.engine = engine
        self.size = width * height
        #: The rows that may hold ink, and with them the row that each row of a copy is of.
        self._inked = (0, 0)
        self._order = numpy.zeros(height, numpy.intp)
        buffer = engine.view(engine.canvas_pixels(self.handle), self.size)
        # Read-only memory, so that nobody can set an array on it to be written: what is not ink is not cleared before a render.
        self.pixels: Pixels = numpy.frombuffer(memoryview(buffer).toreadonly(), dtype=numpy.uint8).reshape(height, width)

    def copy_to(self, out: Pixels) -> None:
        """Copies the pixels. Of blank rows one is read again and again: of a letter on a large canvas that halves the traffic.

        In one call of numpy, during which other threads run: filling and copying by turns would have this one wait for them each time.
        """
        height, width = self.pixels.shape
        if self.size < _WHOLE_BYTES or width < _LEAST_ROW_BYTES:
            numpy.copyto(out, self.pixels)
            return
        top, bottom = rows = self.engine.canvas_rows(self.handle)
        if bottom - top == height:
            numpy.copyto(out, self.pixels)
            return
        if rows != self._inked:
            self._order = numpy.full(height, top - 1 if top > 0 else bottom, numpy.intp)
            self._order[top:bottom] = numpy.arange(top, bottom)
            self._inked = rows
        # "clip": by default take would copy by way of an array of its own, in case an index is wrong.
        self.pixels.take(self._order, 0, out, "clip")


class Handles:
    """Fonts, instances and canvases of one engine. The counts are of direct calls."""

    def __init__(self, engine: Engine, host: FontHost, runner: JobRunner, counts: dict[str, float]) -> None:
        self.engine = engine
        self._host = host
        # Weak: the runner has this table.
        self._runner = weakref.ref(runner)
        self.max_instances = runner.max_instances
        self.counts = counts
        # A hit is moved to the end: the first is the least recently used.
        self._fonts: OrderedDict[tuple[str, int], _Font] = OrderedDict()
        self._instances: OrderedDict[_Instance, None] = OrderedDict()
        self._canvases: OrderedDict[tuple[int, int, bool, bool], Canvas] = OrderedDict()
        self.font_bytes = 0
        self._canvas_bytes = 0
        # The last instance: a loop over one must not pay for finding it.
        self._last: tuple[str, int, Coords, str] | None = None
        self._last_handle = 0

    def next_epoch(self) -> None:
        """From now on a font's file is looked at again before its next use."""
        for font in self._fonts.values():
            font.stale = True
        self._last = None

    def sizes(self) -> dict[str, float]:
        """What is held now."""
        return {
            "fonts": len(self._fonts),
            "font_bytes": self.font_bytes,
            "instances": len(self._instances),
            "canvas_bytes": self._canvas_bytes,
        }

    def instance(self, path: str, face_index: int, coords: Coords, name: str = "") -> int:
        """The handle of a font at design coordinates, or moved on from a named instance; reads the font when it is not here."""
        wanted = (path, face_index, coords, name)
        if wanted == self._last:
            return self.last()
        font = self._font(path, face_index)
        place = (coords, name)
        instance = font.instances.get(place)
        if instance is None:
            self.counts["instance_misses"] += 1
            self.shrink(self.max_instances - 1)
            instance = _Instance(self._create_instance(font, coords, name), font, place)
            font.instances[place] = instance
            self._instances[instance] = None
        else:
            self.counts["instance_hits"] += 1
            self._instances.move_to_end(instance)
        self._last = wanted
        self._last_handle = instance.handle
        return instance.handle

    @property
    def has_last(self) -> bool:
        """Whether the instance of the last call is still as it was."""
        return self._last is not None

    def last(self) -> int:
        """That instance's handle, counted as found."""
        self.counts["font_hits"] += 1
        self.counts["instance_hits"] += 1
        return self._last_handle

    def canvas(self, width: int, height: int, invert: bool, beside: Canvas | None = None) -> Canvas:
        """A canvas, kept for the next call of its size. `beside`: another one than this, which stays."""
        second = beside is not None
        key = (width, height, invert, second)
        canvas = self._canvases.get(key)
        if canvas is None:
            for old in list(self._canvases):
                if self._canvas_bytes + width * height <= _CANVAS_BYTES:
                    break
                if self._canvases[old] is beside:
                    continue
                gone = self._canvases.pop(old)
                self._canvas_bytes -= gone.size
                self.engine.release_canvas(gone.handle)
            canvas = Canvas(self.engine, width, height, invert)
            self._canvas_bytes += canvas.size
            self._canvases[key] = canvas
        else:
            self._canvases.move_to_end(key)
        return canvas

    def shrink(self, most: int) -> None:
        """Gives back the least recently used instances until at most `most` are left."""
        while len(self._instances) > most:
            instance, _ = self._instances.popitem(last=False)
            self._release(instance)
            self.counts["evictions"] += 1

    def give_back(self, size: int) -> None:
        """Drops fonts, least recently used first, until `size` bytes are free or none is left."""
        while self._fonts and size > 0:
            _, gone = self._fonts.popitem(last=False)
            size -= gone.size
            self._drop(gone)
            self.counts["evictions"] += 1

    def _font(self, path: str, face_index: int) -> _Font:
        key = (path, face_index)
        known = self._fonts.get(key)
        if known is not None:
            if not known.stale or self._host.unchanged(path, known.identity):
                known.stale = False
                self.counts["font_hits"] += 1
                self._fonts.move_to_end(key)
                return known
            self._drop(self._fonts.pop(key))
        self.counts["font_misses"] += 1
        runner = self._runner()
        assert runner is not None
        data = read_font(self.engine, self._host, path, runner)
        if isinstance(data, Refusal):
            raise call_error(data.code, f"font {path}", data.detail, field="font_path")
        try:
            handle = self.engine.create_font(data.pointer, data.size, face_index)
        except HaforuError as error:
            raise call_error(error.code, f"font {path}, face {face_index}", reason_of(error), field="font_path") from error
        font = _Font(handle, path, face_index, data)
        self._fonts[key] = font
        self.font_bytes += font.size
        return font

    def _create_instance(self, font: _Font, coords: Coords, name: str) -> int:
        try:
            return self.engine.create_instance(font.handle, coords, name)
        except HaforuError as error:
            if error.code != "invalid_argument":
                raise
            faces = json.loads(self.engine.font_info(font.handle))["faces"]
            axes = [axis["tag"] for face in faces if face["face_index"] == font.face_index for axis in face.get("axes", ())]
            unknown = next((tag for tag, _ in coords if tag not in axes), "")
            if not unknown and name:
                raise call_error("instance_not_found", f"instance {json.dumps(name, ensure_ascii=False)}", "", field="instance") from error
            more = " and others" if len(axes) > _AXES_LISTED else ""
            detail = (
                f'{font.path} has no axis "{unknown}"; its axes are {", ".join(axes[:_AXES_LISTED])}{more}'
                if axes
                else f"{font.path} is a static font: leave variations out, or use the variable font"
            )
            raise call_error("invalid_argument", "variations", detail, field="variations") from error

    def _drop(self, font: _Font) -> None:
        for instance in font.instances.values():
            del self._instances[instance]
            self.engine.release_instance(instance.handle)
        self._last = None
        self.font_bytes -= font.size
        self.engine.release_font(font.handle)

    def _release(self, instance: _Instance) -> None:
        del instance.font.instances[instance.place]
        self.engine.release_instance(instance.handle)
        self._last = None
