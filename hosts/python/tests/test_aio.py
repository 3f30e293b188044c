"""haforu.aio: the same results and errors as the calls that wait, several at once; what a cancelled task leaves behind."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import numpy
import pytest

import haforu
from haforu import _jobs, aio


def long_sweep(font: str) -> str:
    sweep = {"width": 3000, "height": 1200, "sample": {"count": 200000}}
    return json.dumps({"id": "long", "font": {"path": font, "size": 1000}, "text": {"content": "ag"}, "sweep": sweep})


def job(i: int, font: str) -> str:
    return json.dumps({"id": str(i), "font": {"path": font, "size": 20}, "text": {"content": "a"}, "rendering": {"format": "metrics", "width": 30, "height": 30}})


def test_the_same_results_as_the_calls_that_wait(variable: str) -> None:
    with haforu.StreamingSession(timing=False) as session:
        pixels = session.render_to_numpy(variable, "ag", 40, 90, 60)
        line = session.render(job(1, variable))
        metrics = session.metrics(variable, "ag", 40, 90, 60)
        swept = list(session.sweep(variable, "ag", 40, 90, 60, sample={"count": 300}))
        found = session.match(variable, 40, [{"text": "ag", "image": pixels}], budget=60)

    async def main() -> None:
        async with aio.StreamingSession(threads=3, timing=False) as session:
            drawn = await asyncio.gather(*(session.render_to_numpy(variable, "ag", 40, 90, 60) for _ in range(20)))
            assert all(numpy.array_equal(one, pixels) for one in drawn)
            assert await session.render(job(1, variable)) == line and await session.render_line(job(1, variable)) == line
            assert await session.metrics(variable, "ag", 40, 90, 60) == metrics
            assert [one async for one in session.sweep(variable, "ag", 40, 90, 60, sample={"count": 300})] == swept
            assert await session.match(variable, 40, [{"text": "ag", "image": pixels}], budget=60) == found
            assert (await session.shape(variable, "ag")).ids.size == 2
            assert (await session.align_and_compare(pixels, pixels))["rmse"] == 0
            assert (await session.compare_renders(*[{"font_path": variable, "text": "a", "size": 9, "width": 9, "height": 9}] * 2))["iou"] == 1
            assert (await session.resize_bilinear(pixels, 9, 8)).shape == (8, 9)
            assert (await session.font_info(variable))["face_count"] == 1
            assert await session.validate("{}") and await session.ping() and (await session.cache_stats())["faults"] == 0
            await session.warm_up([variable])
            await session.set_cache_size(3)
            with pytest.raises(FileNotFoundError):
                await session.metrics("no/such.ttf", "a", 9, 9, 9)
            with pytest.raises(haforu.HaforuInputError, match="^copy: "):
                await session.render_to_numpy(variable, "a", 9, 9, 9, copy=False)
        with pytest.raises(haforu.HaforuError) as raised:
            await session.ping()
        assert raised.value.code == "invalid_handle"
        assert (await aio.align_and_compare(pixels, pixels))["iou"] == 1 and (await aio.resize_bilinear(pixels, 5, 5)).shape == (5, 5)
        assert (await aio.font_info(variable))["face_count"] == 1 and await aio.is_available() is True
        error = await aio.validate("{}")
        assert error is not None and error["code"] == "invalid_job"

    asyncio.run(main())


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Semaphore, threading.Semaphore]:
    """Counts the jobs that were begun, and those that were ended before they were done: a test by the clock would be of the machine."""
    begun, cut = threading.Semaphore(0), threading.Semaphore(0)
    for name, seen in (("run", begun), ("_ended", cut)):

        def counted(self: Any, *line: int, real: Any = getattr(_jobs.JobRunner, name), seen: Any = seen) -> Any:
            seen.release()
            return real(self, *line)

        monkeypatch.setattr(_jobs.JobRunner, name, counted)
    return begun, cut


def test_other_tasks_run_meanwhile_and_a_cancelled_one_ends_its_call(variable: str, watched: tuple[threading.Semaphore, threading.Semaphore]) -> None:
    begun, cut = watched

    async def main() -> None:
        async with aio.StreamingSession(threads=1) as session:
            for _ in range(3):
                task = asyncio.ensure_future(session.render(long_sweep(variable)))
                waiting = asyncio.ensure_future(session.ping())
                while not begun.acquire(blocking=False):
                    await asyncio.sleep(0.001)
                turns = 0
                for _ in range(20):
                    await asyncio.sleep(0.005)
                    turns += 1
                assert not task.done() and turns == 20
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                assert cut.acquire(blocking=False)
                # The thread is free, and the next call is not meant.
                assert await waiting is True
            with pytest.raises(TimeoutError if hasattr(asyncio, "timeout") else asyncio.TimeoutError):
                await asyncio.wait_for(session.render(long_sweep(variable)), 0.05)
            task = asyncio.ensure_future(session.render(long_sweep(variable)))
            while not session.cancel():
                await asyncio.sleep(0.01)
            with pytest.raises(haforu.HaforuError) as raised:
                await task
            assert raised.value.code == "cancelled"

    asyncio.run(main())


def test_jobs(variable: str, watched: tuple[threading.Semaphore, threading.Semaphore]) -> None:
    begun, cut = watched

    lines = [job(i, variable) for i in range(50)]
    expected = list(haforu.process_jobs(lines, ordered=True, timing=False))

    async def given() -> Any:
        for line in lines:
            await asyncio.sleep(0)
            yield line

    async def main() -> None:
        assert [line async for line in aio.process_jobs(lines, ordered=True, timing=False)] == expected
        assert [line async for line in aio.process_jobs(given(), ordered=True, timing=False, jobs=2)] == expected
        with pytest.raises(ValueError):
            async for _ in aio.process_jobs("{nope"):
                pass
        with pytest.raises(TypeError):
            async for _ in aio.process_jobs(lines, nope=1):
                pass

        while begun.acquire(blocking=False):
            pass

        async def endless() -> None:
            async for _ in aio.process_jobs([long_sweep(variable)] * 4, jobs=2):
                pass

        task = asyncio.ensure_future(endless())
        while not begun.acquire(blocking=False):
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert cut.acquire(blocking=False)

    asyncio.run(main())


def test_streams(noto: str) -> None:
    text = "Affine fjord, Toffee. " * 100
    expected = [flush.ids.tolist() for flush in haforu.shape_stream([text[:70], text[70:]], noto)]

    async def pieces() -> Any:
        yield text[:70]
        yield text[70:]

    async def main() -> None:
        assert [flush.ids.tolist() async for flush in aio.shape_stream(pieces(), noto)] == expected
        async with aio.StreamingSession(threads=2) as session:
            assert [flush.ids.tolist() async for flush in aio.shape_stream([text[:70], text[70:]], noto, session=session)] == expected
            async with await aio.ShapeStream.open(noto, session=session) as stream:
                flushes = await stream.push(text[:70]) + await stream.push(text[70:])
                flushes += await stream.push({"push": "features", "features": "smcp"}) + await stream.pop("features")
                flushes += await stream.end()
                assert (await stream.stats())["read"] == len(text)
            with pytest.raises(haforu.HaforuInputError):
                await aio.ShapeStream.open(noto, session=session, script="Latin")

    asyncio.run(main())


def test_cancelling_does_not_wait_for_the_source(variable: str) -> None:
    async def main() -> None:
        go, waits = asyncio.Event(), asyncio.Event()
        told: list[str] = []

        async def source() -> Any:
            try:
                yield job(0, variable)
                waits.set()
                await go.wait()
            finally:
                told.append("ended")

        async def consume() -> None:
            async for _ in aio.process_jobs(source(), jobs=1):
                pass

        task = asyncio.ensure_future(consume())
        await asyncio.wait_for(waits.wait(), 60)
        task.cancel()
        try:
            await asyncio.wait([task], timeout=60)
            assert task.cancelled() and told == ["ended"]
        finally:
            go.set()

    asyncio.run(main())
