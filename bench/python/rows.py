"""The rows of `npm run bench:python`: the Python host against the Node session, freetype-py with uharfbuzz, and Pillow, in turns in one
run; least times. Prints the rows as JSON. Each side is checked to have drawn what it should.

usage: python bench/python/rows.py NODE FONT [--quick]    (in the repository's root; the package on PYTHONPATH)
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import freetype
import numpy
import uharfbuzz
from PIL import Image, ImageDraw, ImageFont

import haforu

NODE, FONT = sys.argv[1:3]
QUICK = "--quick" in sys.argv
TURNS = 4 if QUICK else 12
SIZE, WIDTH, HEIGHT = 1000, 3000, 1200
PEN_Y = int(HEIGHT * 0.75)
#: The program in Rust that did this before takes so long for the same call here.
RUST_MS = 6.5

ns = time.perf_counter_ns


def least(call: Callable[[], Any], rounds: int) -> float:
    """Least time of one call, in ns."""
    best = float("inf")
    for _ in range(rounds):
        began = ns()
        call()
        best = min(best, ns() - began)
    return best


class NodeSession:
    def __init__(self) -> None:
        words = [NODE, "bench/python/node_session.mjs", FONT]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.hash = ""

    def least(self, rounds: int) -> float:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{rounds}\n")
        taken, self.hash = self._process.stdout.readline().split()
        return float(taken)

    def close(self) -> None:
        self._process.communicate()


class FreeType:
    """Shapes with HarfBuzz, draws with FreeType, and puts each glyph's bitmap on a blank numpy canvas."""

    def __init__(self) -> None:
        self._face = freetype.Face(FONT)
        self._face.set_pixel_sizes(SIZE, SIZE)
        with open(FONT, "rb") as file:
            self._font = uharfbuzz.Font(uharfbuzz.Face(file.read()))
        self._upem = self._font.face.upem

    def __call__(self) -> Any:
        buffer = uharfbuzz.Buffer()
        buffer.add_str("a")
        buffer.script, buffer.direction, buffer.language = "Latn", "ltr", "en"
        uharfbuzz.shape(self._font, buffer, {})
        canvas = numpy.full((HEIGHT, WIDTH), 255, numpy.uint8)
        pen = 0.0
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions):
            self._face.load_glyph(info.codepoint, freetype.FT_LOAD_RENDER | freetype.FT_LOAD_NO_HINTING)
            slot = self._face.glyph
            bitmap = slot.bitmap
            rows, width, pitch = bitmap.rows, bitmap.width, bitmap.pitch
            # The bitmap's own memory: freetype-py's list of its bytes would cost as much again.
            ink = numpy.ctypeslib.as_array(bitmap._FT_Bitmap.buffer, shape=(rows, pitch))[:, :width]
            x, y = int(pen) + slot.bitmap_left, PEN_Y - slot.bitmap_top
            numpy.subtract(255, ink, out=canvas[y : y + rows, x : x + width])
            pen += position.x_advance * SIZE / self._upem
        return canvas


class Pillow:
    def __init__(self) -> None:
        self._font = ImageFont.truetype(FONT, SIZE)

    def __call__(self) -> Any:
        image = Image.new("L", (WIDTH, HEIGHT), 255)
        ImageDraw.Draw(image).text((0, PEN_Y), "a", font=self._font, fill=0, anchor="ls")
        return image


def row(name: str, ratio: float, must: float, aim: float | str, note: str, at_least: bool = False) -> dict[str, Any]:
    return {"name": name, "ratio": ratio, "must": must, "aim": aim, "note": note, "atLeast": at_least}


def ink(pixels: Any) -> float:
    return float((255 - numpy.asarray(pixels, dtype=numpy.uint8)).sum(dtype=numpy.uint64)) / 255


