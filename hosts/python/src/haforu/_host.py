"""The fonts of one session or run for the engines of all its threads: a file is read once, its bytes are kept once, and each engine
copies them when it first needs them. What is kept here and in all engines stays within one budget.

An engine that needs room takes it, in this order, from bytes kept here, from engines that are not at work and hold more than their
part, from its own fonts used least recently, and from other engines that are not at work. Knows files and bytes, and nothing of what engines do with them.
"""

from __future__ import annotations

import ctypes
import threading
import weakref
from collections import OrderedDict
from typing import Any, NamedTuple, Protocol

from ._fonts import FontFiles, Identity, Place, Refusal

#: An added font's identity: the numbers of no file.
_ADDED = -1


class Tenant(Protocol):
    """What has an engine and copies of fonts in it."""

    #: Held while the engine is at work.
    lock: Any
    #: When it last worked: of two, the smaller number was earlier.
    worked_at: float

    @property
    def font_bytes(self) -> int:
        """Bytes of the fonts that its engine holds."""

    def give_back(self, size: int) -> None:
        """Drops fonts, least recently used first, until `size` bytes are free or none is left."""


class _Kept(NamedTuple):
    identity: Identity
    data: bytearray


class FontHost:
    """One for each session and run. May be used from all threads."""

    def __init__(self, files: FontFiles, budget: int) -> None:
        self.files = files
        self.budget = budget
        #: Whether engines hold more than the budget allows: each gives back its part before its next work.
        self.over = False
        self._lock = threading.Lock()
        # One file at a time: two threads that need the same one must not both read it.
        self._reading = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._added: dict[str, _Kept] = {}
        self._additions = 0
        self._tenants: weakref.WeakSet[Any] = weakref.WeakSet()

    def with_added(self, other: FontHost) -> FontHost:
        """This, with the fonts that were added to another."""
        self._added = dict(other._added)
        self._additions = other._additions
        return self

    def join(self, tenant: Tenant) -> None:
        with self._lock:
            self._tenants.add(tenant)

    def sizes(self) -> dict[str, float]:
        """Bytes of fonts kept here, and of all that the budget is for."""
        with self._lock:
            return {"shared_font_bytes": self._kept_bytes(), "session_font_bytes": self._total()}

    def read(self, path: str, place: Place, tenant: Tenant) -> Identity | Refusal:
        """Asks `place` once for the font's exact number of bytes and fills them; makes room for them before."""
        kept: _Kept | Refusal | None = self._find(path)
        if kept is None:
            with self._reading:
                kept = self._find(path) or self._load(path)
        if isinstance(kept, Refusal):
            return kept
        size = len(kept.data)
        self.make_room(tenant, size)
        target = place(size)
        if target is None:
            return Refusal("out_of_memory", f"no room for {size} bytes of it")
        # Other threads run meanwhile.
        ctypes.memmove(target, (ctypes.c_char * size).from_buffer(kept.data), size)
        return kept.identity

    def unchanged(self, path: str, identity: Identity) -> bool:
        """Whether reading `path` would give the bytes with this identity again."""
        added = self._added.get(path)
        if added is not None or identity[0] == _ADDED:
            return added is not None and added.identity == identity
        return self.files.unchanged(path, identity)

    def add(self, name: str, data: bytes) -> None:
        """Makes a copy of `data` the font `name`, before any file of that path."""
        with self._lock:
            self._additions += 1
            self._added[name] = _Kept((_ADDED, self._additions, len(data), 0, 0), bytearray(data))

    def remove(self, name: str) -> bool:
        """Forgets an added font; False: there is none of that name."""
        with self._lock:
            return self._added.pop(name, None) is not None

    def make_room(self, tenant: Tenant, size: int) -> None:
        """Before `tenant`, which is at work, takes `size` bytes more."""
        with self._lock:
            wanted = self._total() + size - self.budget
            while wanted > 0 and self._kept:
                _, gone = self._kept.popitem(last=False)
                wanted -= len(gone.data)
            wanted = self._take_from_idle(tenant, wanted, self._part())
            if wanted > 0 and tenant.font_bytes > 0:
                before = tenant.font_bytes
                tenant.give_back(wanted)
                wanted -= before - tenant.font_bytes
            self._take_from_idle(tenant, wanted, 0)
            self.over = self._total() + size > self.budget

    def settle(self, tenant: Tenant) -> None:
        """Before `tenant` works: gives back what it holds beyond its part of the budget while all hold too much."""
        with self._lock:
            wanted = self._total() - self.budget
            part = self._part()
            if wanted > 0 and tenant.font_bytes > part:
                tenant.give_back(min(wanted, tenant.font_bytes - part))
            self.over = self._total() > self.budget

    # --- inside: called with the lock held, but for _find and _load -----------------------------------------------

    def _find(self, path: str) -> _Kept | None:
        with self._lock:
            kept = self._added.get(path)
            if kept is not None:
                return kept
            kept = self._kept.get(path)
        if kept is None:
            return None
        if self.files.unchanged(path, kept.identity):
            with self._lock:
                if path in self._kept:
                    self._kept.move_to_end(path)
            return kept
        with self._lock:
            self._kept.pop(path, None)
        return None

    def _load(self, path: str) -> _Kept | Refusal:
        data = bytearray()

        def place(size: int) -> bytearray | None:
            nonlocal data
            try:
                data = bytearray(size)
            except MemoryError:
                return None
            return data

        identity = self.files.read(path, place)
        if isinstance(identity, Refusal):
            return identity
        kept = _Kept(identity, data)
        with self._lock:
            # Kept in room that nobody uses; the engine that asked takes as much again.
            spare = self.budget - self._total() - 2 * len(data)
            while spare < 0 and self._kept:
                _, gone = self._kept.popitem(last=False)
                spare += len(gone.data)
            if spare >= 0:
                self._kept[path] = kept
        return kept

    def _take_from_idle(self, tenant: Tenant, wanted: int, part: int) -> int:
        """Has engines that are not at work give back what they hold beyond `part`. How much is wanted still."""
        others: list[Tenant] = [one for one in self._tenants if one is not tenant and one.font_bytes > part]
        for other in sorted(others, key=lambda one: one.worked_at):
            if wanted <= 0:
                break
            # One at work is left alone: an engine is entered by one thread at a time. It settles before its next work.
            if not other.lock.acquire(blocking=False):
                continue
            try:
                before = other.font_bytes
                other.give_back(min(wanted, before - part))
                wanted -= before - other.font_bytes
            finally:
                other.lock.release()
        return wanted

    def _part(self) -> int:
        return self.budget // max(1, len(self._tenants))

    def _kept_bytes(self) -> int:
        return sum(len(one.data) for one in self._kept.values()) + sum(len(one.data) for one in self._added.values())

    def _total(self) -> int:
        held: int = sum(one.font_bytes for one in self._tenants)
        return self._kept_bytes() + held
