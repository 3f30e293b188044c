#!/usr/bin/env python3
"""Builds flite.wasm and the voice files from pinned sources, by ziglang's clang: flite, expat, speexdsp's resampler, and our own C.

    python3 build.py             rebuild flite.wasm, the voices and provenance.json
    python3 build.py --module    rebuild flite.wasm and provenance.json; the voices stay
    python3 build.py --check     rebuild aside; exit 1 on any byte of difference from what is committed
    python3 build.py --native    build flite's own command (and the peers of tests and benchmarks) into the cache, and print its path

Needs python3 with venv, and apt-get (Debian's source packages; no root). Sources and the compiler go into a cache folder
(--cache, default node_modules/.cache/haforu-speech of the workspace) and are used only where their SHA-256 is the one below.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import venv

HERE = pathlib.Path(__file__).resolve().parent
WORKSPACE = HERE.parents[3]
PACKAGES = WORKSPACE / "packages"
MODULE = HERE.parent / "flite.wasm"
HEAP = PACKAGES / "engine/native/shim/heap.c"  # the text engine's malloc: joins freed blocks and counts bytes in use

COMPILER = "ziglang==0.17.0"  # clang, wasm-ld, wasi-libc, musl and compiler-rt in one wheel
# name in the build tree: (Debian source package, file, SHA-256, what of it is compiled)
SOURCES = {
    "flite": ("flite", "flite_2.2.orig.tar.gz",
              "ab1555fe5adc3f99f1d4a1a0eb1596d329fd6d74f1464a0097c81f53c0cf9e5c", "flite 2.2"),
    "speexdsp": ("speexdsp", "speexdsp_1.2.1.orig.tar.gz",
                 "8c777343e4a6399569c72abc38a95b24db56882c83dbdb6c6424a5f4aeb54d3d", "speexdsp 1.2.1, resampler"),
    "expat": ("expat", "expat_2.5.0.orig.tar.gz",
              "ab00ee05c7067fd10a35c5d2a4922ebba746ddd50ff83b79c828da17bbdf1757", "expat 2.5.0"),
}
# voice: (package folder, file)
VOICES = {
    "slt": ("voice-slt", "slt.flitevox"),
    "rms": ("voice-rms", "rms.flitevox"),
    "awb": ("voice-awb", "awb.flitevox"),
    "kal16": ("voice-kal16", "kal16.diphones"),
}

FLITE_DEFINES = ["-DDIE_ON_ERROR", "-DCST_NO_SOCKETS", "-DCST_AUDIO_NONE", "-DNO_UNION_INITIALIZATION"]
FLITE_INCLUDES = ["-Iflite/include", "-Iflite/lang/usenglish", "-Iflite/lang/cmulex", "-Iflite/src/cg"]
# flite's own style: implicit conversions between its value types
QUIET = ["-w", "-Wno-incompatible-pointer-types", "-Wno-int-conversion"]
TARGET = ["-target", "wasm32-wasi", "-O3", "-g0", "-msimd128", "-mbulk-memory", "-DNDEBUG", "-ffile-prefix-map=./=", "-ffp-contract=off"]
LINK = ["-target", "wasm32-wasi", "-mexec-model=reactor", "-O3", "-s", "-Wl,--gc-sections", "-Wl,-z,stack-size=1048576"]
NATIVE = ["-target", f"{platform.machine()}-linux-musl", "-O3", "-g0", "-ffp-contract=off"]

EXPAT_FLAGS = ["-DXML_STATIC", "-DXML_DTD", "-Ishim", "-Iexpat/expat/lib"]
SPEEX_FLAGS = ["-DOUTSIDE_SPEEX", "-DRANDOM_PREFIX=hs_speex", "-DEXPORT=", "-DFLOATING_POINT",
               # every filter phase in a table: no interpolation between phases, which would limit THD+N
               "-DRESAMPLE_FULL_SINC_TABLE", "-Ispeexdsp/include/speex"]

# Corrections of the sources: (file, what stands there once, what takes its place, why).
PATCHES = [
    *[("flite/src/cg/cst_spamf0.c", f"{end}) ; num_frames++", f"{end}) && num_frames < ftrack->num_frames ; num_frames++",
       "an accent that reaches beyond the last frame wrote behind the track")
      for end in ("(start+(drise/2))", "(start+drise)", "(start+drise+(dfall/2))", "(start+drise+dfall)")],
]

# An attribute, or the text of an entity, may be megabytes of references: expat reads it without a call of ours. ABORTED ends it as cancelled.
PATCHES += [("expat/expat/lib/xmlparse.c", statement, f"extern volatile int cancel_word;\nif (cancel_word) {way}\n{statement}", "a cancelled call answers soon")
            for statement, way in (("    int tok = XmlAttributeValueTok(enc, ptr, end, &next);\n", "return XML_ERROR_ABORTED;"),
                                   ("    int tok = XmlEntityValueTok(enc, entityTextPtr, entityTextEnd, &next);\n",
                                    "{ result = XML_ERROR_ABORTED; goto endEntityValue; }"))]

# Looks at the cancel word in loops over an utterance's tokens, words, syllables, segments and frames: their steps are short, but a sentence may have
# hundreds of words and a hundred thousand frames, and some steps look at all their neighbours. What a stopped loop leaves unfinished is thrown away.
# (file, what stands there once, what takes its place): a statement that begins a loop's step, and the look before it; or a loop's condition.
LOOK = "if (HAFORU_CANCELLED) break;\n"


def before(file, statement):
    return file, statement, LOOK + statement


def until(file, head, condition="i<nframes"):
    """The first `condition` of a loop's head."""
    return file, head, head.replace(condition, f"{condition} && !HAFORU_CANCELLED", 1)


