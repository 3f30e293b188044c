"""What ends calls from any thread: a token given to them. It sets the cancel word of the engines at work and wakes calls that wait."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable

from .errors import SpeechError

__all__ = ["CancelToken"]


class CancelToken:
    """Ends every call that has it: `token.cancel()` from any thread, a signal handler or a callback. Each raises SpeechError `cancelled`.

    A call that is speaking answers within milliseconds; one that waits for its turn, at once. A token stays cancelled.
    """

    __slots__ = ("__weakref__", "_cells", "_lock", "_set", "_timer", "_wakes")

    def __init__(self) -> None:
        # Re-entrant: a signal handler may cancel while its own thread is in here.
        self._lock = threading.RLock()
        self._set = False
        self._cells: list[ctypes.c_int32] = []
        self._wakes: list[Callable[[], None]] = []
        self._timer: threading.Timer | None = None

    @classmethod
    def after(cls, seconds: float) -> CancelToken:
        """A token that cancels by itself after so many seconds."""
        token = cls()
        token._timer = threading.Timer(seconds, token.cancel)
        token._timer.daemon = True
        token._timer.start()
        return token

    @property
    def cancelled(self) -> bool:
        return self._set

    def cancel(self) -> None:
        """Ends the calls that have this token, now and from now on."""
        with self._lock:
            self._set = True
            for cell in self._cells:
                cell.value = 1
            wakes, self._wakes = self._wakes, []
        for wake in wakes:
            wake()

    def check(self) -> None:
        """Raises SpeechError `cancelled` where it is."""
        if self._set:
            raise SpeechError("cancelled", "the call was cancelled")

    # --- for the calls ------------------------------------------------------------------------------------------

    def enter(self, cell: ctypes.c_int32) -> None:
        """An engine begins to work for this token: `cell` is its cancel word. What an interrupted call left there is cleared."""
        with self._lock:
            self._cells.append(cell)
            cell.value = 1 if self._set else 0

    def leave(self, cell: ctypes.c_int32) -> None:
        """It does so no more, if it did: from here on nobody sets the word, and it is cleared."""
        with self._lock:
            if cell in self._cells:
                self._cells.remove(cell)
            cell.value = 0

    def on_cancel(self, wake: Callable[[], None]) -> None:
        """Calls `wake` when it is cancelled; at once where it is already."""
        with self._lock:
            if not self._set:
                self._wakes.append(wake)
                return
        wake()

    def forget(self, wake: Callable[[], None]) -> None:
        with self._lock:
            if wake in self._wakes:
                self._wakes.remove(wake)
