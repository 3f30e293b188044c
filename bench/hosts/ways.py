"""Python's side of bench/hosts.mjs: for each line `ROUNDS WAY`, the least time of one call in µs and what came of it.

usage: python bench/hosts/ways.py FONT SMALL.json LARGE.json JOBS.jsonl
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import haforu

FONT = sys.argv[1]
SMALL, LARGE, JOBS = (Path(file).read_bytes() for file in sys.argv[2:5])
SIZES: dict[str, tuple[float, int, int]] = {"small": (64, 100, 100), "large": (1000, 3000, 1200)}
session = haforu.StreamingSession(timing=False)


def ink(pixels: Any) -> int:
    return int((255 - pixels).sum(dtype="uint64"))


def way_of(way: str, size: str) -> tuple[Callable[[], Any], Callable[[Any], object]]:
    em, width, height = SIZES[size]
    job, small = (SMALL, True) if size == "small" else (LARGE, False)
    return {
        "view": (lambda: session.render_to_numpy(FONT, "a", em, width, height, copy=False), ink),
        "array": (lambda: session.render_to_numpy(FONT, "a", em, width, height), ink),
        "measure": (lambda: session.metrics(FONT, "a", em, width, height), lambda found: f"{found['ink_area']:.3f}"),
        "shape": (lambda: session.shape(FONT, "a", script="Latn", direction="ltr", language="en"), lambda found: f"{found.ids[0]} {found.x_advances[0]}"),
        "job": (lambda: session.render(job), lambda line: line if small else len(line)),
    }[way]


for asked in sys.stdin:
    rounds, way, *size = asked.split()
    if way == "batch":
        began = time.perf_counter_ns()
        read = sum(len(line) for line in haforu.process_jobs(JOBS, timing=False))
        print((time.perf_counter_ns() - began) / 1000 / JOBS.count(b"\n"), read, flush=True)
        continue
    call, told = way_of(way, size[0])
    least = 1 << 60
    for _ in range(int(rounds)):
        started = time.perf_counter_ns()
        call()
        least = min(least, time.perf_counter_ns() - started)
    print(least / 1000, told(call()), flush=True)
