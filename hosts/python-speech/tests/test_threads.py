"""Threads, cancelling, forks, memory: what many callers share."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy
import pytest
from conftest import ROOT, SENTENCE, VOICE_PATH

from haforu._instance import Trap
from haforu.speech import CancelToken, Pipeline, SpeechError

#: Takes many seconds to speak.
LONG = SENTENCE * 400


def joined(chunks: list[Any]) -> Any:
    return numpy.concatenate([chunk.audio for chunk in chunks])


def open_streams(pipeline: Pipeline) -> float:
    return sum(size["open_streams"] for size in pipeline.memory())


def until(condition: Callable[[], bool]) -> None:
    """Waits for what another thread does."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def in_threads(count: int, action: Callable[[int], object]) -> list[Any]:
    """What the action gave or raised for each number."""
    results: list[Any] = [None] * count

    def run(number: int) -> None:
        try:
            results[number] = action(number)
        except BaseException as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_hundred_threads_share_two_engines() -> None:
    with Pipeline(voice_path=VOICE_PATH, voice="kal16", workers=2) as pipeline:
        expected = [pipeline.synthesize(f"Number {i}.").samples for i in range(10)]

        def speak(number: int) -> Any:
            text = f"Number {number % 10}."
            if number % 3 == 0:
                return joined(list(pipeline.synthesize_stream(text, chunk_ms=50)))
            return pipeline.synthesize(text).samples

        for number, samples in enumerate(in_threads(100, speak)):
            assert numpy.array_equal(samples, expected[number % 10]), samples
        assert len(pipeline.memory()) == 2 and open_streams(pipeline) == 0


def test_a_call_is_cancelled_from_another_thread_and_the_engine_goes_on() -> None:
    with Pipeline(voice_path=VOICE_PATH, workers=1) as pipeline:
        expected = pipeline.synthesize("One.").samples
        actions: tuple[Callable[[CancelToken], object], ...] = (
            lambda token: pipeline.synthesize(LONG, cancel=token),
            lambda token: pipeline.synthesize_ssml(f"<speak>{LONG}</speak>", cancel=token),
            lambda token: pipeline.synthesize(LONG, voice="kal16", cancel=token, on_chunk=lambda _: None),
            lambda token: list(pipeline.synthesize_stream(LONG, cancel=token)),
            lambda token: pipeline.synthesize_batch([LONG] * 4, cancel=token),
        )
        for action in actions:
            # How soon it answers is the benchmark's to measure; here: that it does.
            with pytest.raises(SpeechError) as raised:
                action(CancelToken.after(0.2))
            assert raised.value.code == "cancelled"
            assert numpy.array_equal(pipeline.synthesize("One.").samples, expected)
        until(lambda: open_streams(pipeline) == 0)


def test_a_call_that_waits_is_cancelled_too() -> None:
    with Pipeline(voice_path=VOICE_PATH, workers=1) as pipeline:
        # Now there is an engine that is seen to be taken.
        pipeline.synthesize("One.")
        assert len(pipeline.memory()) == 1
        first = CancelToken()
        ended: list[Any] = []
        busy = threading.Thread(target=lambda: ended.extend(in_threads(1, lambda _: pipeline.synthesize(LONG, cancel=first))))
        busy.start()
        until(lambda: any(lane.busy for lane in pipeline._pool._lanes))
        with pytest.raises(SpeechError, match="cancelled"):
            pipeline.synthesize("One.", cancel=CancelToken.after(0.1))
        assert ended == []
        first.cancel()
        busy.join()
        assert ended[0].code == "cancelled"
        assert pipeline.synthesize("One.").words


def test_one_token_ends_all_its_calls_and_no_other() -> None:
    with Pipeline(voice_path=VOICE_PATH, workers=2) as pipeline:
        token = CancelToken()

        stream = pipeline.synthesize_stream(SENTENCE, chunk_ms=20)
        chunks = [next(stream)]

        def speak(number: int) -> Any:
            if number > 0:
                return pipeline.synthesize(LONG, cancel=token)
            # Its engine has a long text to speak, too: they take turns.
            until(lambda: pipeline.memory() == [])
            for i, chunk in enumerate(stream):
                chunks.append(chunk)
                if i == 5:
                    token.cancel()
            return joined(chunks)

        samples, *errors = in_threads(5, speak)
        assert [error.code for error in errors] == ["cancelled"] * 4
        assert numpy.array_equal(samples, pipeline.synthesize(SENTENCE).samples)
        for action in (lambda: pipeline.synthesize("a", cancel=token), lambda: pipeline.synthesize_stream("a", cancel=token)):
            with pytest.raises(SpeechError, match="cancelled"):
                action()


def test_a_cancelled_task_answers_and_the_engine_goes_on() -> None:
    async def run() -> None:
        async with Pipeline(voice_path=VOICE_PATH, workers=1) as pipeline:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(pipeline.synthesize_async(LONG), 0.2)
            assert (await pipeline.synthesize_async("One.", voice="kal16")).words

            async def read() -> None:
                async for _ in pipeline.synthesize_stream_async(LONG):
                    pass

            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(read(), 0.2)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(pipeline.synthesize_batch_async([LONG] * 5), 0.2)
            with pytest.raises(SpeechError, match="cancelled"):
                await pipeline.synthesize_async(LONG, cancel=CancelToken.after(0.2))
            stream = pipeline.synthesize_stream_async(LONG)
            await stream.__anext__()
            await stream.aclose()  # type: ignore[attr-defined]
            assert (await pipeline.synthesize_async("One.", voice="kal16")).words
            until(lambda: open_streams(pipeline) == 0)

    asyncio.run(run())


