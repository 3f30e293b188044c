"""haforu.wasm, compiled once a process: from this user's cache folder where a good copy lies there, else anew.

A compiled module is machine code, so only a file is loaded that lies in a folder which belongs to this user and which nobody
else can enter, and whose digest is right. Anything wrong: it is compiled again. Knows nothing of the engine's calls.
"""

from __future__ import annotations

import hashlib
import os
import platform
import stat
import sys
import tempfile
import threading
from importlib.metadata import version
from pathlib import Path

import wasmtime

WASM_PATH = Path(__file__).parent / "data" / "haforu.wasm"
#: Says what _configuration sets: another text is another cache entry.
_CONFIGURATION = "memory_may_move=0"
_DIGEST_BYTES = 32

_lock = threading.Lock()
_compiled: tuple[wasmtime.Engine, wasmtime.Module] | None = None
#: How the module came to be: "cache", "compiled", or "compiled, not cached: " and the reason.
source = ""


def compiled_module() -> tuple[wasmtime.Engine, wasmtime.Module]:
    """The engine and module that all threads share. Compiling takes about a second, loading about 20 ms."""
    global _compiled, source
    if _compiled is None:
        with _lock:
            if _compiled is None:
                made, source = _load()
                _compiled = made
    return _compiled


def _load() -> tuple[tuple[wasmtime.Engine, wasmtime.Module], str]:
    config = wasmtime.Config()
    # With the default reservation of 4 GiB the memory never moves: addresses stay right when it grows.
    config.memory_may_move = False
    engine = wasmtime.Engine(config)
    wasm = WASM_PATH.read_bytes()
    key = "\n".join([hashlib.sha256(wasm).hexdigest(), version("wasmtime"), _CONFIGURATION, sys.platform, platform.machine()])
    name = f"engine-{hashlib.sha256(key.encode()).hexdigest()[:32]}.bin"
    folder = cache_folder()
    try:
        _check_folder(folder)
    except OSError as error:
        return (engine, wasmtime.Module(engine, wasm)), f"compiled, not cached: {error}"
    cached = _read(engine, folder / name)
    if cached is not None:
        return (engine, cached), "cache"
    module = wasmtime.Module(engine, wasm)
    try:
        _write(folder, name, module.serialize())
    except OSError as error:
        return (engine, module), f"compiled, not cached: {error}"
    return (engine, module), "compiled"


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


def _read(engine: wasmtime.Engine, path: Path) -> wasmtime.Module | None:
    """The module in a cache file: digest, then what wasmtime serialised. None: there is none, or it is damaged."""
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(file, "rb") as stream:
            found = os.fstat(stream.fileno())
            if not stat.S_ISREG(found.st_mode) or (sys.platform != "win32" and (found.st_uid != os.getuid() or found.st_mode & 0o022)):
                return None
            digest = stream.read(_DIGEST_BYTES)
            body = stream.read()
        if hashlib.sha256(body).digest() != digest:
            return None
        return wasmtime.Module.deserialize(engine, body)
    except (OSError, wasmtime.WasmtimeError):
        return None


def _write(folder: Path, name: str, body: bytes | bytearray) -> None:
    """Writes aside and renames: another process sees a whole file or none."""
    file, aside = tempfile.mkstemp(prefix=f"{name}.", dir=folder)
    try:
        with os.fdopen(file, "wb") as stream:
            stream.write(hashlib.sha256(body).digest())
            stream.write(body)
        os.replace(aside, folder / name)
    except BaseException:
        os.unlink(aside)
        raise
