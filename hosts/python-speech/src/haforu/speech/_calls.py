"""One call of a pipeline: its utterance, its callbacks, and chunks as readers have them. Knows nothing of threads."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ._engine import EngineChunk, Samples
from ._pool import Pool
from ._utterance import NeedText, Utterance
from .cancel import CancelToken
from .options import refuse
from .times import Mark, Phoneme, Sentence, Times, Warning, Word, times_of

__all__ = ["Progress", "StreamChunk"]

ErrorCallback = Callable[[Exception], object]


class Progress(NamedTuple):
    #: Code points of the source that are spoken so far, and all of them where that is known.
    code_points: int
    total_code_points: int | None
    #: Seconds of audio so far.
    seconds: float


@dataclass(frozen=True)
class StreamChunk:
    """A piece of the audio, with the times of what begins in it, in seconds from the start of the whole."""

    #: float32 in [-1, 1] at full scale, interleaved when there are two channels. The reader's own. Joined over all chunks they are
    #: those of `synthesize`, each one.
    audio: Samples
    #: Frames a second.
    rate: int
    channels: int
    #: 0, 1, 2 ...
    index: int
    final: bool
    #: Frames of all chunks before.
    start_frame: int
    words: tuple[Word, ...]
    phonemes: tuple[Phoneme, ...]
    sentences: tuple[Sentence, ...]
    marks: tuple[Mark, ...]
    warnings: tuple[Warning, ...]
    #: Code points of the source that are spoken by its end.
    consumed: int

    @property
    def samples(self) -> Samples:
        """The same as `audio`."""
        return self.audio


class Call:
    """Begun by `begin`; then either `whole`, or `chunks`, or the steps of `utterance` with `taken` and `tell`."""

    utterance: Utterance
    request: dict[str, Any]

    def __init__(self, options: Mapping[str, Any], token: CancelToken | None = None) -> None:
        self._on_progress: Callable[[Progress], object] | None = options.get("on_progress")
        self._on_chunk: Callable[[StreamChunk], object] | None = options.get("on_chunk")
        self._on_error: ErrorCallback | None = options.get("on_error")
        cancel = token if token is not None else options.get("cancel")
        if cancel is not None and not isinstance(cancel, CancelToken):
            raise refuse("cancel", "a CancelToken", cancel)
        self.token = CancelToken() if cancel is None else cancel
        self._total: int | None = None
        self._pieces: Iterator[str | bytes] | AsyncIterator[str | bytes] | None = None
        self._channels = 1
        # The last chunk waits for the result line, which may warn of the whole.
        self._held: EngineChunk | None = None
        #: Warnings given so far: the result line repeats them.
        self._seen: set[str] = set()

    @property
    def watched(self) -> bool:
        """Whether somebody is to hear of each chunk."""
        return self._on_chunk is not None or self._on_progress is not None

    def begin(self, pool: Pool, folders: Sequence[str], kind: str, source: Any, options: dict[str, Any]) -> None:
        """`options`: checked, with a voice."""
        self.token.check()
        self.request = {kind: source} if isinstance(source, str) else {"feed": True}
        if isinstance(source, str):
            self._total = len(source)
        elif isinstance(source, AsyncIterable):
            self._pieces = source.__aiter__()
        elif isinstance(source, Iterable) and not isinstance(source, (bytes, bytearray, memoryview)):
            self._pieces = iter(source)
        else:
            raise refuse(kind, "a string or an iterable of strings or bytes", source)
        self.request.update(options, times="chunks")
        self._channels = options.get("channels", 1)
        self.utterance = Utterance(pool, self.request, folders, self.token)

    def whole(self) -> list[StreamChunk]:
        """All at once, without callbacks."""
        chunks = [made for chunk in self.utterance.whole() for made in self.taken(chunk)]
        return [*chunks, *self.taken(None)]

    def chunks(self) -> Iterator[StreamChunk]:
        """One after the other, with callbacks."""
        try:
            while True:
                answer = self.utterance.step()
                if isinstance(answer, NeedText):
                    self.utterance.feed(self._next_piece())
                    continue
                for chunk in self.taken(answer):
                    self.tell(chunk)
                    yield chunk
                if answer is None:
                    return
        except Exception as error:
            self.failed(error)
            raise
        finally:
            self.utterance.close()

    def taken(self, chunk: EngineChunk | None) -> Iterator[StreamChunk]:
        """What a reader gets when this comes from the engine; None: the end."""
        if chunk is None:
            if self._held is not None:
                yield self._made(self._held, times_of(self.utterance.result).warnings)
                self._held = None
        elif chunk.final:
            self._held = chunk
        else:
            yield self._made(chunk, ())

    def tell(self, chunk: StreamChunk) -> None:
        """Calls the callbacks."""
        if self._on_chunk is not None:
            self._on_chunk(chunk)
        if self._on_progress is not None:
            seconds = (chunk.start_frame + len(chunk.audio) / chunk.channels) / chunk.rate
            self._on_progress(Progress(chunk.consumed, self._total, seconds))

    def failed(self, error: Exception) -> None:
        if self._on_error is not None:
            self._on_error(error)

    async def next_piece_async(self) -> bytes | None:
        if isinstance(self._pieces, AsyncIterator):
            try:
                return _bytes_of(await self._pieces.__anext__())
            except StopAsyncIteration:
                return None
        return self._next_piece()

    def _next_piece(self) -> bytes | None:
        if not isinstance(self._pieces, Iterator):
            raise refuse("text", "a string or an iterable of strings or bytes (an async one needs synthesize_stream_async)", self._pieces)
        for piece in self._pieces:
            data = _bytes_of(piece)
            # An empty piece says nothing.
            if data:
                return data
        return None

    def _made(self, chunk: EngineChunk, more: tuple[Warning, ...]) -> StreamChunk:
        samples, _, start_frame, number, final, text, consumed = chunk
        times = times_of(text) if text else Times()
        warnings = []
        for warning in (*times.warnings, *more):
            key = repr(warning)
            if key not in self._seen:
                self._seen.add(key)
                warnings.append(warning)
        return StreamChunk(samples, self.utterance.rate, self._channels, number, final, start_frame, *times[:4], tuple(warnings), consumed)


def _bytes_of(piece: object) -> bytes:
    if isinstance(piece, str):
        try:
            return piece.encode()
        except UnicodeEncodeError:
            # Lone surrogates, which no UTF-8 has, become U+FFFD as in the other hosts.
            return piece.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    if isinstance(piece, (bytes, bytearray, memoryview)):
        return bytes(piece)
    raise refuse("text", "pieces that are strings or bytes", piece)
