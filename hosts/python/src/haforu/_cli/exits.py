"""Exit codes of every command, the error that ends with one of them, and output that waits until it is taken."""

from __future__ import annotations

import errno
import os
import select
import sys

EXIT_OK = 0
#: Some jobs failed; their result lines say why.
EXIT_SOME_FAILED = 1
#: The call or the input as a whole was wrong: nothing, or not everything, could be tried.
EXIT_CALL_WRONG = 2
#: 128 + SIGINT: stopped by Ctrl-C; what is written is complete lines. And 128 + SIGTERM.
EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143

STDOUT = 1


class CliError(Exception):
    """Ends the program with `exit_code`; the message (without the program's name; may be empty) goes to standard error."""

    def __init__(self, message: str, exit_code: int = EXIT_CALL_WRONG) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class OutputClosed(Exception):
    """The reader of the output has gone: no error, but the end."""


def write_all(fd: int, data: bytes | memoryview) -> None:
    """Writes to the end. Raises OutputClosed, or the file system's error."""
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(fd, rest) :]
        except BlockingIOError:
            # A pipe that another program made non-blocking.
            select.select([], [fd], [])
        except OSError as error:
            if error.errno in (errno.EPIPE, errno.ECONNRESET):
                raise OutputClosed from error
            raise


def print_out(data: str | bytes) -> None:
    """To standard output. A full disk is a CliError."""
    try:
        write_all(STDOUT, data.encode("utf-8") if isinstance(data, str) else data)
    except OSError as error:
        raise CliError(f"the output could not be written: {node_words(error, 'write')}") from error


def note(text: str) -> None:
    """A line to standard error; who closed it does not want to know."""
    try:
        sys.stderr.buffer.write(f"{text}\n".encode())
        sys.stderr.buffer.flush()
    except OSError:
        pass


_WORDS = {
    errno.ENOSPC: "no space left on device",
    errno.ENOENT: "no such file or directory",
    errno.EACCES: "permission denied",
    errno.EISDIR: "illegal operation on a directory",
    errno.ENOTDIR: "not a directory",
    errno.EPERM: "operation not permitted",
    errno.EROFS: "read-only file system",
    errno.EIO: "i/o error",
    errno.ENAMETOOLONG: "name too long",
    errno.EMFILE: "too many open files",
    errno.EFBIG: "file too large",
}


def node_words(error: OSError, call: str, path: str | None = None) -> str:
    """A file system's error as Node words it: the same sentence from both programs."""
    number = error.errno or 0
    text = _WORDS.get(number, (error.strerror or "unknown error").lower())
    where = "" if path is None else f" '{path}'"
    return f"{errno.errorcode.get(number, 'UNKNOWN')}: {text}, {call}{where}"
