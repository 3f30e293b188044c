"""Builds and hashes: files in, one script and its version hash out. What is read, in which order, with which bytes, is defined in docs/sql.md."""

from __future__ import annotations

import hashlib
import os
import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import NamedTuple, Union

from .contents import contents_of
from .errors import SqlError
from .order import Directives, arrange, canonical_path, natural_key, read_directives
from .version import VERSION

Text = Union[bytes, bytearray, memoryview, str]
Files = Union[Mapping[str, Text], Iterable[Union[tuple[str, Text], str, "os.PathLike[str]"]]]

HASH_PREFIX = b"haforu-sql-h1\n"


class BuiltFile(NamedTuple):
    """A file of a schema, in build order."""

    path: str
    #: SHA-256 of the contents as they stand in the script, lower-case hexadecimal.
    sha256: str
    #: Length of these contents.
    bytes: int


class SchemaHash(NamedTuple):
    #: "h1:" and 64 hexadecimal digits.
    hash: str
    #: In build order.
    files: tuple[BuiltFile, ...]


class SchemaBuild(NamedTuple):
    #: "h1:" and 64 hexadecimal digits.
    hash: str
    #: In build order.
    files: tuple[BuiltFile, ...]
    #: The whole script, UTF-8.
    script: bytes


def hash_files(files: Files, *, root: str | os.PathLike[str] = ".", eol: str = "keep", order: Sequence[str] = ()) -> SchemaHash:
    """The version hash of `files`. Arguments and errors are those of build_schema."""
    named = _arranged(files, root, eol, order)
    built = _built(named)
    return SchemaHash(_h1(built), built)


def build_schema(
    files: Files,
    *,
    root: str | os.PathLike[str] = ".",
    eol: str = "keep",
    order: Sequence[str] = (),
    header: bool | str = True,
    separator: bool | str = True,
    stamp: datetime | None = None,
) -> SchemaBuild:
    """One script of `files`.

    files: {path: bytes or text}, or pairs of these, or paths of files to read. Paths are relative to `root`, with "/".
    eol: "keep", or "lf" to write CR LF as LF. order: files and folders that come first.
    header, separator: True for the standard ones, False for none, or a text with {version}, {files}, {hash}, {stamp}
    or {path}, {sha256}, {number}, {files} filled in. stamp: a time for the header; without it the same input is the same bytes.
    The files are not scanned: what `haforu sql build --no-scan` gives. Nothing is written.

    Raises SqlError (code, file, line, byte); OSError for a file that cannot be read.
    """
    named = _arranged(files, root, eol, order)
    built = _built(named)
    digest = _h1(built)
    parts = [_header(header, len(built), digest, stamp)]
    for number, (file, (_, contents)) in enumerate(zip(built, named), 1):
        parts.append(_separator(separator, file, number, len(built)))
        parts.append(contents)
    return SchemaBuild(digest, built, b"".join(parts))


def _arranged(files: Files, root: str | os.PathLike[str], eol: str, order: Sequence[str]) -> list[tuple[str, bytes]]:
    if eol not in ("keep", "lf"):
        raise SqlError("sql_option_invalid", f'eol: takes "keep" or "lf", got {eol!r}')
    # Of several errors the first counts, as everywhere: of all paths, then of each file in natural order.
    paths = [(canonical_path(name), data) for name, data in _given(files, root)]
    given: dict[str, bytes] = {}
    for path, data in paths:
        if path in given:
            raise SqlError("sql_path_duplicate", "two files have this path", file=path)
        given[path] = data
    if not given:
        raise SqlError("sql_no_files", "no file is given")
    named: list[tuple[str, bytes]] = []
    placed: list[tuple[str, Directives]] = []
    for path in sorted(given, key=natural_key):
        contents = contents_of(given[path], path, eol)
        named.append((path, contents))
        placed.append((path, read_directives(contents, path)))
    return [named[index] for index in arrange(placed, order)]


def _given(files: Files, root: str | os.PathLike[str]) -> Iterable[tuple[str, bytes]]:
    for item in files.items() if isinstance(files, Mapping) else files:
        if isinstance(item, tuple):
            path, data = item
            yield path, data.encode("utf-8") if isinstance(data, str) else bytes(data)
            continue
        absolute = os.path.join(root, item)
        relative = os.path.relpath(absolute, root)
        with open(absolute, "rb") as file:
            yield relative.replace(os.sep, "/"), file.read()


def _built(named: Sequence[tuple[str, bytes]]) -> tuple[BuiltFile, ...]:
    return tuple(BuiltFile(path, hashlib.sha256(contents).hexdigest(), len(contents)) for path, contents in named)


def _h1(files: Sequence[BuiltFile]) -> str:
    digest = hashlib.sha256(HASH_PREFIX)
    for file in files:
        path = file.path.encode("utf-8")
        digest.update(struct.pack(">I", len(path)) + path + bytes.fromhex(file.sha256))
    return "h1:" + digest.hexdigest()


def _header(header: bool | str, files: int, digest: str, stamp: datetime | None) -> bytes:
    if header is False:
        return b""
    time = "" if stamp is None else stamp.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    if header is True:
        stamped = f"-- stamp: {time}\n" if time else ""
        return f"-- haforu sql {VERSION}\n-- files: {files}\n-- hash: {digest}\n{stamped}".encode()
    return _filled(header, {"version": VERSION, "files": str(files), "hash": digest, "stamp": time})


def _separator(separator: bool | str, file: BuiltFile, number: int, files: int) -> bytes:
    if separator is False:
        return b""
    if separator is True:
        return f"\n-- file: {file.path}\n".encode()
    return _filled(separator, {"path": file.path, "sha256": file.sha256, "number": str(number), "files": str(files)})


def _filled(template: str, values: Mapping[str, str]) -> bytes:
    text = re.sub(r"\{([a-z0-9]+)\}", lambda found: values.get(found[1], found[0]), template)
    return (text if text == "" or text.endswith("\n") else text + "\n").encode()
