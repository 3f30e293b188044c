"""Engines that hold no voice: sample formats and rates of audio that is there already, for all threads."""

from __future__ import annotations

from typing import Callable, TypeVar

from haforu._instance import Trap

from ._engine import Samples, SpeechEngine
from ._pool import Pool
from .cancel import CancelToken
from .errors import SpeechError

_T = TypeVar("_T")

#: More threads than this that convert at once wait for each other.
_pool = Pool(4)


def convert(samples: Samples, sample_format: str, *, big_endian: bool = False, dither: bool = False) -> tuple[bytes, int]:
    """The bytes in another format, and how many samples were cut to its range."""
    return _with_engine(lambda engine: engine.convert(samples, sample_format, big_endian=big_endian, dither=dither))


def resample(samples: Samples, channels: int, from_hz: int, to_hz: int, quality: str) -> Samples:
    """round(frames × to / from) frames."""
    return _with_engine(lambda engine: engine.resample(samples, channels, from_hz, to_hz, quality))


def _with_engine(action: Callable[[SpeechEngine], _T]) -> _T:
    _pool.after_fork()
    hold = _pool.take(CancelToken())
    try:
        try:
            made = action(hold.lane.engine)
        except Trap as trap:
            hold.lane.drop()
            raise SpeechError("engine_fault", f"the speech engine stopped: {trap}") from trap
        _pool.give(hold)
        return made
    except BaseException:
        # Also where a signal handler raised in the midst of giving it.
        _pool.give(hold)
        raise
