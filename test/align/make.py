#!/usr/bin/env python3
"""Writes expected.json: how pictures differ, and resized pictures, by NumPy and scikit-image.

    python3 -m venv venv && venv/bin/pip install numpy==2.3.4 scikit-image==0.25.2
    venv/bin/python test/align/make.py

The pictures are made here and in align.test.ts by the same rule from a seed: ellipses of ink, some with noise.
Means are over the frame; for SSIM both pictures are padded with blank, so that the window sees blank beyond the frame.
"""

import json
import math
import pathlib

import numpy as np
from skimage.metrics import structural_similarity
from skimage.transform import resize

HERE = pathlib.Path(__file__).resolve().parent
PAD = 24


def seeded(seed):
    """mulberry32: numbers in [0, 1)."""
    state = seed & 0xFFFFFFFF

    def imul(a, b):
        return (a * b) & 0xFFFFFFFF

    def step():
        nonlocal state
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = imul(state ^ (state >> 15), state | 1)
        t ^= (t + imul(t ^ (t >> 7), t | 61)) & 0xFFFFFFFF
        return (t ^ (t >> 14)) / 2**32

    return step


def picture(seed, width, height, kind):
    """Ink, rows × columns of 0..255: "blank", "full", "noise" everywhere, or "shapes": three soft ellipses."""
    random = seeded(seed)
    if kind == "blank":
        return np.zeros((height, width), np.uint8)
    if kind == "full":
        return np.full((height, width), 255, np.uint8)
    if kind == "noise":
        return np.array([[math.floor(random() * 256) for _ in range(width)] for _ in range(height)], np.uint8)
    ink = np.zeros((height, width), np.int64)
    for _ in range(3):
        cx, cy = (0.3 + 0.4 * random()) * width, (0.3 + 0.4 * random()) * height
        rx, ry = (0.05 + 0.2 * random()) * width, (0.05 + 0.2 * random()) * height
        for y in range(height):
            for x in range(width):
                dx, dy = (x + 0.5 - cx) / rx, (y + 0.5 - cy) / ry
                value = math.floor((1 - (dx * dx + dy * dy)) * 400)
                ink[y, x] = max(ink[y, x], min(255, max(0, value)))
    return ink.astype(np.uint8)


def framed(ink, width, height, x, y):
    """The picture with its corner at (x, y) of a frame; what leaves the frame must be blank."""
    far = 400
    out = np.zeros((height + 2 * far, width + 2 * far), np.float64)
    out[y + far:y + far + ink.shape[0], x + far:x + far + ink.shape[1]] = ink
    inside = out[far:-far, far:-far].copy()
    assert inside.sum() == ink.sum()
    return inside


def measures(a, b):
    """Of two frames of one size."""
    height, width = a.shape
    difference = np.abs(a - b)
    sigma = min(width, height) / 4
    gx = np.exp(-((np.arange(width) + 0.5 - width / 2) ** 2) / (2 * sigma**2))
    gy = np.exp(-((np.arange(height) + 0.5 - height / 2) ** 2) / (2 * sigma**2))
    weights = np.outer(gy, gx)
    _, similarity = structural_similarity(
        np.pad(a, PAD), np.pad(b, PAD), data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
        K1=0.01, K2=0.03, full=True)
    union = np.maximum(a, b).sum()
    return {
        "pixel_delta": difference.mean() / 255,
        "pixel_delta_center": (difference * weights).sum() / weights.sum() / 255,
        "rmse": math.sqrt(((a - b) ** 2).mean()) / 255,
        "ssim": similarity[PAD:-PAD, PAD:-PAD].mean(),
        "iou": np.minimum(a, b).sum() / union if union > 0 else 1.0,
    }


