"""Font and picture files: a path in, the file's bytes in memory that the caller gives.

Only regular files of a bounded size are read, none outside the base folder where one is set, and a later change of a file is
noticed. Knows nothing of engines.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Callable
from typing import Any, NamedTuple

from ._contract import LIMIT_FONT_BYTES

#: What of a file changes when its bytes do: the time of the last change of state tells even a restored mtime.
Identity = tuple[int, int, int, int, int]

#: Gives a writable buffer of that many bytes, or None when there is no room.
Place = Callable[[int], Any]


class Refusal(NamedTuple):
    """Why a file was not given: an error code, and what only the host knows about it."""

    code: str
    detail: str


#: O_NONBLOCK: opening a fifo must not wait for a writer. It changes nothing for regular files.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class FontFiles:
    """The files of the file system. `base_dir`: files must lie under it after links are resolved; relative paths start there."""

    def __init__(self, base_dir: str | os.PathLike[str] | None = None) -> None:
        self._base = None if base_dir is None else os.path.abspath(base_dir)
        self._real_base = None if self._base is None else os.path.realpath(self._base, strict=True)

    def read(self, path: str, place: Place) -> Identity | Refusal:
        """Asks `place` once for the file's exact number of bytes and fills them."""
        try:
            allowed = self._allowed(path)
            if isinstance(allowed, Refusal):
                return allowed
            # Looked at before it is opened: opening a device may act on it.
            return _problem(os.stat(allowed)) or _read(allowed, place)
        except (OSError, ValueError) as error:
            return _refusal(error, path)

    def unchanged(self, path: str, identity: Identity) -> bool:
        """Whether reading `path` would give the bytes with this identity again."""
        try:
            allowed = self._allowed(path)
            return isinstance(allowed, str) and _identity(os.stat(allowed)) == identity
        except (OSError, ValueError):
            # Gone or no longer to be reached: reading it again says what is wrong.
            return False

    def _allowed(self, path: str) -> str | Refusal:
        """The path to open, or why it may not be opened."""
        if self._base is None or self._real_base is None:
            return path
        absolute = os.path.normpath(os.path.join(self._base, path))
        forbidden = Refusal("path_forbidden", self._base)
        try:
            real = os.path.realpath(absolute, strict=True)
        except (OSError, ValueError) as error:
            # What is missing outside the folder is forbidden, not missing: nobody learns what lies there.
            inside = _under(absolute, self._base) or _under(absolute, self._real_base)
            return _refusal(error, absolute) if inside else forbidden
        return real if _under(real, self._real_base) else forbidden


def _read(path: str, place: Place) -> Identity | Refusal:
    with io.FileIO(path, opener=lambda name, _flags: os.open(name, _OPEN_FLAGS)) as file:
        found = os.fstat(file.fileno())
        problem = _problem(found)
        if problem is not None:
            return problem
        size = found.st_size
        target = place(size)
        if target is None:
            return Refusal("out_of_memory", f"no room for {size} bytes of it")
        rest, done = memoryview(target).cast("B"), 0
        while done < size:
            count = file.readinto(rest[done:size])
            if not count:
                return Refusal("font_unreadable", f"it became shorter while it was read ({done} of {size} bytes)")
            done += count
        return _identity(found)


def _identity(found: os.stat_result) -> Identity:
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _under(path: str, folder: str) -> bool:
    """Whether `path` is in `folder`: /a/fonts is not in /a/fon."""
    return path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def _problem(found: os.stat_result) -> Refusal | None:
    mode = found.st_mode
    if not stat.S_ISREG(mode):
        kind = "a device"
        if stat.S_ISDIR(mode):
            kind = "a directory"
        elif stat.S_ISFIFO(mode):
            kind = "a fifo"
        elif stat.S_ISSOCK(mode):
            kind = "a socket"
        return Refusal("font_unreadable", f"it is {kind}, not a regular file")
    if found.st_size > LIMIT_FONT_BYTES:
        return Refusal("font_too_large", f"it has {found.st_size} bytes")
    return None


def _refusal(error: OSError | ValueError, path: str) -> Refusal:
    """The file system's errors in the contract's codes."""
    if not isinstance(error, OSError):
        return Refusal("font_unreadable", "the path holds a NUL character")
    if error.errno == errno.ENOENT:
        return Refusal("font_not_found", "")
    if error.errno == errno.ENOTDIR:
        return Refusal("font_not_found", "a part of the path is not a directory")
    if error.errno in (errno.EACCES, errno.EPERM):
        return Refusal("font_unreadable", "permission denied")
    name = errno.errorcode.get(error.errno or 0, "EIO")
    # Where Node words an error in its own way, its words: an error line is the same from every host.
    words = {errno.ENAMETOOLONG: "name too long", errno.ELOOP: "too many symbolic links encountered", errno.EIO: "i/o error"}
    text = words.get(error.errno or 0, (error.strerror or "").lower())
    return Refusal("font_unreadable", f"{name}: {text}, stat '{path}'")
