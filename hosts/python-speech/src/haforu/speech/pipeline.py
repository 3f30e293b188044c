"""The entry for programs: a configured engine, its voices, and the ways to speak with it: whole, as a stream, many at once, aloud."""

from __future__ import annotations

import asyncio
import os
import queue
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from haforu._processors import processors

from ._calls import Call, ErrorCallback, Progress, StreamChunk
from ._pool import Pool
from ._utterance import NeedText
from .cancel import CancelToken
from .config import SpeechConfig
from .errors import SpeechError
from .options import OPTION_CHECKS, SpeechOptions, check_options, plain, refuse
from .player import play_audio
from .speech import Speech
from .voices import Voice, find_voice_file, list_voices, missing_voice

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["BatchProgress", "BatchResult", "Pipeline", "SpeakOptions", "create_pipeline"]

_T = TypeVar("_T")

#: More engines than this help only where many texts come at once: each holds a voice of some MB.
_MOST_WORKERS_BY_DEFAULT = 4
_DEFAULT_VOICE = "slt"
_DEFAULT_LANGUAGE = "en-US"
#: Items of a batch that are handed out, for each engine: the next is there when one is done.
_ITEMS_AHEAD = 2
#: Audio of one chunk where nobody reads them: fewer calls.
_WHOLE_CHUNK_MS = 1000


class SpeakOptions(SpeechOptions, total=False):
    """Options of one call, over those of the pipeline.

    cancel: ends the call with SpeechError `cancelled`. on_progress, on_chunk: called after each piece of audio. on_error: called
    with what the call raises. Callbacks run in the thread that made the call (async methods: in the event loop's), may call the
    pipeline again, and end the call with what they raise.
    """

    cancel: CancelToken | None
    on_progress: Callable[[Progress], object] | None
    on_chunk: Callable[[StreamChunk], object] | None
    on_error: ErrorCallback | None




@dataclass(frozen=True)
class BatchResult:
    """Of one item: either has its `audio` or its `error`."""

    index: int
    audio: Speech | None
    error: Exception | None

    @property
    def status(self) -> str:
        """"success" or "error"."""
        return "success" if self.error is None else "error"


class BatchProgress(NamedTuple):
    done: int
    failed: int
    total: int


def create_pipeline(config: SpeechConfig | Mapping[str, Any] | None = None, /, **settings: Any) -> Pipeline:
    """As Pipeline(config, **settings)."""
    return Pipeline(config, **settings)


