"""What ends a running call from another thread: a word in the engine's memory that the engine looks at between glyphs, points and
evaluations, and a thread that sets it when a call's time is over. Knows nothing of what the calls do.
"""

from __future__ import annotations

import ctypes
import os
import threading
import time
import weakref

#: Reasons for which a call is ended: codes of the contract.
CANCELLED = "cancelled"
TIMEOUT = "timeout"

_NEVER = float("inf")


class Switch:
    """The cancel word of one thread's engine, which counts for the call at hand alone."""

    __slots__ = ("__weakref__", "_cell", "_lock", "armed", "deadline", "live", "reason", "seconds", "serial")

    def __init__(self) -> None:
        self._cell = ctypes.c_int32()
        # Re-entrant: a signal handler may cancel while its own thread is in here.
        self._lock = threading.RLock()
        #: Whether a call is at work, which one, and when its time is over (time.monotonic).
        self.live = False
        self.serial = 0
        self.deadline = _NEVER
        #: Whether the next call is to end as it begins.
        self.armed = False
        self.seconds: float | None = None
        #: Why the call at hand is to end; empty: it is not.
        self.reason = ""

    def attach(self, cell: ctypes.c_int32) -> None:
        """The word of another engine, after a fault: a call that was to end still is."""
        with self._lock:
            self._cell = cell
            if self.reason:
                cell.value = 1

    def begin(self, seconds: float | None) -> None:
        """A call begins, with `seconds` to its end."""
        self.serial += 1
        self.seconds = seconds
        self.live = True
        if seconds is not None:
            self.deadline = time.monotonic() + seconds
            _watchdog.watch(self)
        if self.armed:
            self.cut()

    def over(self) -> str:
        """Why the call at hand is to end; its time counts even where the thread that watches it came too late."""
        if self.deadline < _NEVER:
            self.expire()
        return self.reason

    def end(self) -> str:
        """The call is over: nobody sets the word from here on, and it is cleared. Why the call was to end."""
        if self.deadline < _NEVER:
            self.expire()
        with self._lock:
            self.live = False
            self.deadline = _NEVER
            # Another thread may have cut it meanwhile.
            reason = self.reason
            if reason:
                self.reason = ""
                self._cell.value = 0
            return reason

    def cut(self, serial: int | None = None) -> bool:
        """Ends the call at hand, or that of this number. False: it is over."""
        with self._lock:
            if not self.live or (serial is not None and serial != self.serial):
                return False
            self._set(CANCELLED)
            return True

    def expire(self) -> None:
        """Ends the call at hand if its time is over."""
        with self._lock:
            if self.live and self.deadline <= time.monotonic():
                self._set(TIMEOUT)
                self.deadline = _NEVER

    def _set(self, reason: str) -> None:
        self.reason = self.reason or reason
        self._cell.value = 1


class _Watchdog:
    """One thread for the deadlines of all calls; started by the first that has one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._switches: weakref.WeakSet[Switch] = weakref.WeakSet()
        self._wakes = _NEVER
        self._thread: threading.Thread | None = None

    def watch(self, switch: Switch) -> None:
        # A loop of calls with one time limit wakes nobody: each ends later than the one before.
        if switch.deadline >= self._wakes and switch in self._switches:
            return
        with self._changed:
            self._switches.add(switch)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True, name="haforu-deadlines")
                self._thread.start()
            if switch.deadline < self._wakes:
                self._wakes = switch.deadline
                self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                now = time.monotonic()
                self._wakes = _NEVER
                for switch in list(self._switches):
                    if switch.deadline <= now:
                        switch.expire()
                    elif switch.deadline < self._wakes:
                        self._wakes = switch.deadline
                wait = self._wakes - now
                # A condition takes no wait of years.
                self._changed.wait(None if wait > threading.TIMEOUT_MAX else wait)


def _renew() -> None:
    global _watchdog, forks
    forks += 1
    _watchdog = _Watchdog()


#: How many forks lie between the first process and this one. What was made before the last is not to be entered: another thread
#: may have been at work in it, which is not here.
forks = 0
_watchdog = _Watchdog()
# In a forked process the thread is gone.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)