def rendering() -> list[dict[str, Any]]:
    rows = []
    node, free, pillow = NodeSession(), FreeType(), Pillow()
    with haforu.StreamingSession() as session:
        render = session.render_to_numpy

        def view() -> Any:
            return render(FONT, "a", SIZE, WIDTH, HEIGHT, copy=False)

        def default() -> Any:
            return render(FONT, "a", SIZE, WIDTH, HEIGHT)

        kept = default()
        source = kept.copy()

        def copy() -> None:
            numpy.copyto(source, kept)

        def empty() -> None:
            render(FONT, "", 12, 1, 1, copy=False)

        sides: dict[str, Callable[[int], float]] = {
            "view": lambda rounds: least(view, rounds * 4),
            "node": lambda rounds: node.least(rounds * 4),
            "default": lambda rounds: least(default, rounds),
            "copy": lambda rounds: least(copy, rounds),
            "freetype": lambda rounds: least(free, rounds),
            "pillow": lambda rounds: least(pillow, max(3, rounds // 8)),
            "empty": lambda rounds: least(empty, rounds * 20),
            "default empty": lambda rounds: least(lambda: render(FONT, "", 12, 1, 1), rounds * 20),
        }
        best = {name: float("inf") for name in sides}
        for _ in range(TURNS):
            for name, measure in sides.items():
                best[name] = min(best[name], measure(40))
        if hashlib.sha256(default().tobytes()).hexdigest() != node.hash:
            raise SystemExit("Node drew something else")
        for name, peer in (("freetype-py", free()), ("Pillow", pillow())):
            if abs(ink(peer) / ink(kept) - 1) > 0.01:
                raise SystemExit(f"{name} drew something else: {ink(peer)} and {ink(kept)} px of ink")
    node.close()
    us = {name: taken / 1000 for name, taken in best.items()}
    canvas = f"{WIDTH}×{HEIGHT}"
    with_copy = us["view"] + us["copy"]
    rows.append(row(f"Python view {canvas} ÷ Node session", us["view"] / us["node"], 1.5, 1.2, f"{us['view']:.1f} µs ÷ {us['node']:.1f} µs"))
    rows.append(
        row(
            f"Python array {canvas} ÷ (view + a copy of it)",
            us["default"] / with_copy,
            1.3,
            1.1,
            f"{us['default']:.0f} µs ÷ ({us['view']:.0f} + {us['copy']:.0f} µs)",
        )
    )
    for name, peer_name, must, aim in (("freetype", "freetype-py + uharfbuzz", 0.3, 0.2), ("pillow", "Pillow", 0.1, 0.05)):
        note = f"{us['default']:.0f} µs ÷ {us[name]:.0f} µs; view {us['view'] / us[name]:.3f}"
        rows.append(row(f"Python array {canvas} ÷ {peer_name}", us["default"] / us[name], must, aim, note))
    note = f"default arguments {us['default empty']:.2f} µs"
    rows.append(row("Python, empty text on 1×1, µs", us["empty"], 6, 4, note))
    share = us["default"] / 1000 / RUST_MS
    rows.append(row(f"Python array {canvas}, ms", us["default"] / 1000, RUST_MS, 0.5, f"a program in Rust takes {RUST_MS} ms: {share:.3f} of it"))
    return rows


IMPORT_NUMPY = "import time; t = time.perf_counter_ns(); import numpy; print(time.perf_counter_ns() - t)"
FIRST_RENDER = f"""import time; t = time.perf_counter_ns(); import haforu
with haforu.StreamingSession() as session:
    session.render_to_numpy({FONT!r}, "a", 64, 100, 100)
    print(time.perf_counter_ns() - t)"""


def start() -> list[dict[str, Any]]:
    def taken(script: str) -> float:
        return float(subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout) / 1e6

    taken(FIRST_RENDER)  # compiles, where the cache is cold
    numpy_ms = first_ms = float("inf")
    for _ in range(TURNS * 2):
        numpy_ms = min(numpy_ms, taken(IMPORT_NUMPY))
        first_ms = min(first_ms, taken(FIRST_RENDER))
    name = "Python: import and first render ÷ import numpy"
    return [row(name, first_ms / numpy_ms, 2, 1.5, f"{first_ms:.0f} ms ÷ {numpy_ms:.0f} ms, warm cache")]


def threads() -> list[dict[str, Any]]:
    """Work of two threads over that of one, in turns: the best round of each. Rounds are short, for both cores to be free in one of them;
    threads stay, for an engine is made at a thread's first call."""
    renders = 100
    with haforu.StreamingSession() as session, ThreadPoolExecutor(2) as pool:

        def work(gate: threading.Barrier) -> tuple[float, float]:
            session.render_to_numpy(FONT, "a", SIZE, WIDTH, HEIGHT)
            gate.wait()
            begun = time.perf_counter()
            for _ in range(renders):
                session.render_to_numpy(FONT, "a", SIZE, WIDTH, HEIGHT)
            return begun, time.perf_counter()

        def rate(count: int) -> float:
            gate = threading.Barrier(count)
            spans = [one.result() for one in [pool.submit(work, gate) for _ in range(count)]]
            return count * renders / (max(end for _, end in spans) - min(begun for begun, _ in spans))

        one = two = 0.0
        for _ in range(TURNS * 16):
            one = max(one, rate(1))
            two = max(two, rate(2))
    return [row(f"Python: two threads ÷ one, {WIDTH}×{HEIGHT}", two / one, 1.8, 1.9, f"{two:.0f} ÷ {one:.0f} renders a second", at_least=True)]


only = [word for word in sys.argv[3:] if not word.startswith("-")]
sections: dict[str, Callable[[], list[dict[str, Any]]]] = {"rendering": rendering, "start": start, "threads": threads}
print(json.dumps([one for name, section in sections.items() if not only or name in only for one in section()]))
