"""Draws the fonts in built/ that the parity of streams needs and no npm package has: fonts without layout tables (fallback joining, composition and mark
positions), old kern tables of two kinds, AAT, jamo features, emoji ligatures, and one whose rules reach as far as rules can.

    python3 -m venv .venv && .venv/bin/pip install fonttools==4.68.0 && .venv/bin/python test/shaping-stream/make_fonts.py

Glyphs are boxes of our own, so the files are under this project's licence. The same script makes the same bytes.
"""

import json
import pathlib
import struct
import unicodedata

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.testTools import parseXML
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import newTable
from fontTools.ttLib.tables.DefaultTable import DefaultTable

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE / "built"
EPOCH = 3786912000
CORPUS = {ord(c) for entry in json.loads((HERE / "corpus.json").read_text()).values() for text in entry["texts"] for c in text}
ASCII = set(range(0x20, 0x7F))


def name(c):
    return "space" if c == 0x20 else f"uni{c:04X}" if c < 0x10000 else f"u{c:05X}"


def advance(c):
    return 250 if c == 0x20 else 300 + (c * 37) % 400


def box(width, mark):
    pen = TTGlyphPen(None)
    bottom, top = (600, 750) if mark else (0, 500 + width % 190)
    pen.moveTo((30, bottom))
    pen.lineTo((30, top))
    pen.lineTo((width - 30, top))
    pen.lineTo((width - 30, bottom))
    pen.closePath()
    return pen.glyph()


def builder(family, points, extra=()):
    points = sorted(points)
    order = [".notdef", *(name(c) for c in points), *extra]
    fb = FontBuilder(1000, isTTF=True)
    fb.setupGlyphOrder(order)
    fb.setupCharacterMap({c: name(c) for c in points})
    widths = {".notdef": 500, **{name(c): advance(c) for c in points}, **{g: 320 + 13 * i for i, g in enumerate(extra)}}
    marks = {name(c) for c in points if unicodedata.category(chr(c)).startswith("M")}
    fb.setupGlyf({g: TTGlyphPen(None).glyph() if g == "space" else box(widths[g], g in marks) for g in order})
    fb.setupHorizontalMetrics({g: (widths[g], 0 if g == "space" else 30) for g in order})
    fb.setupHorizontalHeader(ascent=800, descent=-200)
    fb.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "") + "-Regular"})
    fb.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    fb.setupPost(keepGlyphNames=False)
    fb.updateHead(created=EPOCH, modified=EPOCH)
    fb.font.recalcTimestamp = False
    return fb


def save(fb, file):
    OUT.mkdir(exist_ok=True)
    fb.save(OUT / file)
    print(file, (OUT / file).stat().st_size)


# --- no layout tables: HarfBuzz joins Arabic by presentation forms, composes Hebrew, puts marks by their combining class ---
FORMS = set(range(0xFE70, 0xFE75)) | set(range(0xFE76, 0xFEFD)) | {0xFB56, 0xFB57, 0xFB58, 0xFB59, 0xFB7A, 0xFB7B, 0xFB7C, 0xFB7D, 0xFB8E, 0xFB8F, 0xFB90, 0xFB91, 0xFBFC, 0xFBFD, 0xFBFE, 0xFBFF}
HEBREW = set(range(0xFB1D, 0xFB37)) | set(range(0xFB38, 0xFB3D)) | {0xFB3E, 0xFB40, 0xFB41, 0xFB43, 0xFB44} | set(range(0xFB46, 0xFB50))
JAMO = set(range(0x1100, 0x1113)) | set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))
plain = CORPUS | ASCII | FORMS | HEBREW | JAMO | {0x25CC, 0x200C, 0x200D} | set(range(0x300, 0x330))
plain = {c for c in plain if c not in range(0xE0000, 0xE0080)}
save(builder("Stream Plain", plain), "plain.ttf")

# --- kern, format 0: pairs ---
LATIN = ASCII | {c for c in CORPUS if 0xA0 <= c < 0x250 or 0x1E00 <= c < 0x1F00 or 0x2010 <= c < 0x2030}
PAIRS = [("A", "V"), ("V", "A"), ("T", "o"), ("W", "a"), ("Y", "o"), ("f", "f"), (" ", "A"), ("A", " "), (".", " "), ("r", ","), ("e", "e"), ("1", "0"), ("l", "l"), (" ", " ")]


def kern_pairs(fb):
    ids = fb.font.getReverseGlyphMap()
    rows = sorted((ids[name(ord(a))], ids[name(ord(b))], -20 - 10 * i) for i, (a, b) in enumerate(PAIRS))
    power = 1 << (len(rows).bit_length() - 1)
    body = struct.pack(">4H", len(rows), 6 * power, power.bit_length() - 1, 6 * (len(rows) - power)) + b"".join(struct.pack(">HHh", *row) for row in rows)
    table = DefaultTable("kern")
    table.data = struct.pack(">HH", 0, 1) + struct.pack(">HHH", 0, 6 + len(body), 1) + body
    fb.font["kern"] = table


