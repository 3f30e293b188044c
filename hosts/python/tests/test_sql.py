"""haforu.sql against the cases that every host must pass, and its own promises. python3 -m unittest discover hosts/python/tests"""

import doctest
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
from datetime import datetime, timedelta, timezone

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent.parent
sys.path.insert(0, str(HERE.parent / "src"))

from haforu import sql  # noqa: E402

CASES = json.loads((ROOT / "conformance/sql/cases.json").read_text())["cases"]


class Conformance(unittest.TestCase):
    def holds(self, case, files, **options):
        options = {**case["options"], **options}
        hashing = {name: value for name, value in options.items() if name in ("eol", "order", "root")}
        if "error" in case:
            for call in (lambda: sql.build_schema(files, **options), lambda: sql.hash_files(files, **hashing)):
                with self.assertRaises(sql.SqlError) as raised:
                    call()
                error = case["error"]
                self.assertEqual(raised.exception.code, error["code"])
                for name in ("file", "line", "byte"):
                    if name in error:
                        self.assertEqual(getattr(raised.exception, name), error[name])
                self.assertIn(error.get("message", ""), str(raised.exception))
            return
        built = sql.build_schema(files, **options)
        self.assertEqual([file.path for file in built.files], case["order"])
        self.assertEqual([file.sha256 for file in built.files], case["content_sha256"])
        self.assertEqual(built.hash, case["hash"])
        self.assertEqual(len(built.script), case["script_bytes"])
        self.assertEqual(hashlib.sha256(built.script).hexdigest(), case["script_sha256"])
        self.assertEqual(sql.hash_files(files, **hashing), (built.hash, built.files))

    def test_given_files(self):
        for case in CASES:
            with self.subTest(case["name"]):
                self.holds(case, {file["path"]: bytes.fromhex(file["hex"]) for file in case["files"]})

    def test_files_on_a_disk(self):
        for case in CASES:
            if case.get("error", {}).get("code") in ("sql_path_invalid", "sql_no_files"):
                continue
            with self.subTest(case["name"]), tempfile.TemporaryDirectory() as folder:
                for file in case["files"]:
                    path = pathlib.Path(folder, file["path"])
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(bytes.fromhex(file["hex"]))
                self.holds(case, [pathlib.Path(file["path"]) for file in case["files"]], root=folder)


class Package(unittest.TestCase):
    def test_imports_the_standard_library_alone(self):
        code = "import sys, haforu.sql; print(sorted({name.split('.')[0] for name in sys.modules} & {'numpy', 'wasmtime', 'uharfbuzz', 'ctypes'}))"
        ran = subprocess.run([sys.executable, "-S", "-c", code], env={"PYTHONPATH": str(HERE.parent / "src")}, capture_output=True, text=True, check=True)
        self.assertEqual(ran.stdout.strip(), "[]")

    def test_the_version_is_the_package_s(self):
        self.assertEqual(sql.VERSION, json.loads((ROOT / "packages/sql/package.json").read_text())["version"])

    def test_the_example_is_what_comes(self):
        self.assertEqual(doctest.testmod(sql).failed, 0)

    def test_stamp_is_utc(self):
        stamp = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=timezone(timedelta(hours=1)))
        self.assertIn(b"-- stamp: 2026-01-02T02:04:05Z\n", sql.build_schema({"a.sql": "SELECT 1;"}, stamp=stamp).script)

    def test_a_pattern_in_order_is_refused(self):
        with self.assertRaises(sql.SqlError) as raised:
            sql.hash_files({"a.sql": b""}, order=["*.sql"])
        self.assertEqual(raised.exception.code, "sql_option_invalid")

    def test_a_long_chain_of_dependencies(self):
        files = {f"{n}.sql": f"-- depends: {n + 1}.sql\n" for n in range(3000)} | {"3000.sql": ""}
        self.assertEqual([file.path for file in sql.hash_files(files).files], [f"{n}.sql" for n in range(3000, -1, -1)])


if __name__ == "__main__":
    unittest.main()
