"""An instance of a module: its memory, and calls of its exports. The one file that enters WebAssembly.

Calls go through wasmtime's C function for unchecked calls, with slots of memory made beforehand: wasmtime's own Python call costs
ten times as much. The memory never moves (see _module.py), so addresses are computed once. Knows nothing of what the calls mean.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import wasmtime
from wasmtime import _ffi

from ._module import Compiled
from .errors import HaforuError

#: An own handle of wasmtime's library: argument types that other code sets on its functions do not reach this one.
_LIBRARY = ctypes.CDLL(_ffi.dll._name)
_CALL = _LIBRARY.wasmtime_func_call_unchecked
_CALL.restype = ctypes.c_void_p
#: The same without giving the interpreter to other threads meanwhile: for calls of less than a microsecond. Getting it back from one
#: that has just begun to run takes as long as a render.
_BRIEF_CALL = ctypes.PyDLL(_ffi.dll._name).wasmtime_func_call_unchecked
_BRIEF_CALL.restype = ctypes.c_void_p

#: Slots of a call: sixteen bytes each, as wasmtime_val_raw_t.
_SLOTS = 8

#: The most that is asked of a module at once: its sizes have 32 bits, and a larger number would come as its remainder. The last page
#: is left out, for what an allocator puts before a block and rounds up.
MOST_BYTES = (1 << 32) - 65_536


_NO_ROOM = (
    "an engine could not be made: each reserves 4 GiB of addresses, of which it uses what it needs; raise the limit of this process'"
    " address space (ulimit -v), or use fewer threads"
)


class Trap(Exception):
    """The instance failed: whatever else its memory holds is no longer to be trusted. Drop it."""


class Instance:
    """Belongs to the thread that uses it: two threads in one at once end the process."""

    def __init__(self, compiled: Compiled) -> None:
        self._store = wasmtime.Store(compiled.engine)
        self._store.set_wasi(wasmtime.WasiConfig())
        try:
            host = compiled.linker.instantiate(self._store, compiled.imports).exports(self._store)
            instance = wasmtime.Instance(self._store, compiled.module, [host[str(one.name)] for one in compiled.module.imports])
        except wasmtime.WasmtimeError as error:
            # "mmap failed to reserve 0x104000000 bytes", a blank line, and the system's words for it.
            raise HaforuError("out_of_memory", f"{_NO_ROOM} ({str(error).splitlines()[0]})") from error
        exports = instance.exports(self._store)
        memory = exports["memory"]
        assert isinstance(memory, wasmtime.Memory)
        #: Address of the memory's first byte. The memory lives as long as this object.
        self.base: int = ctypes.addressof(memory.data_ptr(self._store).contents)
        self._slots = (ctypes.c_uint32 * (_SLOTS * 4))()
        self._signed = (ctypes.c_int32 * (_SLOTS * 4)).from_buffer(self._slots)
        self._doubles = (ctypes.c_double * (_SLOTS * 2)).from_buffer(self._slots)
        self._trap = ctypes.c_void_p()
        self._trap_at = ctypes.byref(self._trap)
        self._context = ctypes.cast(self._store._context(), ctypes.c_void_p)
        self._exports = exports
        self.bind("_initialize", 0)()

    def bind(self, name: str, count: int, double: int = -1, *, brief: bool = False) -> Callable[..., int]:
        """A call of an export with `count` 32-bit integers, the one at `double` a 64-bit float. Gives an i32. `brief`: other threads
        need not run meanwhile.
        """
        export = self._exports[name]
        assert isinstance(export, wasmtime.Func)
        # Nothing here refers to this object: an engine that nobody uses goes at once, not when the collector comes.
        function, slots, signed, doubles = ctypes.byref(export._func), self._slots, self._signed, self._doubles
        enter = _BRIEF_CALL if brief else _CALL
        context, trap, trap_at = self._context, self._trap, self._trap_at
        # A call has a slot for its result even where it takes nothing.
        size = ctypes.c_size_t(max(count, 1))

        def call(*values: Any) -> int:
            at = 0
            for value in values:
                slots[at] = value
                at += 4
            failed = enter(context, function, slots, size, trap_at)
            if failed is not None or trap.value is not None:
                raise _failure(failed, trap)
            return signed[0]

        def call_with_double(*values: Any) -> int:
            for i, value in enumerate(values):
                if i == double:
                    doubles[i * 2] = value
                else:
                    slots[i * 4] = value
            failed = enter(context, function, slots, size, trap_at)
            if failed is not None or trap.value is not None:
                raise _failure(failed, trap)
            return signed[0]

        return call if double < 0 else call_with_double

    def read(self, pointer: int, size: int) -> bytes:
        """Bytes of the memory, a copy."""
        return ctypes.string_at(self.base + pointer, size)

    def write(self, pointer: int, data: bytes) -> None:
        """Copies bytes to memory from allocate."""
        ctypes.memmove(self.base + pointer, data, len(data))


def _failure(error: int | None, trap: ctypes.c_void_p) -> Trap:
    """The exception for what a call left: an error or a trap of wasmtime's, which is freed."""
    try:
        if error is not None:
            pointer = ctypes.cast(error, ctypes.POINTER(_ffi.wasmtime_error_t))
            return Trap(str(wasmtime.WasmtimeError._from_ptr(pointer)))
        cause = wasmtime.Trap._from_ptr(ctypes.cast(trap, ctypes.POINTER(_ffi.wasm_trap_t)))
        # The message goes on with the stack of wasm functions, which tells a user nothing.
        code = cause.trap_code
        return Trap(code.name.lower().replace("_", " ") if code is not None else cause.message.split("\n", 1)[0])
    finally:
        trap.value = None
