"""That many small renders need no more memory than some: resident bytes at a tenth and at the end.

The test does some ten thousand; `python hosts/python/tests/test_memory.py 1000000` in the repository's root does as many as it is told.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

import numpy
import pytest

import haforu

FONT = "node_modules/source-sans-pro/VAR/SourceSansVariable-Roman.ttf"
#: What the allocators of Python, numpy and the engine may take beyond what is held.
SLACK_BYTES = 10 << 20


def resident() -> int:
    """Bytes of this process in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096


def growth(count: int) -> int:
    """Renders `count` times in every way, with many coordinates and sizes; by how many bytes the last nine tenths made the process grow."""
    at_a_tenth = 0
    out = numpy.empty((40, 60), numpy.uint8)
    job = {"font": {"path": FONT, "size": 20}, "text": {"content": "a"}, "rendering": {"format": "pgm", "width": 30, "height": 30}}
    with haforu.StreamingSession(cache_size=64) as session:
        for i in range(count):
            text = chr(33 + i % 94)
            where = {"wght": 200 + i % 701}
            if i % 4 == 0:
                session.render_to_numpy(FONT, text, 20 + i % 7, 60, 40, where)
            elif i % 4 == 1:
                session.render_to_numpy(FONT, text, 20, 60, 40, where, copy=False)
            elif i % 4 == 2:
                session.render_to_numpy(FONT, text, 20, 60, 40, out=out)
            elif i % 16 == 3:
                session.render(json.dumps({"id": str(i), **job}))
            elif i % 16 == 7:
                session.metrics(FONT, text, 20, 60, 40, where)
            elif i % 16 == 11:
                session.shape(FONT, text * 3, where)
            else:
                # Large enough for memory that is used again.
                session.render_to_numpy(FONT, text, 300, 400, 400 + i % 3)
            if i == count // 10:
                at_a_tenth = resident()
    return resident() - at_a_tenth


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads /proc, which only Linux has")
def test_renders_leave_nothing() -> None:
    assert growth(30_000) <= SLACK_BYTES


if __name__ == "__main__":
    renders = int(sys.argv[1])
    grown = growth(renders)
    print(f"{renders} renders: {grown / 2**20:+.1f} MB from a tenth of them to the end")
    sys.exit(0 if grown <= SLACK_BYTES else 1)