LOOKS = [
    before("src/synth/cst_synth.c", "\tif (ttwv)\n"),
    before("src/synth/cst_synth.c", "\t    word = item_add_daughter(t,NULL);\n"),
    before("src/synth/cst_synth.c", "        p = cart_interpret(word,tagger);\n"),
    before("src/synth/cst_synth.c", "\tif (p == NULL)\n"),
    before("src/synth/cst_synth.c", "\tssword = relation_append(sylstructure,word);\n"),
    before("src/synth/cst_synth.c", "\t    if (sylitem == NULL)\n\t    {\n\t\tsylitem = relation_append(syl,NULL);\n\t\tsssyl"),
    before("src/synth/cst_synth.c", "\tv = cart_interpret(s,accents);\n"),
    before("src/synth/cst_synth.c", "\tzdur = val_float(cart_interpret(s,dur_tree));\n"),
    before("lang/cmulex/cmu_postlex.c", "\tword = val_string(ffeature(s, \"R:SylStructure.parent.parent.name\"));\n"),
    before("lang/cmulex/cmu_postlex.c", "\tif (cst_streq(\"ax\", item_name(i)))\n"),
    before("lang/usenglish/us_f0_model.c", "\tif (!item_daughter(item_as(syl,\"SylStructure\")))\n"),
    before("src/wavesynth/cst_diphone.c", "\ts1 = item_next(s0);\n        unit_entry = -1;\n"),
    before("src/wavesynth/cst_units.c", "\tu_index = 0;\n\tm = (float)unit_size"),
    before("src/cg/cst_cg.c", "        ss = relation_append(segstate,seg);\n"),
    before("src/cg/cst_cg.c", "        start_index = ffeature_int(syl,"),
    before("src/cg/cst_cg.c", "        if (voiced_frame(mcep))\n        {\n            /* scale the F0"),
    before("src/cg/cst_spamf0.c", "        end = ffeature_float(s,\"end\");\n"),
    before("src/cg/cst_spamf0.c", "        f = val_int(cart_interpret(s,acc_tree));\n"),
    before("src/cg/cst_spamf0.c", "        param_track->frames[i][0]=spamf0_track->frames[i][0];\n"),
    until("src/speech/cst_track.c", "for (i=0; i<num_frames; i++)\n    {\n\tn_frames[i] =", "i<num_frames"),
    until("src/speech/cst_track.c", "for (i=0; i<t2->num_frames; i++)", "i<t2->num_frames"),
    until("src/cg/cst_vc.c", "for (i=0; i<row; i++)\n        matrix->data[i] = cst_alloc(double,col);", "i<row"),
    # smoothing, mlpg: each loop over frames, for one that stopped leaves rows that are not there
    until("src/cg/cst_mlpg.c", "for (i = 0; i < x; i++) ptr[i] = dcalloc(y, yoff);", "i < x"),
    until("src/cg/cst_mlpg.c", "for (i=0; i<nframes; i++)\n    {\n        for (j=0; j<dim_st; j++)\n            param->stm"),
    until("src/cg/cst_mlpg.c", "for (i=0; i<nframes; i++)\n        for (j=0; j<dim_st; j++)\n            param->mean"),
    until("src/cg/cst_mlpg.c", "for (i=0; i<nframes; i++)\n        for (j=0; j<dim; j++)\n            param->cov"),
    until("src/cg/cst_mlpg.c", "for (i = 0; i < clsnum; i++) {\n\tfor (j = 0, det = 1.0;", "i < clsnum"),
    until("src/cg/cst_mlpg.c", "for (k = dw->width[dno][WRIGHT]; k < tmpnum; k++)\t/* time index */", "k < tmpnum"),
    until("src/cg/cst_mlpg.c", "for (i = 0; i < (int)mat->col; i++) {\t\t/* dimension index */", "i < (int)mat->col"),
    until("src/cg/cst_mlpg.c", "for (d = 0, like = 0.0; d < dnum; d++) {\n", "d < dnum"),
    until("src/cg/cst_mlpg.c", "static void mlgparaChol(DMATRIX pdf, PStreamChol *pst, DMATRIX mlgp)\n{\n    int t, d;\n\n    /* error check */\n    if (pst->vSize * 2 != pdf->col || pst->order + 1 != mlgp->col) {\n\tcst_errmsg(\"Error mlgparaChol: Different dimension\\n\");\n"
          "        cst_error();\n    }\n\n    /* mseq: U^{-1}*M,\tifvseq: U^{-1} */\n    for (t = 0; t < pst->T; t++)", "t < pst->T"),
    until("src/cg/cst_mlpg.c", "mlpgChol(pst);\n\n    /* extracting parameters */\n    for (t = 0; t < pst->T; t++)", "t < pst->T"),
    until("src/cg/cst_mlpg.c", "for (m = 0; m <= pst->order; m++) {\n       calc_R_and_r(pst, m);\n       Choleski", "m <= pst->order"),
    before("src/cg/cst_mlpg.c", "\tpst->r[i] = pst->mseq[i][m];\n"),
    before("src/cg/cst_mlpg.c", "\tfor (j = 1; j < pst->width; j++)\n\t    if (t - j >= 0)\n"),
    before("src/cg/cst_mlpg.c", "\thold = 0.0;\n\tfor (j = 1; j < pst->width; j++)\n\t    if (t - j >= 0 &&"),
    before("src/cg/cst_mlpg.c", "\thold = 0.0;\n\tfor (j = 1; j < pst->width; j++)\n\t    if (t + j < pst->T &&"),
    until("src/cg/cst_mlpg.c", "/* Put the answer back into the output track */\n    for (i=0; i<nframes; i++)"),
]
PATCHES += [(f"flite/{file}", old, new, "a cancelled call answers soon") for file, old, new in LOOKS]


