"""What `batch`, `stream` and `validate` read: a file or standard input, JSON Lines or a JobSpec document, told apart by the engine
from the first bytes. A document is read whole; lines are read as they are needed, and only the head of one over the limit is kept.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from typing import Any, NamedTuple

from .. import _contract as contract
from .._fonts import FontFiles
from .._host import FontHost
from .._jobs import EngineConfig, JobRunner
from .exits import CliError, node_words

_READ_BYTES = 256 * 1024
#: When so much white space or so long a key comes first, it is no document.
_LOOK_BYTES = 1024 * 1024
_LOOKS_DOCUMENT = 1
_LOOKS_UNSURE = 2
#: A document is read whole, so it has a limit; JSON Lines have none.
_DOCUMENT_BYTES = 512 * 1024 * 1024
_LINE_HEAD_BYTES = 4096
_MARK = b"\xef\xbb\xbf"
_BLANKS = b" \t\r"


class Line(NamedTuple):
    data: bytes
    number: int
    #: Bytes of the whole line, where it is over the limit and `data` is its head.
    too_long: int = 0


class BrokenDocument(CliError):
    """A document that cannot be used; `line` is the engine's error line for it."""

    def __init__(self, path: str, line: str) -> None:
        error = json.loads(line).get("error", {})
        at = f"line {error['line']}: " if "line" in error else ""
        super().__init__(f"{path}: {at}{error.get('message', 'not a JobSpec document')}")
        self.line = line


class Input(NamedTuple):
    #: Lines in lists, as they could be read: nothing waits for a list to be full.
    batches: Iterator[list[Line]]
    config: dict[str, Any]
    #: Bytes of the whole input where that is known: of a file.
    total_bytes: int | None


def standard_lines() -> Iterator[list[Line]]:
    """Standard input as JSON Lines, whatever they look like."""
    return _lines(_pieces(0))


def open_input(path: str) -> Input:
    """Raises CliError, BrokenDocument."""
    pieces, total_bytes = _open(path)
    head = b""
    runner = JobRunner(FontHost(FontFiles(), 0), EngineConfig(timing=False))
    looks = _LOOKS_UNSURE
    for piece in pieces:
        head += piece
        runner.load(head)
        looks = runner.engine.looks(len(head))
        if looks != _LOOKS_UNSURE or len(head) >= _LOOK_BYTES:
            break
    if looks != _LOOKS_DOCUMENT:
        return Input(_lines(_with(head, pieces)), {}, total_bytes)
    parts, size = [head], len(head)
    for piece in pieces:
        parts.append(piece)
        size += len(piece)
        if size > _DOCUMENT_BYTES:
            limit = "write one job a line (JSON Lines) for input of any length"
            raise CliError(f"{path} is a document of over {_DOCUMENT_BYTES} bytes; {limit}")
    whole = b"".join(parts)
    runner.load(whole)
    document = runner.engine.document(len(whole))
    if document is None:
        raise BrokenDocument(path, runner.result().decode("utf-8"))
    spans, config = document
    lines = [_line(whole[start : start + min(size, contract.LIMIT_LINE_BYTES + 1)], number, size) for start, size, number in spans]
    return Input(iter([lines]), json.loads(config) if config else {}, total_bytes)


def _open(path: str) -> tuple[Iterator[bytes], int | None]:
    if path == "-":
        return _pieces(0), None
    if path == "":
        raise CliError("expected a file of jobs, or - for standard input, got an empty name")
    try:
        found = os.stat(path)
    except FileNotFoundError:
        raise CliError(f"there is no file {path}") from None
    except (OSError, ValueError) as error:
        raise CliError(node_words(error, "stat", path) if isinstance(error, OSError) else f"{path!r} is no path") from error
    if stat.S_ISDIR(found.st_mode):
        raise CliError(f"{path} is a folder; expected a file of jobs")
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise CliError(node_words(error, "open", path)) from error
    return _pieces(file), found.st_size if stat.S_ISREG(found.st_mode) else None


def _pieces(file: int) -> Iterator[bytes]:
    """What is there, as it comes; without the byte order mark that some editors write."""
    first = os.read(file, _READ_BYTES)
    if first.startswith(_MARK):
        first = first[len(_MARK) :] or os.read(file, _READ_BYTES)
    while first:
        yield first
        first = os.read(file, _READ_BYTES)


def _with(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from rest


def _lines(pieces: Iterator[bytes]) -> Iterator[list[Line]]:
    begun: list[bytes] = []
    begun_bytes = 0
    number = 0

    def taken(last: bytes) -> Line:
        """The begun line with its last part; of one over the limit the parts hold the head alone."""
        size = begun_bytes + len(last)
        data = b"".join([*begun, last]) if size <= contract.LIMIT_LINE_BYTES else b"".join([*begun, last])[:_LINE_HEAD_BYTES]
        return _line(data, number, size)

    for piece in pieces:
        parts = piece.split(b"\n")
        found: list[Line] = []
        for part in parts[:-1]:
            number += 1
            line = taken(part) if begun else _line(part, number, len(part))
            begun, begun_bytes = [], 0
            if line.data.strip(_BLANKS):
                found.append(line)
        rest = parts[-1]
        if rest:
            begun_bytes += len(rest)
            if begun_bytes <= contract.LIMIT_LINE_BYTES:
                begun.append(rest)
            elif sum(map(len, begun)) > _LINE_HEAD_BYTES or not begun:
                # Over the limit: the head is kept to name the job by, the rest is read past.
                begun = [b"".join([*begun, rest])[:_LINE_HEAD_BYTES]]
        if found:
            yield found
    if begun:
        number += 1
        line = taken(b"")
        if line.data.strip(_BLANKS):
            yield [line]


def _line(data: bytes, number: int, size: int) -> Line:
    return Line(data, number) if size <= contract.LIMIT_LINE_BYTES else Line(data[:_LINE_HEAD_BYTES], number, size)
