"""Lines over threads: one thread reads, each worker has an engine of its own, and whoever iterates takes the answers, in the order
of the lines or as they are done. Bounded: no line is read while many wait to be taken.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

from .runner import DROPPED, Answer, LineRunner
from .source import Line

#: Lines that a worker takes at once: handing over costs about as much as a small job. Fewer where results are large.
_TASK_LINES = 16
_TASK_RESULT_BYTES = 1024 * 1024
#: Tasks handed out or waiting to be taken, for each worker.
_TASKS_AHEAD = 4
_Answers = tuple[int, "list[Answer] | BaseException"]


class Pool:
    def __init__(self, batches: Iterator[list[Line]], workers: int, make: Callable[[], LineRunner], ordered: bool, at_once: bool) -> None:
        """`at_once`: every line is a task of its own, and its answer is taken when it is there."""
        self._batches = batches
        self._make = make
        self._ordered = ordered
        self._task_lines = 1 if at_once else _TASK_LINES
        self._tasks: queue.SimpleQueue[tuple[int, list[Line]] | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[_Answers | None] = queue.SimpleQueue()
        self._room = threading.Semaphore(workers * _TASKS_AHEAD)
        self._lock = threading.Lock()
        self._given = 0
        self._ended = False
        self._stop = threading.Event()
        self.runners: list[LineRunner] = []
        self.workers = workers
        self.bytes_in = 0
        self.reorder_peak = 0
        self._started = False

    def stop(self) -> None:
        """Reads no more lines and begins none: those at work end, and their answers are still to be taken."""
        self._stop.set()
        self._answers.put(None)

    def answers(self) -> Iterator[list[Answer]]:
        """The answers of one task after the other. Raises what reading raised. To be called once."""
        for name, target in (("reader", self._read), *((f"worker-{i}", self._work) for i in range(self.workers))):
            threading.Thread(target=target, daemon=True, name=f"haforu-{name}").start()
        early: dict[int, list[Answer]] = {}
        taken = 0
        try:
            while not self._done(taken):
                message = self._answers.get()
                if message is None:
                    continue
                index, answers = message
                if isinstance(answers, BaseException):
                    raise answers
                early[index if self._ordered else taken] = answers
                while taken in early:
                    ready = early.pop(taken)
                    taken += 1
                    yield ready
                    # Only now may more be read: the answers are taken.
                    self._room.release()
                self.reorder_peak = max(self.reorder_peak, sum(map(len, early.values())))
        finally:
            self._stop.set()
            for _ in range(self.workers):
                self._tasks.put(None)

    def _done(self, taken: int) -> bool:
        with self._lock:
            return (self._ended or self._stop.is_set()) and taken == self._given

    def _read(self) -> None:
        try:
            for batch in self._batches:
                at = 0
                while at < len(batch):
                    self._room.acquire()
                    with self._lock:
                        if self._stop.is_set():
                            return
                        lines = batch[at : at + self._task_lines]
                        self._tasks.put((self._given, lines))
                        self._given += 1
                    at += len(lines)
                    self.bytes_in += sum((line.too_long or len(line.data)) + 1 for line in lines)
        except BaseException as error:
            self._answers.put((-1, error))
        finally:
            with self._lock:
                self._ended = True
            self._answers.put(None)

    def _work(self) -> None:
        runner: LineRunner | None = None
        while (task := self._tasks.get()) is not None:
            index, lines = task
            try:
                if runner is None:
                    runner = self._make()
                    self.runners.append(runner)
                answers = [Answer(b"", DROPPED) if self._stop.is_set() else runner.answer_line(line) for line in lines]
                size = sum(len(answer.line) for answer in answers) // len(answers)
                self._task_lines = max(1, min(self._task_lines, _TASK_RESULT_BYTES // max(1, size)))
                self._answers.put((index, answers))
            except BaseException as error:
                self._answers.put((index, error))
