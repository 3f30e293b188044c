"""One text through an engine of a pool, chunk by chunk: the request in, copied chunks out.

It brings voices when the engine asks for them, begins again in a fresh engine when another text's fault took this one's, and ends
where its token is cancelled. Knows nothing of options and callbacks.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any, Final

from haforu import _switch
from haforu._instance import Trap

from ._engine import NEXT_CHUNK, NEXT_END, NEXT_NEED_VOICE, EngineChunk, SpeechEngine
from ._pool import Hold, Lane, Pool
from .cancel import CancelToken
from .errors import SpeechError
from .voices import bring_voice

#: Codes after which an engine is of no use any more.
_FAULTS = frozenset({"engine_fault", "out_of_memory", "internal"})
#: Bytes of text given to the engine at once.
_PIECE_BYTES = 65_536


class NeedText:
    """What `step` answers where more text is to be given by `feed`."""


NEED_TEXT: Final = NeedText()


class Utterance:
    """To be closed. One thread at a time, but for `close`."""

    def __init__(self, pool: Pool, request: dict[str, Any], folders: Sequence[str], token: CancelToken) -> None:
        self._pool = pool
        self._request = json.dumps(request).encode()
        self._voice: str = request["voice"]
        self._rate: int | None = request.get("sample_rate")
        self._folders = folders
        self._token = token
        self._forks = _switch.forks
        self._lane: Lane | None = None
        self._engine: SpeechEngine | None = None
        self._handle = 0
        #: Chunks that the reader has: after a fault of another text they are made again and left out.
        self._sent = 0
        self._skip = 0
        self._fed = False
        self._over = False
        self._guard = threading.Lock()
        self._working = False
        self._closed = False
        #: The result line, after the last chunk.
        self.result = b""

    @property
    def rate(self) -> int:
        """Frames a second; known from the first chunk on."""
        if self._rate is None:
            raise SpeechError("internal", "the rate is not known before the first chunk")
        return self._rate

    def whole(self) -> list[EngineChunk]:
        """All chunks, in one engine from begin to end; between two of them streams of that engine get their turn."""
        chunks: list[EngineChunk] = []
        hold = self._pool.take(self._token)
        try:
            lane = hold.lane
            try:
                while isinstance(chunk := self._work(lane), EngineChunk):
                    chunks.append(chunk)
                    if self._pool.pass_on(hold):
                        hold = self._pool.take(self._token, lane, first=True)
            finally:
                handle, self._handle = self._handle, 0
                if handle and self._engine is not None:
                    lane.streams += 1
                    lane.left.append((self._engine, handle))
                if not hold.over:
                    lane.tidy()
            self._pool.give(hold)
            return chunks
        except BaseException:
            # Also where a signal handler raised in the midst of giving it.
            self._pool.give(hold)
            raise

    def step(self) -> EngineChunk | NeedText | None:
        """The next chunk; None: that was all. An engine is held for the length of one chunk."""
        self._token.check()
        if self._over:
            return None
        hold = self._enter()
        try:
            answer = self._work(hold.lane)
            self._leave(hold)
            return answer
        except BaseException:
            # Also where a signal handler raised in the midst of leaving.
            self._leave(hold)
            raise

    def feed(self, text: bytes | None) -> None:
        """More text, after NEED_TEXT; None: there is no more."""
        parts = [text[at : at + _PIECE_BYTES] for at in range(0, len(text), _PIECE_BYTES)] if text else [b""]
        hold = self._enter()
        try:
            engine = hold.lane.engine
            if self._engine is not engine:
                self._begin(engine)
            for part in parts:
                engine.feed(self._handle, part, text is None)
            self._fed = True
            self._leave(hold)
        except Trap as trap:
            failed = self._lost(hold.lane, trap)
            self._leave(hold)
            raise failed from trap
        except BaseException:
            self._leave(hold)
            raise

    def close(self) -> None:
        """Ends it, finished or not. From any thread, at any moment."""
        self._over = True
        with self._guard:
            if not self._working:
                self._let_go()
            # Else whoever is at work does it, as the last thing.
            self._closed = True

    # --- inside -------------------------------------------------------------------------------------------------

    def _enter(self) -> Hold:
        if self._forks != _switch.forks:
            raise SpeechError("engine_fault", "the stream was begun before this process was forked; begin another")
        with self._guard:
            self._working = True
        try:
            return self._pool.take(self._token, self._lane)
        except BaseException:
            self._done()
            raise

    def _leave(self, hold: Hold) -> None:
        """Does nothing the second time, and the rest where the first time was broken off."""
        if hold.over and not self._working:
            return
        try:
            if self._lane is None and self._handle and not hold.over:
                hold.lane.streams += 1
                self._lane = hold.lane
            self._pool.give(hold)
        finally:
            self._done()

    def _done(self) -> None:
        with self._guard:
            self._working = False
            if self._closed:
                self._let_go()

    def _let_go(self) -> None:
        """The stream is closed by who takes the lane next: this may be the collector's doing, amidst a call that holds the lane."""
        lane, engine = self._lane, self._engine
        self._lane = None
        if lane is not None and engine is not None:
            lane.left.append((engine, self._handle))

    def _work(self, lane: Lane) -> EngineChunk | NeedText | None:
        """Until there is a chunk, the end, or text is needed. With the lane taken."""
        try:
            engine = lane.engine
            try:
                self._token.enter(engine.cancel_word)
                # After it, for it clears the word by which closing ends what is at work.
                self._pool.check_open()
                if self._engine is not engine:
                    self._begin(engine)
                return self._next(engine)
            finally:
                self._token.leave(engine.cancel_word)
        except Trap as trap:
            raise self._lost(lane, trap) from trap
        except SpeechError as error:
            if error.code in _FAULTS:
                self._lose(lane)
            elif error.code == "cancelled":
                self._token.check()
                self._pool.check_open()
            raise

    def _begin(self, engine: SpeechEngine) -> None:
        """Opens the request; again, where the engine that had it is gone."""
        if self._engine is not None and self._fed:
            message = "the engine stopped at another text and this one came in pieces that are gone: speak it again"
            raise SpeechError("engine_fault", message)
        self._handle = engine.open(self._request)
        self._engine = engine
        self._skip = self._sent

    def _next(self, engine: SpeechEngine) -> EngineChunk | NeedText | None:
        while True:
            status = engine.next(self._handle)
            if status == NEXT_CHUNK:
                if self._skip > 0:
                    self._skip -= 1
                    continue
                chunk = engine.chunk(self._handle)
                self._sent += 1
                if self._rate is None:
                    self._rate = engine.voice_rate(self._voice)
                return chunk
            if status == NEXT_NEED_VOICE:
                bring_voice(engine, self._folders)
            elif status == NEXT_END:
                self.result = engine.result()
                self._over = True
                return None
            else:
                return NEED_TEXT

    def _lost(self, lane: Lane, trap: Trap) -> SpeechError:
        self._lose(lane)
        return SpeechError("engine_fault", f"the speech engine stopped: {trap}")

    def _lose(self, lane: Lane) -> None:
        """The instance is of no use any more; other texts begin again in a fresh one."""
        lane.drop()
        self._over = True
