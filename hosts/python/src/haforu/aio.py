"""haforu for asyncio: the package's calls as coroutines, over threads; results and errors are the same.

A cancelled task sets the cancel word of the engine that works for it: the call ends within a glyph or a point, and its thread is
free again before the cancellation goes on, so that an array that was given as `out` is not written afterwards.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import os
import threading
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, TypeVar

from . import _check, batch, info, session, shaping
from . import _contract as contract
from ._processors import processors
from ._switch import Switch
from .errors import HaforuError, invalid

__all__ = [
    "ShapeStream",
    "StreamingSession",
    "align_and_compare",
    "font_info",
    "is_available",
    "process_jobs",
    "resize_bilinear",
    "shape_stream",
    "validate",
]

_P = ParamSpec("_P")
_R = TypeVar("_R")
_DRAWN = inspect.signature(session.StreamingSession.render_to_numpy)


class _Call:
    """One call in a thread of a session's, and what ends it."""

    def __init__(self, owner: session.StreamingSession, work: Callable[[], Any]) -> None:
        self._owner = owner
        self._work = work
        self._lock = threading.Lock()
        self._switch: Switch | None = None
        self._cancelled = False

    def run(self) -> Any:
        switch = self._owner._enter().runner.switch
        with self._lock:
            if self._cancelled:
                raise HaforuError("cancelled", "the call was cancelled before it began")
            self._switch = switch
        try:
            return self._work()
        finally:
            with self._lock:
                self._switch = None
                switch.armed = False

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            if self._switch is not None:
                # Also a call of the engine that has not begun yet ends at once.
                self._switch.armed = True
                self._switch.cut()


async def _finished(future: asyncio.Future[_R], cancel: Callable[[], None]) -> _R:
    """The outcome of what a thread does; when the task is cancelled, `cancel` is called and the thread waited for."""
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        cancel()
        while not future.done():
            try:
                await asyncio.wait([future])
            except asyncio.CancelledError:
                continue
        if not future.cancelled():
            # Looked at, so that nobody is told of an error that nobody fetched.
            future.exception()
        raise


