"""An array over a canvas of the engine that knows when its pixels are no longer those of its render.

The memory stays readable as long as an array on it lives, so a stale view cannot crash; using one raises StaleViewError.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy

__all__ = ["CanvasView", "StaleViewError"]


class StaleViewError(RuntimeError):
    """The pixels of a view were overwritten by a later call of its session, or the session was closed."""


class Generation:
    """Counts the calls that overwrite canvases of one engine."""

    __slots__ = ("now",)

    def __init__(self) -> None:
        self.now = 0


class CanvasView(numpy.ndarray[Any, numpy.dtype[numpy.uint8]]):
    """A read-only array (height, width) uint8 on the engine's memory; slices of it are views of the same kind.

    Indexing, arithmetic, functions and methods of numpy raise StaleViewError once the view is stale. Code that takes the
    memory past numpy (`numpy.asarray`, `memoryview`, C extensions) is not told: check `is_valid`, or copy.
    """

    _generation: Generation | None
    _made: int

    def __array_finalize__(self, parent: object) -> None:
        # An array that owns its memory is a copy: nothing overwrites it.
        if isinstance(parent, CanvasView) and not self.flags.owndata:
            self._generation = parent.__dict__.get("_generation")
            self._made = parent.__dict__.get("_made", 0)
        else:
            self._generation = None
            self._made = 0

    @property
    def is_valid(self) -> bool:
        """Whether the pixels are still those of the render that gave this view."""
        return self._generation is None or self._generation.now == self._made

    def check(self) -> None:
        """Raises StaleViewError when the view is stale."""
        if self._generation is not None and self._generation.now != self._made:
            raise StaleViewError(
                "these pixels are gone: a later call of the session overwrote them, or the session was closed; "
                "copy a view (view.copy()) before the next render, or render with copy=True"
            )

    def __array_ufunc__(self, ufunc: numpy.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return getattr(ufunc, method)(*(plain(one) for one in inputs), **{name: plain(one) for name, one in kwargs.items()})

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return func(*(plain(one) for one in args), **{name: plain(one) for name, one in kwargs.items()})

    def __getitem__(self, key: Any) -> Any:
        self.check()
        return super().__getitem__(key)

    def __iter__(self) -> Any:
        self.check()
        return super().__iter__()

    def __repr__(self) -> str:
        return super().__repr__() if self.is_valid else f"<a stale CanvasView, {self.shape[0]} rows>"

    def __str__(self) -> str:
        return super().__str__() if self.is_valid else repr(self)

    def __reduce__(self) -> Any:
        self.check()
        return plain(self).copy().__reduce__()

    def __reduce_ex__(self, protocol: Any) -> Any:
        self.check()
        return plain(self).copy().__reduce_ex__(protocol)


def plain(value: Any) -> Any:
    """A view as an ordinary array, once it was seen to be good; views in lists too."""
    if isinstance(value, CanvasView):
        value.check()
        return numpy.ndarray.view(value, numpy.ndarray)
    if isinstance(value, (list, tuple)) and any(isinstance(one, CanvasView) for one in value):
        return type(value)([plain(one) for one in value])
    return value


#: Methods that read the pixels: their results hold none of the engine's memory.
_READERS = (
    ["all", "any", "argmax", "argmin", "argpartition", "argsort", "astype", "byteswap", "choose", "clip", "compress", "conj"]
    + ["conjugate", "copy", "cumprod", "cumsum", "dot", "dump", "dumps", "flatten", "item", "max", "mean", "min", "nonzero"]
    + ["prod", "repeat", "round", "searchsorted", "std", "sum", "take", "tobytes", "tofile", "tolist", "trace", "var"]
    + ["__array__", "__bool__", "__complex__", "__contains__", "__copy__", "__deepcopy__", "__float__", "__index__", "__int__", "tostring"]
)
#: Methods that give the same memory in another form: a view of this kind, good as long as this one.
_FORMS = ["diagonal", "ravel", "reshape", "squeeze", "swapaxes", "transpose", "view"]


def _checked(name: str, plain: bool) -> Any:
    method = getattr(numpy.ndarray, name)

    @functools.wraps(method)
    def checked(self: CanvasView, *args: Any, **kwargs: Any) -> Any:
        self.check()
        return method(numpy.ndarray.view(self, numpy.ndarray) if plain else self, *args, **kwargs)

    return checked


def _checked_property(name: str) -> property:
    real = getattr(numpy.ndarray, name)

    def checked(self: CanvasView) -> Any:
        self.check()
        return real.__get__(self)

    return property(checked, doc=real.__doc__)


for _name in _READERS:
    # Newer numpy has no tostring.
    if hasattr(numpy.ndarray, _name):
        setattr(CanvasView, _name, _checked(_name, plain=True))
#: What gives the memory away: it is good now, at least.
for _name in ("ctypes", "data", "flat", "imag", "real"):
    setattr(CanvasView, _name, _checked_property(_name))
for _name in _FORMS:
    setattr(CanvasView, _name, _checked(_name, plain=False))
