"""Many jobs over threads: every letter at three weights, one result line each, with metrics and the hash of the pixels.

usage: python examples/batch.py FONT.ttf RESULTS.jsonl
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from string import ascii_lowercase

from haforu import process_jobs

font, results = sys.argv[1:3]


def jobs() -> Iterator[str]:
    """Read as results are taken: a million jobs take no more memory than these."""
    for letter in ascii_lowercase:
        for weight in (200, 400, 900):
            job = {
                "id": f"{letter}-{weight}",
                "font": {"path": font, "size": 100, "variations": {"wght": weight}},
                "text": {"content": letter},
                "rendering": {"format": "metrics", "width": 300, "height": 120, "include": ["hash"]},
            }
            yield json.dumps(job)


def told(done: int, _total: int | None) -> None:
    if done % 26 == 0:
        print(f"{done} results")


densest = ("", 0.0)
with open(results, "w", encoding="utf-8") as file:
    for line in process_jobs(jobs(), ordered=True, timing=False, progress=told):
        file.write(line + "\n")
        result = json.loads(line)
        if result["status"] == "success" and result["metrics"]["density"] > densest[1]:
            densest = (result["id"], result["metrics"]["density"])
print(f"the densest letter is {densest[0]}: ink on {densest[1]:.1%} of its canvas")