def flite_sources(tree, wasm):
    """flite's files: the library, the English front end, the lexicon; the voices for native builds alone."""
    root = tree / "flite"
    found = []
    for folder in ("cg", "hrg", "lexicon", "regex", "stats", "synth", "wavesynth", "speech"):
        found += sorted((root / "src" / folder).glob("*.c"))
    found += [root / "src/utils" / f"cst_{name}.c" for name in
              ("alloc", "args", "endian", "features", "file_stdio", "mmap_none", "string", "tokenstream", "url", "val",
               "val_const", "val_user", "wchar", "socket")]
    found += [root / "src/audio" / f"{name}.c" for name in ("au_none", "audio", "au_streaming")]
    folders = ["usenglish", "cmulex"] + ([] if wasm else [f"cmu_us_{name}" for name in VOICES])
    for folder in folders:
        found += [path for path in sorted((root / "lang" / folder).glob("*.c"))
                  if not re.search(r"make_|_huff|data_raw|num_bytes|_main", path.name)]
    skipped = {"cst_cg_dump_voice.c", "cst_cg_load_voice.c", "cst_cg_map.c", "cst_cg.c", "cst_mlsa.c"} if wasm else set()
    return [path.relative_to(tree).as_posix() for path in found if path.name not in skipped]


def wasm_units(tree):
    """(source, flags) of flite.wasm."""
    flite = [(source, QUIET + FLITE_DEFINES + FLITE_INCLUDES + ["-include", "shim/flite_unit.h"]) for source in flite_sources(tree, True)]
    expat = [(f"expat/expat/lib/{name}.c", ["-w", *EXPAT_FLAGS]) for name in ("xmlparse", "xmltok", "xmlrole")]
    speex = [("speexdsp/libspeexdsp/resample.c", ["-w", *SPEEX_FLAGS])]
    ours = [(f"shim/{path.name}", ["-include", "shim/flite_unit.h", "-Wall", "-Wextra", "-Werror", "-Wno-incompatible-pointer-types-discards-qualifiers",
                                   *FLITE_DEFINES, *FLITE_INCLUDES, *EXPAT_FLAGS, *SPEEX_FLAGS])
            for path in sorted((tree / "shim").glob("*.c"))]
    # without this clang turns calloc's own malloc and memset into a call of calloc
    ours = [(source, flags + ["-fno-builtin"] if source.endswith("heap.c") else flags) for source, flags in ours]
    return ours + flite + expat + speex


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


