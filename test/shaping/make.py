"""Shapes every test font × texts in ten scripts with uharfbuzz and writes expected.json, what our engine must give too.

    python3 -m venv .venv && .venv/bin/pip install uharfbuzz==0.57.0 fonttools==4.68.0 brotli==1.2.1
    .venv/bin/python test/shaping/make.py

One case a line: font key, face, text, what was asked, then [glyph, cluster, x advance, y advance, x offset, y offset] of
each glyph, flat, in font units and visual order; clusters count code points. WOFF and WOFF2 are unpacked by fontTools.
"""

import io
import json
import pathlib

import uharfbuzz as hb
from fontTools.ttLib import TTFont

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]

TEXTS = {
    "latin": "Affine fjord, Toffee & Qualität — “Ëste”",
    "latin-marks": "e\u0301a\u0308\u0323 i\u0307 \u25ccx",
    "greek": "Ξεσκεπάζω τὴν ψυχοφθόρα",
    "cyrillic": "Съешь же ещё этих мягких булок",
    "arabic": "السَّلَامُ عَلَيْكُم لله ٣٫١٤",
    "urdu": "نستعلیق میں لکھا ہوا پاکستان",
    "hebrew": "שָׁלוֹם עוֹלָם",
    "devanagari": "क्षत्रिय हिन्दी र्कि श्री",
    "bengali": "বাংলা ক্ষুদ্র কৌশল",
    "tamil": "தமிழ் கொடு ஸ்ரீ",
    "thai": "ภาษาไทย น้ำ ที่นี่",
    "khmer": "ភាសាខ្មែរ ស្ត្រី",
    "myanmar": "မြန်မာဘာသာ အင်္ဂါ",
    "mixed": "abc אבג 123 नमस्ते",
    "emoji": "a😀\u200db\u0000c\ufe0f",
    "letters": "abcdefgh gab",
}
# Each of these is shaped as well; where a font lacks the text's glyphs there is little to learn, so these go to the fonts named.
REQUESTS = [
    (["source-sans-var-ttf", "source-sans-otf", "inter", "aat"], "latin", {"features": ["-liga", "smcp"]}),
    (["source-sans-var-ttf", "source-sans-otf", "inter", "noto-sans"], "latin", {"features": ["+frac", "-kern[3:9]", "salt=2", "liga[0:5]=0"]}),
    (["source-sans-var-ttf", "noto-naskh-arabic", "aat"], "latin", {"direction": "rtl"}),
    (["source-sans-var-ttf", "source-serif-var-otf", "noto-sans"], "latin", {"direction": "ttb"}),
    (["source-sans-otf", "noto-sans"], "greek", {"direction": "btt", "script": "Grek"}),
    (["noto-naskh-arabic", "noto-nastaliq-urdu", "noto-sans-arabic-var-woff2"], "arabic", {"direction": "ltr", "script": "Arab"}),
    (["noto-naskh-arabic", "noto-nastaliq-urdu"], "arabic", {"language": "ur", "script": "Arab", "direction": "rtl"}),
    (["noto-sans-devanagari"], "devanagari", {"language": "mr"}),
    (["noto-sans-devanagari"], "devanagari", {"language": "ne", "script": "Deva"}),
    (["noto-sans-bengali"], "bengali", {"script": "Beng", "features": ["-half"]}),
    (["source-sans-ttf", "inter", "noto-sans"], "latin", {"language": "tr"}),
    (["source-sans-ttf", "noto-sans"], "cyrillic", {"language": "sr", "script": "Cyrl"}),
    (["source-sans-var-ttf", "source-sans-var-otf", "source-sans-var-otf-woff2", "inter-var-woff2", "noto-sans-arabic-var-woff2"], "latin", {"variations": {"wght": 613}}),
    (["source-sans-var-ttf", "source-sans-var-otf", "source-sans-var-otf-woff2"], "letters", {"variations": {"wght": 200}}),
    (["source-serif-var-ttf", "source-serif-var-otf"], "latin", {"variations": {"wght": 345.5, "opsz": 55}}),
    (["noto-sans-arabic-var-woff2"], "arabic", {"variations": {"wght": 850, "wdth": 70}}),
    (["recursive-var-woff2"], "latin", {"variations": {"wght": 700, "slnt": -12, "CASL": 1, "CRSV": 1, "MONO": 0.5}}),
    (["avar2", "varc"], "letters", {"variations": {"wght": 900}}),
    (["avar2", "varc"], "letters", {"variations": {"wght": 700, "wdth": 170}}),
    (["source-sans-var-ttf", "source-sans-var-otf"], "latin", {"instance": "Black"}),
    (["source-serif-var-ttf"], "latin", {"instance": "Caption Semibold Italic"}),
    (["avar2"], "letters", {"instance": "Wide"}),
]


