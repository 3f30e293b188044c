"""Writes cases.json: what every host must make of given files. Needs Python 3.10 alone: python3 conformance/sql/make.py [--check]

A case says by hand which files come in which order, and what becomes of contents that change. The hashes and the script are computed here from
their definition in docs/sql.md, in the plainest way, without any host's code.
"""
import hashlib
import json
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).parent
VERSION = json.loads((HERE.parent.parent / "packages/sql/package.json").read_text())["version"]


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def case(name, files, order, options=None, contents=None):
    """files: {path: text or bytes}; order: canonical paths in build order; contents: {canonical path: bytes} where they are not the file's own."""
    options = options or {}
    contents = contents or {}
    given = {path: (text if isinstance(text, bytes) else text.encode()) for path, text in files.items()}
    built = [contents.get(path, given.get(path)) for path in order]
    message = b"haforu-sql-h1\n"
    for path, data in zip(order, built):
        message += struct.pack(">I", len(path.encode())) + path.encode() + sha(data)
    digest = "h1:" + sha(message).hex()
    script = options.get("header", True)
    header = f"-- haforu sql {VERSION}\n-- files: {len(order)}\n-- hash: {digest}\n" if script is True else script or ""
    out = header.encode()
    separator = options.get("separator", True)
    for number, (path, data) in enumerate(zip(order, built), 1):
        if separator is True:
            out += f"\n-- file: {path}\n".encode()
        elif separator:
            out += separator.replace("{path}", path).replace("{number}", str(number)).replace("{files}", str(len(order))).replace("{sha256}", sha(data).hex()).encode()
        out += data
    return {
        "name": name,
        "files": [{"path": path, "hex": data.hex()} for path, data in given.items()],
        "options": options,
        "order": order,
        "content_sha256": [sha(data).hex() for data in built],
        "hash": digest,
        "script_sha256": sha(out).hex(),
        "script_bytes": len(out),
    }


def refused(name, files, error, options=None):
    given = {path: (text if isinstance(text, bytes) else text.encode()) for path, text in files.items()}
    return {"name": name, "files": [{"path": path, "hex": data.hex()} for path, data in given.items()], "options": options or {}, "error": error}


A = "SELECT 1;\n"


