"""What one thread has of a session: an engine with what is open in it, and what it was last told.

A worker is entered for the length of one call (`with worker.lock, worker`); leaving it turns what ended the call into the error to
raise.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from . import _check
from . import _contract as contract
from ._engine import Trap
from ._handles import Coords, Handles
from ._host import FontHost
from ._jobs import EngineConfig, JobRunner, milliseconds
from ._request import Features, Request, job_of
from ._switch import TIMEOUT
from ._view import Generation
from .errors import HaforuError, call_error, error_of, invalid, line_error

if TYPE_CHECKING:
    from ._stream_calls import StreamCalls

_DIRECT_COUNTS = ("font_hits", "font_misses", "instance_hits", "instance_misses", "evictions")


class Worker:
    """Belongs to the thread that made it; another one may take room from it while it is not at work."""

    def __init__(self, host: FontHost, config: EngineConfig, font_check_s: float) -> None:
        self._host = host
        self._font_check_s = font_check_s
        self._looked_at = time.monotonic()
        self._counts: dict[str, float] = dict.fromkeys(_DIRECT_COUNTS, 0)
        self.runner = JobRunner(host, config, font_check_s)
        # Of the runner's lock and switch, which stay the same for life: found once, not at every call.
        #: Held around each call, by a `with` of its own: the interpreter itself releases it, whatever a signal handler raises meanwhile.
        self.lock = self.runner.lock
        self._begin, self._end = self.runner.switch.begin, self.runner.switch.end
        self.generation = Generation()
        self.busy = False
        self._cut_short = False
        self._streams: StreamCalls | None = None
        #: Seconds for the next call.
        self.timeout: float | None = None
        #: Instances to be kept from the next call on.
        self.max_instances = self.wanted_instances = config.max_instances
        #: Whether fonts are to be looked at before their next use, whatever the time.
        self.looks_again = False
        # What the engine has of the last direct call; the request where nothing of it can change under us.
        self._last: Request | None = None
        self._text_key: object = None
        self._place_key: object = None
        self.handles = self._table()

    # --- one call -----------------------------------------------------------------------------------------------

    def __enter__(self) -> Worker:
        if self.busy:
            self._look_back()
        self.busy = True
        self._begin(self.timeout)
        if self._host.over:
            self._host.settle(self.runner)
        if self.wanted_instances != self.max_instances:
            self._resize()
        if self.looks_again:
            self.looks_again = False
            self.runner.next_epoch()
            self.handles.next_epoch()
        return self

    def __exit__(self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None) -> None:
        # As long as it is not undone, it is busy, and the next call undoes it: a signal handler may raise even before the first line.
        reason = self._end()
        self.busy = False
        if error is not None:
            if isinstance(error, Trap):
                raise self._fault(error) from None
            self._count_loss(error)
        # A call that was done before the engine saw the word was cut, too: whether it raises must not hang on who was faster.
        if reason and (error is None or (isinstance(error, HaforuError) and error.code == "cancelled")):
            raise _ended(reason, self.timeout) from None

    def _count_loss(self, error: BaseException) -> None:
        """What a signal handler's exception cut short may have left memory in the engine that nobody knows of: when room is short after
        that, a fresh engine takes its place.
        """
        if not isinstance(error, HaforuError):
            self._cut_short = True
        elif error.code == "out_of_memory" and self._cut_short:
            self.runner.refresh()
            self.fresh_handles()
            self._cut_short = False

    def _look_back(self) -> None:
        """The last call was not left: a signal handler calls in the midst of it, which the engine does not bear, or one raised in the
        midst of leaving it. The lock tells which: it is held once more where a call is at work.
        """
        if _depth(self.lock) > 1:
            raise HaforuError("unsupported", "this thread is in a call of the session already; call it when that has returned")
        self._end()

    def overwrite(self) -> None:
        """Before what draws: views of this thread are stale from now on."""
        self.generation.now += 1

    # --- direct calls -------------------------------------------------------------------------------------------

    def prepare(self, request: Request, strict: bool, drawn: bool = True, plain: bool = False) -> int:
        """Checks what differs from the last call and writes it into the engine; the handle of the instance. Views are stale from now on.

        plain: whether its whole numbers are ints and its size no bool. Else it is checked again though it equals the last one: 1.0 and True equal 1.
        """
        self.generation.now += 1
        handles = self.fresh_handles()
        now = self.runner.worked_at = time.monotonic()
        if now - self._looked_at >= self._font_check_s:
            self._looked_at = now
            handles.next_epoch()
        try:
            if plain and request == self._last and handles.has_last and not strict:
                return handles.last()
        except ValueError:
            # An array, where none is taken or as the origin: it compares number by number.
            pass
        self._last = None
        engine = self.runner.engine
        font_path, text, size, width, height, variations, script, direction, language, face_index, features, origin, _, instance = request
        listed = features if features is None or isinstance(features, str) else _listed(features)
        text_key = (text, script, direction, language, listed)
        try:
            same = text_key == self._text_key
        except ValueError:
            same = False
        if not same:
            self._text_key = None
            engine.write_text(
                _check.text(text), _check.script_tag(script), _check.direction(direction), _check.language(language), _check.features(listed)
            )
            self._text_key = text_key
        if drawn:
            pen = None if origin is None else _check.origin(origin)
            place_key = (type(size), type(width), type(height), size, width, height, pen)
            if place_key != self._place_key:
                self._place_key = None
                engine.write_place(*_check.place(size, width, height, pen))
                self._place_key = place_key
        path = _check.font_path(font_path)
        face = _check.whole("face_index", face_index, 0, contract.LIMIT_FACE_INDEX)
        coords: Coords = () if variations is None else _check.coords(variations)
        name = "" if instance is None else _check.instance(instance)
        if strict:
            self._refuse_warnings(request, listed, drawn)
            handles = self.fresh_handles()
        handle = handles.instance(path, face, coords, name)
        if drawn and variations is None and origin is None and (features is None or isinstance(features, str)):
            self._last = request
        return handle

    def warnings(self, request: Request) -> list[dict[str, Any]]:
        """What a render of this request warns of. In a strict session raises."""
        features = request.features
        listed = features if features is None or isinstance(features, str) else _listed(features)
        result = self._job(job_of(request, listed))
        if result["status"] == "error":
            raise line_error(result)
        told: list[dict[str, Any]] = result.get("warnings", [])
        return told

    def fresh_handles(self) -> Handles:
        """The table of the engine in use: after a fault that is another one."""
        if self.handles.engine is not self.runner.engine:
            self.generation.now += 1
            self.handles = self._table()
        return self.handles

    def streams(self) -> StreamCalls:
        """The streams of the engine in use."""
        if self._streams is None or self._streams.engine is not self.runner.engine:
            from ._stream_calls import StreamCalls

            self._streams = StreamCalls(self.runner.engine)
        return self._streams

    def stats(self) -> dict[str, float]:
        stats = self.runner.stats()
        for name, count in (*self._counts.items(), *self.handles.sizes().items()):
            stats[name] += count
        return stats

    # --- inside -------------------------------------------------------------------------------------------------

    def _table(self) -> Handles:
        self._text_key = self._place_key = self._last = None
        handles = Handles(self.runner.engine, self._host, self.runner, self._counts)
        self.runner.handles = handles
        return handles

    def _resize(self) -> None:
        self.max_instances = self.wanted_instances
        most = self.max_instances or contract.DEFAULT_MAX_FONTS
        self.handles.max_instances = most
        self.handles.shrink(most)
        self.runner.resize(most)

    def _fault(self, trap: Trap) -> HaforuError:
        error = self.runner.fault(trap)
        self.fresh_handles()
        return error

    def _job(self, job: dict[str, Any]) -> dict[str, Any]:
        data = json.dumps(job).encode()
        self.runner.load(data)
        self.runner.run(0, len(data), 1, 0)
        result: dict[str, Any] = json.loads(self.runner.result())
        return result

    def _refuse_warnings(self, request: Request, listed: Features, drawn: bool) -> None:
        """In a strict session: the request as a job, and its warnings as the error."""
        result = self._job(job_of(request, listed))
        if result["status"] != "error" or result["error"]["code"] != "strict_warning":
            # Other errors are the call's own to tell.
            return
        warnings = [one for one in result.get("warnings", ()) if drawn or one["code"] not in _OF_DRAWING]
        if not warnings:
            return
        first = warnings[0]
        message = f"{first['code']}: {first['message']} (an error because the session is strict)"
        raise error_of("strict_warning", message, field=_FIELDS.get(first["code"]), details={"warnings": warnings})


#: Warnings about drawing: shaping alone has none.
_OF_DRAWING = frozenset({"ink_clipped", "outline_missing"})
#: What of a request a warning is about, where that is one argument.
_FIELDS = {
    "missing_glyph": "text",
    "invalid_utf8": "text",
    "outline_missing": "text",
    "axis_clamped": "variations",
    "axis_unknown": "variations",
    "variations_on_static_font": "variations",
    "feature_unknown": "features",
}


def _depth(lock: threading.RLock) -> int:
    """How many times this thread holds the lock, which it does: of what all supported Pythons have, only its text says so."""
    found = re.search(r"count=(\d+)", repr(lock))
    return 2 if found is None else int(found[1])


def _ended(reason: str, seconds: float | None) -> HaforuError:
    if reason == TIMEOUT and seconds is not None:
        return error_of("timeout", f"the call took longer than its time limit of {milliseconds(seconds)} ms; give it more, or less to do")
    return call_error("cancelled", "the call", "it was cancelled from another thread")


def _listed(features: object) -> tuple[str, ...]:
    """A copy: a list could change after it was checked."""
    if isinstance(features, (bytes, bytearray)) or not isinstance(features, Sequence):
        raise invalid("features", 'a string or a list of strings, such as ["kern", "-liga"]', features)
    return tuple(features)
