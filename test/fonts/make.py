"""Draws the small test fonts in built/ that no npm package has: AAT (morx, kerx), a collection, avar2, VARC, shapes.

    python3 -m venv .venv && .venv/bin/pip install fonttools==4.68.0 && .venv/bin/python test/fonts/make.py

The shapes are our own (boxes, triangles, round forms), so the files are under this project's licence. Nothing in them
depends on the clock: the same script makes the same bytes.
"""

import math
import pathlib
import struct

from fontTools.designspaceLib import AxisDescriptor, AxisMappingDescriptor
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.testTools import parseXML
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, newTable
from fontTools.ttLib.tables import otTables
from fontTools.ttLib.tables.DefaultTable import DefaultTable
from fontTools.ttLib.tables.TupleVariation import TupleVariation
from fontTools.varLib.featureVars import addFeatureVariations

OUT = pathlib.Path(__file__).resolve().parent / "built"
LETTERS = "abcdefgh"
EPOCH = 3786912000  # 2024-01-01 in the head table's seconds since 1904


def box(pen, left, bottom, right, top):
    pen.moveTo((left, bottom))
    pen.lineTo((left, top))
    pen.lineTo((right, top))
    pen.lineTo((right, bottom))
    pen.closePath()


def drop(pen, left, bottom, right, top):
    """A round form of four quadratic arcs."""
    x, y = (left + right) // 2, (bottom + top) // 2
    pen.moveTo((left, y))
    pen.qCurveTo((left, top), (x, top))
    pen.qCurveTo((right, top), (right, y))
    pen.qCurveTo((right, bottom), (x, bottom))
    pen.qCurveTo((left, bottom), (left, y))
    pen.closePath()


def letter_shape(index):
    pen = TTGlyphPen(None)
    width = 300 + 40 * index
    if index % 2 == 0:
        box(pen, 50, 0, width, 500 + 25 * index)
        if index % 4 == 2:
            drop(pen, 120, 150, width - 70, 400)
    else:
        drop(pen, 50, -10, width, 520 + 10 * index)
    return pen.glyph(), width + 50


def builder(family):
    order = [".notdef", "space", *LETTERS, "a.alt", "f_f"]
    fb = FontBuilder(1000, isTTF=True)
    fb.setupGlyphOrder(order)
    fb.setupCharacterMap({32: "space", **{ord(c): c for c in LETTERS}})
    glyphs, metrics = {}, {}
    for index, name in enumerate(order):
        if name == "space":
            glyphs[name], advance = TTGlyphPen(None).glyph(), 250
        else:
            glyphs[name], advance = letter_shape(index)
        metrics[name] = (advance, 0)
    fb.setupGlyf(glyphs)
    fb.setupHorizontalMetrics({name: (advance, getattr(glyphs[name], "xMin", 0) or 0) for name, (advance, _) in metrics.items()})
    fb.setupHorizontalHeader(ascent=800, descent=-200)
    fb.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "") + "-Regular"})
    fb.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    fb.setupPost()
    fb.updateHead(created=EPOCH, modified=EPOCH)
    fb.font.recalcTimestamp = False
    return fb


MORX = """
<Version value="2"/><Reserved value="0"/>
<MorphChain index="0"><DefaultFlags value="0x00000001"/>
 <MorphFeature index="0"><FeatureType value="1"/><FeatureSetting value="2"/><EnableFlags value="0x00000001"/><DisableFlags value="0xFFFFFFFF"/></MorphFeature>
 <MorphFeature index="1"><FeatureType value="37"/><FeatureSetting value="1"/><EnableFlags value="0x00000002"/><DisableFlags value="0xFFFFFFFF"/></MorphFeature>
 <MorphSubtable index="0"><TextDirection value="Horizontal"/><ProcessingOrder value="LayoutOrder"/><SubFeatureFlags value="0x00000001"/>
  <NoncontextualMorph><Substitution><Lookup glyph="a" value="a.alt"/><Lookup glyph="g" value="h"/></Substitution></NoncontextualMorph></MorphSubtable>
 <MorphSubtable index="1"><TextDirection value="Horizontal"/><ProcessingOrder value="LayoutOrder"/><SubFeatureFlags value="0x00000002"/>
  <NoncontextualMorph><Substitution><Lookup glyph="b" value="d"/></Substitution></NoncontextualMorph></MorphSubtable>
</MorphChain>
"""


