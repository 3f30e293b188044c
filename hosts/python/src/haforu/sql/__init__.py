"""PostgreSQL schemas kept as many .sql files: one script and one version hash, the same bytes as the program `haforu sql` gives.

>>> from haforu.sql import hash_files
>>> hash_files({"a.sql": "SELECT 1;\\n"}).hash
'h1:1b2931d7a16014795d798e535babd59c002ff719fdc8e4d6b902a5b6197c4df7'

Needs the standard library alone: hashlib, no WebAssembly, no numpy. docs/sql.md defines order, contents and hash.
"""

from .build import BuiltFile, SchemaBuild, SchemaHash, build_schema, hash_files
from .errors import SqlError
from .version import VERSION

__all__ = ["VERSION", "BuiltFile", "SchemaBuild", "SchemaHash", "SqlError", "build_schema", "hash_files"]