def font_bytes(entry):
    folder = ROOT if entry["package"] is None else ROOT / "node_modules" / entry["package"]
    data = (folder / entry["file"]).read_bytes()
    if data[:4] not in (b"wOFF", b"wOF2"):
        return data
    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    font.flavor = None
    unpacked = io.BytesIO()
    font.save(unpacked, reorderTables=False)
    return unpacked.getvalue()


def named_instance(face, name):
    for instance in face.named_instances:
        if face.get_name(instance.subfamily_name_id) == name:
            return [float(value) for value in instance.design_coords]
    return None


def shape(face, text, request):
    font = hb.Font(face)
    if "instance" in request:
        coords = named_instance(face, request["instance"])
        if coords is None:
            return None
        font.set_var_coords_design(coords)
    if "variations" in request:
        font.set_variations(request["variations"])
    buffer = hb.Buffer()
    buffer.add_codepoints([ord(c) for c in text])
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_GRAPHEMES
    if "script" in request:
        buffer.script = request["script"]
    if "direction" in request:
        buffer.direction = request["direction"]
    if "language" in request:
        buffer.language = request["language"]
    buffer.guess_segment_properties()
    features = [hb.Feature.from_string(item) for item in request.get("features", [])] if hasattr(hb, "Feature") else None
    hb.shape(font, buffer, feature_map(request.get("features", [])) if features is None else features)
    glyphs = []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions):
        glyphs += [info.codepoint, info.cluster, position.x_advance, position.y_advance, position.x_offset, position.y_offset]
    return {"script": buffer.script, "direction": buffer.direction, "glyphs": glyphs}


def feature_map(items):
    """uharfbuzz takes {tag: value} or {tag: [(start, end, value)]}; the strings are HarfBuzz's syntax."""
    result = {}
    for item in items:
        value = 0 if item.startswith("-") else 1
        item = item.lstrip("+-")
        if "=" in item:
            item, number = item.split("=")
            value = {"on": 1, "off": 0}.get(number, None)
            value = int(number) if value is None else value
        if "[" in item:
            tag, span = item.rstrip("]").split("[")
            start, end = span.split(":")
            result.setdefault(tag, []).append((int(start), int(end), value))
        else:
            result[item] = value
    return result


def main():
    entries = json.loads((ROOT / "test/fonts/registry.json").read_text())
    lines = []
    for entry in entries:
        blob = hb.Blob(font_bytes(entry))
        for index in range(entry.get("faces", 1)):
            face = hb.Face(blob, index)
            requests = [(name, {}) for name in TEXTS] + [(name, request) for keys, name, request in REQUESTS if entry["key"] in keys]
            for name, request in requests:
                got = shape(face, TEXTS[name], request)
                if got is None:
                    raise SystemExit(f"{entry['key']}: no named instance {request['instance']}: {[face.get_name(i.subfamily_name_id) for i in face.named_instances]}")
                case = {"font": entry["key"], **({"face": index} if index else {}), "text": name, **({"request": request} if request else {}), **got}
                lines.append(json.dumps(case, ensure_ascii=False, separators=(",", ":")))
    head = json.dumps({"harfbuzz": hb.version_string(), "texts": TEXTS}, ensure_ascii=False)
    (HERE / "expected.json").write_text(head[:-1] + ', "cases": [\n' + ",\n".join(lines) + "\n]}\n")
    print(len(lines), "cases,", (HERE / "expected.json").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