def apt_sources():
    """Debian's source entries, from the binary entries that this machine has."""
    entries = []
    for path in sorted(pathlib.Path("/etc/apt/sources.list.d").glob("*.sources")):
        for stanza in path.read_text().split("\n\n"):
            fields = dict(re.findall(r"^([A-Za-z-]+):[ \t]*(.+)$", stanza, re.M))
            if "debian-archive" in fields.get("Signed-By", "") and "deb" in fields.get("Types", "").split():
                fields["Types"] = "deb-src"
                entries.append("\n".join(f"{name}: {value}" for name, value in fields.items()))
    lists = [pathlib.Path("/etc/apt/sources.list"), *sorted(pathlib.Path("/etc/apt/sources.list.d").glob("*.list"))]
    lines = [line for path in lists if path.exists() for line in path.read_text().splitlines()]
    single = [re.sub(r"^deb\s", "deb-src ", line) for line in lines if re.match(r"deb\s.*debian", line)]
    return "\n\n".join(entries) + "\n", "\n".join(single) + "\n"


def fetch(cache):
    """The verified archives, from the cache or through apt-get with lists of its own: the machine's are not touched."""
    folder = cache / "archives"
    folder.mkdir(exist_ok=True)
    missing = [(package, file) for package, file, *_ in SOURCES.values() if not (folder / file).exists()]
    if missing:
        apt = cache / "apt"
        for part in ("lists/partial", "cache/archives/partial", "parts"):
            (apt / part).mkdir(parents=True, exist_ok=True)
        stanzas, lines = apt_sources()
        (apt / "parts" / "sources.sources").write_text(stanzas)
        (apt / "parts" / "sources.list").write_text(lines)
        options = ["-o", "Dir::Etc::SourceList=/dev/null", "-o", f"Dir::Etc::SourceParts={apt / 'parts'}",
                   "-o", f"Dir::State::Lists={apt / 'lists'}", "-o", f"Dir::Cache={apt / 'cache'}"]
        run(["apt-get", *options, "update", "-qq"], cache)
        run(["apt-get", *options, "source", "--download-only", "--tar-only", "-qq", *(package for package, _ in missing)], folder)
    for _, file, digest, _ in SOURCES.values():
        if sha256(folder / file) != digest:
            sys.exit(f"build.py: {file} has SHA-256 {sha256(folder / file)}, expected {digest}; not used")
    return folder


