"""A job's picture to a file named from its id: written aside, then renamed, so that a name never holds half a picture; never over
another file unless asked to, and never over a file of the same run.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from typing import NamedTuple

from .exits import node_words

#: Most file systems take 255 bytes; room is left for the ending of a file under way.
_NAME_BYTES = 200
_DIGEST_DIGITS = 16
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+=@-")
_SPACE = 0x20
#: The ending of a file under way: its creation is also the lock on the name.
_ASIDE = ".haforu-part"


class Refused(NamedTuple):
    code: str
    detail: str


def file_name(job_id: str, extension: str) -> str:
    """Different ids are different names, on every file system."""
    name = ""
    for byte in job_id.encode("utf-8", "replace"):
        name += chr(byte) if byte in _PLAIN or (byte == _SPACE and name) else f"%{byte:02X}"
    # A leading dot hides a file, ".." is a folder, and a reserved word is a device.
    if name.startswith((".", "-")) or _RESERVED.match(name):
        name = f"%{ord(name[0]):02X}{name[1:]}"
    if len(name) > _NAME_BYTES:
        digest = hashlib.sha256(job_id.encode("utf-8", "replace")).hexdigest()[:_DIGEST_DIGITS]
        name = f"{name[: _NAME_BYTES - _DIGEST_DIGITS - 1]}~{digest}"
    return f"{name}.{extension}"


class Images:
    def __init__(self, folder: str, overwrite: bool) -> None:
        self._folder = folder
        self._overwrite = overwrite
        # The time at which the folder would stamp a file made now: file systems have clocks of their own.
        marker = os.path.join(folder, f".haforu-start-{os.getpid()}")
        with open(marker, "wb") as file:
            self._started_ns = os.fstat(file.fileno()).st_ctime_ns
        os.unlink(marker)

    def write(self, job_id: str, extension: str, image: bytes) -> str | Refused:
        """The picture's path, or why there is none."""
        path = os.path.join(self._folder, file_name(job_id, extension))
        try:
            return self._place(path, image)
        except OSError as error:
            call = "open" if error.filename is not None else "write"
            return Refused("output_failed", node_words(error, call, error.filename))

    def _place(self, path: str, image: bytes) -> str | Refused:
        aside = path + _ASIDE
        file = self._open_aside(aside)
        if file is None:
            return Refused("output_exists", f"{path} is being written by another job")
        try:
            with os.fdopen(file, "wb", buffering=0) as stream:
                rest = memoryview(image)
                while rest:
                    rest = rest[stream.write(rest) :]
            return self._publish(aside, path, image)
        finally:
            _remove(aside)

    def _open_aside(self, aside: str) -> int | None:
        """Creates the file aside; one that is left from an earlier run is in nobody's use."""
        for _ in range(2):
            try:
                return os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
            except FileExistsError:
                if self._of_this_run(aside):
                    return None
                _remove(aside)
        return None

    def _publish(self, aside: str, path: str, image: bytes) -> str | Refused:
        found = _look(path)
        if found is not None:
            ours = self._of_this_run(path)
            if stat.S_ISREG(found.st_mode) and found.st_size == len(image) and _bytes_of(path) == image:
                # Its time must say that it is of this run now: the next job of the same id would take it for an older one.
                if self._overwrite and not ours:
                    os.replace(aside, path)
                return path
            if not self._overwrite:
                return Refused("output_exists", f"{path} is there already")
            if ours:
                return Refused("output_exists", f"{path} was written by a job of the same id")
            os.replace(aside, path)
            return path
        try:
            # A link is made only where nothing is: no other program's file is lost between the look and the act.
            os.link(aside, path)
        except FileExistsError:
            return Refused("output_exists", f"{path} is there already")
        except (OSError, NotImplementedError):
            os.replace(aside, path)
        return path

    def _of_this_run(self, path: str) -> bool:
        found = _look(path)
        return found is not None and found.st_ctime_ns >= self._started_ns


def _look(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _bytes_of(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
