"""`python -m haforu`."""

from __future__ import annotations

import os
import sys

from ._cli.main import main, script


def run() -> None:
    """The console script."""
    _end(script())


def _end(code: int) -> None:
    # Threads that wait for input or for an engine must not keep the program from ending.
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        pass
    os._exit(code)


if __name__ == "__main__":
    _end(main())