def best_shift(a, b, reach):
    """Every shift within reach of where the middles of the ink boxes meet, and none: the least Σ|a − b|, then the least way."""
    def box(ink):
        rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
        return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1

    al, at, ar, ab = box(a)
    bl, bt, br, bb = box(b)
    cut_a, cut_b = a[at:ab, al:ar].astype(np.int64), b[bt:bb, bl:br].astype(np.int64)
    start = ((ar - al - (br - bl)) >> 1, (ab - at - (bb - bt)) >> 1)
    home = (bl - al, bt - at)
    places = [(start[0] + x, start[1] + y) for y in range(-reach, reach + 1) for x in range(-reach, reach + 1)] + [home]
    best = None
    for x, y in places:
        left, top = max(0, x), max(0, y)
        right, bottom = min(ar - al, br - bl + x), min(ab - at, bb - bt + y)
        common = 0
        if right > left and bottom > top:
            common = int(np.minimum(cut_a[top:bottom, left:right], cut_b[top - y:bottom - y, left - x:right - x]).sum())
        moved = (int(x - home[0]), int(y - home[1]))
        key = (-common, abs(moved[0]) + abs(moved[1]), moved[1], moved[0])
        if best is None or key < best[0]:
            best = (key, moved)
    return best[1]


def place(a, b, mode, reach):
    """The frame's size, and where the pictures' corners go."""
    width, height = max(a.shape[1], b.shape[1]), max(a.shape[0], b.shape[0])
    if mode == "corner":
        return width, height, (0, 0), (0, 0)
    if mode == "center":
        return (width, height, *[((width - i.shape[1]) // 2, (height - i.shape[0]) // 2) for i in (a, b)])
    if not a.any() or not b.any():
        return width, height, (0, 0), (0, 0)
    x, y = best_shift(a, b, reach)
    rows, columns = np.flatnonzero(b.any(1)), np.flatnonzero(b.any(0))
    left, top = min(0, columns[0] + x), min(0, rows[0] + y)
    width = max(width, columns[-1] + 1 + x) - left
    height = max(height, rows[-1] + 1 + y) - top
    return int(width), int(height), (int(-left), int(-top)), (int(x - left), int(y - top))


PICTURES = [  # seed, width, height, kind
    (1, 64, 48, "shapes"), (2, 64, 48, "shapes"), (3, 37, 61, "shapes"), (4, 40, 40, "noise"), (5, 40, 40, "noise"),
    (6, 33, 20, "blank"), (7, 64, 48, "full"), (8, 1, 1, "full"), (9, 5, 90, "noise"), (10, 130, 7, "shapes"),
    (11, 200, 150, "shapes"), (12, 200, 150, "shapes"),
]
PAIRS = [(0, 1), (0, 0), (0, 2), (3, 4), (5, 0), (0, 6), (6, 5), (7, 7), (7, 8), (8, 9), (10, 11), (9, 2), (3, 10), (5, 5)]
SIZES = [(0, 64, 48), (0, 32, 24), (0, 31, 25), (2, 100, 90), (3, 41, 39), (3, 200, 10), (7, 5, 4), (9, 1, 1), (8, 7, 30), (4, 20, 20)]


def main():
    pictures = [picture(*spec) for spec in PICTURES]
    compared = []
    for first, second in PAIRS:
        for mode, reach in (("corner", 32), ("center", 32), ("ink", 9)):
            a, b = pictures[first], pictures[second]
            width, height, (ax, ay), (bx, by) = place(a, b, mode, reach)
            numbers = measures(framed(a, width, height, ax, ay), framed(b, width, height, bx, by))
            compared.append({"pictures": [first, second], "mode": mode, "reach": reach, "width": width, "height": height,
                             "shift": [bx - ax, by - ay], **{name: round(float(value), 9) for name, value in numbers.items()}})
    resized = []
    for index, width, height in SIZES:
        values = resize(pictures[index].astype(np.float64), (height, width), order=1, mode="edge", anti_aliasing=False, clip=False)
        resized.append({"picture": index, "width": width, "height": height, "data": [round(float(v), 3) for v in values.ravel()]})
    record = {
        "pictures": [dict(zip(("seed", "width", "height", "kind"), spec)) for spec in PICTURES],
        "sums": [int(p.astype(np.int64).sum()) for p in pictures],
        "compared": compared,
        "resized": resized,
    }
    lines = [f' "{key}": [\n' + ",\n".join("  " + json.dumps(item) for item in value) + "\n ]" for key, value in record.items()]
    (HERE / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
