"""One file's bytes as they go into a script: BOM removed, valid UTF-8 without NUL, line ends as asked, exactly one line feed at the end."""

from __future__ import annotations

from .errors import SqlError

BOM = b"\xef\xbb\xbf"


def contents_of(data: bytes, file: str, eol: str) -> bytes:
    """Raises SqlError sql_encoding_invalid with the byte, counted in the file from 0, and the line."""
    _check(data, file)
    text = data[len(BOM) :] if data.startswith(BOM) else data
    if eol == "lf":
        text = text.replace(b"\r\n", b"\n")
    return text.rstrip(b"\r\n") + b"\n"


def _check(data: bytes, file: str) -> None:
    try:
        data.decode("utf-8")
        valid = len(data)
    except UnicodeDecodeError as error:
        valid = error.start
    nul = data.find(b"\0", 0, valid)
    if valid == len(data) and nul < 0:
        return
    byte = valid if nul < 0 else nul
    line = data.count(b"\n", 0, byte) + 1
    wide = byte <= 1 and (data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[byte] == 0)
    cure = "the file looks like UTF-16; save it as UTF-8" if wide else "save the file as UTF-8"
    what = f"a NUL at byte {byte}" if data[byte] == 0 else f"invalid UTF-8 at byte {byte} (0x{data[byte]:02x})"
    raise SqlError("sql_encoding_invalid", f"{what}; {cure}", file=file, line=line, byte=byte)