class Pipeline:
    """Speaks text and SSML. May be used from all threads and event loops at once: as many engines work as `workers` says, further
    calls wait in turn. A context manager, sync and async; after a fork it goes on with fresh engines.

    config, settings: a SpeechConfig, or settings by name. Raises SpeechError speech_config_invalid with every problem.
    """

    def __init__(self, config: SpeechConfig | Mapping[str, Any] | None = None, /, **settings: Any) -> None:
        self.config = SpeechConfig(config, **settings)
        self.config.check()
        self._workers: int = self.config.get("workers") or min(_MOST_WORKERS_BY_DEFAULT, processors())
        self._folders = tuple(os.fspath(one) for one in self.config.get("voice_path") or ())
        self._found: set[str] = set()
        self._pool = Pool(self._workers)
        self._threads: ThreadPoolExecutor | None = None

    # --- voices -------------------------------------------------------------------------------------------------

    def voices(self) -> list[Voice]:
        """Those that can be used and those that can be installed."""
        return list_voices(self._folders)

    @property
    def voice(self) -> str:
        """The voice of calls that name none."""
        return str(self.config.options().get("voice") or _DEFAULT_VOICE)

    def set_voice(self, name: str) -> None:
        """Raises SpeechError speech_voice_not_found for a name that is not among the voices that can be used."""
        check_options({"voice": name})
        voice = next((one for one in self.voices() if one.name == name), None)
        if voice is None or not voice.installed:
            how = "voices() lists those that are there" if voice is None or voice.install is None else voice.install
            raise SpeechError("speech_voice_not_found", f'the voice "{name}" is not installed: {how}', field="voice")
        self.config.set("voice", name)

    # --- speaking -----------------------------------------------------------------------------------------------

    def synthesize(self, text: str, **options: Unpack[SpeakOptions]) -> Speech:
        """Speaks plain text. Raises SpeechError."""
        return self._whole("text", text, options)

    def synthesize_ssml(self, ssml: str, **options: Unpack[SpeakOptions]) -> Speech:
        """Speaks an SSML 1.1 document. Raises SpeechError speech_ssml_invalid with line and column."""
        return self._whole("ssml", ssml, options)

    def synthesize_stream(self, text: str | Iterable[str | bytes], **options: Unpack[SpeakOptions]) -> Iterator[StreamChunk]:
        """Pieces of audio as they are asked for; the first comes before the first sentence is finished. `text`: whole, or in pieces of
        any size (a file's, say; bytes are UTF-8 and may be cut anywhere): memory stays flat. Leaving the loop ends it.
        """
        return self._begin("text", text, options).chunks()

    def synthesize_ssml_stream(self, ssml: str, **options: Unpack[SpeakOptions]) -> Iterator[StreamChunk]:
        """The same for an SSML document."""
        return self._begin("ssml", _checked_text("ssml", ssml), options).chunks()

    def synthesize_batch(
        self,
        items: Sequence[str | Mapping[str, Any]],
        *,
        on_result: Callable[[BatchResult], object] | None = None,
        on_batch_progress: Callable[[BatchProgress], object] | None = None,
        cancel: CancelToken | None = None,
        **options: Unpack[SpeechOptions],
    ) -> list[BatchResult]:
        """Many texts over all engines; results in the order of the items, each with its audio or its own error.

        on_result, on_batch_progress: called in this thread after each item, in the order in which they end. cancel: ends the whole.
        """
        own = _child(cancel)
        done: queue.SimpleQueue[int] = queue.SimpleQueue()
        futures: dict[int, Future[BatchResult]] = {}
        results: list[BatchResult | None] = [None] * len(items)
        failed = count = given = 0
        try:
            while count < len(items):
                while given < len(items) and len(futures) < self._workers * _ITEMS_AHEAD:
                    future = self._executor().submit(self._item, given, items[given], options, own)
                    futures[given] = future
                    future.add_done_callback(_put_in(done, given))
                    given += 1
                index = done.get()
                # A cancelled batch has no results.
                own.check()
                result = futures.pop(index).result()
                results[index] = result
                count += 1
                failed += result.error is not None
                if on_result is not None:
                    on_result(result)
                if on_batch_progress is not None:
                    on_batch_progress(BatchProgress(count, failed, len(items)))
        finally:
            own.cancel()
            if cancel is not None:
                cancel.forget(own.cancel)
            for future in futures.values():
                future.cancel()
        return [one for one in results if one is not None]

    def play(self, text: str, **options: Unpack[SpeakOptions]) -> None:
        """Speaks aloud by a player of the system; returns when it has ended. Raises SpeechError speech_player_missing."""
        play_audio(self.synthesize(text, **options), cancel=options.get("cancel"))

    # --- the same for event loops -------------------------------------------------------------------------------

    async def synthesize_async(self, text: str, **options: Unpack[SpeakOptions]) -> Speech:
        """As synthesize, in a thread of the pipeline's. Cancelling the task ends it."""
        return await self._whole_async("text", text, options)

    async def synthesize_ssml_async(self, ssml: str, **options: Unpack[SpeakOptions]) -> Speech:
        """As synthesize_ssml."""
        return await self._whole_async("ssml", ssml, options)

    def synthesize_stream_async(
        self, text: str | Iterable[str | bytes] | AsyncIterable[str | bytes], **options: Unpack[SpeakOptions]
    ) -> AsyncIterator[StreamChunk]:
        """As synthesize_stream; the pieces of `text` may come from an async iterable."""
        return self._chunks_async("text", text, options)

    def synthesize_ssml_stream_async(self, ssml: str, **options: Unpack[SpeakOptions]) -> AsyncIterator[StreamChunk]:
        """As synthesize_ssml_stream."""
        return self._chunks_async("ssml", ssml, options)

    async def synthesize_batch_async(
        self,
        items: Sequence[str | Mapping[str, Any]],
        *,
        on_result: Callable[[BatchResult], object] | None = None,
        on_batch_progress: Callable[[BatchProgress], object] | None = None,
        cancel: CancelToken | None = None,
        **options: Unpack[SpeechOptions],
    ) -> list[BatchResult]:
        """As synthesize_batch."""
        own = _child(cancel)
        results: list[BatchResult | None] = [None] * len(items)
        numbers = iter(range(len(items)))
        failed = count = 0

        async def lane() -> None:
            nonlocal failed, count
            for index in numbers:
                result = await self._in_thread(own, self._item, index, items[index], options, own)
                own.check()
                results[index] = result
                count += 1
                failed += result.error is not None
                if on_result is not None:
                    on_result(result)
                if on_batch_progress is not None:
                    on_batch_progress(BatchProgress(count, failed, len(items)))

        tasks = [asyncio.ensure_future(lane()) for _ in range(min(len(items), self._workers * _ITEMS_AHEAD))]
        try:
            await asyncio.gather(*tasks)
        finally:
            own.cancel()
            if cancel is not None:
                cancel.forget(own.cancel)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return [one for one in results if one is not None]

    async def play_async(self, text: str, **options: Unpack[SpeakOptions]) -> None:
        """As play. Cancelling the task ends the player."""
        audio = await self.synthesize_async(text, **options)
        token = _child(options.get("cancel"))
        await self._in_thread(token, play_audio, audio, cancel=token)

    # --- the pipeline itself ------------------------------------------------------------------------------------

    def memory(self) -> list[dict[str, float]]:
        """Bytes and counts of each engine that nobody works in just now (`heap_bytes`, `memory_bytes`, `voices`, `open_streams`, ...)."""
        self._alive()
        return self._pool.memory()

    @property
    def workers(self) -> int:
        """Engines that may work at once."""
        return self._workers

    @property
    def closed(self) -> bool:
        return self._pool.closed

    def close(self) -> None:
        """Ends what is under way with speech_disposed, and frees engines and threads."""
        self._pool.close()
        threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Pipeline:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    async def __aenter__(self) -> Pipeline:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # --- inside -------------------------------------------------------------------------------------------------

    def _alive(self) -> None:
        if self._pool.after_fork():
            # The threads of an executor stay in the process that had them.
            self._threads = None
        self._pool.check_open()

    def _check_voice(self, name: str) -> None:
        """Before anything is done with it; a voice that was there once is not looked for again."""
        if name in self._found:
            return
        if find_voice_file(name, self._folders) is None:
            raise SpeechError("speech_voice_not_found", missing_voice(name, self._folders), field="voice")
        self._found.add(name)

    def _executor(self) -> ThreadPoolExecutor:
        self._alive()
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._workers, thread_name_prefix="haforu-speech")
        return self._threads

    def _begin(self, kind: str, source: Any, options: Mapping[str, Any], token: CancelToken | None = None, whole: bool = False) -> Call:
        """A call's request, checked; on_error hears what is wrong with it."""
        call = Call(options, token)
        try:
            self._alive()
            given = {key: value for key, value in options.items() if key not in CALL_ONLY and value is not None}
            if given:
                check_options(given)
            speak = {"voice": _DEFAULT_VOICE, **self.config.options(), **given}
            self._check_voice(speak["voice"])
            if whole and not call.watched:
                speak["chunk_ms"] = _WHOLE_CHUNK_MS
            call.begin(self._pool, self._folders, kind, source, plain(speak))
        except Exception as error:
            call.failed(error)
            raise
        return call

    def _whole(self, kind: str, text: str, options: Mapping[str, Any], token: CancelToken | None = None) -> Speech:
        call = self._begin(kind, _checked_text(kind, text), options, token, whole=True)
        language = call.request.get("language", _DEFAULT_LANGUAGE)
        if call.watched:
            return Speech(list(call.chunks()), voice=call.request["voice"], language=language, text=text if kind == "text" else None)
        try:
            chunks = call.whole()
        except Exception as error:
            call.failed(error)
            raise
        return Speech(chunks, voice=call.request["voice"], language=language, text=text if kind == "text" else None)

    async def _whole_async(self, kind: str, text: str, options: Mapping[str, Any]) -> Speech:
        if options.get("on_chunk") is not None or options.get("on_progress") is not None:
            _checked_text(kind, text)
            voice = options.get("voice") or self.voice
            language = options.get("language") or self.config.options().get("language") or _DEFAULT_LANGUAGE
            chunks = [chunk async for chunk in self._chunks_async(kind, text, options)]
            return Speech(chunks, voice=voice, language=language, text=text if kind == "text" else None)
        token = _child(options.get("cancel"))
        on_error = options.get("on_error")
        quiet = {key: value for key, value in options.items() if key != "on_error"}
        try:
            return await self._in_thread(token, self._whole, kind, text, quiet, token)
        except Exception as error:
            if on_error is not None:
                on_error(error)
            raise
        finally:
            _forget(options.get("cancel"), token)

    async def _chunks_async(self, kind: str, source: Any, options: Mapping[str, Any]) -> AsyncIterator[StreamChunk]:
        token = _child(options.get("cancel"))
        try:
            call = self._begin(kind, _checked_text(kind, source) if kind == "ssml" else source, options, token)
            try:
                while True:
                    answer = await self._in_thread(token, call.utterance.step)
                    if isinstance(answer, NeedText):
                        piece = await call.next_piece_async()
                        await self._in_thread(token, call.utterance.feed, piece)
                        continue
                    for chunk in call.taken(answer):
                        call.tell(chunk)
                        yield chunk
                    if answer is None:
                        return
            except Exception as error:
                call.failed(error)
                raise
            finally:
                token.cancel()
                call.utterance.close()
        finally:
            _forget(options.get("cancel"), token)

    async def _in_thread(self, token: CancelToken, action: Callable[..., _T], /, *words: Any, **named: Any) -> _T:
        """Runs in a thread of the pipeline's; a cancelled task ends it by the token and does not wait."""
        future = self._executor().submit(action, *words, **named)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            token.cancel()
            if future.cancelled() and self._pool.closed:
                self._pool.check_open()
            raise

    def _item(self, index: int, item: str | Mapping[str, Any], options: Mapping[str, Any], token: CancelToken) -> BatchResult:
        try:
            if isinstance(item, str):
                return BatchResult(index, self._whole("text", item, options, token), None)
            if not isinstance(item, Mapping) or ("text" in item) == ("ssml" in item):
                raise refuse(f"items[{index}]", "a text, or a mapping with either text or ssml", item)
            kind = "ssml" if "ssml" in item else "text"
            own = {key: value for key, value in item.items() if key != kind}
            return BatchResult(index, self._whole(kind, item[kind], {**options, **own}, token), None)
        except Exception as error:
            return BatchResult(index, None, error)


#: What a call takes beside the options of the speech.
CALL_ONLY = frozenset({"cancel", "on_progress", "on_chunk", "on_error"})
assert not CALL_ONLY & OPTION_CHECKS.keys()


def _child(token: CancelToken | None) -> CancelToken:
    """A token of one call, which the caller's cancels too."""
    own = CancelToken()
    if token is not None:
        token.on_cancel(own.cancel)
    return own


def _forget(token: CancelToken | None, own: CancelToken) -> None:
    if token is not None:
        token.forget(own.cancel)


def _put_in(done: queue.SimpleQueue[int], index: int) -> Callable[[object], None]:
    return lambda _: done.put(index)


def _checked_text(field: str, text: object) -> str:
    if not isinstance(text, str):
        raise refuse(field, "a string", text)
    return text
