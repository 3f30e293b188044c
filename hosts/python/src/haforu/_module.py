"""A module such as haforu.wasm, compiled once a process: from this user's cache folder where a good copy lies there, else anew;
and what it imports, a few lines of WebAssembly over wasmtime's own clock, so that no Python runs while the engine works.

A compiled module is machine code, so only a file is loaded that lies in a folder which belongs to this user and which nobody
else can enter, and whose digest is right. Anything wrong: it is compiled again. Knows nothing of the engine's calls.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import stat
import struct
import sys
import threading
from pathlib import Path
from typing import NamedTuple

import wasmtime
from wasmtime import _ffi

WASM_PATH = Path(__file__).parent / "data" / "haforu.wasm"
#: Says what _configuration sets: another text is another cache entry.
_CONFIGURATION = "memory_may_move=0"
_DIGEST_BYTES = 32
#: Behind the digest: bytes of the first module of the file.
_LENGTH = struct.Struct("<Q")

#: What haforu.wasm imports: a clock in milliseconds, whether to go on with the next of many jobs (always), and two file functions of its C
#: library, which nothing in it calls. A Python function in their place would need the GIL in the midst of every job, and would swallow a Ctrl-C that comes while it runs.
_IMPORTS = """(module
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (memory 1 1)
  (export "memory" (memory 0))
  (func (export "now") (result f64)
    (drop (call $clock (i32.const 1) (i64.const 0) (i32.const 0)))
    (f64.div (f64.convert_i64_u (i64.load (i32.const 0))) (f64.const 1e6)))
  (func (export "begin") (param i32) (result i32) (i32.const 0))
  (func (export "fd_write") (param i32 i32 i32 i32) (result i32) (i32.const 0))
  (func (export "fd_close") (param i32) (result i32) (i32.const 0)))"""


class Compiled(NamedTuple):
    """What all threads share."""

    engine: wasmtime.Engine
    module: wasmtime.Module
    #: Gives the imports' module its clock.
    linker: wasmtime.Linker
    imports: wasmtime.Module


_lock = threading.Lock()
_compiled: Compiled | None = None
#: How the module came to be: "cache", "compiled", or "compiled, not cached: " and the reason.
source = ""


def compiled_module() -> Compiled:
    """What all threads share. Compiling takes about a second, loading about 20 ms."""
    global _compiled, source
    if _compiled is None:
        with _lock:
            if _compiled is None:
                made, source = load(WASM_PATH, _IMPORTS, "engine")
                _compiled = made
    return _compiled


def load(wasm_path: Path, imports_text: str, kind: str) -> tuple[Compiled, str]:
    """A module and the text of what it imports, compiled, and how that came about (see `source`). `kind` begins the file's name."""
    config = wasmtime.Config()
    # With the default reservation of 4 GiB the memory never moves: addresses stay right when it grows.
    config.memory_may_move = False
    engine = wasmtime.Engine(config)
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    wasm = wasm_path.read_bytes()
    parts = [hashlib.sha256(wasm).hexdigest(), imports_text, _wasmtime_version(), _CONFIGURATION, sys.platform, platform.machine()]
    name = f"{kind}-{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:32]}.bin"
    refused = ""
    try:
        folder = cache_folder()
        _check_folder(folder)
    # RuntimeError: a user without a home, as in a container that runs under a number that is nobody's.
    except (OSError, RuntimeError) as error:
        refused = f"compiled, not cached: {error}"
    else:
        cached = _read(engine, folder / name)
        if cached is not None:
            return Compiled(engine, cached[1], linker, cached[0]), "cache"
    imports, module = wasmtime.Module(engine, imports_text), wasmtime.Module(engine, wasm)
    compiled = Compiled(engine, module, linker, imports)
    if refused:
        return compiled, refused
    try:
        first = imports.serialize()
        _write(folder, name, _LENGTH.pack(len(first)) + first + module.serialize())
    except OSError as error:
        return compiled, f"compiled, not cached: {error}"
    return compiled, "compiled"


def _wasmtime_version() -> str:
    """The name of the folder where pip says what it installed: importlib.metadata takes as long to import as the module to load."""
    packages = os.path.dirname(os.path.dirname(wasmtime.__file__))
    found = [name for name in os.listdir(packages) if name.startswith("wasmtime-") and name.endswith(".dist-info")]
    if len(found) == 1:
        return found[0][len("wasmtime-") : -len(".dist-info")]
    from importlib.metadata import version

    return version("wasmtime")


def cache_folder() -> Path:
    """HAFORU_CACHE_DIR, or else the folder `haforu` of where the system keeps this user's caches."""
    own = os.environ.get("HAFORU_CACHE_DIR")
    if own:
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "haforu" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "haforu"
    # The specification has a relative path ignored.
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".cache") / "haforu"


def _check_folder(folder: Path) -> None:
    """Makes the folder where it is missing. Raises OSError when it is not this user's alone."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise OSError(f"{folder} is not a folder")
    if sys.platform != "win32" and (found.st_uid != os.getuid() or found.st_mode & 0o077):
        raise OSError(f"{folder} is open to others than this user (expected mode 0700)")


def _read(engine: wasmtime.Engine, path: Path) -> tuple[wasmtime.Module, wasmtime.Module] | None:
    """The modules in a cache file: digest, then what wasmtime serialised. None: there is none, or it is damaged."""
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(file, "rb") as stream:
            found = os.fstat(stream.fileno())
            if not stat.S_ISREG(found.st_mode) or (sys.platform != "win32" and (found.st_uid != os.getuid() or found.st_mode & 0o022)):
                return None
            digest = stream.read(_DIGEST_BYTES)
            body = bytearray(max(0, found.st_size - _DIGEST_BYTES))
            if stream.readinto(body) != len(body) or hashlib.sha256(body).digest() != digest:
                return None
        start = _LENGTH.size + _LENGTH.unpack_from(body)[0]
        return _deserialized(engine, body, _LENGTH.size, start), _deserialized(engine, body, start, len(body))
    except (OSError, struct.error, wasmtime.WasmtimeError):
        return None


def _deserialized(engine: wasmtime.Engine, body: bytearray, start: int, end: int) -> wasmtime.Module:
    """As wasmtime.Module.deserialize of a part of `body`, where it lies: that makes two copies of the megabytes first."""
    if not 0 <= start <= end <= len(body):
        raise struct.error("the lengths do not fit")
    made = ctypes.POINTER(_ffi.wasmtime_module_t)()
    data = (ctypes.c_uint8 * (end - start)).from_buffer(body, start)
    error = _ffi.wasmtime_module_deserialize(engine.ptr(), data, end - start, ctypes.byref(made))
    if error:
        raise wasmtime.WasmtimeError._from_ptr(error)
    return wasmtime.Module._from_ptr(made)


def _write(folder: Path, name: str, body: bytes | bytearray) -> None:
    """Writes aside and renames: another process sees a whole file or none."""
    import tempfile  # Milliseconds that only the first start needs.

    file, aside = tempfile.mkstemp(prefix=f"{name}.", dir=folder)
    try:
        with os.fdopen(file, "wb") as stream:
            stream.write(hashlib.sha256(body).digest())
            stream.write(body)
        os.replace(aside, folder / name)
    except BaseException:
        os.unlink(aside)
        raise
