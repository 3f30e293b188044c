#!/usr/bin/env python3
"""Writes expected_tables.json: for WOFF and WOFF2 fonts of the test dependencies, the SHA-256 of every table as
fontTools decodes it (pip install fonttools==4.68.0 brotli==1.2.1). containers.test.ts holds hfn_decode against it.

'head' is hashed without its checkSumAdjustment, which depends on the order of tables in the file that a decoder writes.
WOFF2 leaves the encoding of 'glyf' to the decoder: there the hash is of every glyph's header (contours and bounding
box, ten bytes, zeros for a blank glyph), which decoders compute from the points; 'loca' is left out.
"""

import hashlib
import json
import pathlib

from fontTools.ttLib import TTFont

HERE = pathlib.Path(__file__).resolve().parent
MODULES = HERE.parents[2] / "node_modules"
FONTS = [
    "source-sans-pro/WOFF/TTF/SourceSansPro-Regular.ttf.woff",
    "source-sans-pro/WOFF/OTF/SourceSansPro-It.otf.woff",
    "source-sans-pro/WOFF/VAR/SourceSansVariable-Roman.ttf.woff",
    "source-sans-pro/WOFF/VAR/SourceSansVariable-Italic.otf.woff",
    "source-sans-pro/WOFF2/TTF/SourceSansPro-Regular.ttf.woff2",
    "source-sans-pro/WOFF2/OTF/SourceSansPro-It.otf.woff2",
    "source-sans-pro/WOFF2/VAR/SourceSansVariable-Roman.ttf.woff2",
    "source-sans-pro/WOFF2/VAR/SourceSansVariable-Italic.otf.woff2",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "@fontsource-variable/noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal.woff2",
    "@fontsource-variable/recursive/files/recursive-latin-wght-normal.woff2",
]


def glyph_headers(head, loca, glyf):
    """The ten-byte headers of all glyphs, one after the other."""
    size, scale = (4, 1) if head[51] else (2, 2)
    offsets = [int.from_bytes(loca[i:i + size], "big") * scale for i in range(0, len(loca), size)]
    return b"".join(glyf[a:a + 10] if b > a else bytes(10) for a, b in zip(offsets, offsets[1:]))


def tables(path):
    reader = TTFont(path, lazy=True).reader
    woff2 = path.suffix == ".woff2"
    out = {}
    for tag in sorted(reader.keys()):
        data = bytes(reader[tag])
        if woff2 and tag == "loca":
            continue
        if woff2 and tag == "glyf":
            data = glyph_headers(bytes(reader["head"]), bytes(reader["loca"]), data)
        if tag == "head":
            data = data[:8] + bytes(4) + data[12:]
        out[str(tag)] = hashlib.sha256(data).hexdigest()
    return out


if __name__ == "__main__":
    record = {name: tables(MODULES / name) for name in FONTS}
    (HERE / "expected_tables.json").write_text(json.dumps(record, indent=2) + "\n")
