"""Outlines of sample glyphs at several places of the design space, by fontTools: expected.json, what our engine must draw.

    python3 -m venv .venv && .venv/bin/pip install fonttools==4.68.0 brotli==1.2.1
    .venv/bin/python test/outlines/make.py

One glyph a line: font key, character, coordinates, segment kinds (M L Q C), and the points they take, flat, in font
units. fontTools reads gvar, CFF and CFF2 with its own code (glyphSet with a location; avar applied), independent of
HarfBuzz. A segment that only returns to the contour's start is left out, for drawing libraries differ about it.
"""

import io
import json
import pathlib

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTCollection, TTFont

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]

SAMPLES = [
    ("source-sans-var-ttf", "aRg&é", [{}, {"wght": 200}, {"wght": 613}, {"wght": 900}]),
    ("source-sans-var-otf", "aRg&é", [{}, {"wght": 200}, {"wght": 613}, {"wght": 900}]),
    ("source-sans-var-otf-woff2", "aR", [{}, {"wght": 300}]),
    ("source-serif-var-ttf", "aQf", [{}, {"wght": 345.5, "opsz": 55}, {"wght": 900, "opsz": 8}]),
    ("source-serif-var-otf", "aQf", [{}, {"wght": 345.5, "opsz": 55}, {"wght": 900, "opsz": 8}]),
    ("source-sans-otf", "aRg&é", [{}]),
    ("source-sans-ttf", "aRg&é", [{}]),
    ("source-sans-ttf-woff2", "aRg", [{}]),
    ("source-sans-otf-woff", "aRg", [{}]),
    ("inter-var-woff2", "aQ", [{}, {"wght": 650, "opsz": 20}]),
    ("recursive-var-woff2", "aQ", [{}, {"wght": 700, "slnt": -12, "CASL": 1, "CRSV": 0.5, "MONO": 0.5}]),
    ("noto-sans-hebrew", "שא", [{}]),
    ("noto-sans-devanagari", "कश", [{}]),
    ("avar2", "be", [{}, {"wght": 900}, {"wght": 700, "wdth": 170}]),
    ("varc", "eh", [{}, {"wght": 900}, {"wght": 900, "wdth": 200}]),
    ("collection", "bc", [{}]),
]


class Segments(BasePen):
    """Kinds and points; quadratics one by one, with the implied points between them."""

    def __init__(self, glyph_set):
        super().__init__(glyph_set)
        self.contours = []

    def _moveTo(self, point):
        self.contours.append([("M", point)])

    def _lineTo(self, point):
        self.contours[-1].append(("L", point))

    def _curveToOne(self, *points):
        self.contours[-1].append(("C", *points))

    def _qCurveToOne(self, *points):
        self.contours[-1].append(("Q", *points))

    def result(self):
        kinds, numbers = "", []
        for contour in self.contours:
            if len(contour) > 1 and contour[-1][0] == "L" and same(contour[-1][1], contour[0][1]):
                contour = contour[:-1]
            for kind, *points in contour:
                kinds += kind
                numbers += [tidy(value) for point in points for value in point]
        return kinds, numbers


def same(a, b):
    return abs(a[0] - b[0]) < 0.01 and abs(a[1] - b[1]) < 0.01


def tidy(value):
    value = round(value, 2)
    return int(value) if value == int(value) else value


def main():
    entries = {entry["key"]: entry for entry in json.loads((ROOT / "test/fonts/registry.json").read_text())}
    lines = []
    for key, characters, places in SAMPLES:
        entry = entries[key]
        folder = ROOT if entry["package"] is None else ROOT / "node_modules" / entry["package"]
        path = folder / entry["file"]
        font = TTCollection(path).fonts[0] if entry.get("faces") else TTFont(io.BytesIO(path.read_bytes()))
        cmap = font.getBestCmap()
        for place in places:
            glyph_set = font.getGlyphSet(location=place)
            for character in characters:
                pen = Segments(glyph_set)
                glyph_set[cmap[ord(character)]].draw(pen)
                kinds, points = pen.result()
                case = {"font": key, "upem": font["head"].unitsPerEm, "character": character, **({"variations": place} if place else {}), "kinds": kinds, "points": points}
                lines.append(json.dumps(case, ensure_ascii=False, separators=(",", ":")))
    (HERE / "expected.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(len(lines), "glyphs,", (HERE / "expected.json").stat().st_size, "bytes")


main()
