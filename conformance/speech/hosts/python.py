"""The Python host's answers to the cases: usage python.py requests|calls FILE; one line for each of the file's, to standard output.

As typescript.mjs beside it answers them.
"""

from __future__ import annotations

import pathlib
import struct
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy
import wasmtime
from haforu.speech import AudioBuffer, Pipeline, SpeechError
from haforu.speech._engine import NEXT_CHUNK, NEXT_END, NEXT_NEED_VOICE, SpeechEngine

#: FNV-1a of 64 bits over the memory's first bytes, begun with a hash: no Python loop over a hundred million bytes.
_FNV = """(module (memory (export "memory") 64)
  (func (export "add") (param $hash i64) (param $bytes i32) (result i64) (local $at i32)
    (block $end (loop $next
      (br_if $end (i32.eq (local.get $at) (local.get $bytes)))
      (local.set $hash (i64.mul (i64.xor (local.get $hash) (i64.load8_u (local.get $at))) (i64.const 0x100000001b3)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next)))
    (local.get $hash)))"""
_PIECE = 1 << 22
_store = wasmtime.Store()
_exports: Any = wasmtime.Instance(_store, wasmtime.Module(_store.engine, _FNV), []).exports(_store)


class Fnv:
    def __init__(self) -> None:
        self._hash = 0xCBF29CE484222325

    def add(self, data: bytes) -> Fnv:
        for at in range(0, len(data), _PIECE):
            piece = data[at : at + _PIECE]
            _exports["memory"].write(_store, piece, 0)
            self._hash = _exports["add"](_store, struct.unpack("<q", struct.pack("<Q", self._hash))[0], len(piece)) & (1 << 64) - 1
        return self

    def hex(self) -> str:
        return f"{self._hash:016x}"


def bits(value: float) -> str:
    """A number as the sixteen digits of its bits, the sign's first: the same from every language."""
    return struct.pack(">d", value).hex()


VOICES = pathlib.Path("packages")
FOLDERS = [str(folder) for folder in sorted(VOICES.glob("voice-*"))]


class Requests:
    """Requests to the engine as they stand: hash of the bytes, how many chunks, and the line."""

    def __init__(self) -> None:
        self.engine = SpeechEngine()

    def __call__(self, line: str) -> str:
        engine, fnv, chunks, handle = self.engine, Fnv(), 0, 0
        try:
            handle = engine.open(line.encode())
            while True:
                status = engine.next(handle)
                if status == NEXT_CHUNK:
                    fnv.add(engine.chunk_data(handle))
                    chunks += 1
                elif status == NEXT_NEED_VOICE:
                    name = engine.needed()
                    found = [*VOICES.glob(f"voice-{name}/{name}.flitevox"), *VOICES.glob(f"voice-{name}/{name}.diphones")]
                    if found:
                        engine.load_voice(name, found[0].read_bytes())
                    else:
                        engine.refuse_voice(name, f"there is no voice {name}")
                elif status == NEXT_END:
                    break
                else:
                    raise RuntimeError(f"the engine wants text for {line}")
        except SpeechError:
            # Its line is the engine's result.
            pass
        result = engine.result().decode()
        if handle:
            engine.close(handle)
        return f"{fnv.hex()} {chunks} {result}"


FIELDS = ("voice", "language", "rate", "pitch", "volume", "sample_rate", "channels", "quality")
WHOLE = frozenset({"sample_rate", "channels"})
NUMBERS = frozenset({"rate", "pitch", "volume"})


def options_of(fields: list[str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for name, value in zip(FIELDS, fields):
        if value:
            options[name] = int(value) if name in WHOLE else float(value) if name in NUMBERS else value
    if fields[8]:
        options["include"] = fields[8].split(",")
    return options


def hex_of(text: str) -> str:
    return text.encode().hex()


def timed(one: Any) -> str:
    text = [hex_of(one.text)] if hasattr(one, "text") else []
    return ",".join([*text, bits(one.start), bits(one.end), str(one.text_start), str(one.text_end)])


def spoken(speech: Any) -> str:
    head = f"{Fnv().add(speech.samples.tobytes()).hex()} {speech.rate} {speech.channels} {speech.frames} {bits(speech.peak())}"
    marks = [f"{hex_of(one.name)},{bits(one.time)},{one.text_start}" for one in speech.marks]
    lists = [[timed(one) for one in each] for each in (speech.words, speech.phonemes, speech.sentences)]
    lists += [marks, [one["code"] for one in speech.warnings]]
    return " | ".join([head, *(" ".join(each) for each in lists)])


def streamed(stream: Any) -> str:
    fnv, words, frames = Fnv(), 0, []
    for chunk in stream:
        fnv.add(chunk.audio.tobytes())
        frames.append(str(len(chunk.audio) // chunk.channels))
        words += len(chunk.words)
    return f"{fnv.hex()} {words} {','.join(frames)}"


def cut(text: str, size: int) -> Iterator[bytes]:
    data = text.encode()
    for at in range(0, len(data), size):
        yield data[at : at + size]


def noise(count: int) -> Any:
    """Noise a little beyond full scale, of Numerical Recipes' generator."""
    state, out = 1, numpy.empty(count, numpy.float32)
    for i in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out[i] = (state / 2**31 - 1) * 1.25
    return out


class Calls:
    """Calls of the library; one that is refused answers with its code."""

    def __init__(self) -> None:
        self.pipeline = Pipeline(voice_path=FOLDERS, workers=1)

    def __call__(self, line: str) -> str:
        name, *fields = line.split("\t")
        action: Callable[[list[str]], str] = getattr(self, name)
        try:
            return action(fields)
        except SpeechError as error:
            return f"error {error.code}"

    def text(self, fields: list[str]) -> str:
        return spoken(self.pipeline.synthesize(text_of(fields[0]), **options_of(fields[1:])))

    def ssml(self, fields: list[str]) -> str:
        return spoken(self.pipeline.synthesize_ssml(text_of(fields[0]), **options_of(fields[1:])))

    def chunks(self, fields: list[str]) -> str:
        return streamed(self.pipeline.synthesize_stream(text_of(fields[0]), **options_of(fields[1:]), chunk_ms=float(fields[10])))

    def pieces(self, fields: list[str]) -> str:
        return streamed(self.pipeline.synthesize_stream(cut(text_of(fields[0]), int(fields[10])), **options_of(fields[1:])))

    def convert(self, fields: list[str]) -> str:
        count, kind, endian, dither = fields
        data, clipped = AudioBuffer(noise(int(count)), 16_000).convert(kind, endian=endian, dither=dither == "dither")  # type: ignore[arg-type]
        return f"{Fnv().add(data).hex()} {clipped}"

    def resample(self, fields: list[str]) -> str:
        count, channels, source, target, quality = fields
        made = AudioBuffer(noise(int(count)), int(source), int(channels)).resample(int(target), quality=quality)  # type: ignore[arg-type]
        return f"{Fnv().add(made.samples.tobytes()).hex()} {made.frames}"


def text_of(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-8", "replace")


def main() -> None:
    kind, path = sys.argv[1:]
    answer: Callable[[str], str] = Requests() if kind == "requests" else Calls()
    lines = pathlib.Path(path).read_text("utf-8").split("\n")[:-1]
    sys.stdout.buffer.write("".join(f"{answer(line)}\n" for line in lines).encode())


main()
