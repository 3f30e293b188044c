#!/usr/bin/env python3
"""Builds native.wasm: HarfBuzz, woff2, brotli, libdeflate and libspng from pinned sources, with our shim, by ziglang's clang.

    python3 build.py            rebuild native.wasm and provenance.json
    python3 build.py --check    rebuild aside; exit 1 on any byte of difference from what is committed

Needs python3 with venv, and npm. Sources and the compiler come through pip and npm into a cache folder (--cache,
default node_modules/.cache/haforu-native of the workspace) and are used only where their SHA-256 is the one below.
The result depends on nothing else: relative paths, no clock, no host name.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import venv

HERE = pathlib.Path(__file__).resolve().parent
WORKSPACE = HERE.parents[2]

COMPILER = "ziglang==0.17.0"  # clang, wasm-ld, wasi-libc, libc++ and compiler-rt in one wheel
# name in the build tree: (client, package, version, file, SHA-256, what of it is compiled)
SOURCES = {
    "harfbuzz": ("pip", "uharfbuzz", "0.57.0", "uharfbuzz-0.57.0.tar.gz",
                 "55136df18a9dd09fec36d1ceb77965f3108de6d86c338b3825feedb0730d84b7", "HarfBuzz 15.0.0"),
    "brotli": ("pip", "brotli", "1.2.1", "brotli-1.2.1.tar.gz",
               "02b2f7b5a83485efe448a44ddf7983def05c3bb1dcf917d4f7154070260e13de", "brotli 1.2.1, decoder"),
    "libdeflate": ("pip", "deflate", "0.9.0", "deflate-0.9.0.tar.gz",
                   "962e0a6f1ea3a94b900a8ea0ce138fa92bfcbafda5b86367104a259ffcd3462b", "libdeflate 1.26"),
    # the sources in this package are those of woff2 1.0.2, byte for byte
    "woff2": ("npm", "woff2", "1.0.0", "woff2-1.0.0.tgz",
              "9e9b2ebc2849b0872ab5c5e553ed6a00f2a274c4fee3efd2fa352ca2c12e4401", "woff2 1.0.2, decoder"),
    "spng": ("pip", "pyspng", "0.1.4", "pyspng-0.1.4.tar.gz",
             "c715f97caf46c7d2fe1cd473114e36c7bba7d9a4ef6575b46e0e53de9354759a",
             "libspng 0.7.4, decoder; zlib 1.2.11, inflate"),
}

HARFBUZZ = "harfbuzz/harfbuzz/src"
BROTLI = "brotli/c"
LIBDEFLATE = "libdeflate/libdeflate"
WOFF2 = "woff2/woff2"
SPNG = "spng/vendor/libspng-0.7.4/spng"
ZLIB = "spng/vendor/zlib-1.2.11"

# SIMD, bulk memory and the rest are what Node 20 runs; no relaxed SIMD, no tail calls, no exceptions.
TARGET = ["-target", "wasm32-wasi", "-O3", "-g0", "-msimd128", "-mbulk-memory", "-DNDEBUG", "-ffile-prefix-map=./="]
CXX = ["-std=c++17", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"]
HB_DEFINES = ["-DHB_NO_MT", "-DHB_NO_GETENV", "-DHB_NO_SETLOCALE", "-DHB_NO_OPEN", "-DHB_NO_ATEXIT",
              "-DHB_DISABLE_DEPRECATED",
              # debugging aids that every shaping call asks about; without them a letter takes 0.92 of the time
              "-DHB_NO_BUFFER_VERIFY", "-DHB_NO_BUFFER_MESSAGE"]
# wasm has no cheap calls between small functions: inlining more than clang's default (250) shapes a letter in 0.72 and a
# word in 0.87 of the time and draws in 0.95, for 45 kB more gzipped; 600 and 1200 gained nothing further.
# Without SIMD or with further wasm features named: no difference.
# Every unit with HarfBuzz's headers sees the same classes: what PATCHES puts in needs the shim's headers in front of them.
HB_UNIT = HB_DEFINES + ["-include", "shim/outline.hh", "-include", "shim/ligature_ids.hh", "-include", "shim/covered.hh"]
HB_FLAGS = HB_UNIT + ["-mllvm", "-inline-threshold=400"]
INCLUDES = [f"-I{HARFBUZZ}", f"-I{BROTLI}/include", f"-I{LIBDEFLATE}", f"-I{WOFF2}/include",
            f"-I{SPNG}", f"-I{ZLIB}"]
# Memory: [0, 1 MiB) the C stack, [1 MiB, 1.25 MiB) the kernel's static data (asc --memoryBase), then C's data and heap.
LINK = ["-target", "wasm32-wasi", "-mexec-model=reactor", "-O3", "-s", "-Wl,--gc-sections",
        "-Wl,-z,stack-size=1048576", "-Wl,--global-base=1310720"]

# Corrections of the sources: (file, what stands there once, what takes its place). They change no glyph and no position.
PATCHES = [
    # hb_buffer_t::_set_glyph_flags leaves ranges over 255 glyphs unmarked, and measures a range that begins in the
    # out-buffer and ends in the buffer as if both counted alike. Behind two glyphs that a lookup has added, or 255 that
    # it has taken away, no such range was marked any more: flags depended on how much text lay in front, and boundaries
    # where a lookup had looked across were called safe.
    (f"{HARFBUZZ}/hb-buffer.hh",
     "    if (unlikely (end != (unsigned) -1 && end - start > 255))\n      return;\n",
     "    if (unlikely (end != (unsigned) -1 &&\n"
     "\t\t  (from_out_buffer && have_output ? (out_len - start) + (end - idx) : end - start) > 255))\n      return;\n"),
    # where the callbacks are our rasteriser's, the points of a glyph go to it without a path builder between: shim/outline.hh
    (f"{HARFBUZZ}/OT/glyf/glyf.hh",
     "    bool ret = get_points (font, gid, glyf_impl::path_builder_t (font, draw_session),\n"
     "\t\t\t   hb_array (font->coords,\n\t\t\t\t     font->has_nonzero_coords ? font->num_coords : 0),\n"
     "\t\t\t   *scratch,\n\t\t\t   gvar_cache,\n\t\t\t   budget);\n",
     "    const auto coords = hb_array (font->coords, font->has_nonzero_coords ? font->num_coords : 0);\n"
     "    bool ret = !extended && hfn_is_rasteriser (draw_session.funcs->func.quadratic_to)\n"
     "\t? get_points (font, gid, hfn_outline_t (font->x_multf, font->y_multf), coords, *scratch, gvar_cache, budget)\n"
     "\t: get_points (font, gid, glyf_impl::path_builder_t (font, draw_session), coords, *scratch, gvar_cache, budget);\n"),
    # Glyphs that a lookup does not cover are passed without a call, by one bit a glyph (shim/covered.hh): a long Latin text is shaped
    # in 0.63 of the time. The loop is a small function of its own: inside of the large one the WebAssembly compilers keep its counter
    # in memory, not in a register (another 0.95 for Latin, 0.92 for Arabic).
    (f"{HARFBUZZ}/hb-ot-layout-gsubgpos.hh",
     "  hb_set_digest_t digest_second;\n\n#ifndef HB_NO_OT_LAYOUT_LOOKUP_CACHE\n  unsigned subtable_cache_user_idx = (unsigned) -1;\n"
     "  unsigned subtable_cache_user_cost = 0;\n",
     "  hb_set_digest_t digest_second;\n  hfn_covered_t covered {};\n\n#ifndef HB_NO_OT_LAYOUT_LOOKUP_CACHE\n"
     "  unsigned subtable_cache_user_idx = (unsigned) -1;\n  unsigned subtable_cache_user_cost = 0;\n"),
    (f"{HARFBUZZ}/hb-ot-layout-gsubgpos.hh",
     "    collect_second_glyphs_ (obj, &digest_second, hb_prioritize);\n",
     "    collect_second_glyphs_ (obj, &digest_second, hb_prioritize);\n    obj.get_coverage ().collect_coverage (&covered);\n"),
    (f"{HARFBUZZ}/hb-ot-layout-gsubgpos.hh",
     "    thiz->digest_second = c_accelerate_subtables.digest_second;\n",
     "    thiz->digest_second = c_accelerate_subtables.digest_second;\n    thiz->covered = c_accelerate_subtables.covered;\n"),
    (f"{HARFBUZZ}/hb-ot-layout-gsubgpos.hh",
     "  void fini ()\n  {\n#ifndef HB_NO_OT_LAYOUT_LOOKUP_CACHE\n    for (unsigned i = 0; i < count; i++)\n      hb_free (subtables[i].external_cache);\n",
     "  void fini ()\n  {\n    covered.fini ();\n#ifndef HB_NO_OT_LAYOUT_LOOKUP_CACHE\n    for (unsigned i = 0; i < count; i++)\n      hb_free (subtables[i].external_cache);\n"),
    (f"{HARFBUZZ}/hb-ot-layout-gsubgpos.hh",
     "  hb_set_digest_t digest;\n  hb_set_digest_t digest_second;\n  private:\n",
     "  hb_set_digest_t digest;\n  hb_set_digest_t digest_second;\n  hfn_covered_t covered;\n  private:\n"),
    (f"{HARFBUZZ}/hb-ot-layout.cc",
     "static inline bool\napply_forward (OT::hb_ot_apply_context_t *c,\n",
     "static HB_NEVER_INLINE const hb_glyph_info_t *\n"
     "hfn_next_touched (const hb_glyph_info_t *info, const hb_glyph_info_t *end, const hfn_covered_t &covered, hb_mask_t mask)\n{\n"
     "  const uint64_t *words = covered.words;\n  const unsigned span = covered.span;\n"
     "  if (unlikely (!words))\n    for (; info < end; info++)\n      if (info->mask & mask) return info;\n"
     "  for (; end - info >= 4; info += 4)\n"
     "    for (unsigned i = 0; i < 4; i++)\n"
     "      if (hfn_covered_t::has (words, span, info[i].codepoint) && (info[i].mask & mask))\n\treturn info + i;\n"
     "  for (; info < end; info++)\n"
     "    if (hfn_covered_t::has (words, span, info->codepoint) && (info->mask & mask))\n      return info;\n"
     "  return end;\n}\n\n"
     "static inline bool\napply_forward (OT::hb_ot_apply_context_t *c,\n"),
    (f"{HARFBUZZ}/hb-ot-layout.cc",
     "    hb_glyph_info_t *info = buffer->info;\n    unsigned j = buffer->idx;\n    while (j < buffer->len &&\n"
     "\t   !(accel.digest.may_have (info[j].codepoint) &&\n\t     (info[j].mask & c->lookup_mask) &&\n"
     "\t     c->check_glyph_property (&info[j], c->lookup_props)))\n      j++;\n",
     "    const hb_glyph_info_t *info = buffer->info + buffer->idx;\n"
     "    const hb_glyph_info_t *end = buffer->info + buffer->len;\n"
     "    if (info < end && !(accel.covered.has (info->codepoint) && (info->mask & c->lookup_mask)))\n"
     "      info = hfn_next_touched (info + 1, end, accel.covered, c->lookup_mask);\n"
     "    while (info < end && !c->check_glyph_property (info, c->lookup_props))\n"
     "      info = hfn_next_touched (info + 1, end, accel.covered, c->lookup_mask);\n"
     "    unsigned j = info - buffer->info;\n"),
    # and a lookup is passed over that covers no glyph of the buffer: another 0.88 for Latin, 0.95 for Arabic
    (f"{HARFBUZZ}/hb-buffer.hh", "  hb_set_digest_t digest; /* Manually updated sometimes */\n",
     "  hfn_glyphs_t<hb_set_digest_t> digest; /* Manually updated sometimes */\n"),
    (f"{HARFBUZZ}/hb-ot-layout.cc", "      if (accel->digest.may_intersect (buffer->digest) &&\n",
     "      if (accel->digest.may_intersect (buffer->digest) && buffer->digest.meets (accel->covered) &&\n"),
    # the subtables of a lookup are passed in a small loop too, with the glyph read once
    (f"{HARFBUZZ}/hb-ot-layout-gsubgpos.hh",
     "    private:\n    const void *obj;\n    hb_apply_func_t apply_func;\n",
     "    private:\n    friend struct hb_ot_layout_lookup_accelerator_t;\n    const void *obj;\n    hb_apply_func_t apply_func;\n"),
    (f"{HARFBUZZ}/hb-ot-layout-gsubgpos.hh",
     "#ifndef HB_NO_OT_LAYOUT_LOOKUP_CACHE\n    if (use_cache)\n    {\n      return\n      + hb_iter (hb_iter (subtables, count))\n"
     "      | hb_map ([&c] (const hb_accelerate_subtables_context_t::hb_applicable_t &_) { return _.apply_cached (c); })\n"
     "      | hb_any\n      ;\n    }\n    else\n#endif\n    {\n      return\n      + hb_iter (hb_iter (subtables, count))\n"
     "      | hb_map ([&c] (const hb_accelerate_subtables_context_t::hb_applicable_t &_) { return _.apply (c); })\n"
     "      | hb_any\n      ;\n    }\n",
     "    const hb_codepoint_t glyph = c->buffer->cur ().codepoint;\n"
     "    const auto *end = subtables + count;\n"
     "    for (const auto *subtable = subtables; subtable < end; subtable++)\n"
     "      if (subtable->digest.may_have (glyph) &&\n"
     "\t  (use_cache ? subtable->apply_cached_func : subtable->apply_func) (subtable->obj, c, subtable->external_cache))\n"
     "\treturn true;\n"),
    # from here on: comparisons of ligature numbers that hang on the whole buffer are noted for streams: shim/ligature_ids.hh
    (f"{HARFBUZZ}/hb-ot-layout.hh", "\t\t\t\t\t  HB_OT_LAYOUT_GLYPH_PROPS_MULTIPLIED\n};\n",
     "\t\t\t\t\t  HB_OT_LAYOUT_GLYPH_PROPS_MULTIPLIED |\n\t\t\t\t\t  HFN_LIGATURE_LOOKUP\n};\n"),
    (f"{HARFBUZZ}/hb-ot-layout.hh", "#define IS_LIG_BASE 0x10\n",
     "#define IS_LIG_BASE 0x10\n\n"
     "static inline void\n_hb_glyph_info_note_lookup (hb_glyph_info_t *info)\n"
     "{ info->glyph_props() = (info->glyph_props() & ~HFN_LIGATURE_LOOKUP) | hfn_ligature_ids.bits (); }\n\n"
     "static inline void\n_hb_glyph_info_note_comparison (const hb_glyph_info_t *a, const hb_glyph_info_t *b)\n{\n"
     "  if ((a->lig_props() >> 5) && (b->lig_props() >> 5) && ((a->glyph_props() ^ b->glyph_props()) & HFN_LIGATURE_LOOKUP))\n"
     "    hfn_ligature_ids.note (a->cluster, b->cluster);\n}\n"),
    (f"{HARFBUZZ}/hb-ot-layout.hh", "  info->lig_props() = (lig_id << 5) | IS_LIG_BASE | (lig_num_comps & 0x0F);\n",
     "  info->lig_props() = (lig_id << 5) | IS_LIG_BASE | (lig_num_comps & 0x0F);\n  _hb_glyph_info_note_lookup (info);\n"),
    (f"{HARFBUZZ}/hb-ot-layout.hh", "  info->lig_props() = (lig_id << 5) | (lig_comp & 0x0F);\n",
     "  info->lig_props() = (lig_id << 5) | (lig_comp & 0x0F);\n  _hb_glyph_info_note_lookup (info);\n"),
    (f"{HARFBUZZ}/hb-ot-layout.hh", "  uint8_t lig_id = buffer->next_serial () & 0x07;\n",
     "  hfn_ligature_ids.allocate ();\n  uint8_t lig_id = buffer->next_serial () & 0x07;\n"),
    (f"{HARFBUZZ}/hb-ot-layout.cc", "  c->set_lookup_props (lookup.get_props ());\n\n  if (likely (!lookup.is_reverse ()))\n",
     "  c->set_lookup_props (lookup.get_props ());\n  hfn_ligature_ids.lookup++;\n\n  if (likely (!lookup.is_reverse ()))\n"),
    (f"{HARFBUZZ}/hb-ot-layout-gsubgpos.hh", "      if (first_lig_id != this_lig_id || first_lig_comp != this_lig_comp)\n",
     "      if (first_lig_comp == this_lig_comp)\n\t_hb_glyph_info_note_comparison (&buffer->cur(), &buffer->info[skippy_iter.idx]);\n"
     "      if (first_lig_id != this_lig_id || first_lig_comp != this_lig_comp)\n"),
    (f"{HARFBUZZ}/hb-ot-layout-gsubgpos.hh", "\t  while (j && _hb_glyph_info_get_lig_id (&out[j - 1]) == first_lig_id)\n",
     "\t  while (j && (_hb_glyph_info_note_comparison (&out[j - 1], &buffer->cur()), _hb_glyph_info_get_lig_id (&out[j - 1]) == first_lig_id))\n"),
    (f"{HARFBUZZ}/hb-ot-layout-gsubgpos.hh", "      if (this_lig_id && this_lig_comp && (this_lig_id != first_lig_id))\n",
     "      if (this_lig_comp)\n\t_hb_glyph_info_note_comparison (&buffer->cur(), &buffer->info[skippy_iter.idx]);\n"
     "      if (this_lig_id && this_lig_comp && (this_lig_id != first_lig_id))\n"),
    # the last component, skipped just now, still stands in front of the buffer's index: the output is behind by one at least
    (f"{HARFBUZZ}/hb-ot-layout-gsubgpos.hh", "      if (last_lig_id != _hb_glyph_info_get_lig_id (&buffer->info[i])) break;\n",
     "      if (count > 1 && _hb_glyph_info_get_lig_comp (&buffer->info[i]))\n"
     "\t_hb_glyph_info_note_comparison (&buffer->info[buffer->idx - 1], &buffer->info[i]);\n"
     "      if (last_lig_id != _hb_glyph_info_get_lig_id (&buffer->info[i])) break;\n"),
    (f"{HARFBUZZ}/OT/Layout/GPOS/MarkBasePosFormat1.hh", "\t    _hb_glyph_info_get_lig_id (&buffer->info[idx]) !=\n",
     "\t    (_hb_glyph_info_note_comparison (&buffer->info[idx], &buffer->info[idx - 1]), false) ||\n"
     "\t    _hb_glyph_info_get_lig_id (&buffer->info[idx]) !=\n"),
    (f"{HARFBUZZ}/OT/Layout/GPOS/MarkLigPosFormat1.hh", "    if (lig_id && lig_id == mark_id && mark_comp > 0)\n",
     "    if (mark_comp > 0)\n      _hb_glyph_info_note_comparison (&buffer->info[idx], &buffer->cur());\n"
     "    if (lig_id && lig_id == mark_id && mark_comp > 0)\n"),
    (f"{HARFBUZZ}/OT/Layout/GPOS/MarkMarkPosFormat1.hh", "    if (likely (id1 == id2))\n",
     "    if ((comp1 == comp2) != (!comp1 || !comp2))\n      _hb_glyph_info_note_comparison (&buffer->cur(), &buffer->info[j]);\n"
     "    if (likely (id1 == id2))\n"),
    (f"{HARFBUZZ}/hb-ot-shape-fallback.cc", "\tunsigned int this_lig_id = _hb_glyph_info_get_lig_id (&info[i]);\n",
     "\t_hb_glyph_info_note_comparison (&buffer->info[base], &info[i]);\n"
     "\tunsigned int this_lig_id = _hb_glyph_info_get_lig_id (&info[i]);\n"),
]

UNITS = [  # (source, extra flags); the largest first, so that two cores end together
    ("shim/harfbuzz.cc", HB_FLAGS),
    ("shim/font_check.cc", HB_UNIT),
    (f"{WOFF2}/src/woff2_dec.cc", []),
    (f"{LIBDEFLATE}/lib/deflate_compress.c", []),
    *[(f"{LIBDEFLATE}/lib/{name}.c", []) for name in
      ("deflate_decompress", "zlib_compress", "zlib_decompress", "adler32", "crc32", "utils")],
    *[(f"{WOFF2}/src/{name}.cc", []) for name in ("table_tags", "variable_length", "woff2_common", "woff2_out")],
    *[(f"{BROTLI}/dec/{name}.c", []) for name in ("decode", "bit_reader", "huffman", "prefix", "state", "static_init")],
    *[(f"{BROTLI}/common/{name}.c", []) for name in
      ("constants", "context", "dictionary", "platform", "shared_dictionary", "transform")],
    (f"{SPNG}/spng.c", ["-DSPNG_STATIC", "-DSPNG_DISABLE_OPT"]),
    *[(f"{ZLIB}/{name}.c", ["-DNO_GZIP", "-Wno-deprecated-non-prototype"]) for name in
      ("inflate", "inftrees", "inffast", "adler32", "crc32", "zutil")],
    ("shim/picture.c", ["-DSPNG_STATIC"]),
    ("shim/woff2.cc", []),
    *[(f"shim/{name}.c", []) for name in ("draw", "container", "directory", "outlines", "woff", "deflate")],
    # without this clang turns calloc's own malloc and memset into a call of calloc
    ("shim/heap.c", ["-fno-builtin"]),
]


def run(command, cwd, env=None):
    """Runs a command; on failure prints all it said and ends the program."""
    done = subprocess.run(command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"build.py: {' '.join(map(str, command[:6]))} … failed ({done.returncode})\n{done.stdout}")
    return done.stdout


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def compiler(cache):
    """The python of a venv that has the pinned ziglang; made once."""
    folder = cache / "venv"
    python = folder / "bin" / "python"
    stamp = folder / "compiler"
    if not stamp.exists() or stamp.read_text() != COMPILER:
        venv.create(folder, with_pip=True, clear=True)
        run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", COMPILER], cache)
        stamp.write_text(COMPILER)
    return python


def fetch(cache, python, name):
    """The verified archive of one source, from the cache or through its client."""
    client, package, version, file, digest, _ = SOURCES[name]
    folder = cache / "archives"
    folder.mkdir(exist_ok=True)
    archive = folder / file
    if not archive.exists():
        if client == "pip":
            run([python, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--no-binary",
                 package, "-d", folder, f"{package}=={version}"], cache)
        else:
            run(["npm", "pack", "--silent", "--ignore-scripts", f"{package}@{version}"], folder)
    if sha256(archive) != digest:
        sys.exit(f"build.py: {file} has SHA-256 {sha256(archive)}, expected {digest}; not used")
    return archive


def unpack(archive, folder):
    """Unpacks an archive without its top folder. Refuses members that would leave the folder."""
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            parts = pathlib.PurePosixPath(member.name).parts
            if not member.isfile() or len(parts) < 2 or ".." in parts or parts[0] == "/":
                continue
            target = folder.joinpath(*parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(tar.extractfile(member).read())


def patch(tree):
    """Applies PATCHES to the unpacked sources; a place that is not there exactly once ends the program."""
    for file, old, new in PATCHES:
        path = tree / file
        text = path.read_text()
        if text.count(old) != 1:
            sys.exit(f"build.py: {file}: the place of a correction is there {text.count(old)} times, expected once")
        path.write_text(text.replace(old, new))


def exports():
    return [line for line in (HERE / "exports.txt").read_text().splitlines() if line and not line.startswith("#")]


def compile_all(tree, python, env):
    """Compiles every unit inside the build tree (all paths relative to it) and links native.wasm there."""
    def one(unit):
        source, extra = unit
        cxx = source.endswith(".cc")
        target = "objects/" + source.replace("/", "-") + ".o"
        flags = TARGET + (CXX if cxx else ["-std=c11"]) + extra + INCLUDES
        run([python, "-m", "ziglang", "c++" if cxx else "cc", *flags, "-c", source, "-o", target], tree, env)
        return target

    (tree / "objects").mkdir()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(one, UNITS))
    names = [f"-Wl,--export={name}" for name in exports()]
    run([python, "-m", "ziglang", "c++", *LINK, *names, *objects, "-o", "native.wasm"], tree, env)


def provenance(wasm):
    """What native.wasm was made of, as the committed JSON text."""
    record = {
        "note": "Written by build.py; build.py --check rebuilds native.wasm and compares every byte.",
        "native.wasm": {"sha256": hashlib.sha256(wasm).hexdigest(), "bytes": len(wasm)},
        "compiler": COMPILER,
        "sources": [
            {"contains": contains, "client": client, "package": package, "version": version, "file": file,
             "sha256": digest}
            for client, package, version, file, digest, contains in SOURCES.values()
        ],
        "shim": {path.name: sha256(path) for path in sorted((HERE / "shim").iterdir())},
        "corrections": [
            {"file": file, "sha256": hashlib.sha256(f"{old}\0{new}".encode()).hexdigest()} for file, old, new in PATCHES
        ],
        "flags": {"compile": TARGET, "c++": CXX, "harfbuzz": HB_FLAGS, "link": LINK},
        "units": [source for source, _ in UNITS],
        "exports": ["memory", "_initialize", *exports()],
    }
    return json.dumps(record, indent=1) + "\n"


def main():
    parser = argparse.ArgumentParser(description="Builds native.wasm from pinned sources.")
    parser.add_argument("--check", action="store_true", help="rebuild aside and compare with the committed bytes")
    parser.add_argument("--cache", type=pathlib.Path, default=WORKSPACE / "node_modules/.cache/haforu-native",
                        help="folder for the compiler, the sources and the build tree")
    options = parser.parse_args()
    cache = options.cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)

    python = compiler(cache)
    tree = cache / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    for name in SOURCES:
        unpack(fetch(cache, python, name), tree / name)
    patch(tree)
    shutil.copytree(HERE / "shim", tree / "shim")
    env = dict(os.environ, ZIG_GLOBAL_CACHE_DIR=str(cache / "zig"), ZIG_LOCAL_CACHE_DIR=str(cache / "zig"))
    compile_all(tree, python, env)

    wasm = (tree / "native.wasm").read_bytes()
    text = provenance(wasm)
    if not options.check:
        (HERE / "native.wasm").write_bytes(wasm)
        (HERE / "provenance.json").write_text(text)
        print(f"native.wasm: {len(wasm)} bytes, SHA-256 {hashlib.sha256(wasm).hexdigest()}")
        return
    stale = [file for file, now in (("native.wasm", wasm), ("provenance.json", text.encode()))
             if not (HERE / file).exists() or (HERE / file).read_bytes() != now]
    if stale:
        sys.exit(f"build.py --check: {' and '.join(stale)} differ from what the sources give")
    print(f"native.wasm is what the sources give: SHA-256 {hashlib.sha256(wasm).hexdigest()}")


if __name__ == "__main__":
    main()