fb = builder("Stream Kern", LATIN)
kern_pairs(fb)
save(fb, "kern.ttf")


# --- kern, version 1, format 1: a state machine (Apple's); a letter of the first class, any number of spaces or dots, then one of the second ---
def kern_machine(fb):
    ids = fb.font.getReverseGlyphMap()
    classes = {**{ids[name(ord(c))]: 4 for c in "AVWTYaeo"}, **{ids[name(ord(c))]: 5 for c in " .,'"}, **{ids[name(ord(c))]: 6 for c in "vwlntr"}}
    first, last = min(classes), max(classes)
    class_table = struct.pack(">HH", first, last - first + 1) + bytes(classes.get(g, 1) for g in range(first, last + 1))
    class_table += b"\0" * (len(class_table) % 2)
    size, header = 7, 10
    # rows: start of text, start of line, after a letter of the first class
    states = bytes([0, 0, 0, 0, 1, 0, 0]) + bytes([0, 0, 0, 0, 1, 0, 0]) + bytes([0, 0, 2, 0, 1, 2, 3])
    states += b"\0" * (len(states) % 2)
    state_at = header + len(class_table)
    entry_at = state_at + len(states)
    value_at = entry_at + 4 * 4
    entries = [(state_at, 0), (state_at + 2 * size, 0x8000), (state_at + 2 * size, 0), (state_at, 0x8000 | value_at)]
    values = struct.pack(">hh", -60 & ~1, (-44 & ~1) | 1)
    body = struct.pack(">5H", size, header, state_at, entry_at, value_at) + class_table + states + b"".join(struct.pack(">HH", *e) for e in entries) + values
    table = DefaultTable("kern")
    table.data = struct.pack(">II", 0x00010000, 1) + struct.pack(">IHH", 8 + len(body), 1, 0) + body
    fb.font["kern"] = table


fb = builder("Stream Kern Machine", LATIN)
kern_machine(fb)
save(fb, "kern-machine.ttf")

# --- AAT: a contextual morx (after "f", vowels change until a space) and a ligature by plain substitution ---
MORX = """
<Version value="2"/><Reserved value="0"/>
<MorphChain index="0"><DefaultFlags value="0x00000001"/>
 <MorphFeature index="0"><FeatureType value="1"/><FeatureSetting value="2"/><EnableFlags value="0x00000001"/><DisableFlags value="0xFFFFFFFF"/></MorphFeature>
 <MorphSubtable index="0"><TextDirection value="Horizontal"/><ProcessingOrder value="LayoutOrder"/><SubFeatureFlags value="0x00000001"/>
  <ContextualMorph><StateTable><GlyphClassCount value="7"/>
   <GlyphClass glyph="uni0066" value="4"/><GlyphClass glyph="uni0061" value="5"/><GlyphClass glyph="uni0065" value="5"/><GlyphClass glyph="space" value="6"/>
   {rows}
   <PerGlyphLookup index="0"><Lookup glyph="uni0061" value="uni0061.alt"/><Lookup glyph="uni0065" value="uni0065.alt"/></PerGlyphLookup>
  </StateTable></ContextualMorph></MorphSubtable>
</MorphChain>
"""


def morx_row(state, cells):
    """cells: class → (new state, mark, current substitution)"""
    out = f'<State index="{state}">'
    for k in range(7):
        new, current = cells.get(k, (0, 65535))
        out += f'<Transition onGlyphClass="{k}"><NewState value="{new}"/><ReservedFlags value="0x0"/><MarkIndex value="65535"/><CurrentIndex value="{current}"/></Transition>'
    return out + "</State>"


fb = builder("Stream AAT", LATIN, ["uni0061.alt", "uni0065.alt"])
after = {0: (0, 65535), 1: (2, 65535), 2: (2, 65535), 4: (2, 65535), 5: (2, 0), 6: (0, 65535)}
morx = newTable("morx")
text = MORX.format(rows=morx_row(0, {4: (2, 65535)}) + morx_row(1, {4: (2, 65535)}) + morx_row(2, after))
for tag, attributes, content in (element for element in parseXML(text) if isinstance(element, tuple)):
    morx.fromXML(tag, attributes, content, fb.font)
fb.font["morx"] = morx
save(fb, "aat-context.ttf")

