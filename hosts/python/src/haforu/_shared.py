"""The session behind the package's functions that need no session of the caller's; made by the first of them, kept to the end."""

from __future__ import annotations

import threading

from .session import StreamingSession

_lock = threading.Lock()
_session: StreamingSession | None = None


def shared_session() -> StreamingSession:
    global _session
    if _session is None:
        with _lock:
            if _session is None:
                # It keeps no fonts: looking into a thousand must not fill the memory.
                _session = StreamingSession(font_cache_bytes=0)
    return _session
