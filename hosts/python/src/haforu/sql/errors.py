"""What this package raises: one class, a stable code, and where in which file. The codes are those of @haforu/sql."""

from __future__ import annotations


class SqlError(ValueError):
    """An error of the input. `line` counts from 1, `byte` from 0; each is None where it does not apply."""

    def __init__(self, code: str, message: str, *, file: str | None = None, line: int | None = None, byte: int | None = None) -> None:
        place = ":".join(str(part) for part in (file, line) if part is not None)
        super().__init__(f"{place}: {message}" if place else message)
        self.code = code
        self.file = file
        self.line = line
        self.byte = byte
