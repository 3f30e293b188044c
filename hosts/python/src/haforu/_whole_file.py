"""A file that is written beside its name until it is whole, when it gets its name, so that nobody meets half of it and an older one stays
until then. Knows nothing of what is written.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import BinaryIO


class WholeFile:
    """`path`: a link's file is replaced, not the link; a device or pipe is written to as it is. `ending`: of the name until then, which
    two writers of one file must not share. Raises OSError, IsADirectoryError for a folder.
    """

    def __init__(self, path: str, ending: str = ".part") -> None:
        self._aside: str | None = None
        mode = _mode(path)
        if mode is not None and stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, "it is a folder", path)
        self.file: BinaryIO
        if mode is not None and not stat.S_ISREG(mode):
            # Renaming would put a file in its place.
            self.file = open(path, "wb")
            return
        self._target = path if mode is None else os.path.realpath(path)
        self._aside = self._target + ending
        self.file = open(self._aside, "wb")
        if mode is not None:
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


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None


def write_whole(path: str, data: bytes) -> None:
    """Writes a file that is whole in memory. Raises OSError."""
    whole = WholeFile(path)
    try:
        whole.file.write(data)
        whole.finish()
    except BaseException:
        whole.discard()
        raise
