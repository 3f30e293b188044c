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


class Hold:
    """One call's time with a lane: from before it has it until it has given it on. What it says is said before it is done, so that an
    exception of a signal handler, which may come between any two steps, leaves nothing that nobody knows of.
    """

    __slots__ = ("_lane", "heir", "over", "turn", "wanted")

    def __init__(self, wanted: Lane | None) -> None:
        self.wanted = wanted
        self._lane: Lane | None = None
        #: Set when it has its lane, where it waits.
        self.turn: threading.Event | None = None
        #: Who has the lane next.
        self.heir: Hold | None = None
        self.over = False

    @property
    def has_lane(self) -> bool:
        return self._lane is not None

    @property
    def lane(self) -> Lane:
        if self._lane is None:
            raise SpeechError("internal", "a call works without an engine")
        return self._lane

    @lane.setter
    def lane(self, lane: Lane) -> None:
        self._lane = lane


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
        self._waiting: deque[Hold] = deque()

    def after_fork(self) -> bool:
        """In a forked process: begins anew, for the threads that were at work are not here. Whether it did."""
        if self._forks == _switch.forks:
            return False
        self._begin()
        return True

    def take(self, token: CancelToken, wanted: Lane | None = None, *, first: bool = False) -> Hold:
        """That lane, or else one that nobody works in, for the caller alone until `give`. Waits for its turn (`first`: the next).

        Raises SpeechError `cancelled`, `speech_disposed`.
        """
        hold = Hold(wanted)
        try:
            with self._lock:
                self.check_open()
                lane = self._free(wanted)
                if lane is not None:
                    hold.lane = lane
                    lane.busy = True
                else:
                    hold.turn = threading.Event()
                    if first:
                        self._waiting.appendleft(hold)
                    else:
                        self._waiting.append(hold)
            if hold.turn is not None:
                self._await(hold, hold.turn, token)
            if hold.lane.left:
                hold.lane.tidy()
            return hold
        except BaseException:
            self.give(hold)
            raise

    def give(self, hold: Hold) -> None:
        """The caller is done with it: the first who waits for its lane, or for any, has it next. Of a hold that waits still: it does so no
        more. Does nothing the second time, and the rest where the first time was broken off.
        """
        with self._lock:
            if hold.over:
                return
            if not hold.has_lane:
                if hold in self._waiting:
                    self._waiting.remove(hold)
                hold.over = True
                return
            if hold.heir is None:
                hold.heir = self._heir(hold.lane, any_lane=True)
            self._pass(hold)

    def pass_on(self, hold: Hold) -> bool:
        """Gives the lane to a stream that waits for it and can go on nowhere else; False: there is none, and the caller has it still."""
        if not self._waiting:
            return False
        with self._lock:
            hold.heir = self._heir(hold.lane, any_lane=False)
            if hold.heir is None:
                return False
            self._pass(hold)
            return True

    def close(self) -> None:
        """Ends with speech_disposed what waits and what is at work."""
        with self._lock:
            self.closed = True
            for hold in self._waiting:
                if hold.turn is not None:
                    hold.turn.set()
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
        holds: list[Hold] = []
        sizes = []
        try:
            with self._lock:
                for lane in self._lanes:
                    if not lane.busy and lane._engine is not None:
                        hold = Hold(lane)
                        holds.append(hold)
                        hold.lane = lane
                        lane.busy = True
            for hold in holds:
                hold.lane.tidy()
                sizes.append(hold.lane.engine.memory())
                self.give(hold)
        finally:
            for hold in holds:
                self.give(hold)
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

    def _heir(self, lane: Lane, *, any_lane: bool) -> Hold | None:
        for hold in self._waiting:
            # One that has a lane is here only where handing it over was broken off.
            if not hold.has_lane and (hold.wanted is lane or (any_lane and hold.wanted is None)):
                return hold
        return None

    def _pass(self, hold: Hold) -> None:
        """To its heir, where it has one. With the lock held."""
        heir = hold.heir
        if heir is None:
            # At once: done again when another has the lane, it would let a third in.
            hold.lane.busy, hold.over = False, True
            return
        if not heir.over:
            heir.lane = hold.lane
        if heir in self._waiting:
            self._waiting.remove(heir)
        if heir.turn is not None:
            heir.turn.set()
        hold.over = True

    def _await(self, hold: Hold, turn: threading.Event, token: CancelToken) -> None:
        token.on_cancel(turn.set)
        try:
            turn.wait()
            token.check()
            self.check_open()
            if not hold.has_lane:
                raise SpeechError("internal", "a call that waited was woken without a reason")
        finally:
            token.forget(turn.set)
