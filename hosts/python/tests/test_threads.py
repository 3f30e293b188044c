"""What threads share and what ends a call: fonts read once within one budget, time limits, cancelling, forks, memory used again."""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import Any

import numpy
import pytest

import haforu
from haforu import _buffers, _fonts, _jobs


def together(count: int, work: Any) -> list[Any]:
    """Runs `work(k)` in threads that begin at once; what they gave, or raised."""
    gate = threading.Barrier(count)
    given: list[Any] = [None] * count

    def run(k: int) -> None:
        gate.wait()
        try:
            given[k] = work(k)
        except BaseException as error:
            given[k] = error

    threads = [threading.Thread(target=run, args=(k,)) for k in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return given


def long_sweep(font: str) -> str:
    sweep = {"width": 3000, "height": 1200, "sample": {"count": 200000}}
    return json.dumps({"id": "long", "font": {"path": font, "size": 1000}, "text": {"content": "ag"}, "sweep": sweep})


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of all font files that are read."""
    seen: list[str] = []
    real = _fonts.FontFiles.read

    def read(self: Any, path: str, place: Any) -> Any:
        seen.append(path)
        return real(self, path, place)

    monkeypatch.setattr(_fonts.FontFiles, "read", read)
    return seen


def test_a_font_is_read_once_for_all_threads_of_a_session(variable: str, reads: list[str]) -> None:
    size = Path(variable).stat().st_size
    job = json.dumps({"id": "a", "font": {"path": variable, "size": 9}, "text": {"content": "a"}, "rendering": {"format": "metrics", "width": 9, "height": 9}})
    stay = threading.Barrier(6)
    with haforu.StreamingSession() as session:

        def work(k: int) -> Any:
            pixels = session.render_to_numpy(variable, "ag", 40, 90, 60).tobytes()
            session.render(job)
            stay.wait()
            stats = session.cache_stats()
            # A thread that ends gives its engine back: all stay until each has looked.
            stay.wait()
            return pixels, stats

        given = together(6, work)
    assert len({pixels for pixels, _ in given}) == 1
    assert reads == [variable]
    for _, stats in given:
        assert stats["shared_font_bytes"] == size
        # Its bytes once, and a copy for direct calls and one for jobs in each engine (with what is noted about it).
        assert size * 13 <= stats["session_font_bytes"] <= size * 13 + 6 * 4096


def test_process_jobs_reads_a_font_once(variable: str, reads: list[str]) -> None:
    job = {"id": "a", "font": {"path": variable, "size": 9}, "text": {"content": "a"}, "rendering": {"format": "metrics", "width": 9, "height": 9}}
    lines = list(haforu.process_jobs("\n".join([json.dumps(job)] * 200), jobs=4))
    assert len(lines) == 200 and reads == [variable]


def test_fonts_of_all_threads_stay_within_one_budget(variable: str, tmp_path: Path) -> None:
    size = Path(variable).stat().st_size
    paths = [str(tmp_path / f"{i}.ttf") for i in range(12)]
    for path in paths:
        shutil.copy(variable, path)
    budget = size * 9
    most = 0.0
    with haforu.StreamingSession(font_cache_bytes=budget) as session:
        expected = session.render_to_numpy(variable, "ag", 20, 60, 40).tobytes()

        def work(k: int) -> Any:
            nonlocal most
            for i in range(60):
                path = paths[(i * (k + 1)) % len(paths)]
                if session.render_to_numpy(path, "ag", 20, 60, 40).tobytes() != expected:
                    return path
                most = max(most, session.cache_stats()["session_font_bytes"])
            return None

        assert together(4, work) == [None] * 4
        # What a call at work needs it gets: at most one font more for each thread.
        assert most <= budget + 4 * size
        session.render_to_numpy(variable, "ag", 20, 60, 40)
        assert session.cache_stats()["session_font_bytes"] <= budget
        # A thread that does nothing gives what it holds beyond its part to one that works.
        for path in paths[:9]:
            session.metrics(path, "a", 20, 60, 40)
        idle = session.cache_stats()["font_bytes"]
        assert idle > size * 6
        [inside] = together(1, lambda _: [session.metrics(path, "a", 20, 60, 40) for path in paths[:8]] and session.cache_stats())
        assert inside["font_bytes"] > size * 3 and inside["session_font_bytes"] <= budget
        assert session.cache_stats()["font_bytes"] < size * 6


def test_a_session_without_room_for_a_font_still_draws(variable: str) -> None:
    with haforu.StreamingSession() as session, haforu.StreamingSession(font_cache_bytes=0) as poor:
        for _ in range(3):
            assert numpy.array_equal(poor.render_to_numpy(variable, "a", 20, 30, 30), session.render_to_numpy(variable, "a", 20, 30, 30))
        assert poor.cache_stats()["shared_font_bytes"] == 0


def test_a_call_ends_when_its_time_is_over(variable: str) -> None:
    drawn = {"font_path": variable, "text": "ag", "size": 200, "width": 300, "height": 300}
    with haforu.StreamingSession(timing=False) as session:
        expected = session.render_to_numpy(**drawn)
        slow: Any = {"font_path": variable, "text": "W" * 60000, "size": 3000, "width": 20000, "height": 10000}
        targets = [{"text": "ag" * 10, "image": numpy.zeros((2500, 30000), numpy.uint8)}]
        for call in (
            lambda limit: session.render_to_numpy(**slow, timeout=limit),
            lambda limit: session.metrics(**slow, timeout=limit),
            lambda limit: session.render(long_sweep(variable), timeout=limit),
            lambda limit: session.match(variable, 1500, targets, budget=100000, coarse=False, timeout=limit),
        ):
            # The thread that watches the time may come late: then the call raises when it is done. It must be cut now and then.
            for _ in range(50):
                with pytest.raises(haforu.HaforuError) as raised:
                    call(0.05)
                assert raised.value.code == "timeout" and "50 ms" in str(raised.value)
                assert numpy.array_equal(session.render_to_numpy(**drawn), expected)
                before = raised.value.__context__
                if raised.value.job_id == "long" or (isinstance(before, haforu.HaforuError) and before.code == "cancelled"):
                    break
            else:
                pytest.fail("the engine does not look whether it is to end")
        # What is done sooner than the watching thread can look raises as well.
        done: Any = {"font_path": variable, "text": "a", "size": 9, "width": 9, "height": 9}
        job = json.dumps({"id": "s", "font": {"path": variable, "size": 9}, "text": {"content": "a"}, "rendering": {"format": "metrics", "width": 9, "height": 9}})
        for quick in (session.render_to_numpy, session.metrics, lambda timeout, **_: session.render(job, timeout=timeout)):
            for _ in range(100):
                with pytest.raises(haforu.HaforuError, match="0.000001 ms"):
                    quick(**done, timeout=1e-9)
        line = json.loads(session.render_line(long_sweep(variable), timeout=0.05))
        assert line["error"]["message"].startswith("the job took longer than its time limit of 50 ms") and line["id"] == "long"
        for bad in (0, -1, "1", float("nan"), 86401, True):
            with pytest.raises(haforu.HaforuInputError):
                session.metrics(variable, "a", 9, 9, 9, timeout=bad)
    with haforu.StreamingSession(timeout=0.05) as session:
        with pytest.raises(haforu.HaforuError) as raised:
            session.render(long_sweep(variable))
        assert (raised.value.code, raised.value.job_id) == ("timeout", "long")
    with haforu.StreamingSession(timeout=60) as session:
        for _ in range(1000):
            session.metrics(variable, "a", 9, 9, 9)


def test_process_jobs_has_time_limits(variable: str) -> None:
    short = {"id": "s", "font": {"path": variable, "size": 9}, "text": {"content": "a"}, "rendering": {"format": "metrics", "width": 9, "height": 9}}
    jobs = [json.loads(long_sweep(variable)), short]
    for lines in (
        haforu.process_jobs("\n".join(map(json.dumps, jobs)), ordered=True, timeout=0.05),
        haforu.process_jobs(json.dumps({"config": {"timeout_ms": 50}, "jobs": jobs}), ordered=True),
    ):
        one, two = (json.loads(line) for line in lines)
        assert (one["error"]["code"], one["id"], two["id"]) == ("timeout", "long", "s")
        # A busy machine may take as long for a short job.
        assert two["status"] == "success" or two["error"]["code"] == "timeout"


def test_cancel_ends_the_calls_of_other_threads(variable: str) -> None:
    with haforu.StreamingSession() as session:
        assert session.cancel() == 0
        ended: list[Any] = []
        began = threading.Barrier(4)

        def work() -> None:
            session.ping()
            began.wait()
            try:
                session.render(long_sweep(variable))
            except haforu.HaforuError as error:
                ended.append((error.code, error.job_id))

        threads = [threading.Thread(target=work) for _ in range(3)]
        for one in threads:
            one.start()
        began.wait()
        until = time.monotonic() + 30
        while len(ended) < 3 and time.monotonic() < until:
            session.cancel()
            time.sleep(0.02)
        for one in threads:
            one.join(5)
        assert ended == [("cancelled", "long")] * 3
        # Later calls are not meant.
        assert session.metrics(variable, "a", 9, 9, 9)["ink_area"] > 0


def test_closing_process_jobs_ends_what_is_at_work(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, cut = threading.Semaphore(0), threading.Semaphore(0)
    for name, seen in (("run", begun), ("_ended", cut)):

        def counted(self: Any, *line: int, real: Any = getattr(_jobs.JobRunner, name), seen: Any = seen) -> Any:
            seen.release()
            return real(self, *line)

        monkeypatch.setattr(_jobs.JobRunner, name, counted)
    short = {"id": "s", "font": {"path": variable, "size": 9}, "text": {"content": "a"}, "rendering": {"format": "metrics", "width": 9, "height": 9}}
    lines = haforu.process_jobs([json.dumps(short), long_sweep(variable), long_sweep(variable)], jobs=2)
    next(lines)
    for _ in range(3):
        assert begun.acquire(timeout=60)
    lines.close()  # type: ignore[attr-defined]
    assert cut.acquire(blocking=False) and cut.acquire(blocking=False)
    assert not [one for one in threading.enumerate() if one.name.startswith("haforu-") and one.name[7:].isdigit()]


def test_a_call_inside_of_a_call_is_refused(variable: str) -> None:
    with haforu.StreamingSession() as session:
        session.ping()
        seen: list[str] = []

        def handler(*_: object) -> None:
            try:
                session.ping()
            except haforu.HaforuError as error:
                seen.append(error.code)

        worker = session._enter()
        with worker.lock, worker:
            before = signal.signal(signal.SIGUSR1, handler)
            try:
                os.kill(os.getpid(), signal.SIGUSR1)
                time.sleep(0.01)
            finally:
                signal.signal(signal.SIGUSR1, before)
        assert seen == ["unsupported"] and session.ping()


def test_ctrl_c_comes_out(variable: str) -> None:
    timer = threading.Timer(0.1, lambda: os.kill(os.getpid(), signal.SIGINT))
    with haforu.StreamingSession() as session:
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            # Longer than any machine needs to begin a timer's thread.
            for _ in range(200):
                try:
                    session.render(long_sweep(variable), timeout=0.5)
                except haforu.HaforuError as error:
                    assert error.code == "timeout"
        assert session.ping()


_ENDLESS = """
import json, sys, haforu
jobs = (json.dumps({"id": str(i), **json.loads(sys.argv[1])}) for i in range(10**9))
try:
    for i, line in enumerate(haforu.process_jobs(jobs, jobs=2)):
        if i == 0:
            print("begun", flush=True)
except KeyboardInterrupt:
    import threading
    print("ended", threading.active_count(), flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs a signal for another process")
def test_ctrl_c_ends_process_jobs(variable: str) -> None:
    one = {"font": {"path": variable, "size": 9}, "text": {"content": "a"}, "rendering": {"format": "metrics", "width": 9, "height": 9}}
    child = subprocess.Popen([sys.executable, "-c", _ENDLESS, json.dumps(one)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None and child.stdout.readline() == "begun\n"
        child.send_signal(signal.SIGINT)
        printed, told = child.communicate(timeout=60)
        assert (printed, told, child.returncode) == ("ended 1\n", "", 0)
    finally:
        child.kill()
        child.wait()


def _taken(lines: Any, connection: Any) -> None:
    try:
        next(lines)
    except haforu.HaforuError as error:
        connection.send(error.code)
    lines.close()
    connection.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_results_are_not_to_be_taken_in_a_forked_process(variable: str) -> None:
    one = {"id": "s", "font": {"path": variable, "size": 9}, "text": {"content": "a"}, "rendering": {"format": "metrics", "width": 9, "height": 9}}
    lines = haforu.process_jobs([json.dumps(one)] * 100, jobs=2)
    next(lines)
    ours, theirs = multiprocessing.Pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = multiprocessing.get_context("fork").Process(target=_taken, args=(lines, theirs))
        child.start()
    assert ours.poll(60) and ours.recv() == "invalid_handle"
    child.join(60)
    assert child.exitcode == 0
    assert len(list(lines)) == 99


def _drawn(session: Any, font: str, connection: Any) -> None:
    connection.send(session.render_to_numpy(font, "ag", 40, 90, 60, timeout=20).tobytes())
    connection.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_session_goes_on_in_a_forked_process(variable: str) -> None:
    with haforu.StreamingSession() as session:
        expected = session.render_to_numpy(variable, "ag", 40, 90, 60, timeout=20).tobytes()
        stop = threading.Event()

        def work(_: int) -> None:
            while not stop.is_set():
                session.render_to_numpy(variable, "ag", 300, 900, 400)

        busy = [threading.Thread(target=work, args=(k,)) for k in range(2)]
        for one in busy:
            one.start()
        try:
            context = multiprocessing.get_context("fork")
            for _ in range(5):
                ours, theirs = context.Pipe()
                with warnings.catch_warnings():
                    # Python warns of forking with threads: that is what is tried here.
                    warnings.simplefilter("ignore", DeprecationWarning)
                    child = context.Process(target=_drawn, args=(session, variable, theirs))
                    child.start()
                assert ours.poll(30) and ours.recv() == expected
                child.join(30)
                assert child.exitcode == 0
        finally:
            stop.set()
            for one in busy:
                one.join()
        assert session.render_to_numpy(variable, "ag", 40, 90, 60).tobytes() == expected


def test_threads_that_come_and_go_leave_nothing(variable: str) -> None:
    with haforu.StreamingSession() as session:
        session.ping()
        for _ in range(30):
            together(2, lambda _: session.metrics(variable, "a", 9, 9, 9))
        gc.collect()
        assert len(session._workers) == 1


def test_memory_of_arrays_is_used_again_but_never_under_one(variable: str) -> None:
    with haforu.StreamingSession() as session:
        draw = lambda text: session.render_to_numpy(variable, text, 300, 900, 600)  # noqa: E731
        first = draw("a")
        address = first.__array_interface__["data"][0]
        kept = first.tobytes()
        part = first[100:200, ::3]
        shown = part.tobytes()
        del first
        others = [draw("b") for _ in range(4)]
        assert part.tobytes() == shown
        del part
        again = draw("a")
        assert again.__array_interface__["data"][0] == address and again.tobytes() == kept
        assert again.flags.writeable and again.flags.c_contiguous and type(again) is numpy.ndarray
        # Whatever its last owner wrote there.
        again[:] = 7
        del again, others
        assert draw("a").tobytes() == kept
        # Another thread has a use for what this one let go of.
        before = session._buffers.kept
        assert before > 0 and together(1, lambda _: draw("a").tobytes()) == [kept]
        assert session._buffers.kept == before
        memory = memoryview(draw("a"))
        draw("b")
        assert memory.tobytes() == kept
        for side in range(3000, 3040):
            session.render_to_numpy(variable, "a", 20, side, side)
        assert session._buffers.kept <= _buffers.KEPT_BYTES


@pytest.mark.parametrize("invert", [False, True])
def test_blank_rows_are_blank_in_every_way_of_copying(variable: str, invert: bool) -> None:
    with haforu.StreamingSession() as session:
        for origin in ((5, 500), (5, -400), (5, 1000), (-5000, 300), (3.5, 130)):
            for text in ("ag", ""):
                view = numpy.array(session.render_to_numpy(variable, text, 300, 900, 600, origin=origin, invert=invert, copy=False))
                out = numpy.full((600, 900), 9, numpy.uint8)
                session.render_to_numpy(variable, text, 300, 900, 600, origin=origin, invert=invert, out=out)
                assert numpy.array_equal(out, view)
                assert numpy.array_equal(session.render_to_numpy(variable, text, 300, 900, 600, origin=origin, invert=invert), view)
