"""Expected loudness of signals that are made of formulas: what libebur128 (the reference implementation of EBU R 128 and ITU-R BS.1770) measures.
Needs python3, numpy and libebur128.so.1 (Debian: libebur128-1). Writes expected-loudness.json; packages/speech/src/audio/loudness.test.ts makes the same signals."""

import ctypes
import json
import pathlib

import numpy as np

library = ctypes.CDLL("libebur128.so.1")
library.ebur128_init.restype = ctypes.c_void_p
library.ebur128_init.argtypes = [ctypes.c_uint, ctypes.c_ulong, ctypes.c_int]
library.ebur128_add_frames_float.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
library.ebur128_loudness_global.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_double)]
MODE_I = 5


def signal(kind: str, rate: int, channels: int, seconds: float, level: float) -> np.ndarray:
    """frames × channels; the second channel is half as loud as the first."""
    frames = round(rate * seconds)
    time = np.arange(frames) / rate
    if kind == "sine":
        mono = np.sin(2 * np.pi * 997 * time)
    elif kind == "low":
        mono = np.sin(2 * np.pi * 60 * time)
    elif kind == "noise":
        state, values = 12345, np.empty(frames)
        for i in range(frames):
            state = (1103515245 * state + 12345) % 2**31
            values[i] = state / 2**30 - 1
        mono = values
    else:  # gaps: a tone that is loud, soft and silent in turn, so that both gates have work
        mono = np.sin(2 * np.pi * 440 * time) * np.choose((time / 0.7).astype(int) % 3, [1.0, 0.05, 0.0])
    mono = mono * level
    return np.stack([mono] if channels == 1 else [mono, mono / 2], axis=1).astype(np.float32)


cases = []
for kind in ("sine", "low", "noise", "gaps"):
    for rate, channels in ((8000, 1), (11025, 1), (16000, 2), (22050, 1), (44100, 2), (48000, 1)):
        samples = np.ascontiguousarray(signal(kind, rate, channels, 3.3, 0.25))
        state = ctypes.c_void_p(library.ebur128_init(channels, rate, MODE_I))
        library.ebur128_add_frames_float(state, samples.ctypes.data, len(samples))
        value = ctypes.c_double()
        library.ebur128_loudness_global(state, ctypes.byref(value))
        cases.append({"kind": kind, "rate": rate, "channels": channels, "seconds": 3.3, "level": 0.25, "lufs": round(value.value, 4)})
path = pathlib.Path(__file__).with_name("expected-loudness.json")
path.write_text("[\n" + ",\n".join("  " + json.dumps(case) for case in cases) + "\n]\n")
