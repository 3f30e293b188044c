"""What a signal handler's exception leaves behind when it comes at a bad moment, what the end of the process does, and what is too much."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import haforu
from haforu import _handles, _module, _switch, _worker
from haforu._engine import Engine
from haforu._fonts import Refusal
from haforu._jobs import JobRunner

JOB = {"id": "a", "font": {"path": "", "size": 20}, "text": {"content": "a"}, "rendering": {"format": "metrics", "width": 30, "height": 30}}


class Huge(bytes):
    """Bytes that say they are more than they are: what believes them and goes on would read and write where nothing is."""

    size = 2**32 + 100

    def __len__(self) -> int:
        return self.size


def once(place: Any, name: str, monkeypatch: pytest.MonkeyPatch, *, after: bool, also: Any = None) -> None:
    """The next call of this raises, before it does anything or when it is done."""
    real = getattr(place, name)

    def raising(*words: Any, **named: Any) -> Any:
        monkeypatch.setattr(place, name, real)
        if after:
            real(*words, **named)
        if also is not None:
            also()
        raise KeyboardInterrupt

    monkeypatch.setattr(place, name, raising)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("name", ["_begin", "_end", "__enter__", "__exit__"])
def test_a_raise_amidst_entering_or_leaving_a_call(variable: str, monkeypatch: pytest.MonkeyPatch, name: str, after: bool) -> None:
    with haforu.StreamingSession() as session:
        expected = session.metrics(variable, "ag", 20, 30, 30)
        worker = session._local.worker
        once(_worker.Worker if name.startswith("__") else worker, name, monkeypatch, after=after)
        with pytest.raises(KeyboardInterrupt):
            session.metrics(variable, "ag", 20, 30, 30)
        # Others may have room from the engine between two calls: nothing holds its lock.
        free: list[bool] = []

        def other() -> None:
            free.append(worker.lock.acquire(blocking=False))
            if free[0]:
                worker.lock.release()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join(60)
        assert free == [True]
        assert session.metrics(variable, "ag", 20, 30, 30) == expected


def test_a_call_that_was_cut_and_not_left_cuts_no_other(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with haforu.StreamingSession() as session:
        session.ping()
        worker = session._local.worker
        once(worker, "_end", monkeypatch, after=False, also=worker.runner.switch.cut)
        with pytest.raises(KeyboardInterrupt):
            session.metrics(variable, "ag", 20, 30, 30)
        assert session.metrics(variable, "ag", 20, 30, 30)["ink_area"] > 0


def test_a_text_that_was_half_written_is_written_again(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with haforu.StreamingSession() as session:
        expected = session.metrics(variable, "a", 20, 30, 30)
        once(ctypes, "memmove", monkeypatch, after=True)
        with pytest.raises(KeyboardInterrupt):
            session.metrics(variable, "g", 20, 30, 30)
        assert session.metrics(variable, "a", 20, 30, 30) == expected


def test_what_was_freed_is_not_freed_again(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    long = {**JOB, "font": {"path": variable, "size": 20}, "text": {"content": "a" * 5000}}
    with haforu.StreamingSession(timing=False) as session:
        expected = session.render_line(json.dumps(long))
    with haforu.StreamingSession(timing=False) as session:
        session.metrics(variable, "a", 20, 30, 30)
        session.render_line("{}")
        engine = session._local.worker.runner.engine
        once(engine, "_free", monkeypatch, after=True)
        with pytest.raises(KeyboardInterrupt):
            session.render_line(json.dumps(long))
        assert engine._input == 0 and engine._input_capacity == 0
        assert session.render_line(json.dumps(long)) == expected
        once(engine, "_free", monkeypatch, after=True)
        with pytest.raises(KeyboardInterrupt):
            session.metrics(variable, "a" * 1000, 20, 30, 30)
        assert engine._text.pointer == 0 and engine._text.capacity == 0


def test_memory_that_was_lost_is_had_back_when_room_is_short(noto: str, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*_: object) -> Refusal:
        return Refusal("out_of_memory", "no room")

    with haforu.StreamingSession() as session:
        session.ping()
        worker = session._local.worker
        first = worker.runner.engine
        with monkeypatch.context() as patch:
            patch.setattr(_handles, "read_font", short)
            with pytest.raises(haforu.HaforuError, match="no room"):
                session.metrics(noto, "a", 20, 30, 30)
        # Nothing was lost: a stream in this engine must go on.
        assert worker.runner.engine is first
        once(Engine, "create_font", monkeypatch, after=True)
        with pytest.raises(KeyboardInterrupt):
            session.metrics(variable, "a", 20, 30, 30)
        with monkeypatch.context() as patch:
            patch.setattr(_handles, "read_font", short)
            with pytest.raises(haforu.HaforuError, match="no room"):
                session.metrics(noto, "a", 20, 30, 30)
        assert worker.runner.engine is not first
        assert session.metrics(noto, "a", 20, 30, 30)["ink_area"] > 0


def test_a_signal_handler_may_cancel_while_a_time_limit_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    switch = _switch.Switch()
    switch.begin(60)
    monkeypatch.setattr(_switch.time, "monotonic", lambda: float(switch.cut()) or 1e12)
    ended = threading.Thread(target=switch.expire, daemon=True)
    ended.start()
    ended.join(60)
    assert not ended.is_alive() and switch.end() == "cancelled"


_LEFT = """
import json, sys, haforu
job = {**json.loads(sys.argv[1]), "rendering": {"format": "pgm", "width": 600, "height": 300, "encoding": "none"}}
lines = haforu.process_jobs([json.dumps(job)] * 200, jobs=2)
for line in lines:
    break
