"""A signal handler that raises at any step of taking an engine and giving it on: the engine is free afterwards, and who waits gets it."""

from __future__ import annotations

import linecache
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest
from conftest import VOICE_PATH

from haforu.speech import CancelToken, Pipeline, _converter, _pool, _utterance
from haforu.speech._pool import Pool


def interrupted(action: Callable[[], object], files: set[str], events: set[str], number: int) -> bool:
    """Raises KeyboardInterrupt in this thread as the n-th line (or function) of these files begins; whether there were so many."""
    seen = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal seen
        if frame.f_code.co_filename not in files:
            return None
        # The line of a `with` begins again as it is left, where the interpreter itself never lets a handler run.
        if event in events and not linecache.getline(frame.f_code.co_filename, frame.f_lineno).lstrip().startswith("with "):
            seen += 1
            if seen == number:
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    sys.settrace(trace)
    try:
        action()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(None)
    return seen >= number


def numbers(most: int) -> Iterator[int]:
    """1, 2 ... until the test says that there are no more."""
    for number in range(1, most):
        yield number
    pytest.fail(f"there are more than {most} steps")


def all_free(pool: Pool) -> bool:
    return not pool._waiting and not any(lane.busy for lane in pool._lanes)


def test_an_engine_that_was_taken_is_free_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pool, "SpeechEngine", object)
    for number in numbers(200):
        pool = Pool(1)
        monkeypatch.setattr(_converter, "_pool", pool)
        more = interrupted(lambda: _converter._with_engine(lambda _: 1), {_pool.__file__}, {"call", "line"}, number)
        assert all_free(pool), f"at step {number}"
        if not more:
            assert number > 20
            return


def test_who_waits_has_its_turn_whatever_happens_to_who_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pool, "SpeechEngine", object)
    for number in numbers(200):
        pool = Pool(1)
        monkeypatch.setattr(_converter, "_pool", pool)
        had: list[object] = []
        waiting: list[threading.Thread] = []

        def speak(_: object, pool: Pool = pool, had: list[object] = had, waiting: list[threading.Thread] = waiting) -> int:
            for k in range(2):
                waiting.append(threading.Thread(target=lambda: had.append(_converter._with_engine(lambda _: 2)), daemon=True))
                waiting[k].start()
                while len(pool._waiting) <= k:
                    waiting[k].join(0.001)
            return 1

        more = interrupted(lambda speak=speak: _converter._with_engine(speak), {_pool.__file__}, {"call", "line"}, number)  # type: ignore[misc]
        for one in waiting:
            one.join(60)
        assert had == [2] * len(waiting) and all_free(pool), f"at step {number}"
        if not more:
            assert len(waiting) == 2
            return


@pytest.mark.parametrize("whole", [True, False])
def test_a_call_that_is_interrupted_leaves_no_engine_behind(whole: bool) -> None:
    files = {_pool.__file__, _utterance.__file__}
    with Pipeline(voice_path=VOICE_PATH, voice="kal16", workers=1) as pipeline:
        expected = len(pipeline.synthesize("a").samples)

        def call() -> None:
            if whole:
                pipeline.synthesize("a")
            else:
                for _ in pipeline.synthesize_stream("a"):
                    pass

        for number in numbers(400):
            more = interrupted(call, files, {"call"}, number)
            assert all_free(pipeline._pool), f"at step {number}"
            if not more:
                break
        assert number > 10
        assert len(pipeline.synthesize("a", cancel=CancelToken.after(60)).samples) == expected
