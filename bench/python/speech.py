"""The Python side of bench/speech.mjs: a line asks, a line answers with milliseconds (or a hash). usage: speech.py SENTENCE, with haforu.speech on the path."""

from __future__ import annotations

import hashlib
import pathlib
import sys
import threading
import time
from collections.abc import Callable

from haforu.speech import CancelToken, Pipeline, SpeechError

SENTENCE = sys.argv[1]
CALLS = 2000
pipeline = Pipeline(workers=1, voice_path=[str(folder) for folder in sorted(pathlib.Path("packages").glob("voice-*"))])
pipeline.synthesize("")
engine = pipeline._pool._lanes[0].engine


def timed(action: Callable[[], object], times: int = 1) -> float:
    started = time.perf_counter()
    for _ in range(times):
        action()
    return (time.perf_counter() - started) * 1000 / times


def cancelled() -> float:
    """From the cancelling in another thread to the error in this one."""
    token = CancelToken()
    at: list[float] = []

    def cancel() -> None:
        at.append(time.perf_counter())
        token.cancel()

    threading.Timer(0.1, cancel).start()
    try:
        pipeline.synthesize(SENTENCE * 400, cancel=token)
    except SpeechError:
        return (time.perf_counter() - at[0]) * 1000
    raise RuntimeError("it was not cancelled")


for line in sys.stdin:
    what, *words = line.split()
    if what == "hash":
        answer = hashlib.sha256(pipeline.synthesize(SENTENCE, voice=words[0]).samples).hexdigest()
    elif what == "sentence":
        answer = str(timed(lambda: pipeline.synthesize(SENTENCE, voice=words[0])))
    elif what == "call":
        answer = str(timed(engine._need, CALLS))
    elif what == "empty":
        answer = str(timed(lambda: pipeline.synthesize(""), 50))
    else:
        answer = str(cancelled())
    print(answer, flush=True)