def test_closing_ends_what_is_under_way() -> None:
    pipeline = Pipeline(voice_path=VOICE_PATH, workers=1)
    threading.Timer(0.5, pipeline.close).start()
    errors = in_threads(3, lambda _: pipeline.synthesize(LONG))
    assert [error.code for error in errors] == ["speech_disposed"] * 3


def test_callbacks_run_in_the_thread_of_the_call(pipeline: Pipeline) -> None:
    seen: set[int] = set()

    def note(_: object) -> None:
        seen.add(threading.get_ident())

    pipeline.synthesize(SENTENCE, voice="kal16", on_chunk=note, on_progress=note)
    pipeline.synthesize_batch(["One.", "Two."], voice="kal16", on_result=note, on_batch_progress=note)
    assert seen == {threading.get_ident()}


def test_streams_that_are_let_go_of_anywhere_leave_nothing() -> None:
    with Pipeline(voice_path=VOICE_PATH, voice="kal16", workers=2) as pipeline:

        def drop(_: int) -> None:
            for i in range(20):
                stream = pipeline.synthesize_stream(SENTENCE, chunk_ms=20)
                for _ in range(i % 4):
                    next(stream)

        assert in_threads(4, drop) == [None] * 4
        assert open_streams(pipeline) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_pipeline_goes_on_in_a_forked_process() -> None:
    with Pipeline(voice_path=VOICE_PATH, voice="kal16", workers=2) as pipeline:
        expected = pipeline.synthesize("One two.").samples
        asyncio.run(pipeline.synthesize_async("Threads are there, too."))
        stream = pipeline.synthesize_stream("One two.", chunk_ms=20)
        first = next(stream)
        # Others are at work, and wait, while it forks.
        token = CancelToken()
        busy = [threading.Thread(target=in_threads, args=(1, lambda _: pipeline.synthesize(LONG, cancel=token))) for _ in range(4)]
        for thread in busy:
            thread.start()
        until(lambda: pipeline.memory() == [])

        def child(answers: Any) -> None:
            same = numpy.array_equal(pipeline.synthesize("One two.").samples, expected)
            batch = pipeline.synthesize_batch(["One two."] * 3)
            same_batch = all(one.audio is not None and numpy.array_equal(one.audio.samples, expected) for one in batch)
            answers.put((same, same_batch, in_threads(1, lambda _: next(stream))[0].code))

        context = multiprocessing.get_context("fork")
        answers = context.SimpleQueue()
        process = context.Process(target=child, args=(answers,))
        process.start()
        process.join(60)
        token.cancel()
        for thread in busy:
            thread.join()
        assert process.exitcode == 0
        assert answers.get() == (True, True, "engine_fault")
        assert numpy.array_equal(joined([first, *stream]), expected)


def test_after_a_fault_other_streams_begin_again_and_give_the_same() -> None:
    with Pipeline(voice_path=VOICE_PATH, voice="kal16", workers=1) as pipeline:
        expected = pipeline.synthesize(SENTENCE).samples
        stream = pipeline.synthesize_stream(SENTENCE, chunk_ms=100)
        fed = pipeline.synthesize_stream([SENTENCE[:20], " More. " * 5, SENTENCE[20:]], chunk_ms=100)
        chunks = [next(stream), next(stream)]
        next(fed)

        def trap(*_: int) -> int:
            raise Trap("unreachable")

        # As a fault of the module would be one.
        pipeline._pool._lanes[0].engine._next = trap
        with pytest.raises(SpeechError, match="the speech engine stopped: unreachable") as raised:
            pipeline.synthesize("One.")
        assert raised.value.code == "engine_fault"
        chunks += list(stream)
        assert numpy.array_equal(joined(chunks), expected)
        assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
        with pytest.raises(SpeechError, match="speak it again"):
            list(fed)
        assert numpy.array_equal(pipeline.synthesize(SENTENCE).samples, expected)


@pytest.mark.skipif(not pathlib.Path("/proc/self/statm").exists(), reason="resident memory is read from /proc")
def test_memory_stays_flat() -> None:
    def resident() -> float:
        return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    with Pipeline(voice_path=VOICE_PATH, voice="kal16", workers=1) as pipeline:
        early = 0.0
        for i in range(2000):
            pipeline.synthesize(f"Number {i}.", include=["words", "phonemes"])
            if i == 200:
                early = resident()
        assert resident() < early + 10
        assert pipeline.memory()[0]["heap_bytes"] < 8e6


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
def test_ctrl_c_ends_a_call() -> None:
    program = f"""
from haforu.speech import Pipeline
pipeline = Pipeline(voice_path={VOICE_PATH!r})
said = []
def note(_):
    if not said:
        said.append(print("speaking", flush=True))
try:
    pipeline.synthesize({SENTENCE!r} * 2000, on_chunk=note)
except KeyboardInterrupt:
    print("interrupted", len(pipeline.synthesize("One.").words), flush=True)
"""
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout is not None
    assert child.stdout.readline() == "speaking\n"
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=100)
    assert (out, err) == ("interrupted 1\n", "")


def test_a_process_ends_with_streams_open() -> None:
    program = f"""
import asyncio
from haforu.speech import Pipeline
pipeline = Pipeline(voice_path={VOICE_PATH!r}, voice="kal16")
stream = pipeline.synthesize_stream({SENTENCE!r})
next(stream)
asyncio.run(pipeline.synthesize_async("One."))
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, timeout=100)
    assert (ran.returncode, ran.stderr) == (0, "")