def unpack(archive, folder):
    """Unpacks an archive without its top folder. Refuses members that would leave the folder."""
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            parts = pathlib.PurePosixPath(member.name).parts
            if not member.isfile() or len(parts) < 2 or ".." in parts or parts[0] == "/":
                continue
            if not re.search(r"\.(c|h|def)$", parts[-1]):
                continue
            target = folder.joinpath(*parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(tar.extractfile(member).read())


def patch(tree):
    """Applies PATCHES to the unpacked sources; a place that is not there exactly once ends the program."""
    for file, old, new, _ in PATCHES:
        path = tree / file
        text = path.read_text()
        if text.count(old) != 1:
            sys.exit(f"build.py: {file}: {old!r}: the place of a correction is there {text.count(old)} times, expected once")
        path.write_text(text.replace(old, new))


def exports():
    return [line for line in (HERE / "exports.txt").read_text().splitlines() if line and not line.startswith("#")]


def compile_units(units, flags, folder, tree, python, env):
    """Compiles (source, extra flags) inside the build tree; gives the objects. An object is used again while its inputs are the same."""
    (tree / folder).mkdir(exist_ok=True)
    headers = hashlib.sha256()
    for path in sorted((tree / "shim").glob("*.h")):
        headers.update(path.read_bytes())

    def one(unit):
        source, extra = unit
        target = f"{folder}/{source.replace('/', '-')}.o"
        text = (tree / source).read_bytes()
        key = hashlib.sha256(text + repr((flags, extra)).encode() + headers.digest()).hexdigest()
        stamp = tree / (target + ".key")
        if not ((tree / target).exists() and stamp.exists() and stamp.read_text() == key):
            run([python, "-m", "ziglang", "cc", *flags, "-std=gnu11", *extra, "-c", source, "-o", target], tree, env)
            stamp.write_text(key)
        return target

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(one, units))


def build_module(tree, python, env):
    objects = compile_units(wasm_units(tree), TARGET, "objects-wasm", tree, python, env)
    names = [f"-Wl,--export={name}" for name in exports()]
    run([python, "-m", "ziglang", "cc", *LINK, *names, *objects, "-o", "flite.wasm"], tree, env)
    return (tree / "flite.wasm").read_bytes()


def build_native(tree, python, env):
    """flite's command with the four voices, as the peer of tests and benchmarks, and the tool that writes the voice files."""
    flags = [*QUIET, *FLITE_DEFINES, *FLITE_INCLUDES, "-DHAFORU_CANCELLED=0"]
    units = [(source, flags) for source in flite_sources(tree, False)]
    objects = compile_units(units, NATIVE, "objects-native", tree, python, env)
    for name in ("dump", "peer"):
        main = compile_units([(f"tools/{name}.c", flags), ("tools/libc.c", flags)], NATIVE, "objects-native", tree, python, env)
        run([python, "-m", "ziglang", "cc", *NATIVE, "-s", *objects, *main, "-lm", "-o", f"flite-{name}"], tree, env)
    return tree / "flite-dump", tree / "flite-peer"