def cases():
    yield case("one file", {"a.sql": A}, ["a.sql"])
    yield case("numbers by value, per segment", {p: A for p in ["10_b/1.sql", "2_a/10.sql", "2_a/9.sql", "2_a/b.sql", "1.sql"]}, ["1.sql", "2_a/9.sql", "2_a/10.sql", "2_a/b.sql", "10_b/1.sql"])
    yield case("leading zeros: by value, then by bytes", {p: A for p in ["1.sql", "01.sql", "001.sql", "2.sql", "010.sql"]}, ["001.sql", "01.sql", "1.sql", "2.sql", "010.sql"])
    yield case("numbers longer than 64 bits", {p: A for p in ["v100000000000000000000000.sql", "v99999999999999999999999.sql", "v99999999999999999999998.sql"]}, ["v99999999999999999999998.sql", "v99999999999999999999999.sql", "v100000000000000000000000.sql"])
    yield case("bytes, not a locale: upper case before lower, accents behind z", {p: A for p in ["b.sql", "B.sql", "a.sql", "ä.sql", "z.sql", "_.sql"]}, ["B.sql", "_.sql", "a.sql", "b.sql", "z.sql", "ä.sql"])
    yield case("a folder is compared before what is in it", {p: A for p in ["a/b.sql", "a-b.sql", "a.sql", "a/a.sql", "ab.sql"]}, ["a/a.sql", "a/b.sql", "a-b.sql", "a.sql", "ab.sql"])
    yield case("UTF-8 bytes, not UTF-16 units: U+FFxx before U+1Fxxx", {p: A for p in ["\U0001f600.sql", "ﬀ.sql", "\U0001f600/1.sql", "é.sql"]}, ["é.sql", "ﬀ.sql", "\U0001f600/1.sql", "\U0001f600.sql"])
    yield case("paths in NFC", {"cafe\u0301.sql": A, "b.sql": A}, ["b.sql", "caf\u00e9.sql"], contents={"caf\u00e9.sql": A.encode()})
    yield case("digits that are not ASCII are letters", {p: A for p in ["٢.sql", "١٠.sql"]}, ["١٠.sql", "٢.sql"])
    yield case("BOM removed, one line feed at the end", {"a.sql": b"\xef\xbb\xbfSELECT 1;", "b.sql": "SELECT 2;\n\n\n", "c.sql": "SELECT 3;\r\n\r\n", "d.sql": "", "e.sql": "\n\n", "f.sql": b"\xef\xbb\xbf"}, ["a.sql", "b.sql", "c.sql", "d.sql", "e.sql", "f.sql"],
               contents={"a.sql": b"SELECT 1;\n", "b.sql": b"SELECT 2;\n", "c.sql": b"SELECT 3;\n", "d.sql": b"\n", "e.sql": b"\n", "f.sql": b"\n"})
    yield case("a second BOM is text", {"a.sql": b"-- \xef\xbb\xbf\n", "b.sql": b"\xef\xbb\xbf\xef\xbb\xbf--\n"}, ["a.sql", "b.sql"], contents={"b.sql": b"\xef\xbb\xbf--\n"})
    yield case("line ends are kept", {"a.sql": "SELECT\r\n 1;\r\n"}, ["a.sql"], contents={"a.sql": b"SELECT\r\n 1;\n"})
    yield case("line ends as LF; a CR alone stays", {"a.sql": "SELECT\r\n 1;\r\n", "b.sql": "SELECT '\r', '\r\r\n';\r\n"}, ["a.sql", "b.sql"], {"eol": "lf"}, contents={"a.sql": b"SELECT\n 1;\n", "b.sql": b"SELECT '\r', '\r\n';\n"})
    yield case("no header, no separator", {"a.sql": A, "b.sql": A}, ["a.sql", "b.sql"], {"header": False, "separator": False})
    yield case("own header and separator", {"a.sql": A, "b.sql": A}, ["a.sql", "b.sql"], {"header": "BEGIN;\n", "separator": "-- {number}/{files} {path} {sha256} {other}\n"})
    yield case("order: N, negative first", {"a.sql": A, "b.sql": "-- order: -5\n" + A, "c.sql": "-- order: 7\n" + A, "d.sql": "--order:7\n" + A, "e.sql": A}, ["b.sql", "a.sql", "e.sql", "c.sql", "d.sql"])
    yield case("depends: what is needed is moved to just before", {"a.sql": "-- depends: z.sql, y.sql\n" + A, "b.sql": A, "y.sql": A, "z.sql": "-- depends: x.sql\n" + A, "x.sql": A}, ["y.sql", "x.sql", "z.sql", "a.sql", "b.sql"])
    yield case("depends: beside the file first, then from the root", {"t/a.sql": "-- depends: b.sql\n-- depends: v/b.sql\n" + A, "t/b.sql": A, "b.sql": "-- depends: ./t/b.sql\n" + A, "v/b.sql": A, "v/c.sql": "-- depends: ../t/a.sql\n" + A}, ["t/b.sql", "b.sql", "v/b.sql", "t/a.sql", "v/c.sql"])
    yield case("directives stand in the first comment lines alone", {"a.sql": "\n -- depends: b.sql \r\n-- text\nSELECT 1;\n-- depends: nothing.sql\n", "b.sql": "-- Order: prose\n" + A}, ["b.sql", "a.sql"])
    yield case("the order list", {p: A for p in ["a.sql", "t/1.sql", "t/2.sql", "u/x.sql", "z.sql"]}, ["z.sql", "t/1.sql", "t/2.sql", "a.sql", "u/x.sql"], {"order": ["z.sql", "t"]})
    yield case("the order list comes before order: N, depends before both", {"a.sql": "-- order: -9\n" + A, "b.sql": "-- order: 9\n-- depends: c.sql\n" + A, "c.sql": A}, ["c.sql", "b.sql", "a.sql"], {"order": ["b.sql"]})
    yield refused("a circle", {"a.sql": "-- depends: b.sql\n" + A, "b.sql": "-- depends: c.sql\n" + A, "c.sql": "-- depends: b.sql\n" + A}, {"code": "sql_depends_cycle", "file": "b.sql", "message": "b.sql → c.sql → b.sql"})
    yield refused("a file that needs itself", {"a.sql": "-- depends: a.sql\n" + A}, {"code": "sql_depends_cycle", "file": "a.sql", "message": "a.sql → a.sql"})
    yield refused("an unknown dependency", {"a.sql": "-- text\n-- depends: b.sql\n" + A}, {"code": "sql_depends_unknown", "file": "a.sql", "line": 2})
    yield refused("an order that is no number", {"a.sql": "-- order: first\n" + A}, {"code": "sql_directive_invalid", "file": "a.sql", "line": 1})
    yield refused("two orders", {"a.sql": "-- order: 1\n-- order: 1\n" + A}, {"code": "sql_directive_invalid", "file": "a.sql", "line": 2})
    yield refused("an empty dependency", {"a.sql": "-- depends: b.sql,\n" + A, "b.sql": A}, {"code": "sql_directive_invalid", "file": "a.sql", "line": 1})
    yield refused("invalid UTF-8", {"a.sql": A, "b.sql": b"SELECT 1;\nSELECT '\xe4';\n"}, {"code": "sql_encoding_invalid", "file": "b.sql", "line": 2, "byte": 18})
    yield refused("UTF-8 cut at the end", {"a.sql": b"-- \xe2\x82"}, {"code": "sql_encoding_invalid", "file": "a.sql", "line": 1, "byte": 3})
    yield refused("a surrogate in UTF-8", {"a.sql": b"\n--\xed\xa0\x80"}, {"code": "sql_encoding_invalid", "file": "a.sql", "line": 2, "byte": 3})
    yield refused("a NUL", {"a.sql": b"SELECT 1;\n\0"}, {"code": "sql_encoding_invalid", "file": "a.sql", "line": 2, "byte": 10})
    yield refused("a line feed in a path", {"a\nDROP TABLE t; --.sql": A}, {"code": "sql_path_invalid"})
    yield refused("an absolute path", {"/a.sql": A}, {"code": "sql_path_invalid"})
    yield refused("two paths, one after NFC", {"cafe\u0301.sql": A, "caf\u00e9.sql": A}, {"code": "sql_path_duplicate", "file": "caf\u00e9.sql"})
    yield refused("no file", {}, {"code": "sql_no_files"})
    two = {"1.sql": b"-- order: first\n", "2.sql": b"\xff"}
    yield refused("of two files with an error the first one's counts", two, {"code": "sql_directive_invalid", "file": "1.sql", "line": 1})
    yield refused("of two errors of paths the first counts, and those of paths first", {"a.sql": b"\xff", "/b.sql": A}, {"code": "sql_path_invalid"})


def main():
    text = json.dumps({"cases": list(cases())}, ensure_ascii=True, indent=1) + "\n"
    path = HERE / "cases.json"
    if "--check" in sys.argv:
        sys.exit(0 if path.read_text() == text else "conformance/sql/cases.json is not what make.py writes")
    path.write_text(text)


main()
