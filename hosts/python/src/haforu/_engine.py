"""The calls of haforu.wasm's ABI: bytes and numbers in, bytes and numbers out, over the engine's memory (see _instance.py).

Knows nothing of files, caches, or what to do after a trap.
"""

from __future__ import annotations

import ctypes
import struct

from ._contract import ERRORS
from ._instance import MOST_BYTES, Instance
from ._instance import Trap as Trap
from ._module import compiled_module
from .errors import HaforuError, call_error

ABI_VERSION = 1

#: Statuses of `job` that are not an error: what the engine asks of its host.
NEED_FONT = 1
CHECK_FONT = 2
OP_LINE = 3
NEED_OUTPUT = 4
NEED_IMAGE = 5

#: Flag of a job: its error line carries the line's number.
LINE_FLAG_NUMBERED = 1

_CONFIG_FONT_CACHE_BYTES = 1
_CONFIG_MAX_INSTANCES = 2
_CONFIG_STRICT = 3
_CONFIG_TIMING = 4
_CONFIG_FRESH_EPOCH = 5

# The scratch block: the structs of one call, at fixed offsets (bytes).
_SPEC = 0
_PLACEMENT = 32
_MEASURES = 64
_MEASURE_COUNT = 16
_STATS = _MEASURES + _MEASURE_COUNT * 8
_PICTURES = _STATS + 16 * 8
_OPTIONS = _PICTURES + 2 * 16
_COMPARISON = _OPTIONS + 16
_SCRATCH_BYTES = _COMPARISON + 9 * 8

STATS_FIELDS = (
    "linear_bytes",
    "font_bytes",
    "fonts",
    "instances",
    "canvas_bytes",
    "font_hits",
    "font_misses",
    "instance_hits",
    "instance_misses",
    "evictions",
    "shape_ms",
    "render_ms",
    "encode_ms",
    "jobs",
    "buffer_bytes",
    "handles",
)
#: Those that only grow: they add up over engines, the others are of the moment.
COUNTERS = STATS_FIELDS[5:14]

#: A chunk buffer above this is given back as soon as a chunk of a quarter of it arrives: one huge line is rare.
_KEEP_INPUT_BYTES = 8 << 20
#: The least number over 0 of 32 bits: a smaller size must not become 0, which is none.
_SMALLEST_SIZE = 2.0**-149

_CODE_OF_NUMBER = {number: code for code, number in ERRORS.items()}

_SPAN = struct.Struct("<II")
_ERROR = struct.Struct("<iII")
_SPEC_WORDS = struct.Struct("<8I")
_PLACEMENT_WORDS = struct.Struct("<fIffII")
_COORD = struct.Struct("<If")
_MEASURE_WORDS = struct.Struct(f"<{_MEASURE_COUNT}d")
_STATS_WORDS = struct.Struct("<16d")
_FONT_BYTES = struct.Struct("<d")
_PICTURE_WORDS = struct.Struct("<4I")
_OPTION_WORDS = struct.Struct("<3I")
_COMPARISON_WORDS = struct.Struct("<9d")
#: {id, cluster, x advance, y advance, x offset, y offset, flags}, 32 bits each.
_GLYPH_BYTES = 28
#: What a 32-bit memory can have, and wasmtime reserves for it.
_MEMORY_BYTES = 1 << 32
#: Over the bytes of any memory: fonts are bounded by the session's host, over all its engines.
_NO_BUDGET = float(1 << 40)


class _Slot:
    """The engine's copy of bytes that rarely change from call to call."""

    __slots__ = ("capacity", "data", "pointer")

    def __init__(self) -> None:
        self.pointer = 0
        self.capacity = 0
        self.data = b""


