"""Memory for fresh arrays, used again when an array is gone: a new block of megabytes costs as much in page faults as the copy into it.

An array's memory comes back when the array and everything that looks at it is gone, never before. Knows nothing of what is drawn.
"""

from __future__ import annotations

import threading
import weakref
from typing import Any

import numpy

Pixels = numpy.ndarray[Any, numpy.dtype[numpy.uint8]]

#: Smaller arrays are numpy's own: taking one from here costs some microseconds.
LEAST_BYTES = 128 * 1024
#: Bytes kept for arrays to come: a few large canvases for each of a few threads, no more.
KEPT_BYTES = 64 << 20


class _Owner(Pixels):
    """What keeps an array's memory alive. Its own base is no array, so numpy has the arrays on it refer to it and not past it."""


class _Lease(weakref.ref[_Owner]):
    """Watches an owner."""

    __slots__ = ("block", "shape")
    block: bytearray
    shape: tuple[int, int]


#: Height, width, thread.
_Place = tuple[int, int, int]


class Buffers:
    """Blocks of one session, for all its threads. A list's append and pop are atomic: blocks come back whenever memory is collected."""

    def __init__(self) -> None:
        # By shape and by the thread that gave a block back: in its processor's caches lies what it last touched.
        self._free: dict[_Place, list[bytearray]] = {}
        # By id: a lease has no hash.
        self._leases: dict[int, _Lease] = {}

    @property
    def kept(self) -> int:
        """Bytes kept. Counted anew: a running count would drift where two threads change it at once."""
        total = 0
        for (height, width, _), blocks in tuple(self._free.items()):
            total += height * width * len(blocks)
        return total

    def empty(self, height: int, width: int) -> Pixels:
        """An array (height, width) of uint8 whose content is undefined; the caller's for as long as it likes."""
        if height * width < LEAST_BYTES:
            return numpy.empty((height, width), numpy.uint8)
        shape = (height, width)
        block = self._taken((height, width, threading.get_ident()))
        owner = _Owner(shape, numpy.uint8, block)
        lease = _Lease(owner, self._gone)
        lease.block = block
        lease.shape = shape
        self._leases[id(lease)] = lease
        made: Pixels = owner.view(numpy.ndarray)
        return made

    def _taken(self, place: _Place) -> bytearray:
        try:
            return self._free[place].pop()
        except (KeyError, IndexError):
            pass
        # Where one thread makes arrays and another lets go of them, all blocks are the other's.
        for other in list(self._free):
            if other[:2] == place[:2]:
                try:
                    return self._free[other].pop()
                except (KeyError, IndexError):
                    continue
        return bytearray(place[0] * place[1])

    def clear(self) -> None:
        """Gives the kept blocks back."""
        self._free = {}

    def _gone(self, lease: _Lease) -> None:
        self._leases.pop(id(lease), None)
        size = len(lease.block)
        if self.kept + size > KEPT_BYTES:
            # Sizes that are no longer asked for must not hold the place of those that are.
            self.clear()
        if size <= KEPT_BYTES:
            self._free.setdefault((*lease.shape, threading.get_ident()), []).append(lease.block)
