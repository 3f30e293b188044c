"""Draws the fonts in fonts/ that the comparison is tested with: one font, and versions of it that differ in one known thing each.

    python3 -m venv .venv && .venv/bin/pip install fonttools==4.68.0 && .venv/bin/python test/compare/make.py

The shapes are our own (boxes and triangles), so the files are under this project's licence. Nothing in them depends on the clock: the same script makes the same bytes.
expected.json holds what fontTools reads from two of them: the facts that the engine's answers are checked against.
"""

import io
import json
import pathlib

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.TupleVariation import TupleVariation
from fontTools.varLib.instancer import instantiateVariableFont

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE / "fonts"
EPOCH = 3786912000  # 2024-01-01 in the head table's seconds since 1904
LETTERS = "AVabcefiort"
NAMES = {"familyName": "Haforu Compared", "styleName": "Regular", "uniqueFontIdentifier": "haforu;compared", "psName": "HaforuCompared-Regular", "version": "Version 1.000"}
FEATURES = """
languagesystem DFLT dflt;
languagesystem latn dflt;
feature liga {{ sub {f} {i} by {f_i}; }} liga;
feature kern {{ pos {A} {V} {kern}; pos {V} {A} -80; pos {t} {o} -30; }} kern;
"""


def shape(index, moved=0, extra=False):
    """A box, a triangle or both; `moved` moves a point that is no extreme of the outline."""
    pen = TTGlyphPen(None)
    width, height = 300 + 20 * index, 500 + 15 * index
    pen.moveTo((40, 0))
    pen.lineTo((40, height))
    pen.lineTo((width, height))
    pen.lineTo((width - 60 + moved, height // 2))
    pen.lineTo((width, 0))
    pen.closePath()
    if index % 3 == 0 or extra:
        pen.moveTo((100, 100))
        pen.lineTo((width - 120, 100))
        pen.lineTo((width // 2, 300))
        pen.closePath()
    return pen.glyph(), width + 40


def build(letters=LETTERS, names=NAMES, kern=-80, moved=None, extra=None, wide=None, rename=None, post_names=True, features=True, cmap=None):
    rename = rename or (lambda name: name)
    ligatures = ["f_i"] if features else []
    order = [".notdef", "space", *letters, *ligatures]
    all_names = [".notdef", "space", *LETTERS, "f_i"]
    fb = FontBuilder(1000, isTTF=True)
    final = [rename(name) for name in order]
    fb.setupGlyphOrder(final)
    fb.setupCharacterMap(cmap or {32: rename("space"), **{ord(c): rename(c) for c in letters}})
    glyphs, metrics = {}, {}
    for name in order:
        index = all_names.index(name) if name in all_names else len(all_names) + order.index(name)
        if name == "space":
            glyph, advance = TTGlyphPen(None).glyph(), 250
        else:
            glyph, advance = shape(index, moved[1] if moved and name == moved[0] else 0, name == extra)
        if wide and name == wide[0]:
            advance += wide[1]
        glyphs[rename(name)] = glyph
        metrics[rename(name)] = advance
    fb.setupGlyf(glyphs)
    fb.setupHorizontalMetrics({name: (advance, getattr(glyphs[name], "xMin", 0) or 0) for name, advance in metrics.items()})
    fb.setupHorizontalHeader(ascent=800, descent=-200)
    fb.setupNameTable(names)
    fb.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    fb.setupPost(keepGlyphNames=post_names)
    fb.updateHead(created=EPOCH, modified=EPOCH)
    fb.font.recalcTimestamp = False
    if features:
        addOpenTypeFeaturesFromString(fb.font, FEATURES.format(kern=kern, **{name: rename(name) for name in ["f", "i", "f_i", "A", "V", "t", "o"]}))
    return fb


def save(font, name):
    data = io.BytesIO()
    font.save(data)
    (OUT / name).write_bytes(data.getvalue())
    print(name, len(data.getvalue()))


def variable(moved=0):
    """One axis; at its end every glyph is 60 units wider, and 'a' has a point moved further by `moved` there alone."""
    fb = build()
    fb.setupFvar([("wght", 100, 400, 900, "Weight")], [{"location": {"wght": 400}, "stylename": "Regular"}, {"location": {"wght": 900}, "stylename": "Black"}])
    fb.setupGvar({})
    glyf = fb.font["glyf"]
    for name in LETTERS:
        count = len(glyf[name].coordinates)
        deltas = [(0, 0)] * 2 + [(60, 0)] * 3 + [(0, 0)] * (count - 5) + [(0, 0), (60, 0), (0, 0), (0, 0)]
        if name == "a" and moved:
            deltas[3] = (60 + moved, 0)
        fb.font["gvar"].variations[name] = [TupleVariation({"wght": (0, 1, 1)}, deltas)]
    fb.font["gvar"].variations = {name: fb.font["gvar"].variations.get(name, []) for name in fb.font.getGlyphOrder()}
    return fb.font


def facts(font):
    """What fontTools reads: glyph names, characters, advances, bounds of the outlines, tables with their sizes."""
    glyphs = font.getGlyphSet()
    bounds = {}
    for name in font.getGlyphOrder():
        pen = BoundsPen(glyphs)
        glyphs[name].draw(pen)
        bounds[name] = pen.bounds and list(pen.bounds)
    reader = font.reader
    return {
        "names": font.getGlyphOrder(),
        "characters": {str(code): name for code, name in sorted(font.getBestCmap().items())},
        "advances": {name: font["hmtx"][name][0] for name in font.getGlyphOrder()},
        "bounds": bounds,
        "tables": {tag: reader.tables[tag].length for tag in sorted(reader.keys())},
        "records": [[n.platformID, n.platEncID, n.langID, n.nameID, n.toUnicode()] for n in font["name"].names],
    }


def main():
    OUT.mkdir(exist_ok=True)
    save(build().font, "base.ttf")
    save(build(moved=("a", 10)).font, "moved-point.ttf")
    save(build(extra="b").font, "other-segments.ttf")
    save(build(kern=-60).font, "kern-pair.ttf")
    save(build(letters=LETTERS.replace("b", "")).font, "glyph-removed.ttf")
    save(build(names={**NAMES, "version": "Version 1.001"}).font, "name-changed.ttf")
    save(build(wide=("c", 7)).font, "advance-changed.ttf")
    save(build(rename=lambda name: name if name in (".notdef", "space") else f"x{name}").font, "renamed.ttf")
    save(build(post_names=False).font, "unnamed.ttf")
    save(build(post_names=False, letters=LETTERS.replace("b", "")).font, "unnamed-removed.ttf")
    greek = {0x3B1 + i: f"greek{i}" for i in range(6)}
    save(build(letters=list(greek.values()), features=False, cmap=greek).font, "greek.ttf")
    later = build().font
    later["head"].modified = EPOCH + 3600
    save(later, "rebuilt.ttf")
    save(variable(), "variable.ttf")
    save(variable(moved=12), "variable-moved.ttf")
    expected = {}
    for name, font in [("base.ttf", TTFont(OUT / "base.ttf")), ("variable.ttf at wght=900", None)]:
        if font is None:
            data = io.BytesIO()
            instantiateVariableFont(TTFont(OUT / "variable.ttf"), {"wght": 900}).save(data)
            font = TTFont(data)
        expected[name] = facts(font)
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n")


main()