class Engine(Instance):
    """One instance of haforu.wasm. Belongs to the thread that uses it: two threads in one at once end the process."""

    def __init__(self, *, max_instances: int | None, strict: bool, timing: bool) -> None:
        super().__init__(compiled_module())
        call = self.bind
        self._alloc = call("hf_alloc", 1, brief=True)
        self._free = call("hf_free", 1, brief=True)
        self._result = call("hf_result", 0, brief=True)
        self._need = call("hf_need", 0, brief=True)
        self._hf_last_error = call("hf_last_error", 0, brief=True)
        self._canvas_pixels = call("hf_canvas_pixels", 1, brief=True)
        self._canvas_rows = call("hf_canvas_rows", 1, brief=True)
        abi = call("hf_abi_version", 0)()
        if abi != ABI_VERSION:
            raise call_error("unsupported", "haforu.wasm", f"its ABI is {abi}, expected {ABI_VERSION}: install haforu again")
        self._hf_validate = call("hf_validate", 4, double=2)
        self._hf_answer = call("hf_answer", 7, double=2)
        self._hf_job = call("hf_job", 4, double=2)
        self._hf_font_provide = call("hf_font_provide", 4)
        self._hf_font_keep = call("hf_font_keep", 2)
        self._hf_font_refuse = call("hf_font_refuse", 3)
        self._hf_picture_provide = call("hf_picture_provide", 4)
        self._hf_picture_refuse = call("hf_picture_refuse", 3)
        self._hf_output_failed = call("hf_output_failed", 3)
        self._hf_configure = call("hf_configure", 2, double=1)
        self._hf_looks = call("hf_looks", 2)
        self._hf_document = call("hf_document", 2)
        self._hf_document_jobs = call("hf_document_jobs", 0)
        self._hf_memory = call("hf_memory", 1)
        self._hf_font_create = call("hf_font_create", 3)
        self._hf_font_release = call("hf_font_release", 1)
        self._hf_font_info = call("hf_font_info", 1)
        self._hf_file_info = call("hf_file_info", 2)
        self._hf_instance_create = call("hf_instance_create", 5)
        self._hf_instance_release = call("hf_instance_release", 1)
        self._hf_canvas_create = call("hf_canvas_create", 3)
        self._hf_canvas_release = call("hf_canvas_release", 1)
        self._hf_render = call("hf_render", 5)
        self._hf_measure = call("hf_measure", 4)
        self._hf_shape = call("hf_shape", 2)
        self._hf_glyphs = call("hf_glyphs", 0, brief=True)
        self._hf_match = call("hf_match", 6)
        self._hf_resize = call("hf_resize", 6)
        self._hf_compare = call("hf_compare", 3)
        self._hf_compare_canvases = call("hf_compare_canvases", 4)
        self._hf_picture = call("hf_picture", 3)
        self._scratch = self._allocate(_SCRATCH_BYTES)
        self._block = (ctypes.c_ubyte * _SCRATCH_BYTES).from_address(self.base + self._scratch)
        self._text = _Slot()
        self._language = _Slot()
        self._features = _Slot()
        self._name = _Slot()
        self._input = 0
        self._input_capacity = 0
        self._epoch = 0
        #: While it is not 0, what looks at it ends with `cancelled`: the one word that other threads may write.
        self.cancel_word = ctypes.c_int32.from_address(self.base + (call("hf_cancel_word", 0, brief=True)() & 0xFFFFFFFF))
        self._configure(_CONFIG_FONT_CACHE_BYTES, _NO_BUDGET)
        self._configure(_CONFIG_MAX_INSTANCES, max_instances)
        self._configure(_CONFIG_STRICT, strict)
        self._configure(_CONFIG_TIMING, timing)

    # --- jobs ---------------------------------------------------------------------------------------------------

    def input(self, chunk: bytes) -> bool:
        """Copies a chunk of lines into the engine, over the one before; False: no memory."""
        wasted = self._input_capacity > _KEEP_INPUT_BYTES and len(chunk) < self._input_capacity // 4
        if len(chunk) > self._input_capacity or wasted:
            # Forgotten first: a signal handler may raise in between, and nothing must be freed twice.
            before, self._input, self._input_capacity = self._input, 0, 0
            if before:
                self._free(before)
            capacity = max(4096, len(chunk) + (len(chunk) >> 2))
            self._input = self.allocate(capacity)
            if not self._input:
                return False
            self._input_capacity = capacity
        ctypes.memmove(self.base + self._input, chunk, len(chunk))
        return True

    def job(self, start: int, size: int, line_number: int, flags: int) -> int:
        """Runs the job at [start, start + size) of the input; see the statuses above."""
        return self._hf_job(self._input + start, size, line_number, flags)

    def validate(self, start: int, size: int, line_number: int, flags: int) -> int:
        """As job, but only checks it."""
        return self._hf_validate(self._input + start, size, line_number, flags)

    def answer(self, start: int, size: int, line_number: int, flags: int, code: str, detail: str) -> int:
        """Makes the error line of a job that the host gave up; the status of that line."""
        self._put(self._name, _utf8(detail))
        name = self._name
        self._hf_answer(self._input + start, size, line_number, flags, ERRORS[code], name.pointer, len(name.data))
        return -ERRORS[code]

    def result(self) -> bytes:
        """The last result line or JSON text, a copy."""
        return self._span(self._result())

    def need(self) -> str:
        """What a job asked for: the path of a font or picture, or an op's name."""
        return self._span(self._need()).decode("utf-8", "replace")

    def keep_font(self) -> None:
        """The needed font, still as it was."""
        self._hf_font_keep(*self._pair(self._need()))

    def provide_font(self, data: int, size: int) -> bool:
        """Gives the needed font: memory from allocate, which the engine takes over. False: no memory to take it."""
        return self._hf_font_provide(*self._pair(self._need()), data, size) >= 0

    def refuse_font(self, code: str, detail: str) -> bool:
        """The needed font cannot be had. False: no memory to remember that."""
        self._put(self._name, _utf8(detail))
        return self._hf_font_refuse(ERRORS[code], self._name.pointer, len(self._name.data)) >= 0

    def provide_picture(self, data: int, size: int) -> bool:
        """As provide_font, of a picture file that a comparison asked for."""
        return self._hf_picture_provide(*self._pair(self._need()), data, size) >= 0

    def refuse_picture(self, code: str, detail: str) -> bool:
        """As refuse_font, of a picture file."""
        self._put(self._name, _utf8(detail))
        return self._hf_picture_refuse(ERRORS[code], self._name.pointer, len(self._name.data)) >= 0

    def image_failed(self, code: str, detail: str) -> int:
        """The picture could not be written: makes the error line."""
        self._put(self._name, _utf8(detail))
        return self._hf_output_failed(ERRORS[code], self._name.pointer, len(self._name.data))

    def next_epoch(self) -> None:
        """Before its next use every font is asked for again with CHECK_FONT."""
        self._epoch += 1
        self._configure(_CONFIG_FRESH_EPOCH, self._epoch)

    def set_max_instances(self, count: int) -> None:
        self._configure(_CONFIG_MAX_INSTANCES, count)

    def looks(self, size: int) -> int:
        """Whether the input's first bytes begin JSON Lines (0), a JobSpec document (1), or are too few to tell (2)."""
        return self._hf_looks(self._input, size)

    def document(self, size: int) -> tuple[list[tuple[int, int, int]], bytes] | None:
        """The jobs of a JobSpec document, (offset, bytes, line) each, and its `config`; None: the result is its error line."""
        if self._hf_document(self._input, size) < 0:
            return None
        spans, count, config, config_size = struct.unpack("<4I", self.read(self._hf_document_jobs() & 0xFFFFFFFF, 16))
        return list(struct.iter_unpack("<3I", self.read(spans, count * 12))), self.read(config, config_size)

    # --- memory -------------------------------------------------------------------------------------------------

    def allocate(self, size: int) -> int:
        """Memory for the bytes of a file or picture; 0 when there is none."""
        return self._alloc(max(size, 1)) & 0xFFFFFFFF if size <= MOST_BYTES else 0

    def view(self, pointer: int, size: int) -> ctypes.Array[ctypes.c_ubyte]:
        """Memory as a buffer, which keeps this engine alive. What it shows is the engine's to overwrite."""
        buffer = (ctypes.c_ubyte * size).from_address(self.base + pointer)
        buffer.engine = self  # type: ignore[attr-defined]
        return buffer

    def free(self, pointer: int) -> None:
        self._free(pointer)

    def address_in(self, address: int) -> int:
        """The pointer of a byte of the process that lies in this engine's memory; 0: it lies elsewhere."""
        pointer = address - self.base
        return pointer if 0 < pointer < _MEMORY_BYTES else 0

    def font_bytes(self) -> int:
        """Bytes of the fonts that jobs have here."""
        self._hf_memory(self._scratch + _STATS)
        return int(_FONT_BYTES.unpack_from(self._block, _STATS + 8)[0])

    def keep_fonts(self, size: int) -> None:
        """Drops fonts of jobs, least recently used first, down to `size` bytes."""
        self._configure(_CONFIG_FONT_CACHE_BYTES, size)
        self._configure(_CONFIG_FONT_CACHE_BYTES, _NO_BUDGET)

    def stats(self) -> dict[str, float]:
        self._hf_memory(self._scratch + _STATS)
        return dict(zip(STATS_FIELDS, _STATS_WORDS.unpack_from(self._block, _STATS)))

    # --- handles ------------------------------------------------------------------------------------------------

    def create_font(self, data: int, size: int, face_index: int) -> int:
        """A font of memory from allocate, which the engine takes over; raises font_invalid and its kin."""
        return self._checked(self._hf_font_create(data, size, face_index))

    def release_font(self, font: int) -> None:
        self._hf_font_release(font)

    def font_info(self, font: int) -> bytes:
        self._checked(self._hf_font_info(font))
        return self.result()

    def file_info(self, data: int, size: int) -> bytes:
        """What is in a font file, as JSON; takes over the memory from allocate."""
        self._checked(self._hf_file_info(data, size))
        return self.result()

    def create_instance(self, font: int, variations: tuple[tuple[str, float], ...], name: str = "") -> int:
        """An instance at design coordinates, moved on from the named one when `name` is not empty."""
        coords = 0
        if variations:
            packed = b"".join(_COORD.pack(pack_tag(tag), value) for tag, value in variations)
            coords = self._allocate(len(packed))
            ctypes.memmove(self.base + coords, packed, len(packed))
        self._put(self._name, _utf8(name))
        handle = self._hf_instance_create(font, coords, len(variations), self._name.pointer, len(self._name.data))
        if coords:
            self._free(coords)
        return self._checked(handle)

    def release_instance(self, instance: int) -> None:
        self._hf_instance_release(instance)

    def create_canvas(self, width: int, height: int, invert: bool) -> int:
        return self._checked(self._hf_canvas_create(width, height, 1 if invert else 0))

    def canvas_pixels(self, canvas: int) -> int:
        """Where the pixels of a canvas begin; they stay there until it is released."""
        return self._canvas_pixels(canvas) & 0xFFFFFFFF

    def canvas_rows(self, canvas: int) -> tuple[int, int]:
        """The rows [top, bottom) of a canvas that may hold ink; all others are blank."""
        return self._pair(self._canvas_rows(canvas))

    def release_canvas(self, canvas: int) -> None:
        self._hf_canvas_release(canvas)

    # --- drawing ------------------------------------------------------------------------------------------------

    def write_text(self, text: bytes, script_tag: int, direction: int, language: bytes, features: bytes) -> None:
        """Says what the next render or measure draws. `direction` 0, `script_tag` 0, `language` empty: guessed."""
        self._put(self._text, text)
        self._put(self._language, language)
        self._put(self._features, features)
        one, two, three = self._text.pointer, self._language.pointer, self._features.pointer
        _SPEC_WORDS.pack_into(self._block, _SPEC, one, len(text), script_tag, direction, two, len(language), three, len(features))

    def write_place(self, size: float, width: int, height: int, origin: tuple[float, float] | None) -> None:
        """Says where the text goes. `origin` None: the contract's default pen."""
        x, y = (0.0, 0.0) if origin is None else origin
        _PLACEMENT_WORDS.pack_into(self._block, _PLACEMENT, max(size, _SMALLEST_SIZE), origin is not None, x, y, width, height)

    def render(self, instance: int, canvas: int) -> None:
        """Draws what write_text and write_place said onto a canvas, which is blank before."""
        scratch = self._scratch
        self._checked(self._hf_render(instance, scratch, scratch + _PLACEMENT, canvas, 0))

    def measure(self, instance: int) -> tuple[float, ...]:
        """Measures without a picture: the sixteen numbers of the ABI."""
        at = self._scratch
        self._checked(self._hf_measure(instance, at, at + _PLACEMENT, at + _MEASURES))
        return _MEASURE_WORDS.unpack_from(self._block, _MEASURES)

    def shape(self, instance: int) -> bytes:
        """Shapes what write_text said: records of seven 32-bit numbers, a copy."""
        self._checked(self._hf_shape(instance, self._scratch))
        pointer, count = self._pair(self._hf_glyphs())
        return self.read(pointer, count * _GLYPH_BYTES)

    # --- pictures -----------------------------------------------------------------------------------------------

    def resize(self, pointer: int, width: int, height: int, to: int, to_width: int, to_height: int) -> None:
        """Resizes a picture at one pointer to another."""
        self._checked(self._hf_resize(pointer, width, height, to, to_width, to_height))

    def compare(self, a: tuple[int, int, int, int], b: tuple[int, int, int, int], options: tuple[int, int, int]) -> tuple[float, ...]:
        """Compares two pictures (pointer, width, height, 1 where inverted): the nine numbers of the ABI."""
        _PICTURE_WORDS.pack_into(self._block, _PICTURES, *a)
        _PICTURE_WORDS.pack_into(self._block, _PICTURES + 16, *b)
        _OPTION_WORDS.pack_into(self._block, _OPTIONS, *options)
        at = self._scratch
        self._checked(self._hf_compare(at + _PICTURES, at + _OPTIONS, at + _COMPARISON))
        return _COMPARISON_WORDS.unpack_from(self._block, _COMPARISON)

    def compare_canvases(self, a: int, b: int, options: tuple[int, int, int]) -> tuple[float, ...]:
        """As compare, of two canvases as the last renders left them."""
        _OPTION_WORDS.pack_into(self._block, _OPTIONS, *options)
        at = self._scratch
        self._checked(self._hf_compare_canvases(a, b, at + _OPTIONS, at + _COMPARISON))
        return _COMPARISON_WORDS.unpack_from(self._block, _COMPARISON)

    def decode(self, data: int, size: int) -> tuple[int, int, int]:
        """Decodes a PNG or PGM file: pixels (the caller's to free), width, height."""
        self._checked(self._hf_picture(data, size, self._scratch + _OPTIONS))
        pixels, width, height = _OPTION_WORDS.unpack_from(self._block, _OPTIONS)
        return pixels, width, height

    def match(self, instance: int, options: int, axes: int, axis_count: int, items: int, item_count: int) -> bytes:
        """hf_match, of structs that the caller has written: its JSON."""
        self._checked(self._hf_match(instance, options, axes, axis_count, items, item_count))
        return self.result()

    def reason(self, status: int) -> str:
        """What a struct call that gave `status` said beyond its code; "": nothing."""
        # {i32 code, u32 message, u32 message bytes, ...}: the code's name, or words of the call's own.
        number, message, size = _ERROR.unpack(self.read(self._hf_last_error() & 0xFFFFFFFF, _ERROR.size))
        said = self.read(message, size).decode("utf-8", "replace") if number == -status else ""
        return "" if said == _CODE_OF_NUMBER.get(-status) else said

    # --- inside -------------------------------------------------------------------------------------------------

    def _put(self, slot: _Slot, data: bytes) -> None:
        """Writes `data` into its slot, unless it is there already."""
        if slot.data == data:
            return
        if len(data) > slot.capacity:
            before, slot.pointer, slot.capacity, slot.data = slot.pointer, 0, 0, b""
            if before:
                self._free(before)
            capacity = max(64, len(data) + (len(data) >> 1))
            slot.pointer = self._allocate(capacity)
            slot.capacity = capacity
        # An exception of a signal handler may come in between: then the slot must not be taken for what it held before.
        slot.data = b""
        ctypes.memmove(self.base + slot.pointer, data, len(data))
        slot.data = data

    def _configure(self, key: int, value: float | None) -> None:
        if value is not None:
            self._checked(self._hf_configure(key, value))

    def _allocate(self, size: int) -> int:
        pointer = self.allocate(size)
        if not pointer:
            raise HaforuError("out_of_memory", f"the engine has no room for {size} bytes")
        return pointer

    def _checked(self, status: int) -> int:
        if status >= 0:
            return status
        said = self.reason(status)
        raise call_error(_CODE_OF_NUMBER.get(-status, "internal"), "the engine", said, details={"reason": said} if said else None)

    def _pair(self, at: int) -> tuple[int, int]:
        pointer, size = _SPAN.unpack(self.read(at & 0xFFFFFFFF, 8))
        return pointer, size

    def _span(self, at: int) -> bytes:
        return self.read(*self._pair(at))


def pack_tag(tag: str) -> int:
    """An OpenType tag of up to four ASCII characters as the number HarfBuzz uses. 0 for an empty one."""
    return int.from_bytes(tag.encode("ascii").ljust(4), "big") if tag else 0


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


