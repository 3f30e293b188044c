"""Paths in their one form, and the order of the files in a script: naturally, by directives, by an order list, dependencies first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from .errors import SqlError

PATH_BYTES_LIMIT = 4096
DIRECTIVES_WITHIN_BYTES = 64 * 1024
ORDER_LIMIT = 1_000_000_000

_FORBIDDEN = re.compile("[\x00-\x1f\x7f\ufffd]")
_DIRECTIVE = re.compile(r"--[ \t]*(depends|order)[ \t]*:[ \t]*(.*?)[ \t]*\Z", re.DOTALL)
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,10}\Z")
_PATTERN = re.compile(r"[*?\[\]{}()!]")
_BLANK = b" \t\r"


class Dependency(NamedTuple):
    target: str
    line: int


class Directives(NamedTuple):
    depends: tuple[Dependency, ...] = ()
    order: int = 0


def canonical_path(path: str) -> str:
    """Relative, "/" between segments, NFC. Raises SqlError sql_path_invalid for all that has no such form."""
    if path.startswith("/"):
        raise _invalid(path, "a path relative to the root is expected")
    if _FORBIDDEN.search(path):
        raise _invalid(path, "it holds a control character or is not valid UTF-8; rename the file")
    plain = _tidy(path) if "./" in path or "//" in path or path.endswith("/.") or path == "." else path
    if plain == "" or plain.endswith("/"):
        raise _invalid(path, "the name of a file is expected")
    nfc = unicodedata.normalize("NFC", plain)
    try:
        length = len(nfc.encode("utf-8"))
    except UnicodeEncodeError:
        raise _invalid(path, "it holds a lone surrogate") from None
    if length > PATH_BYTES_LIMIT:
        raise _invalid(path, f"it is longer than {PATH_BYTES_LIMIT} bytes")
    return nfc


def natural_key(path: str) -> tuple[tuple[tuple[tuple[int, int, bytes], ...], ...], bytes]:
    """Sorts segment by segment, runs of ASCII digits by value, all else by UTF-8 bytes; equal ones by the bytes of the path."""
    data = path.encode("utf-8")
    return tuple(_segment_key(segment) for segment in data.split(b"/")), data


def _segment_key(segment: bytes) -> tuple[tuple[int, int, bytes], ...]:
    key: list[tuple[int, int, bytes]] = []
    for part in re.split(rb"([0-9]+)", segment):
        if part[:1].isdigit():
            digits = part.lstrip(b"0")
            # No byte beside a run is a digit: b"0" stands on the same side of it as all ten.
            key.append((0x30, len(digits), digits))
        else:
            key.extend((byte, 0, b"") for byte in part)
    return tuple(key)


def read_directives(contents: bytes, file: str) -> Directives:
    """Directives in the comment lines at the beginning. Raises SqlError sql_directive_invalid."""
    depends: list[Dependency] = []
    order: int | None = None
    for line, raw in enumerate(contents[:DIRECTIVES_WITHIN_BYTES].split(b"\n"), 1):
        stripped = raw.strip(_BLANK)
        if not stripped:
            continue
        if not stripped.startswith(b"--"):
            break
        found = _DIRECTIVE.match(stripped.decode("utf-8", "replace"))
        if found is None:
            continue
        keyword, value = found.groups()
        if keyword == "depends":
            for target in (part.strip(" \t") for part in value.split(",")):
                if not target:
                    raise SqlError("sql_directive_invalid", f'"-- depends:" takes paths with commas between them, got "{value}"', file=file, line=line)
                depends.append(Dependency(target, line))
            continue
        if order is not None:
            raise SqlError("sql_directive_invalid", 'a second "-- order:"; a file has one', file=file, line=line)
        if not _WHOLE_NUMBER.match(value) or abs(int(value)) > ORDER_LIMIT:
            raise SqlError(
                "sql_directive_invalid", f'"-- order:" takes a whole number from -{ORDER_LIMIT} to {ORDER_LIMIT}, got "{value}"', file=file, line=line
            )
        order = int(value)
    return Directives(tuple(depends), order or 0)


def arrange(files: Sequence[tuple[str, Directives]], order: Sequence[str]) -> list[int]:
    """`files` in natural order; gives their indices in build order. Raises SqlError sql_depends_unknown, sql_depends_cycle."""
    entries = [_plain(entry) for entry in order]
    for entry in entries:
        if _PATTERN.search(entry):
            raise SqlError("sql_option_invalid", f'order: takes files and folders here, got the pattern "{entry}"')

    def place(index: int) -> tuple[float, int]:
        path, directives = files[index]
        listed = next((number for number, entry in enumerate(entries) if path == entry or path.startswith(entry + "/")), float("inf"))
        return listed, directives.order

    indices = sorted(range(len(files)), key=place)
    if not any(directives.depends for _, directives in files):
        return indices
    rank = {index: number for number, index in enumerate(indices)}
    by_path = {path: index for index, (path, _) in enumerate(files)}
    needs = [sorted(_resolve(path, directives, by_path), key=rank.__getitem__) for path, directives in files]
    out: list[int] = []
    done: set[int] = set()
    for first in indices:
        # By hand, not by recursion: a chain may be as long as there are files.
        way: list[tuple[int, list[int]]] = [] if first in done else [(first, list(needs[first]))]
        on_way = {first}
        while way:
            index, left = way[-1]
            if not left:
                way.pop()
                on_way.discard(index)
                if index not in done:
                    done.add(index)
                    out.append(index)
                continue
            need = left.pop(0)
            if need in on_way:
                names = [files[step][0] for step, _ in way]
                names = [*names[names.index(files[need][0]) :], files[need][0]]
                raise SqlError("sql_depends_cycle", f"files depend on each other in a circle: {' → '.join(names)}", file=names[0])
            if need not in done:
                way.append((need, list(needs[need])))
                on_way.add(need)
    return out


def _resolve(path: str, directives: Directives, by_path: dict[str, int]) -> list[int]:
    found: list[int] = []
    folder = path[: path.rfind("/") + 1]
    for target, line in directives.depends:
        candidates = [_canonical_or_raw(folder + target), _canonical_or_raw(target)]
        index = next((by_path[candidate] for candidate in candidates if candidate in by_path), None)
        if index is None:
            looked = '" or "'.join(dict.fromkeys(candidates))
            raise SqlError("sql_depends_unknown", f'depends on "{target}", but no file "{looked}" is part of the build', file=path, line=line)
        found.append(index)
    return found


def _canonical_or_raw(path: str) -> str:
    try:
        return canonical_path(_tidy(path))
    except SqlError:
        return path


def _tidy(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/"):
        if segment in ("", "."):
            continue
        if segment == ".." and kept and kept[-1] != "..":
            kept.pop()
        else:
            kept.append(segment)
    return "/".join(kept)


def _plain(entry: str) -> str:
    return re.sub(r"^(?:\./+)+", "", entry).rstrip("/")


def _invalid(path: str, why: str) -> SqlError:
    return SqlError("sql_path_invalid", f"the path {path!r} cannot be used: {why}")
