"""A few engines for any number of calls and threads: each call has one engine to itself while it works, those that find none wait in turn.

A lane is an engine with the streams that are open in it; a stream stays in its lane and takes it for the length of one chunk.
Knows nothing of text and voices.
"""

from __future__ import annotations

import threading
from collections import deque

from haforu import _switch
from haforu._instance import Trap

from ._engine import SpeechEngine
from .cancel import CancelToken
from .errors import SpeechError


class Lane:
    """An engine, made when it is first needed. Only who has taken the lane touches it."""

    __slots__ = ("_engine", "busy", "left", "streams")

    def __init__(self) -> None:
        self._engine: SpeechEngine | None = None
        self.busy = False
        #: Streams that were opened here, and those of them that nobody reads any more, to be closed by who takes the lane next: a
        #: stream may be let go of at any moment, in the midst of a call of the same thread too.
        self.streams = 0
        self.left: deque[tuple[SpeechEngine, int]] = deque()

    @property
    def engine(self) -> SpeechEngine:
        if self._engine is None:
            self._engine = SpeechEngine()
        return self._engine

    def has(self, engine: SpeechEngine) -> bool:
        """Whether `engine` is this lane's still."""
        return self._engine is engine

    def drop(self) -> None:
        """After a fault: the next call has a fresh engine."""
        self._engine = None

    def tidy(self) -> None:
        """Closes the streams that were left."""
        while self.left:
            engine, handle = self.left.popleft()
            self.streams -= 1
            if self._engine is engine:
                try:
                    engine.close(handle)
                except Trap:
                    self.drop()

    def interrupt(self) -> None:
        """Ends the call at work, from another thread."""
        engine = self._engine
        if engine is not None:
            engine.cancel_word.value = 1


class _Waiter:
    __slots__ = ("given", "turn", "wanted")

    def __init__(self, wanted: Lane | None) -> None:
        self.wanted = wanted
        self.given: Lane | None = None
        self.turn = threading.Event()


class Pool:
    """At most `most` lanes. May be used from all threads."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.closed = False
        self._begin()

    def _begin(self) -> None:
        self._forks = _switch.forks
        self._lock = threading.Lock()
        self._lanes: list[Lane] = []
        self._waiting: deque[_Waiter] = deque()

    def after_fork(self) -> bool:
        """In a forked process: begins anew, for the threads that were at work are not here. Whether it did."""
        if self._forks == _switch.forks:
            return False
        self._begin()
        return True

    def take(self, token: CancelToken, wanted: Lane | None = None, *, first: bool = False) -> Lane:
        """That lane, or else one that nobody works in, for the caller alone until `give`. Waits for its turn (`first`: the next).

        Raises SpeechError `cancelled`, `speech_disposed`.
        """
        waiter: _Waiter | None = None
        with self._lock:
            self.check_open()
            lane = self._free(wanted)
            if lane is not None:
                lane.busy = True
            else:
                waiter = _Waiter(wanted)
                if first:
                    self._waiting.appendleft(waiter)
                else:
                    self._waiting.append(waiter)
        if waiter is not None:
            lane = self._await(waiter, token)
        assert lane is not None
        if lane.left:
            lane.tidy()
        return lane

    def give(self, lane: Lane) -> None:
        """The caller is done with it: the first who waits for it, or for any, has it next."""
        with self._lock:
            for waiter in self._waiting:
                if waiter.wanted is None or waiter.wanted is lane:
                    self._hand(lane, waiter)
                    return
            lane.busy = False

    def pass_on(self, lane: Lane) -> bool:
        """Gives the lane to a stream that waits for it and can go on nowhere else; False: there is none, and the caller has it still."""
        if not self._waiting:
            return False
        with self._lock:
            for waiter in self._waiting:
                if waiter.wanted is lane:
                    self._hand(lane, waiter)
                    return True
        return False

    def close(self) -> None:
        """Ends with speech_disposed what waits and what is at work."""
        with self._lock:
            self.closed = True
            for waiter in self._waiting:
                waiter.turn.set()
            self._waiting.clear()
            for lane in self._lanes:
                if lane.busy:
                    lane.interrupt()
            self._lanes.clear()

    def check_open(self) -> None:
        if self.closed:
            raise SpeechError("speech_disposed", "the pipeline is closed; make another")

    def memory(self) -> list[dict[str, float]]:
        """Of each engine that nobody works in just now."""
        with self._lock:
            idle = [lane for lane in self._lanes if not lane.busy and lane._engine is not None]
            for lane in idle:
                lane.busy = True
        sizes = []
        for lane in idle:
            try:
                lane.tidy()
                sizes.append(lane.engine.memory())
            finally:
                self.give(lane)
        return sizes

    # --- inside -------------------------------------------------------------------------------------------------

    def _free(self, wanted: Lane | None) -> Lane | None:
        if wanted is not None:
            return None if wanted.busy else wanted
        best: Lane | None = None
        least = 0
        for lane in self._lanes:
            streams = lane.streams - len(lane.left)
            if not lane.busy and (best is None or streams < least):
                best, least = lane, streams
        # A stream can only go on in its own lane: who is free to choose goes to another while there may be more.
        if (best is None or least > 0) and len(self._lanes) < self.most:
            best = Lane()
            self._lanes.append(best)
        return best

    def _hand(self, lane: Lane, waiter: _Waiter) -> None:
        self._waiting.remove(waiter)
        waiter.given = lane
        waiter.turn.set()

    def _await(self, waiter: _Waiter, token: CancelToken) -> Lane:
        token.on_cancel(waiter.turn.set)
        try:
            waiter.turn.wait()
            token.check()
            self.check_open()
            if waiter.given is None:
                raise SpeechError("internal", "a call that waited was woken without a reason")
            return waiter.given
        except BaseException:
            # Given or not at this very moment: either is right, what was given is given on.
            with self._lock:
                given = waiter.given
                if given is None and waiter in self._waiting:
                    self._waiting.remove(waiter)
            if given is not None:
                self.give(given)
            raise
        finally:
            token.forget(waiter.turn.set)