def add_aat(fb):
    """morx: a → a.alt and g → h always (ligatures on), b → d with small capitals; kerx: four pairs, format 0."""
    morx = newTable("morx")
    for name, attributes, content in (element for element in parseXML(MORX) if isinstance(element, tuple)):
        morx.fromXML(name, attributes, content, fb.font)
    fb.font["morx"] = morx
    ids = fb.font.getReverseGlyphMap()
    pairs = sorted((ids[left], ids[right], value) for left, right, value in [("b", "c", -120), ("c", "d", 35), ("e", "e", -60), ("a.alt", "b", -45)])
    size = 6 * len(pairs)
    search = 6 * (1 << (len(pairs).bit_length() - 1))
    body = struct.pack(">4I", len(pairs), search, len(pairs).bit_length() - 1, size - search) + b"".join(struct.pack(">HHh", *pair) for pair in pairs)
    table = DefaultTable("kerx")
    subtable = struct.pack(">III", 12 + len(body), 0, 0) + body
    table.data = struct.pack(">HHI", 2, 0, 1) + subtable
    fb.font["kerx"] = table


def heavier(fb):
    """gvar: every outline point above 200 moves up with wght, every point right of 200 moves right with wdth."""
    variations = {}
    glyf = fb.font["glyf"]
    for name in fb.font.getGlyphOrder():
        coordinates = getattr(glyf[name], "coordinates", [])
        advance = fb.font["hmtx"][name][0]
        up = [(0, 90 if y > 200 else 0) for _, y in coordinates] + [(0, 0)] * 4
        out = [(130 if x > 200 else 0, 0) for x, _ in coordinates] + [(0, 0), (130 if advance > 300 else 0, 0), (0, 0), (0, 0)]
        variations[name] = [TupleVariation({"wght": (0, 1, 1)}, up), TupleVariation({"wdth": (0, 1, 1)}, out)]
    fb.setupGvar(variations)


AXES = [("wght", 100, 400, 900, "Weight"), ("wdth", 50, 100, 200, "Width")]


def add_avar2(fb):
    fb.setupFvar(AXES, [{"location": {"wght": 900, "wdth": 100}, "stylename": "Black"}, {"location": {"wght": 400, "wdth": 200}, "stylename": "Wide"}])
    heavier(fb)
    # setupAvar knows the axes by their place: 0 is wght, 1 is wdth
    mappings = [
        AxisMappingDescriptor(inputLocation={0: 900}, outputLocation={0: 900, 1: 150}),
        AxisMappingDescriptor(inputLocation={0: 900, 1: 200}, outputLocation={0: 650, 1: 200}),
    ]
    axes = [AxisDescriptor(tag=tag, name=name, minimum=low, default=default, maximum=high) for tag, low, default, high, name in AXES]
    fb.setupAvar(axes, mappings)


def add_varc(fb):
    """VARC: h is made of a (moved, scaled) and b (at its heaviest); e of c, turned, its wght following the font's."""
    fb.setupFvar(AXES, [])
    heavier(fb)

    def component(glyph, **transform):
        part = otTables.VarComponent()
        part.flags = 0
        part.glyphName = glyph
        for name, value in transform.items():
            setattr(part.transform, name, value)
            part.flags |= otTables.VAR_TRANSFORM_MAPPING[name].flag
        return part

    varc = otTables.VARC()
    varc.Version = 0x00010000
    varc.Coverage = otTables.Coverage()
    varc.Coverage.glyphs = ["e", "h"]
    varc.MultiVarStore = None
    varc.ConditionList = None
    varc.AxisIndicesList = otTables.AxisIndicesList()
    varc.AxisIndicesList.Item = [[0]]
    heavy = component("b", translateX=350, translateY=20)
    heavy.axisIndicesIndex = 0
    heavy.axisValues = [1.0]
    heavy.flags |= otTables.VarComponentFlags.RESET_UNSPECIFIED_AXES
    first = otTables.VarCompositeGlyph([component("c", rotation=30, translateX=120)])
    second = otTables.VarCompositeGlyph([component("a", translateX=10, scaleX=0.5, scaleY=0.75), heavy])
    varc.VarCompositeGlyphs = otTables.VarCompositeGlyphs()
    varc.VarCompositeGlyphs.VarCompositeGlyph = [first, second]
    table = newTable("VARC")
    table.table = varc
    fb.font["VARC"] = table


