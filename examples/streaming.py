"""One session for a program that renders now and then: fonts stay loaded, each job is answered at once, from any thread.

usage: python examples/streaming.py FONT.ttf
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor

from haforu import StreamingSession

font = sys.argv[1]

with StreamingSession(cache_size=64, timing=False) as session:
    session.warm_up([font])

    def width_of(text: str) -> float:
        job = {
            "id": text,
            "font": {"path": font, "size": 20},
            "text": {"content": text},
            "rendering": {"format": "metrics", "width": 400, "height": 40},
        }
        advance: float = json.loads(session.render(json.dumps(job)))["metrics"]["advance"][0]
        return advance

    words = "The quick brown fox jumps over the lazy dog".split()
    # Each thread has an engine of its own; the session is one.
    with ThreadPoolExecutor(2) as pool:
        for word, width in zip(words, pool.map(width_of, words)):
            print(f"{word:<6}{width:8.2f} px")
    stats = session.cache_stats()
    print(f"fonts kept: {stats['fonts']:.0f}, alive: {session.ping()}")