# --- Hangul: jamo features, a few precomposed syllables ---
L, V, T = sorted(range(0x1100, 0x1113)), sorted(range(0x1161, 0x1176)), sorted(range(0x11A8, 0x11C3))
hangul = ASCII | JAMO | {0x3131, 0xAC00, 0xAC01, 0xB098, 0xB2E4, 0x25CC}
fb = builder("Stream Hangul", hangul, [f"{name(c)}.alt" for c in L + V + T])
sub = lambda points: "".join(f"sub {name(c)} by {name(c)}.alt; " for c in points)
addOpenTypeFeaturesFromString(
    fb.font,
    f"""languagesystem DFLT dflt; languagesystem hang dflt;
feature ljmo {{ {sub(L)} }} ljmo;
feature vjmo {{ {sub(V)} }} vjmo;
feature tjmo {{ {sub(T)} }} tjmo;
feature kern {{ pos uni1161.alt uni1102.alt -70; pos uni1175.alt uni1100.alt -35; }} kern;""",
)
save(fb, "hangul.ttf")

# --- emoji: sequences as ligatures ---
SEQUENCES = "👍🏽 👎🏿 👨‍👩‍👧‍👦 👩🏽‍💻 🧑‍🚀 🏳‍🌈 🏴‍☠ 🇫🇷 🇩🇪 🇯🇵 🇺🇸 👩‍❤‍💋‍👨 🤷🏻‍♀ 🧑🏿‍🤝‍🧑🏻 👋🏼 ✋🏾".split(" ")
emoji = {ord(c) for text in json.loads((HERE / "corpus.json").read_text())["emoji"]["texts"] for c in text} | ASCII
parts = [[ord(c) for c in text if ord(c) != 0xFE0F] for text in SEQUENCES]
fb = builder("Stream Emoji", emoji, [f"sequence{i}" for i in range(len(parts))])
rules = "\n".join(f"sub {' '.join(name(c) for c in points)} by sequence{i};" for i, points in sorted(enumerate(parts), key=lambda item: -len(item[1])))
keycaps = "sub uni0031 uni20E3 by uni0031; " if 0x20E3 in emoji else ""
addOpenTypeFeaturesFromString(fb.font, f"languagesystem DFLT dflt; feature ccmp {{ {rules} {keycaps} }} ccmp; feature kern {{ pos u1F600 u1F603 -50; pos space u1F44D -30; }} kern;")
save(fb, "emoji.ttf")

# --- rules that reach far: chains whose outcome depends on their start or end, long lookahead, ligatures over spaces, cursive chains, marks on marks ---
letters = "abcdefghijklmnopqrstuvwxyz"
alt = [f"{name(ord(c))}.alt" for c in "asx"] + ["long_ligature", "two_words"]
fb = builder("Stream Far", LATIN | {0x300, 0x301, 0x302, 0x308, 0x323}, alt)
n = lambda text: " ".join(name(ord(c)) for c in text)
any_letter = "@letters"
addOpenTypeFeaturesFromString(
    fb.font,
    f"""languagesystem DFLT dflt; languagesystem latn dflt;
@letters = [{n(letters)}];
@marks = [uni0300 uni0301 uni0302 uni0308 uni0323];
markClass uni0300 <anchor 150 600> @top; markClass uni0301 <anchor 160 600> @top; markClass uni0302 <anchor 170 600> @top; markClass uni0308 <anchor 180 600> @top;
markClass uni0323 <anchor 140 0> @bottom;
lookup ALT_A {{ sub uni0061 by uni0061.alt; }} ALT_A;
lookup ALT_X {{ sub uni0078 by uni0078.alt; }} ALT_X;
feature liga {{
  sub {n("fjords")} by long_ligature;
  sub {n("of")} space {n("the")} by two_words;
}} liga;
feature calt {{
  sub uni0061 uni0061' lookup ALT_A;
  sub uni0078' lookup ALT_X {" ".join([any_letter] * 12)} uni002E;
}} calt;
feature rclt {{
  rsub uni0073' [uni0073.alt uni0074] by uni0073.alt;
}} rclt;
feature kern {{
  pos uni0054 uni006F -80; pos space uni0041 -40; pos uni0065 space -25; pos uni006C uni006C -12;
  pos uni0064' -33 @letters @letters @letters uni002E;
}} kern;
feature curs {{
  pos cursive uni006D <anchor 0 40> <anchor 400 -25>;
  pos cursive uni006E <anchor 0 10> <anchor 380 55>;
}} curs;
feature mark {{
  pos base @letters <anchor 200 500> mark @top <anchor 190 -10> mark @bottom;
}} mark;
feature mkmk {{
  pos mark [uni0300 uni0301 uni0302 uni0308] <anchor 155 760> mark @top;
}} mkmk;
table GDEF {{ GlyphClassDef [{n(letters)}], [long_ligature two_words], @marks, ; }} GDEF;""",
)
save(fb, "far.ttf")
