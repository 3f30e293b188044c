"""The metrics of docs/metrics.md over FreeType's renders of single glyphs and lines, computed with numpy: expected.json.

    python3 -m venv .venv && .venv/bin/pip install freetype-py==2.5.1 numpy==2.4.6
    .venv/bin/python test/metrics/make.py [--check]

Nothing of the engine is used: FreeType loads, varies, scales and rasterises (no hinting); the pen goes by FreeType's
unscaled advances; every formula is written anew. Glyphs stand without kerning or ligatures: the texts and the jobs that
are compared ask for none. --check computes again and fails where expected.json says otherwise.
"""

import json
import pathlib
import sys

import freetype as ft
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]

# Where the pen starts: some letters reach to its left.
PEN_X = 50

# font key, text, size in px per em, canvas width and height, design coordinates
CASES = [
    *[("noto-sans", letter, 1000, 3000, 1200, None) for letter in "agW%i&@"],
    *[("noto-sans", letter, 64, 128, 96, None) for letter in "ag%"],
    ("noto-sans", "nonn on", 200, 1000, 300, None),
    ("noto-sans", "Hamburgefonstiv", 120, 1200, 200, None),
    ("noto-sans", 'i"ll |', 240, 800, 400, None),
    ("source-sans-otf", "a", 1000, 3000, 1200, None),
    ("source-sans-otf", "Quick lynx", 150, 1200, 240, None),
    *[("source-sans-var-ttf", letter, 1000, 3000, 1200, {"wght": wght}) for letter in "ao" for wght in (200, 437, 650, 900)],
    *[("source-sans-var-ttf", "minimum", 160, 1000, 260, {"wght": wght}) for wght in (200, 900)],
    *[("source-serif-var-ttf", "g", 1000, 3000, 1200, {"wght": wght, "opsz": opsz}) for wght, opsz in ((200, 8), (550, 20), (900, 60))],
]


def font_file(key):
    for entry in json.loads((ROOT / "test/fonts/registry.json").read_text()):
        if entry["key"] == key:
            return ROOT / "node_modules" / entry["package"] / entry["file"]
    raise SystemExit(f"no font {key}")


def draw(face, glyph, pen_x, pen_y, canvas):
    """Adds a glyph's coverage to the canvas, its origin at (pen_x, pen_y), y down, to 1/64 px."""
    face.load_glyph(glyph, ft.FT_LOAD_NO_HINTING | ft.FT_LOAD_NO_BITMAP)
    whole = int(np.floor(pen_x))
    outline = face.glyph.get_glyph()
    origin = ft.Vector(int(round((pen_x - whole) * 64)), 0)
    image = outline.to_bitmap(ft.FT_RENDER_MODE_NORMAL, origin)
    bitmap = image.bitmap
    if bitmap.width == 0 or bitmap.rows == 0:
        return
    ink = np.array(bitmap.buffer, dtype=np.int64).reshape(bitmap.rows, bitmap.pitch)[:, : bitmap.width]
    x, y = whole + image.left, pen_y - image.top
    canvas[y : y + bitmap.rows, x : x + bitmap.width] = np.maximum(canvas[y : y + bitmap.rows, x : x + bitmap.width], ink)


def box_of(ink):
    rows, columns = np.nonzero(ink.any(axis=1))[0], np.nonzero(ink.any(axis=0))[0]
    if len(rows) == 0:
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def variation(values):
    values = np.array(values, dtype=float)
    return None if len(values) < 2 or values.mean() <= 0 else float(values.std() / values.mean())


def longest_run(row):
    best = run = 0
    for inked in row:
        run = run + 1 if inked else 0
        best = max(best, run)
    return best


def metrics(ink, width, height, pen_start, pen_end, clusters):
    left, top, right, bottom = box_of(ink)
    total = ink.sum()
    x, y = np.arange(width) + 0.5, np.arange(height) + 0.5
    cx, cy = (ink.sum(axis=0) * x).sum() / total, (ink.sum(axis=1) * y).sum() / total
    padded = np.pad(ink, 1).astype(float)
    a, b, c, d = padded[:-1, :-1], padded[:-1, 1:], padded[1:, :-1], padded[1:, 1:]
    perimeter = np.hypot((b - a + d - c) / 2, (c - a + d - b) / 2).sum() / 255
    columns = ink.any(axis=0)[left:right]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], ~columns, [False]]).astype(int)))
    gaps = [[int(left + start), int(end - start)] for start, end in edges.reshape(-1, 2)]
    gap_variation = variation([length for _, length in gaps])
    inked = [(box, ink_sum, advance) for box, ink_sum, advance in clusters if box is not None]
    advance_variation = variation([advance for _, _, advance in inked])
    both = [part for part in (advance_variation, gap_variation) if part is not None]
    sizes = [(box[2] - box[0], box[3] - box[1]) for box, _, _ in inked]
    densities = [ink_sum / (255 * w * h) for (_, ink_sum, _), (w, h) in zip(inked, sizes)]
    spread = variation(densities)
    return {
        "density": total / (255 * width * height),
        "beam": max(longest_run(row) for row in ink[top:bottom] > 0) / width,
        "bbox": [left, top, right - left, bottom - top],
        "ink_area": total / 255,
        "centroid": [cx, cy],
        "aspect": (right - left) / (bottom - top),
        "advance": [pen_end - pen_start, 0],
        "ink_density": total / (255 * (right - left) * (bottom - top)),
        "moments": [
            (ink.sum(axis=0) * (x - cx) ** 2).sum() / total + 1 / 12,
            (ink.sum(axis=1) * (y - cy) ** 2).sum() / total + 1 / 12,
            float((y - cy) @ ink @ (x - cx)) / total,
        ],
        "perimeter": perimeter,
        "bearings": [left - pen_start, pen_end - right],
        "gap_count": len(gaps),
        "gaps": gaps,
        "gap_variation": gap_variation,
        "advance_variation": advance_variation,
        "width_rhythm": sum(both) / len(both) if both else None,
        "rendered_aspect": float(np.mean([w / h for w, h in sizes])),
        "consistency": 1 if len(densities) == 1 else max(0, 1 - spread),
    }


def case(key, text, size, width, height, variations):
    face = ft.Face(str(font_file(key)))
    if variations:
        axes = [axis.tag for axis in face.get_variation_info().axes]
        face.set_var_design_coords([variations[tag] for tag in axes])
    face.set_char_size(size * 64)
    ink = np.zeros((height, width), dtype=np.int64)
    pen, baseline = float(PEN_X), height * 3 // 4
    clusters = []
    for character in text:
        glyph = face.get_char_index(character)
        face.load_glyph(glyph, ft.FT_LOAD_NO_SCALE)
        advance = face.glyph.metrics.horiAdvance * size / face.units_per_EM
        alone = np.zeros_like(ink)
        draw(face, glyph, pen, baseline, alone)
        draw(face, glyph, pen, baseline, ink)
        clusters.append((box_of(alone), int(alone.sum()), advance))
        pen += advance
    job = {"font": key, "text": text, "size": size, "width": width, "height": height, "variations": variations, "origin": [PEN_X, baseline]}
    return {**job, "metrics": rounded(metrics(ink, width, height, PEN_X, pen, clusters))}


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(inner) for inner in value]
    return value if value is None or isinstance(value, int) else round(float(value), 6)


def main():
    text = "[\n" + ",\n".join(json.dumps(case(*entry)) for entry in CASES) + "\n]\n"
    path = HERE / "expected.json"
    if "--check" not in sys.argv:
        path.write_text(text)
    elif path.read_text() != text:
        raise SystemExit("expected.json is not what FreeType and numpy give now")


main()
