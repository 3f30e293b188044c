"""How many threads can work at once: the default of what works in threads."""

from __future__ import annotations

import os


def processors() -> int:
    """Processors that this process may use, at least 1: a container or taskset may allow fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
