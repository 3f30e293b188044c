"""flite.wasm, compiled once a process and kept in the same cache as haforu.wasm (haforu._module). Knows nothing of its calls."""

from __future__ import annotations

import threading
from pathlib import Path

from haforu._module import Compiled, load

WASM_PATH = Path(__file__).parent / "data" / "flite.wasm"

#: What the module's C library wants of files. Nothing calls it.
_IMPORTS = """(module
  (memory 1 1)
  (export "memory" (memory 0))
  (func (export "fd_close") (param i32) (result i32) (i32.const 0))
  (func (export "fd_fdstat_get") (param i32 i32) (result i32) (i32.const 0))
  (func (export "fd_read") (param i32 i32 i32 i32) (result i32) (i32.const 0))
  (func (export "fd_seek") (param i32 i64 i32 i32) (result i32) (i32.const 0))
  (func (export "fd_write") (param i32 i32 i32 i32) (result i32) (i32.const 0)))"""

_lock = threading.Lock()
_compiled: Compiled | None = None
#: How the module came to be: "cache", "compiled", or "compiled, not cached: " and the reason.
source = ""


def flite_module() -> Compiled:
    """What all threads share."""
    global _compiled, source
    if _compiled is None:
        with _lock:
            if _compiled is None:
                made, source = load(WASM_PATH, _IMPORTS, "speech")
                _compiled = made
    return _compiled
