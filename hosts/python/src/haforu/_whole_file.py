"""A file that is written beside its name until it is whole, when it gets its name, so that nobody meets half of it and an older one stays
until then. Knows nothing of what is written.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import stat
from collections.abc import Iterable
from typing import BinaryIO

#: Tells two files of one process apart that get the same name.
_counter = itertools.count()


class SameFile(OSError):
    """The file to be written is one that is read: `input`."""

    def __init__(self, path: str, input: str) -> None:
        super().__init__(errno.EINVAL, f"it is the same file as {input}, which is read; give another name", path)
        self.input = input


class WholeFile:
    """`path`: a link's file is replaced, not the link; a device or pipe is written to as it is. `inputs`: files that are read, "-" for
    standard input; none of them is replaced. Raises OSError, IsADirectoryError for a folder, SameFile for an input.
    """

    def __init__(self, path: str, inputs: Iterable[str] = ()) -> None:
        self._aside: str | None = None
        status = _status(path)
        mode = None if status is None else status.st_mode
        if mode is not None and stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, "it is a folder", path)
        self.file: BinaryIO
        if mode is not None and not stat.S_ISREG(mode):
            # Renaming would put a file in its place.
            self.file = open(path, "wb")
            return
        if status is not None:
            _refuse_inputs(path, status, inputs)
        self._target = path if mode is None else os.path.realpath(path)
        self._aside, self.file = _open_aside(self._target)
        if mode is not None:
            # A file system without modes has none to keep.
            with contextlib.suppress(OSError):
                os.chmod(self._aside, stat.S_IMODE(mode))

    @property
    def direct(self) -> bool:
        """Whether it is written to as it is: then nothing in it can be written again."""
        return self._aside is None

    def finish(self) -> None:
        """The file has its name after this. Raises OSError; then discard."""
        self.file.close()
        if self._aside is not None:
            os.replace(self._aside, self._target)
            self._aside = None

    def discard(self) -> None:
        """Nothing is left of what was written to a file."""
        try:
            self.file.close()
        except OSError:
            # A full disk: what is left in the buffer cannot be written, and is not wanted.
            pass
        if self._aside is not None:
            try:
                os.unlink(self._aside)
            except FileNotFoundError:
                pass
            self._aside = None


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _refuse_inputs(path: str, status: os.stat_result, inputs: Iterable[str]) -> None:
    """Links and other names of the same file count."""
    for name in inputs:
        try:
            same = os.path.samestat(status, os.fstat(0) if name == "-" else os.stat(name))
        except OSError:
            # Whoever reads it says why it cannot be read.
            continue
        if same:
            raise SameFile(path, "stdin" if name == "-" else name)


def _open_aside(target: str) -> tuple[str, BinaryIO]:
    while True:
        aside = f"{target}.{os.getpid()}-{next(_counter)}.part"
        try:
            return aside, open(aside, "xb")
        except FileExistsError:
            continue
        except OSError as error:
            # The name that the user gave, and not the one it has for now.
            error.filename = target
            raise


def write_whole(path: str, data: bytes, inputs: Iterable[str] = ()) -> None:
    """Writes a file that is whole in memory. Raises OSError, SameFile for one of `inputs`."""
    whole = WholeFile(path, inputs)
    try:
        whole.file.write(data)
        whole.finish()
    except BaseException:
        whole.discard()
        raise