print("end", flush=True)
"""

#: The same on every Python: a worker that never comes back, and an interpreter that says it ends.
_ENDING = """
import os, sys, threading, types, haforu
from haforu import _fonts, batch
begun = threading.Event()
_fonts.FontFiles.read = lambda *_: (begun.set(), threading.Event().wait())
lines = haforu.process_jobs(['{}', sys.argv[1]], jobs=1)
next(lines)
begun.wait()
batch.sys = types.SimpleNamespace(is_finalizing=lambda: True)
lines.close()
print("end", flush=True)
os._exit(0)
"""


@pytest.mark.parametrize("code", [_LEFT, _ENDING])
def test_results_that_are_left_do_not_hold_the_process_back(variable: str, code: str) -> None:
    job = json.dumps({**JOB, "font": {"path": variable, "size": 200}})
    done = subprocess.run([sys.executable, "-c", code, job], capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("end\n", "", 0)


# --- too much ---------------------------------------------------------------------------------------------------


def test_sizes_over_32_bits_are_refused() -> None:
    with haforu.StreamingSession() as session:
        session.ping()
        engine = session._local.worker.runner.engine
        assert engine.allocate(2**32 + 100) == 0 and engine.allocate(2**32 - 1) == 0
        with pytest.raises(haforu.HaforuError, match="no room for 4294967396 bytes"):
            engine._allocate(2**32 + 100)
        assert engine.input(Huge(b"{}")) is False
        # 1.25 times this is 100 bytes more than 32 bits count.
        Huge.size = 3_435_973_917
        assert engine.input(Huge(b"{}")) is False
        Huge.size = 2**32 + 100
        assert session.ping()


def test_a_font_over_the_limit_is_not_added() -> None:
    with haforu.StreamingSession() as session:
        Huge.size = haforu._contract.LIMIT_FONT_BYTES + 1  # type: ignore[attr-defined]
        try:
            with pytest.raises(haforu.HaforuError) as raised:
                session.add_font("x", Huge(b"abc"))
        finally:
            Huge.size = 2**32 + 100
        assert (raised.value.code, raised.value.field) == ("font_too_large", "data")
        assert session.remove_font("x") is False


def test_job_lines_are_told_by_their_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[int] = []
    real = JobRunner.load

    def load(self: JobRunner, chunk: bytes) -> None:
        loaded.append(len(chunk))
        real(self, chunk)

    monkeypatch.setattr(JobRunner, "load", load)
    haforu.process_jobs('{"id": "a"}\n' * 20_000)
    assert loaded == [65_536]
    # Where the beginning does not tell, more of it is looked at.
    document = json.dumps({"version": "1.0", "jobs": [{"id": "a"}]})
    assert [json.loads(line)["id"] for line in haforu.process_jobs("\n" * 100_000 + document)] == ["a"]


def test_a_user_without_a_home_has_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("HAFORU_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(_module.Path, "home", homeless)
    empty = tmp_path / "empty.wasm"
    empty.write_bytes(b"\0asm\1\0\0\0")
    assert _module.load(empty, "(module)", "test")[1] == "compiled, not cached: Could not determine home directory."


_SHORT_OF_ADDRESSES = """
import resource, threading, haforu
session = haforu.StreamingSession()
session.ping()
with open("/proc/self/statm") as file:
    most = int(file.read().split()[0]) * resource.getpagesize() + (1 << 30)
resource.setrlimit(resource.RLIMIT_AS, (most, most))
def other():
    try:
        session.ping()
    except haforu.HaforuError as error:
        print(error.code, error, flush=True)
thread = threading.Thread(target=other)
thread.start()
thread.join()
try:
    list(haforu.process_jobs(['{}'], jobs=1))
except haforu.HaforuError as error:
    print(error.code, flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and a limit of the address space")
def test_an_address_space_that_is_too_small_is_told() -> None:
    done = subprocess.run([sys.executable, "-c", _SHORT_OF_ADDRESSES], capture_output=True, text=True, timeout=120, check=False)
    first, second = done.stdout.splitlines()
    assert first.startswith("out_of_memory an engine could not be made: each reserves 4 GiB of addresses") and "0x104000000" in first
    assert second == "out_of_memory" and done.returncode == 0


def test_as_many_threads_as_processors_that_may_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for allowed in ({5}, {2, 7, 9}):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, allowed=allowed: allowed, raising=False)
        lines = haforu.process_jobs("{}\n" * 1000)
        next(lines)
        assert sum(one.name.startswith("haforu-") and one.name[7:].isdigit() for one in threading.enumerate()) == len(allowed)
        lines.close()  # type: ignore[attr-defined]
