"""Many jobs over threads: a JobSpec document or job lines in, result lines out as they complete, or in the order of the jobs.

The consumer's thread reads the input and takes the results; it reads no further than a few jobs ahead, so memory does not grow
with the input. Each worker thread has an engine of its own.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from . import _check, _switch
from . import _contract as contract
from ._engine import LINE_FLAG_NUMBERED, OP_LINE
from ._fonts import FontFiles
from ._host import FontHost
from ._jobs import EngineConfig, JobRunner, job_bytes
from ._processors import processors
from ._switch import Switch
from .errors import HaforuError, error_of, invalid, line_error

__all__ = ["process_jobs"]

_LOOKS_DOCUMENT = 1
_LOOKS_UNSURE = 2
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: Of a line over the limit only the head goes to the engine, to name the job by; of a text, to tell whether it is a document.
_LINE_HEAD_BYTES = 64 * 1024
#: Jobs of a text that a thread takes at once: handing over costs about as much as a small job.
_TASK_JOBS = 16
#: Tasks handed out or waiting to be taken, for each thread.
_TASKS_AHEAD = 4

#: Called in the consumer's thread after each result: jobs done, and how many there are where that is known.
Progress = Callable[[int, "int | None"], None]


class _Line(NamedTuple):
    data: bytes
    number: int
    #: Bytes of the whole line, where it is over the limit and `data` is its head.
    too_long: int = 0
    #: Of a text an error tells the line; the jobs of an iterable have none.
    flags: int = LINE_FLAG_NUMBERED


_Task = tuple[int, list[_Line]]
_Answers = tuple[int, "list[str] | BaseException"]


def process_jobs(
    spec_json: str | bytes | Iterable[str | bytes],
    *,
    ordered: bool = False,
    jobs: int | None = None,
    timing: bool = True,
    progress: Progress | None = None,
    strict: bool = False,
    base_dir: str | os.PathLike[str] | None = None,
    font_cache_bytes: int | None = None,
    max_instances: int | None = None,
    timeout: float | None = None,
) -> Iterator[str]:
    """Runs jobs (docs/jobs.md) over threads and gives one result line for each, without a newline.

    spec_json: a JobSpec document or JSON Lines, as a string or UTF-8 bytes; or an iterable of job lines, which is read as results
    are taken. A failing job is an error line and ends nothing. What a document's `config` says holds where no argument does.
    ordered: results in the order of the jobs, else as they complete. jobs: threads (default: the processors this process may use).
    timing=False: lines without `timing`, the same bytes in every run and from every host. strict: warnings become errors.
    base_dir: fonts must lie under this folder. font_cache_bytes, max_instances: kept by all threads together.
    progress: called after each result with the jobs done and, of a document or text, the number of all (else None).
    timeout: seconds that one job may take; a longer one's line is the error `timeout`. None: none, or `timeout_ms` of the config.
    Closing the iterator, or leaving its loop and letting go of it, ends the jobs that are at work.

    Raises HaforuInputError (a ValueError) at the call: for a document that is malformed, of another version or without jobs, for a
    text without a job, or of one line that is not JSON; and for arguments.
    """
    options = _Options(ordered, jobs, timing, progress, strict, base_dir, font_cache_bytes, max_instances, timeout)
    return run_jobs(spec_json, options, Stop())


class _Options(NamedTuple):
    """The keyword arguments of process_jobs."""

    ordered: bool = False
    jobs: int | None = None
    timing: bool = True
    progress: Progress | None = None
    strict: bool = False
    base_dir: str | os.PathLike[str] | None = None
    font_cache_bytes: int | None = None
    max_instances: int | None = None
    timeout: float | None = None


def options_of(**options: Any) -> _Options:
    """The keyword arguments of process_jobs, as one record."""
    return _Options(**options)


class Stop:
    """Ends a run from any thread: the jobs at work are cut short, those that wait are not begun, and no result comes any more."""

    def __init__(self) -> None:
        self.answers: queue.SimpleQueue[_Answers | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._switches: list[Switch] = []
        self._set = False

    def is_set(self) -> bool:
        return self._set

    def join(self, switch: Switch) -> None:
        """The engine of another thread of the run."""
        with self._lock:
            self._switches.append(switch)
            switch.armed = self._set

    def set(self) -> None:
        with self._lock:
            self._set = True
            for switch in self._switches:
                switch.armed = True
                switch.cut()
        self.answers.put(None)


def run_jobs(spec_json: str | bytes | Iterable[str | bytes], options: _Options, stop: Stop) -> Iterator[str]:
    """process_jobs, with what ends it from outside."""
    ordered, jobs, timing, progress, strict, base_dir, font_cache_bytes, max_instances, timeout = options
    count = None if jobs is None else _check.whole("jobs", jobs, 1, contract.LIMIT_WORKERS)
    _check.flag("ordered", ordered)
    config: dict[str, Any] = {}
    if isinstance(spec_json, (str, bytes, bytearray, memoryview)):
        lines, config = _read_text(spec_json)
        total: int | None = len(lines)
        source: Iterator[_Line] = iter(lines)
        task_jobs = _TASK_JOBS
    elif isinstance(spec_json, Iterable) and not isinstance(spec_json, Mapping):
        source, total, task_jobs = _read_items(spec_json), None, 1
    else:
        raise invalid("spec_json", "JSON as a string or bytes (of a dict json.dumps makes it), or an iterable of job lines", spec_json)
    seconds = _check.seconds("timeout", timeout) if timeout is not None else (config.get("timeout_ms") or 0) / 1000 or None
    threads = count or config.get("jobs") or processors()
    budget = font_cache_bytes if font_cache_bytes is not None else config.get("font_cache", contract.DEFAULT_FONT_CACHE)
    most = max_instances if max_instances is not None else config.get("max_fonts", contract.DEFAULT_MAX_FONTS)
    _check.whole("font_cache_bytes", budget, 0, contract.LIMIT_FONT_CACHE_BYTES)
    _check.whole("max_instances", most, 1, contract.LIMIT_MAX_FONTS)
    if total is not None:
        threads = max(1, min(threads, -(-total // task_jobs)))
    engine = EngineConfig(
        max_instances=max(1, most // threads),
        strict=_check.flag("strict", strict) or config.get("strict") is True,
        timing=_check.flag("timing", timing) and config.get("timing") is not False,
    )
    try:
        files = FontFiles(base_dir if base_dir is not None else config.get("base_dir"))
    except (OSError, TypeError) as error:
        raise invalid("base_dir", "the path of a folder that is there", base_dir) from error
    in_order = ordered or config.get("order") == "input"
    return _results(source, total, task_jobs, threads, FontHost(files, budget), engine, in_order, progress, seconds, stop)


def _results(
    source: Iterator[_Line],
    total: int | None,
    task_jobs: int,
    threads: int,
    host: FontHost,
    config: EngineConfig,
    ordered: bool,
    progress: Progress | None,
    seconds: float | None,
    stop: Stop,
) -> Iterator[str]:
    tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
    answers = stop.answers
    work = (tasks, stop, host, config, seconds)
    workers = [threading.Thread(target=_work, args=work, daemon=True, name=f"haforu-{i}") for i in range(threads)]
    for worker in workers:
        worker.start()
    given = taken = done = 0
    early: dict[int, list[str]] = {}
    more = True
    forks = _switch.forks
    try:
        while True:
            if forks != _switch.forks:
                raise HaforuError("invalid_handle", "these results are of the process that was forked: its threads are not here")
            # In order, a slow job holds back what others have done: that counts as ahead, too.
            while more and given - taken < threads * _TASKS_AHEAD:
                lines = list(islice(source, task_jobs))
                if not lines:
                    more = False
                    break
                tasks.put((given, lines))
                given += 1
            if taken == given:
                return
            if ordered and taken in early:
                ready = early.pop(taken)
            else:
                answered = answers.get()
                if answered is None:
                    return
                index, answer = answered
                if isinstance(answer, BaseException):
                    raise answer
                if ordered and index != taken:
                    early[index] = answer
                    continue
                ready = answer
            taken += 1
            for line in ready:
                done += 1
                if progress is not None:
                    progress(done, total)
                yield line
    finally:
        # A forked process has neither the threads nor, it may be, the locks. When the interpreter ends, threads stop where they are,
        # with the locks they hold: nobody would come back from waiting for one, and the process takes them along.
        if forks == _switch.forks and not sys.is_finalizing():
            stop.set()
            for _ in workers:
                tasks.put(None)
            for worker in workers:
                worker.join()


def _work(tasks: queue.SimpleQueue[_Task | None], stop: Stop, host: FontHost, config: EngineConfig, seconds: float | None) -> None:
    runner: JobRunner | None = None
    while (task := tasks.get()) is not None:
        index, lines = task
        try:
            if runner is None:
                runner = JobRunner(host, config)
                stop.join(runner.switch)
            results = []
            for line in lines:
                if stop.is_set():
                    return
                results.append(_run(runner, line, host, seconds))
            stop.answers.put((index, results))
        except BaseException as error:
            stop.answers.put((index, error))


def _run(runner: JobRunner, line: _Line, host: FontHost, seconds: float | None) -> str:
    data, number, too_long, flags = line
    # Held while the engine works: another thread that needs room must not enter it.
    with runner.lock:
        if host.over:
            host.settle(runner)
        runner.switch.begin(seconds)
        try:
            runner.load(data)
            if too_long:
                runner.answer(0, len(data), number, flags, "line_too_long", f"it has {too_long} bytes")
            elif runner.run(0, len(data), number, flags) == OP_LINE:
                runner.answer(0, len(data), number, flags, "unsupported", "process_jobs takes jobs; ops are for `haforu stream`")
            return runner.result().decode("utf-8")
        finally:
            runner.switch.end()


def _line(data: bytes, number: int) -> _Line:
    size = len(data)
    return _Line(data, number) if size <= contract.LIMIT_LINE_BYTES else _Line(data[:_LINE_HEAD_BYTES], number, size)


def _read_text(text: str | bytes | bytearray | memoryview) -> tuple[list[_Line], dict[str, Any]]:
    """The jobs of a document or of JSON Lines, and a document's config. Raises what is wrong with the whole."""
    data = job_bytes(text) if isinstance(text, str) else bytes(text)
    data = data.removeprefix(_BYTE_ORDER_MARK)
    runner = JobRunner(FontHost(FontFiles(), 0), EngineConfig(timing=False))
    if _looks(runner, data) == _LOOKS_DOCUMENT:
        runner.load(data)
        document = runner.engine.document(len(data))
        if document is None:
            raise line_error(json.loads(runner.result()), whole=True)
        spans, config = document
        return [_line(data[start : start + size], number) for start, size, number in spans], json.loads(config) if config else {}
    # Blanks as the program has them: space, tab, carriage return.
    lines = [_line(line, i) for i, line in enumerate(data.split(b"\n"), 1) if line.strip(b" \t\r")]
    if not lines:
        raise error_of("invalid_job", "spec_json: there is no job; expected a JobSpec document or one job a line", field="jobs")
    if len(lines) == 1:
        only = lines[0]
        runner.load(only.data)
        if not only.too_long and runner.validate(0, len(only.data), only.number, LINE_FLAG_NUMBERED) == -contract.ERRORS["invalid_json"]:
            raise line_error(json.loads(runner.result()), whole=True)
    return lines, {}


def _looks(runner: JobRunner, data: bytes) -> int:
    """What the text begins with, by as little of it as tells: job lines may be more than an engine's memory holds."""
    head = _LINE_HEAD_BYTES
    while True:
        part = data[:head]
        runner.load(part)
        looks = runner.engine.looks(len(part))
        # Beyond a line's limit there is no job to be read.
        if looks != _LOOKS_UNSURE or len(part) == len(data) or head >= contract.LIMIT_LINE_BYTES:
            return looks
        head *= 4


def _read_items(items: Iterable[str | bytes]) -> Iterator[_Line]:
    for number, item in enumerate(items, 1):
        if isinstance(item, str):
            data = job_bytes(item)
        elif isinstance(item, (bytes, bytearray, memoryview)):
            data = bytes(item)
        else:
            raise invalid("spec_json", f"job {number} as JSON text, a string or bytes", item)
        # Lines of a file come with their ends.
        data = data.rstrip(b"\r\n")
        if data.strip(b" \t\r"):
            yield _line(data, number)._replace(flags=0)
