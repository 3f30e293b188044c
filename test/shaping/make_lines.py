"""Shapes test fonts × texts with uharfbuzz, serialises the buffers by HarfBuzz's own hb_buffer_serialize and writes lines.json:
what `haforu shape` prints must be the same text.

    python3 -m venv .venv && .venv/bin/pip install uharfbuzz==0.57.0 fonttools==4.68.0 brotli==1.2.1
    .venv/bin/python test/shaping/make_lines.py

Every font × text with default settings, and a few × every way of printing and every setting of the buffer. `args` are the flags of `haforu shape`.
"""

import json
import pathlib
import re

import uharfbuzz as hb

from make import HERE, ROOT, TEXTS, feature_map, font_bytes

FLAG = hb.BufferSerializeFlags
BUFFER = hb.BufferFlags
# flags of the command line → serialising flags
SHOWN = {
    "": FLAG(0),
    "--show-flags": FLAG.GLYPH_FLAGS,
    "--show-extents": FLAG.GLYPH_EXTENTS,
    "--no-glyph-names": FLAG.NO_GLYPH_NAMES,
    "--no-positions": FLAG.NO_POSITIONS,
    "--no-advances": FLAG.NO_ADVANCES,
    "--no-clusters": FLAG.NO_CLUSTERS,
    "--ned": FLAG.NO_ADVANCES | FLAG.NO_CLUSTERS,
    "--ned --show-extents --show-flags --no-glyph-names": FLAG.NO_ADVANCES | FLAG.NO_CLUSTERS | FLAG.GLYPH_EXTENTS | FLAG.GLYPH_FLAGS | FLAG.NO_GLYPH_NAMES,
}
# flags of the command line → a function on the buffer
SETTINGS = {
    "--direction rtl": lambda b: setattr(b, "direction", "rtl"),
    "--direction ttb": lambda b: setattr(b, "direction", "ttb"),
    "--direction btt": lambda b: setattr(b, "direction", "btt"),
    "--script Arab --language ur": lambda b: (setattr(b, "script", "Arab"), setattr(b, "language", "ur")),
    "--cluster-level 1": lambda b: setattr(b, "cluster_level", hb.BufferClusterLevel(1)),
    "--cluster-level 2": lambda b: setattr(b, "cluster_level", hb.BufferClusterLevel(2)),
    "--bot": lambda b: setattr(b, "flags", BUFFER.BOT),
    "--eot": lambda b: setattr(b, "flags", BUFFER.EOT),
    "--preserve-default-ignorables": lambda b: setattr(b, "flags", BUFFER.PRESERVE_DEFAULT_IGNORABLES),
    "--remove-default-ignorables": lambda b: setattr(b, "flags", BUFFER.REMOVE_DEFAULT_IGNORABLES),
    "--unsafe-to-concat --show-flags": lambda b: setattr(b, "flags", BUFFER.PRODUCE_UNSAFE_TO_CONCAT),
    "--safe-to-insert-tatweel --show-flags": lambda b: setattr(b, "flags", BUFFER.PRODUCE_SAFE_TO_INSERT_TATWEEL),
    "--features -liga,-kern,smcp[2:5],-init": None,
    "--text-before سأ --text-after هذ": None,
}
DETAILED = {
    "noto-naskh-arabic": ["arabic", "urdu", "emoji", "mixed"],
    "noto-sans": ["latin", "latin-marks", "emoji"],
    "source-sans-otf": ["latin"],
    "noto-sans-devanagari": ["devanagari"],
    "noto-sans-khmer": ["khmer"],
    "aat": ["letters"],
}


def line(font, text, args, shown, form):
    buffer = hb.Buffer()
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_GRAPHEMES
    buffer.language = "und"
    features = {}
    first = 0
    points = [ord(c) for c in text]
    if args.startswith("--features"):
        features = feature_map(args.split(" ", 1)[1].split(","))
    if args.startswith("--text-before"):
        _, before, _, after = args.split(" ")
        before, after = [ord(c) for c in before], [ord(c) for c in after]
        buffer.add_codepoints(before + points + after, item_offset=len(before), item_length=len(points))
        first = len(before)
    else:
        buffer.add_codepoints(points)
    if SETTINGS.get(args) is not None:
        SETTINGS[args](buffer)
    buffer.guess_segment_properties()
    hb.shape(font, buffer, features)
    made = buffer.serialize(font, hb.BufferSerializeFormat[form], SHOWN[shown])
    # uharfbuzz counts clusters from the start of the context, hb-shape from the text's; a glyph's name holds no "=".
    return re.sub(r"=(\d+)", lambda found: f"={int(found[1]) - first}", made) if first else made


def main():
    cases = []
    for entry in json.loads((ROOT / "test/fonts/registry.json").read_text()):
        font = hb.Font(hb.Face(hb.Blob(font_bytes(entry))))
        for name, text in TEXTS.items():
            cases.append([entry["key"], name, "", line(font, text, "", "", "TEXT")])
        for name in DETAILED.get(entry["key"], []):
            for shown in SHOWN:
                for form in ("TEXT", "JSON"):
                    cases.append([entry["key"], name, f"{shown}{' --json' if form == 'JSON' else ''}".strip(), line(font, TEXTS[name], "", shown, form)])
            for args in SETTINGS:
                shown = "--show-flags" if "--show-flags" in args else ""
                cases.append([entry["key"], name, args, line(font, TEXTS[name], args, shown, "TEXT")])
    rows = ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases)
    head = json.dumps({"harfbuzz": hb.version_string(), "texts": TEXTS}, ensure_ascii=False)
    (HERE / "lines.json").write_text(head[:-1] + ', "cases": [\n' + rows + "\n]}\n")
    print(len(cases), "cases,", (HERE / "lines.json").stat().st_size, "bytes")


main()
