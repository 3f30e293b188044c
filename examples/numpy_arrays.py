"""Pixels as numpy arrays: a fresh one, one that is filled, and a view of the engine's memory that costs no copy.

usage: python examples/numpy_arrays.py VARIABLE-FONT.ttf
"""

from __future__ import annotations

import sys

import numpy

from haforu import StaleViewError, StreamingSession

font = sys.argv[1]
SIZE, WIDTH, HEIGHT = 100, 160, 120

with StreamingSession() as session:
    # A fresh array, the caller's own: rows from the top, 255 blank, 0 full ink.
    letter = session.render_to_numpy(font, "a", SIZE, WIDTH, HEIGHT)
    print(f"{letter.shape} {letter.dtype}, {int(numpy.count_nonzero(letter < 255))} pixels with ink")

    # A training set, filled in place.
    weights = numpy.linspace(200, 900, 8)
    pictures = numpy.empty((len(weights), HEIGHT, WIDTH), numpy.uint8)
    for weight, picture in zip(weights, pictures):
        session.render_to_numpy(font, "a", SIZE, WIDTH, HEIGHT, {"wght": float(weight)}, out=picture)
    ink = (255.0 - pictures).sum(axis=(1, 2)) / 255
    print("ink by weight:", " ".join(f"{area:.0f}" for area in ink))

    # A view: for a loop that looks at a picture and goes on.
    first = session.render_to_numpy(font, "a", SIZE, WIDTH, HEIGHT, {"wght": 200}, copy=False)
    kept = first.copy()
    second = session.render_to_numpy(font, "a", SIZE, WIDTH, HEIGHT, {"wght": 900}, copy=False)
    print(f"mean difference of the extremes: {numpy.abs(second.astype(float) - kept).mean():.2f}")
    try:
        first.sum()
    except StaleViewError:
        print("the first view is stale, and says so")

    # Measured without a picture.
    print(f"density {session.metrics(font, 'a', SIZE, WIDTH, HEIGHT)['density']:.4f}")
