"""The file of results: written as FILE.part and renamed when complete, so that FILE is never half a result; a lock beside it; and
what an interrupted run left there, for --resume.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterator

from .exits import STDOUT, CliError, node_words
from .source import Line

_READ_BYTES = 1024 * 1024
_PIECE = getattr(os, "O_BINARY", 0)


class ResultFile:
    """`writing_to`: for messages; None: standard output. `done`: ids of the run that is resumed, and how often each came."""

    def __init__(self, fd: int, writing_to: str | None = None, rename_to: str | None = None, done: Counter[str] | None = None, lock: str | None = None) -> None:
        self.fd = fd
        self.writing_to = writing_to
        self.done = done or Counter()
        self._rename_to = rename_to
        self._lock = lock

    @staticmethod
    def open(name: str | None, *, resume: bool, overwrite: bool, jobs: str, tell: Callable[[str], None]) -> ResultFile:
        """`name` None or "-": standard output. `jobs`: where the jobs come from, never written over. Raises CliError."""
        if name is None or name == "-":
            if resume:
                raise CliError("--resume needs -o FILE: there is nothing to go on from on standard output")
            return ResultFile(STDOUT)
        try:
            return _open(name, resume, overwrite, jobs, tell)
        except OSError as error:
            raise CliError(node_words(error, "open", error.filename)) from error

    def complete(self) -> None:
        """All results are written: the file gets its name."""
        if self.writing_to is None:
            return
        if self._rename_to is not None:
            os.fsync(self.fd)
        os.close(self.fd)
        if self._rename_to is not None:
            os.replace(self.writing_to, self._rename_to)
        self._release()

    def leave(self) -> None:
        """The run ended early: what is written stays under the name it has."""
        if self.writing_to is not None:
            os.close(self.fd)
            self._release()

    def _release(self) -> None:
        if self._lock is not None:
            _unlink(self._lock)
            self._lock = None


def _open(name: str, resume: bool, overwrite: bool, jobs: str, tell: Callable[[str], None]) -> ResultFile:
    found = _look(name)
    if found is not None and stat.S_ISDIR(found.st_mode):
        raise CliError(f"{name} is a folder; -o names the file for the results")
    if found is not None and not stat.S_ISREG(found.st_mode):
        if resume:
            raise CliError(f"{name} is no file that --resume could go on from")
        # A device, fifo or pipe is written to, not replaced.
        return ResultFile(os.open(name, os.O_WRONLY), name)
    # Through a link: the file it names is replaced, not the link.
    path = name if found is None else os.path.realpath(name)
    part = f"{path}.part"
    _refuse_jobs(jobs, path, part)
    lock = f"{part}.lock"
    try:
        _take_lock(lock, part, tell)
    except OSError as error:
        # The lock is the first thing written there; its name says nothing to the user.
        why = f"there is no folder {os.path.dirname(path)}" if error.errno == errno.ENOENT else node_words(error, "open", lock)
        raise CliError(f"the results cannot be written to {path}: {why}") from error
    try:
        if resume:
            done = _resume(path, part)
            return ResultFile(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _PIECE, 0o666), part, path, done, lock)
        if os.path.exists(part) and not overwrite:
            raise CliError(f"{part} holds an interrupted run's results: --resume goes on from it, --overwrite drops it")
        return ResultFile(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _PIECE, 0o666), part, path, None, lock)
    except BaseException:
        _unlink(lock)
        raise


def _refuse_jobs(jobs: str, *outputs: str) -> None:
    """The jobs would be lost before they are read. Links and other names of the same file count."""
    found = os.fstat(0) if jobs == "-" else _look(jobs)
    for path in outputs:
        output = _look(path)
        if found is not None and output is not None and stat.S_ISREG(found.st_mode) and (found.st_dev, found.st_ino) == (output.st_dev, output.st_ino):
            raise CliError(f"{path} is the file of jobs: results would be written over it; give -o another name")


# --- the lock -----------------------------------------------------------------------------------------------------------


def _take_lock(path: str, part: str, tell: Callable[[str], None]) -> None:
    """One program at a time; a lock whose process is gone is taken over."""
    if _create(path):
        return
    owner = _owner(path)
    if owner is None or _alive(owner):
        who = "another process" if owner is None else f"process {owner}"
        raise CliError(f"{part}: {who} is writing there ({path}); if there is none, remove that file")
    aside = f"{path}.{os.getpid()}"
    try:
        os.rename(path, aside)
        # Two may find the same dead owner: the second must not remove the first one's new lock.
        if _owner(aside) == owner:
            os.unlink(aside)
        else:
            os.rename(aside, path)
    except FileNotFoundError:
        pass
    if not _create(path):
        raise CliError(f"{part}: another process is writing there ({path})")
    tell(f"process {owner}, which wrote {part}, is gone: its lock is taken over")


def _create(path: str) -> bool:
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PIECE, 0o666)
    except FileExistsError:
        return False
    with os.fdopen(file, "wb") as stream:
        stream.write(f"{os.getpid()}\n".encode())
    return True


def _owner(path: str) -> int | None:
    try:
        with open(path, "rb") as file:
            text = file.read(16)
    except FileNotFoundError:
        return None
    return int(text) if re.fullmatch(rb"[1-9][0-9]{0,9}\n", text) else None


def _alive(pid: int) -> bool:
    # Containers count from 1 each time: a lock of this very number was left by an earlier process.
    if pid == os.getpid():
        return False
    if os.name == "nt":
        # os.kill would end it there.
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


# --- what an interrupted run left ---------------------------------------------------------------------------------------


def _resume(path: str, part: str) -> Counter[str]:
    """Makes `part` hold the successes of an interrupted run, or else those of the complete file at `path`."""
    found = next((one for one in (part, path) if os.path.exists(one)), None)
    if found is None:
        return Counter()
    # Read to its end before anything is changed: it may be another program's file.
    done: Counter[str] = Counter()
    kept: list[tuple[int, int]] = []
    for number, (start, line) in enumerate(_lines(found), 1):
        is_result, job_id = _result_of(line)
        if not is_result:
            raise CliError(f"{found} does not hold results of a batch (line {number}): --resume would cut it down; give -o another name")
        if job_id is not None:
            done[job_id] += 1
            kept.append((start, start + len(line)))
    if found == path:
        os.replace(path, part)
    _keep(part, kept)
    return done


def _result_of(line: bytes) -> tuple[bool, str | None]:
    """Whether the line is a result, or may be the beginning of one; and the id, if the job succeeded."""
    if not line.strip():
        return True, None
    if not line.endswith(b"\n"):
        # After a crash of the machine the end may also be zeros that were never written over.
        return line[:1] in (b"{", b"\0"), None
    try:
        result = json.loads(line)
    except ValueError:
        return False, None
    if not isinstance(result, dict) or "status" not in result:
        return False, None
    job_id = result.get("id")
    good = isinstance(job_id, str) and "op" not in result and result["status"] == "success"
    return True, job_id if good else None


def _lines(path: str) -> Iterator[tuple[int, bytes]]:
    with open(path, "rb", buffering=_READ_BYTES) as file:
        start = 0
        for line in file:
            yield start, line
            start += len(line)


def _keep(path: str, kept: list[tuple[int, int]]) -> None:
    """Cuts the file down to these ranges."""
    whole = sum(end - start for start, end in kept)
    if not kept or (kept[0][0] == 0 and kept[-1][1] == whole):
        os.truncate(path, whole)
        return
    aside = f"{path}.kept"
    with open(path, "rb") as source, open(aside, "wb") as target:
        for start, end in kept:
            source.seek(start)
            target.write(source.read(end - start))
        target.flush()
        os.fsync(target.fileno())
    os.replace(aside, path)


def without_done(batches: Iterator[list[Line]], done: Counter[str], skipped: list[int]) -> Iterator[list[Line]]:
    """Leaves out the jobs that are done, and counts them. Of several with one id, as many as are done."""
    for batch in batches:
        left = []
        for line in batch:
            job_id = _job_id(line.data)
            if job_id is not None and done[job_id] > 0:
                done[job_id] -= 1
                skipped[0] += 1
            else:
                left.append(line)
        if left:
            yield left


def _job_id(data: bytes) -> str | None:
    """A line that is no JSON object has none (the engine will say what is wrong with it), and an op is answered again."""
    try:
        job = json.loads(data)
    except ValueError:
        return None
    job_id = job.get("id") if isinstance(job, dict) and "op" not in job else None
    if not isinstance(job_id, str):
        return None
    return job_id.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _look(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
