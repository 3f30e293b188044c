"""Points of the Halton sequence by SciPy, and SplitMix64's shifts in Python's whole numbers: expected.json.

    python3 -m venv .venv && .venv/bin/pip install scipy==1.17.1 numpy==2.4.6
    .venv/bin/python test/sweep/make.py [--check]

A point of a sweep's sample is SciPy's (the sequence without its first point, the origin), moved along each axis by the
first number of the axis' own stream of SplitMix64 (https://prng.di.unimi.it/splitmix64.c): state = seed + (axis + 1) ×
the increment, mixed, the upper 53 bits as a fraction.
"""

import json
import pathlib
import sys

from scipy.stats import qmc

MASK = 2**64 - 1


def splitmix64(state):
    z = state & MASK
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def sample(axes, count, seed):
    engine = qmc.Halton(d=axes, scramble=False)
    engine.fast_forward(1)
    points = engine.random(count)
    if seed != 0:
        shifts = [(splitmix64(seed + (axis + 1) * 0x9E3779B97F4A7C15) >> 11) / 2**53 for axis in range(axes)]
        points = (points + shifts) % 1
    return {"axes": axes, "count": count, "seed": seed, "points": [[round(float(v), 12) for v in point] for point in points]}


def main():
    samples = [sample(1, 20, 0), sample(2, 50, 0), sample(5, 40, 0), sample(1, 10, 1), sample(2, 30, 42), sample(5, 25, 4294967295)]
    text = "[\n" + ",\n".join(json.dumps(one) for one in samples) + "\n]\n"
    path = pathlib.Path(__file__).resolve().parent / "expected.json"
    if "--check" not in sys.argv:
        path.write_text(text)
    elif path.read_text() != text:
        raise SystemExit("expected.json is not what SciPy gives now")


main()
