"""Pictures without a session of the caller's: arrays in, measures or another array out. Knows nothing of fonts."""

from __future__ import annotations

from collections.abc import Sequence

from ._buffers import Pixels
from ._compare import Comparison, Invert
from ._shared import shared_session

__all__ = ["align_and_compare", "resize_bilinear"]


def align_and_compare(
    a: Pixels, b: Pixels, mode: str = "corner", reach: int = 32, measures: Sequence[str] | None = None, *, invert: Invert = False
) -> Comparison:
    """Lays two pictures over each other and measures how their ink differs: see StreamingSession.align_and_compare."""
    return shared_session().align_and_compare(a, b, mode, reach, measures, invert=invert)


def resize_bilinear(image: Pixels, width: int, height: int) -> Pixels:
    """Another size of a picture, bilinear with half-pixel centres: see StreamingSession.resize_bilinear."""
    return shared_session().resize_bilinear(image, width, height)