def _form(method: Callable[Concatenate[session.StreamingSession, _P], _R]) -> Callable[Concatenate[StreamingSession, _P], Awaitable[_R]]:
    """The asynchronous form of a session's method."""

    async def form(self: StreamingSession, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        made: _R = await self.run(functools.partial(method, self._session, *args, **kwargs))
        return made

    functools.update_wrapper(form, method)
    return form


class StreamingSession:
    """haforu.StreamingSession for asyncio. `threads`: calls at work at once, each in a thread with an engine of its own (None: the
    processors this process may use). The other arguments, and each method's, are those of haforu.StreamingSession.
    """

    def __init__(self, cache_size: int = 512, *, threads: int | None = None, **options: Any) -> None:
        count = processors() if threads is None else _check.whole("threads", threads, 1, contract.LIMIT_WORKERS)
        self._session = session.StreamingSession(cache_size, **options)
        self._pool = ThreadPoolExecutor(count, "haforu-aio")

    async def __aenter__(self) -> StreamingSession:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the session: calls at work end as they would have, later ones raise invalid_handle."""
        self._session.close()
        await asyncio.get_running_loop().run_in_executor(None, functools.partial(self._pool.shutdown, wait=True))

    async def run(self, work: Callable[[], _R]) -> _R:
        """`work`, which calls the session, in one of its threads; cancelling the task ends the call at work."""
        call = _Call(self._session, work)
        try:
            future = asyncio.get_running_loop().run_in_executor(self._pool, call.run)
        except RuntimeError as error:
            raise HaforuError("invalid_handle", "the session is closed; make another") from error
        return await _finished(future, call.cancel)

    def cancel(self) -> int:
        """Ends the calls at work: they raise `cancelled`. How many there were."""
        return self._session.cancel()

    async def render_to_numpy(self, *args: Any, **kwargs: Any) -> Any:
        """haforu.StreamingSession.render_to_numpy, but no copy=False: another task's render in the same thread would overwrite it."""
        if not _DRAWN.bind(self, *args, **kwargs).arguments.get("copy", True):
            raise invalid("copy", "True: a view would be overwritten by other tasks; give `out` to save the allocation", False)
        return await self.run(functools.partial(self._session.render_to_numpy, *args, **kwargs))

    async def sweep(self, *args: Any, **kwargs: Any) -> AsyncIterator[session.SweepResult]:
        """haforu.StreamingSession.sweep, to be iterated with `async for`."""
        results = self._session.sweep(*args, **kwargs)
        while True:
            # As many as one window of the sweep has lie ready: one hand-over for all.
            some = await self.run(functools.partial(_some, results))
            for one in some:
                yield one
            if not some:
                return

    render = _form(session.StreamingSession.render)
    render_line = _form(session.StreamingSession.render_line)
    validate = _form(session.StreamingSession.validate)
    metrics = _form(session.StreamingSession.metrics)
    shape = _form(session.StreamingSession.shape)
    match = _form(session.StreamingSession.match)
    align_and_compare = _form(session.StreamingSession.align_and_compare)
    compare_renders = _form(session.StreamingSession.compare_renders)
    resize_bilinear = _form(session.StreamingSession.resize_bilinear)
    decode_image = _form(session.StreamingSession.decode_image)
    font_info = _form(session.StreamingSession.font_info)
    add_font = _form(session.StreamingSession.add_font)
    remove_font = _form(session.StreamingSession.remove_font)
    warm_up = _form(session.StreamingSession.warm_up)
    set_cache_size = _form(session.StreamingSession.set_cache_size)
    ping = _form(session.StreamingSession.ping)
    cache_stats = _form(session.StreamingSession.cache_stats)


def _some(results: Iterator[session.SweepResult]) -> list[session.SweepResult]:
    made = []
    for one in results:
        made.append(one)
        if len(made) == 256:
            break
    return made


async def process_jobs(
    spec_json: str | bytes | Iterable[str | bytes] | AsyncIterable[str | bytes], **options: Any
) -> AsyncIterator[str]:
    """haforu.process_jobs, to be iterated with `async for`: what that raises at its call comes with the first line. The source may
    be an async iterable, which is read as results are taken. Leaving the loop, and cancelling the task, end the jobs at work.
    `progress` is called in a thread.
    """
    loop = asyncio.get_running_loop()
    stop = batch.Stop()
    pulled = _Pulled(spec_json, loop) if isinstance(spec_json, AsyncIterable) else None
    source: Any = spec_json if pulled is None else pulled
    pool = ThreadPoolExecutor(1, "haforu-jobs")
    lines: Iterator[str] | None = None

    def end() -> None:
        stop.set()
        if pulled is not None:
            pulled.cancel()

    try:
        lines = await _finished(loop.run_in_executor(pool, lambda: batch.run_jobs(source, batch.options_of(**options), stop)), end)
        while True:
            line = await _finished(loop.run_in_executor(pool, next, lines, None), end)
            if line is None:
                return
            yield line
    finally:
        end()
        closing = getattr(lines, "close", None)
        if closing is not None:
            await _finished(loop.run_in_executor(pool, closing), end)
        pool.shutdown(wait=False)


class _Pulled:
    """The items of an async iterable for a thread of which the loop's knows nothing."""

    def __init__(self, source: AsyncIterable[str | bytes], loop: asyncio.AbstractEventLoop) -> None:
        self._items = source.__aiter__()
        self._loop = loop
        self._lock = threading.Lock()
        self._waiting: Future[tuple[bool, Any]] | None = None
        self._over = False

    def __iter__(self) -> Iterator[str | bytes]:
        while True:
            with self._lock:
                if self._over:
                    return
                self._waiting = asyncio.run_coroutine_threadsafe(self._following(), self._loop)
            try:
                more, item = self._waiting.result()
            except CancelledError:
                if self._over:
                    return
                raise
            if not more:
                return
            yield item

    def cancel(self) -> None:
        """Nobody wants more: the source is cancelled where it waits, and the thread that waits for it goes on."""
        with self._lock:
            self._over = True
            waiting = self._waiting
        if waiting is not None:
            waiting.cancel()

    async def _following(self) -> tuple[bool, Any]:
        try:
            return True, await self._items.__anext__()
        except StopAsyncIteration:
            return False, None


class ShapeStream:
    """haforu.ShapeStream for asyncio: made with `await ShapeStream.open(font, …)`; push, end and the rest are coroutines."""

    def __init__(self, owner: StreamingSession, stream: shaping.ShapeStream, owned: bool) -> None:
        self._owner = owner
        self._stream = stream
        self._owned = owned

    @classmethod
    async def open(cls, font: shaping.FontArgument, *, session: StreamingSession | None = None, **options: Any) -> ShapeStream:
        """Arguments as haforu.ShapeStream, but `session` is one of this module; None: one of the stream's own."""
        owner = StreamingSession(threads=1) if session is None else session
        try:
            stream = await owner.run(functools.partial(shaping.ShapeStream, font, session=owner._session, **options))
        except BaseException:
            if session is None:
                await owner.close()
            raise
        return cls(owner, stream, session is None)

    async def __aenter__(self) -> ShapeStream:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def push(self, piece: shaping.StreamInput) -> list[shaping.Flush]:
        """Takes text, or a change, and gives what is final with it."""
        return await self._owner.run(functools.partial(self._stream.push, piece))

    async def pop(self, kind: str) -> list[shaping.Flush]:
        """Takes the last push of a kind back."""
        return await self._owner.run(functools.partial(self._stream.pop, kind))

    async def end(self) -> list[shaping.Flush]:
        """No text follows: gives the rest and closes."""
        return await self._owner.run(self._stream.end)

    async def stats(self) -> dict[str, int]:
        """haforu.ShapeStream.stats."""
        return await self._owner.run(lambda: self._stream.stats)

    async def close(self) -> None:
        """Closes without flushing what is held."""
        if not self._owner._session._closed:
            await self._owner.run(self._stream.close)
        if self._owned:
            await self._owner.close()


async def shape_stream(
    source: Iterable[shaping.StreamInput] | AsyncIterable[shaping.StreamInput], font: shaping.FontArgument, **options: Any
) -> AsyncIterator[shaping.Flush]:
    """The flushes of a source of text and changes, which may be an async iterable, as they become final."""
    async with await ShapeStream.open(font, **options) as stream:
        if isinstance(source, AsyncIterable):
            async for piece in source:
                for flush in await stream.push(piece):
                    yield flush
        else:
            for piece in [source] if isinstance(source, (str, bytes, bytearray)) else source:
                for flush in await stream.push(piece):
                    yield flush
        for flush in await stream.end():
            yield flush


async def _in_thread(work: Callable[..., _R], *args: Any, **kwargs: Any) -> _R:
    from ._shared import shared_session

    call = _Call(shared_session(), functools.partial(work, *args, **kwargs))
    return await _finished(asyncio.get_running_loop().run_in_executor(None, call.run), call.cancel)


async def align_and_compare(*args: Any, **kwargs: Any) -> session.Comparison:
    """haforu.align_and_compare."""
    from .pictures import align_and_compare as work

    return await _in_thread(work, *args, **kwargs)


async def resize_bilinear(*args: Any, **kwargs: Any) -> Any:
    """haforu.resize_bilinear."""
    from .pictures import resize_bilinear as work

    return await _in_thread(work, *args, **kwargs)


async def font_info(font_path: str | os.PathLike[str]) -> dict[str, Any]:
    """haforu.font_info."""
    return await _in_thread(info.font_info, font_path)


async def validate(job_json: str | bytes) -> dict[str, Any] | None:
    """haforu.validate."""
    return await _in_thread(info.validate, job_json)


async def is_available() -> bool:
    """haforu.is_available."""
    return await asyncio.get_running_loop().run_in_executor(None, info.is_available)