def build_voices(tree, python, env):
    dump, _ = build_native(tree, python, env)
    folder = tree / "voices"
    folder.mkdir(exist_ok=True)
    run([dump, folder], tree)
    return {name: (folder / file).read_bytes() for name, (_, file) in VOICES.items()}


def provenance(wasm, voices):
    """What the committed files were made of, as JSON text."""
    def made(data):
        return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    record = {
        "note": "Written by build.py; build.py --check rebuilds everything and compares every byte.",
        "flite.wasm": made(wasm),
        "voices": {file: made(voices[name]) for name, (_, file) in VOICES.items()},
        "compiler": COMPILER,
        "sources": [{"contains": contains, "package": package, "file": file, "sha256": digest}
                    for package, file, digest, contains in SOURCES.values()],
        "shim": {path.name: sha256(path) for path in sorted([*(HERE / "shim").iterdir(), HEAP])},
        "tools": {path.name: sha256(path) for path in sorted((HERE / "tools").iterdir())},
        "corrections": [{"file": file, "why": why, "sha256": hashlib.sha256(f"{old}\0{new}".encode()).hexdigest()}
                        for file, old, new, why in PATCHES],
        "flags": {"compile": TARGET, "flite": FLITE_DEFINES, "expat": EXPAT_FLAGS, "speexdsp": SPEEX_FLAGS, "link": LINK},
        "exports": ["memory", "_initialize", *exports()],
    }
    return json.dumps(record, indent=1) + "\n"


def main():
    parser = argparse.ArgumentParser(description="Builds flite.wasm and the voices from pinned sources.")
    parser.add_argument("--check", action="store_true", help="rebuild aside and compare with the committed bytes")
    parser.add_argument("--module", action="store_true", help="rebuild flite.wasm alone; the voices stay as they are")
    parser.add_argument("--native", action="store_true", help="build native flite into the cache and print the path of its peer program")
    parser.add_argument("--cache", type=pathlib.Path, default=WORKSPACE / "node_modules/.cache/haforu-speech",
                        help="folder for the compiler, the sources and the build tree")
    options = parser.parse_args()
    cache = options.cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)

    python = compiler(cache)
    tree = cache / ("tree-check" if options.check else "tree")
    archives = fetch(cache)
    stamp = tree / "unpacked"
    key = hashlib.sha256(repr((SOURCES, PATCHES)).encode()).hexdigest()
    if options.check or not stamp.exists() or stamp.read_text() != key:
        shutil.rmtree(tree, ignore_errors=True)
        for name, (_, file, *_) in SOURCES.items():
            unpack(archives / file, tree / name)
        patch(tree)
        stamp.write_text(key)
    for part in ("shim", "tools"):
        shutil.rmtree(tree / part, ignore_errors=True)
        shutil.copytree(HERE / part, tree / part)
    shutil.copy(HEAP, tree / "shim")
    env = dict(os.environ, ZIG_GLOBAL_CACHE_DIR=str(cache / "zig"), ZIG_LOCAL_CACHE_DIR=str(cache / "zig"))

    if options.native:
        print(build_native(tree, python, env)[1])
        return
    committed = {name: PACKAGES / folder / file for name, (folder, file) in VOICES.items()}
    if options.module:
        voices = {name: path.read_bytes() for name, path in committed.items()}
    else:
        voices = build_voices(tree, python, env)
    wasm = build_module(tree, python, env)
    text = provenance(wasm, voices).encode()
    results = [(MODULE, wasm), (HERE / "provenance.json", text), *((committed[name], data) for name, data in voices.items())]
    if not options.check:
        for path, data in results:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
            print(f"{path.name}: {len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}")
        return
    stale = [path.name for path, data in results if not path.exists() or path.read_bytes() != data]
    if stale:
        sys.exit(f"build.py --check: {', '.join(stale)}: not what the sources give")
    print(f"flite.wasm and {len(voices)} voices are what the sources give: SHA-256 {hashlib.sha256(wasm).hexdigest()}")


if __name__ == "__main__":
    main()