def disc(pen, x, y, radius, arcs=16):
    """A disc of quadratic arcs whose control points lie where the tangents meet: off by under 1/1000 of the radius."""
    points = []
    for i in range(arcs):
        angle, middle = 2 * math.pi * i / arcs, 2 * math.pi * (i + 0.5) / arcs
        far = radius / math.cos(math.pi / arcs)
        points.append(((x + radius * math.cos(angle), y + radius * math.sin(angle)), (x + far * math.cos(middle), y + far * math.sin(middle))))
    pen.moveTo(points[0][0])
    for i in range(arcs):
        pen.qCurveTo(points[i][1], points[(i + 1) % arcs][0])
    pen.closePath()


def shapes(substitutes):
    """r: a rectangle, o: a disc, t: a right triangle; w and x: rectangles. wght 0..1000 moves the right edge of r and w from
    450 to 850 and the advance of w from 500 to 900; all else stays. With `substitutes`, x becomes t above wght 500."""
    fb = FontBuilder(1000, isTTF=True)
    order = [".notdef", "space", "r", "o", "t", "w", "x"]
    fb.setupGlyphOrder(order)
    fb.setupCharacterMap({32: "space", **{ord(c): c for c in order[2:]}})
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        if name == "o":
            disc(pen, 350, 300, 300)
        elif name == "t":
            pen.moveTo((50, 0))
            pen.lineTo((50, 600))
            pen.lineTo((450, 0))
            pen.closePath()
        elif name != "space":
            box(pen, 50, 0, 450, 600)
        glyphs[name] = pen.glyph()
    advances = {".notdef": 500, "space": 250, "r": 1000, "o": 700, "t": 500, "w": 500, "x": 500}
    fb.setupGlyf(glyphs)
    fb.setupHorizontalMetrics({name: (advances[name], getattr(glyphs[name], "xMin", 0) or 0) for name in order})
    fb.setupHorizontalHeader(ascent=800, descent=-200)
    family = "Haforu Switch" if substitutes else "Haforu Shapes"
    fb.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "") + "-Regular"})
    thin, wide = {"en": "Thin"}, {"en": "Wide"}
    fb.setupFvar([("wght", 0, 0, 1000, "Weight")], [{"location": {"wght": 0}, "stylename": thin}, {"location": {"wght": 1000}, "stylename": wide}])
    move = [(0, 0), (0, 0), (400, 0), (400, 0)]
    still = [(0, 0)] * 4
    fb.setupGvar(
        {
            "r": [TupleVariation({"wght": (0, 1, 1)}, move + still)],
            "w": [TupleVariation({"wght": (0, 1, 1)}, move + [(0, 0), (400, 0), (0, 0), (0, 0)])],
        }
    )
    fb.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    fb.setupPost()
    if substitutes:
        addFeatureVariations(fb.font, [([{"wght": (0.5, 1)}], {"x": "t"})])
    fb.updateHead(created=EPOCH, modified=EPOCH)
    fb.font.recalcTimestamp = False
    return fb


def main():
    OUT.mkdir(exist_ok=True)
    aat = builder("Haforu AAT")
    add_aat(aat)
    aat.save(OUT / "aat.ttf")
    avar2 = builder("Haforu Avar Two")
    add_avar2(avar2)
    avar2.save(OUT / "avar2.ttf")
    varc = builder("Haforu Composite")
    add_varc(varc)
    varc.save(OUT / "varc.ttf")
    shapes(False).save(OUT / "shapes.ttf")
    shapes(True).save(OUT / "switch.ttf")
    collection = TTCollection()
    plain = builder("Haforu Plain")
    collection.fonts = [plain.font, aat.font]
    collection.save(str(OUT / "collection.ttc"), shareTables=True)
    for path in sorted(OUT.iterdir()):
        print(path.name, path.stat().st_size)


main()
