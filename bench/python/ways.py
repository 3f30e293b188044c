"""Python's side of bench/hosts.mjs: least times in nanoseconds of one letter at 64 px on 96 × 96: as a job, an array of one's own, a view, measured; for each line
on standard input.

usage: python bench/python/ways.py FONT    (with the package on PYTHONPATH)
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from haforu import StreamingSession

FONT = sys.argv[1]
JOB = json.dumps({"id": "a", "font": {"path": FONT, "size": 64}, "text": {"content": "a"}, "rendering": {"format": "metrics", "width": 96, "height": 96}})


def least(call: Callable[[], Any]) -> float:
    best = float("inf")
    for _ in range(20):
        began = time.perf_counter_ns()
        for _ in range(200):
            call()
        best = min(best, (time.perf_counter_ns() - began) / 200)
    return best


with StreamingSession(timing=False) as session:
    for _ in sys.stdin:
        times = [
            least(lambda: session.render(JOB)),
            least(lambda: session.render_to_numpy(FONT, "a", 64, 96, 96)),
            least(lambda: session.render_to_numpy(FONT, "a", 64, 96, 96, copy=False)),
            least(lambda: session.metrics(FONT, "a", 64, 96, 96)),
        ]
        print(*times, flush=True)
