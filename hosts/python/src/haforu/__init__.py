"""haforu for Python: text to pixels, metrics and result lines, by the engine of the program `haforu`, the same bytes.

>>> from haforu import StreamingSession
>>> with StreamingSession() as session:                             # doctest: +SKIP
...     pixels = session.render_to_numpy("NotoSans.ttf", "Hello", size=64, width=300, height=100)

Importing the package loads none of its parts: each name is loaded at its first use, so `import haforu.sql` needs nothing but
the standard library, and `import haforu` compiles nothing.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

#: haforu.speech is a wheel of its own: it is found beside this one also where either is installed from its sources.
#: As pkgutil.extend_path does it, whose import takes milliseconds.
__path__ = [*__path__, *(one for one in (os.path.join(entry, "haforu") for entry in sys.path) if one not in __path__ and os.path.isdir(one))]

if TYPE_CHECKING:
    from ._view import CanvasView, StaleViewError
    from .batch import process_jobs
    from .errors import HaforuError, HaforuFileNotFoundError, HaforuInputError
    from .info import __version__, font_info, is_available, schema, validate
    from .pictures import align_and_compare, resize_bilinear
    from .shaping import Flush, ShapeStream, shape_stream
    from .session import Comparison, GlyphArrays, MatchResult, Metrics, StreamingSession, SweepResult

__all__ = [
    "CanvasView",
    "Comparison",
    "Flush",
    "GlyphArrays",
    "HaforuError",
    "HaforuFileNotFoundError",
    "HaforuInputError",
    "MatchResult",
    "Metrics",
    "ShapeStream",
    "StaleViewError",
    "StreamingSession",
    "SweepResult",
    "__version__",
    "align_and_compare",
    "font_info",
    "is_available",
    "process_jobs",
    "resize_bilinear",
    "schema",
    "shape_stream",
    "validate",
]

_HOMES = {
    "CanvasView": "._view",
    "StaleViewError": "._view",
    "process_jobs": ".batch",
    "HaforuError": ".errors",
    "HaforuFileNotFoundError": ".errors",
    "HaforuInputError": ".errors",
    "__version__": ".info",
    "font_info": ".info",
    "is_available": ".info",
    "schema": ".info",
    "validate": ".info",
    "align_and_compare": ".pictures",
    "resize_bilinear": ".pictures",
    "Flush": ".shaping",
    "ShapeStream": ".shaping",
    "shape_stream": ".shaping",
    "Comparison": ".session",
    "GlyphArrays": ".session",
    "MatchResult": ".session",
    "Metrics": ".session",
    "StreamingSession": ".session",
    "SweepResult": ".session",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'haforu' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(home, __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
