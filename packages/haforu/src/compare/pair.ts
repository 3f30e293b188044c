// One pair of font files through all levels, or a slice of it: files in, records out, in buckets so that slices can be put together again in the order of a whole.
// Runs in any thread; knows nothing of workers, directories or reports.
import { Engine } from "../engine/boundary.ts";
import { callError, HaforuError, reasonOf } from "../engine/errors.ts";
import type { FontSource } from "../fonts/source.ts";
import type { FaceInfo, FileInfo } from "../session/font-info.ts";
import { readFont } from "../session/read-font.ts";
import { ComparedFace } from "./face.ts";
import { compareGlyphSets, compareGlyphs, GlyphLabels, type Place } from "./glyphs.ts";
import { Ignored } from "./ignore.ts";
import { locations } from "./locations.ts";
import type { ResolvedOptions } from "./options.ts";
import { type PairedBy, type PairedGlyphs, pairGlyphs } from "./pair-glyphs.ts";
import { type DifferencePicture, drawDifference } from "./picture.ts";
import { Pictures } from "./pixels.ts";
import type { Difference, Failure } from "./records.ts";
import { type CoveredWords, compareCoverage, compareWords, coveredWords } from "./shaping.ts";
import { compareTables, type Found } from "./tables.ts";
import { BUNDLED_WORDS } from "./word-lists.ts";

/** Two files that are each other's old and new. */
export interface FilePair {
  readonly name: string;
  readonly old: string;
  readonly new: string;
}

/** Part `index` of `count` of a pair's glyphs and words; the first has what is of the whole. */
export interface Slice {
  readonly index: number;
  readonly count: number;
}

/** What a slice looked at. */
export interface SliceCounts {
  identical: boolean;
  glyphPairs: number;
  places: number;
  words: number;
  wordsNotCovered: number;
  pictures: number;
  atLeftOut: number;
  pairedBy: Record<PairedBy, number>;
}

/** How much there is to compare in a pair. */
export interface PairExtent {
  readonly glyphPairs: number;
  /** That both fonts have the characters of. */
  readonly words: number;
  readonly places: number;
}

export interface SliceResult {
  /** Records by bucket: lower ones first, and within one the slices in their order. */
  readonly buckets: readonly (readonly [bucket: number, records: readonly Difference[]])[];
  readonly counts: SliceCounts;
  readonly failure?: Failure;
}

/** Buckets of a face: tables, glyph sets, glyphs, coverage, words, pictures of glyphs, pictures of words. */
const BUCKETS_A_FACE = 8;
const [TABLES, GLYPH_SETS, GLYPHS, COVERAGE, WORDS, GLYPH_PICTURES, WORD_PICTURES] = [0, 1, 2, 3, 4, 5, 6] as const;
const SCORE_FACE = 1;
const SCORE_CONTAINER = 0.02;

/** Where no coordinates lie in the ranges of both faces: said, because nothing but tables and sets of glyphs can then be compared. */
const NO_COMMON_PLACE: Found = { level: "glyphs", kind: "instance", change: "changed", item: "no coordinates that both fonts can take", score: 1 };

const NOTHING: PairExtent = { glyphPairs: 0, words: 0, places: 0 };
const NO_WORDS: CoveredWords = { both: [], lost: [], gained: [], neither: 0 };

interface Faces {
  readonly old: ComparedFace;
  readonly new: ComparedFace;
  readonly faceIndex: number;
  readonly paired: PairedGlyphs;
  readonly labels: readonly [GlyphLabels, GlyphLabels];
  readonly places: readonly Place[];
  readonly atLeftOut: number;
  readonly covered: CoveredWords;
  /** With canvases that have grown to what the pair needs. */
  readonly pictures: Pictures;
}

/** One of a pair's two files. */
interface OpenFile {
  readonly path: string;
  readonly side: "old" | "new";
  /** As they came. */
  readonly bytes: Uint8Array;
  readonly info: FileInfo;
}

/** A pair that is open in an engine. Of its faces one pair is open at a time: a collection's each take the whole file. */
interface OpenPair {
  readonly key: string;
  readonly identical: boolean;
  readonly files: readonly [OpenFile, OpenFile];
  readonly faces: readonly (readonly [FaceInfo, FaceInfo])[];
  readonly found: readonly Difference[];
  current?: Faces;
}

/** Compares pairs in one engine. The last pair stays open, for its next slice. */
export class PairComparer {
  readonly #module: WebAssembly.Module;
  readonly #fonts: FontSource;
  readonly #options: ResolvedOptions;
  readonly #ignored: Ignored;
  readonly #words: readonly string[];
  #engine: Engine;
  #open: OpenPair | undefined;

  constructor(module: WebAssembly.Module, fonts: FontSource, options: ResolvedOptions) {
    this.#module = module;
    this.#fonts = fonts;
    this.#options = options;
    this.#ignored = new Ignored(options.ignore);
    this.#words = options.words ?? BUNDLED_WORDS;
    this.#engine = new Engine(module);
  }

  /** Never throws for what is wrong with a font: that is the result's failure. */
  compare(pair: FilePair, slice: Slice): SliceResult {
    const counts: SliceCounts = {
      identical: false,
      glyphPairs: 0,
      places: 0,
      words: 0,
      wordsNotCovered: 0,
      pictures: 0,
      atLeftOut: 0,
      pairedBy: { name: 0, code_point: 0, glyph_id: 0, outline: 0 },
    };
    try {
      const open = this.#openPair(pair);
      counts.identical = open.identical;
      const buckets: [number, readonly Difference[]][] = slice.index === 0 ? [[-1, [...open.found]]] : [];
      for (const i of open.faces.keys()) {
        const faces = this.#openFaces(open, i);
        const ofCollection = open.files[1].info.face_count > 1;
        const put = (bucket: number, found: readonly Found[]): void => {
          if (found.length === 0) return;
          // Written into the records, which are nobody else's: copying thousands takes longer than comparing them.
          for (const one of found as (Found & { font: string; face_index?: number })[]) {
            one.font = pair.name;
            if (ofCollection) one.face_index = faces.faceIndex;
          }
          buckets.push([i * BUCKETS_A_FACE + bucket, found as readonly Difference[]]);
        };
        this.#compareFaces(faces, slice, counts, put);
      }
      return { buckets, counts };
    } catch (error) {
      return { buckets: [], counts, failure: this.#failure(pair, error) };
    }
  }

  /** How much there is to compare in the first faces of a pair, times its faces; nothing where it cannot be opened. */
  extent(pair: FilePair): PairExtent {
    try {
      const open = this.#openPair(pair);
      const faces = open.faces.length;
      if (faces === 0) return NOTHING;
      const { paired, covered, places } = this.#openFaces(open, 0);
      return { glyphPairs: faces * paired.pairs.length, words: faces * covered.both.length, places: places.length };
    } catch (error) {
      // The comparison comes upon it again, and tells it.
      this.#failure(pair, error);
      return NOTHING;
    }
  }

  /** The outlines of glyphs and words that records of a pair are about; undefined where a record is about neither. @throws what opening the pair throws. */
  draw(pair: FilePair, records: readonly Difference[]): (DifferencePicture | undefined)[] {
    const open = this.#openPair(pair);
    return records.map((record) => {
      const index = open.faces.findIndex(([, face]) => open.files[1].info.face_count === 1 || face.face_index === record.face_index);
      if (index < 0 || record.level === "tables" || record.level === "files") return undefined;
      const faces = this.#openFaces(open, index);
      return drawDifference(faces.old, faces.new, record);
    });
  }

  close(): void {
    if (this.#open !== undefined) closeFaces(this.#open);
    this.#open = undefined;
  }

  #compareFaces(faces: Faces, slice: Slice, counts: SliceCounts, put: (bucket: number, found: readonly Found[]) => void): void {
    const { paired, labels, places } = faces;
    const both = [faces.old, faces.new] as const;
    const options = this.#options;
    const first = slice.index === 0;
    if (first) {
      counts.places += places.length;
      counts.atLeftOut += faces.atLeftOut;
      for (const { by } of paired.pairs) counts.pairedBy[by] += 1;
      if (places.length === 0) put(GLYPH_SETS, [{ ...NO_COMMON_PLACE }]);
      if (options.tables) put(TABLES, compareTables(...both, this.#ignored));
      if (options.glyphs) put(GLYPH_SETS, compareGlyphSets(...both, paired, labels, this.#ignored));
    }
    const pictures = faces.pictures;
    const drawnBefore = pictures.drawn;
    try {
      if (options.glyphs || options.pixels) {
        const pairs = part(paired.pairs, slice).filter((pair) => !this.#ignored.has("glyph", labels[1].name(pair.new)));
        counts.glyphPairs += pairs.length;
        // Without the glyphs' level all are drawn: that tells as well which of them differ.
        const everywhere = [...places.keys()];
        const { found, drawn } = options.glyphs
          ? compareGlyphs(both, pairs, places, options, labels[1])
          : { found: [], drawn: pairs.map((pair) => ({ pair, places: everywhere })) };
        put(GLYPHS, found);
        if (options.pixels) put(GLYPH_PICTURES, pictures.compareGlyphs(drawn, labels[1]));
      }
      if (options.shaping || options.pixels) {
        const { covered } = faces;
        if (first && options.shaping) put(COVERAGE, compareCoverage(...both, covered));
        if (first) counts.wordsNotCovered += covered.neither;
        const words = part(covered.both, slice);
        counts.words += words.length;
        const { found, shaped } = compareWords(both, words, places, paired.newOf, options.position, labels, this.#ignored);
        if (options.shaping) put(WORDS, found);
        if (options.pixels) put(WORD_PICTURES, pictures.compareWords(shaped));
      }
    } finally {
      counts.pictures += pictures.drawn - drawnBefore;
    }
  }

  #openPair(pair: FilePair): OpenPair {
    const key = `${pair.old}\n${pair.new}`;
    if (this.#open?.key === key) return this.#open;
    this.close();
    const files = [this.#file(pair.old, "old"), this.#file(pair.new, "new")] as const;
    const [a, b] = files;
    if (a.bytes.length === b.bytes.length && Buffer.compare(a.bytes, b.bytes) === 0) {
      this.#open = { key, identical: true, files, faces: [], found: [] };
      return this.#open;
    }
    const base = { font: pair.name, score: SCORE_FACE } as const;
    const found: Difference[] = [];
    if (a.info.container !== b.info.container && this.#options.tables) {
      const containers = { old: a.info.container, new: b.info.container };
      found.push({ ...base, level: "tables", kind: "container", change: "changed", item: "container", ...containers, score: SCORE_CONTAINER });
    }
    const { pairs, removed, added } = pairFaces(a.info.faces, b.info.faces);
    for (const [change, faces] of [["removed", removed] as const, ["added", added] as const]) {
      for (const face of faces) found.push({ ...base, face_index: face.face_index, level: "files", kind: "face", change, item: faceName(face) });
    }
    this.#open = { key, identical: false, files, faces: pairs, found };
    return this.#open;
  }

  #openFaces(open: OpenPair, index: number): Faces {
    const [oldInfo, newInfo] = open.faces[index] as readonly [FaceInfo, FaceInfo];
    if (open.current?.new.info === newInfo) return open.current;
    closeFaces(open);
    const old = this.#face(open.files[0], oldInfo);
    try {
      const now = this.#face(open.files[1], newInfo);
      const { at, leftOut } = locations(oldInfo, newInfo, this.#options);
      const places = at.map((coordinates) => ({ at: coordinates, old: old.instance(coordinates), new: now.instance(coordinates) }));
      open.current = {
        old,
        new: now,
        faceIndex: newInfo.face_index,
        paired: pairGlyphs(old, now),
        labels: [new GlyphLabels(old), new GlyphLabels(now)],
        places,
        atLeftOut: leftOut,
        covered: this.#options.shaping || this.#options.pixels ? coveredWords(old, now, this.#words) : NO_WORDS,
        pictures: new Pictures([old, now], places, this.#options),
      };
      return open.current;
    } catch (error) {
      if (open.current === undefined && error instanceof HaforuError) old.close();
      throw error;
    }
  }

  /** A file's bytes, a copy, and what is in it. */
  #file(path: string, side: "old" | "new"): OpenFile {
    const data = readFont(this.#engine, this.#fonts, path);
    if ("code" in data) throw callError(data.code, `font ${path}`, data.detail, { field: side });
    const bytes = this.#engine.view(data.pointer, data.bytes).slice();
    try {
      return { path, side, bytes, info: JSON.parse(this.#engine.fileInfo(data.pointer, data.bytes)) as FileInfo };
    } catch (error) {
      throw inFile(error, path, side);
    }
  }

  #face({ path, side, bytes }: OpenFile, info: FaceInfo): ComparedFace {
    const pointer = this.#engine.allocateFont(bytes.length);
    if (pointer === 0) throw callError("out_of_memory", `font ${path}`, `no room for ${bytes.length} bytes`, { field: side });
    this.#engine.view(pointer, bytes.length).set(bytes);
    try {
      return new ComparedFace(this.#engine, this.#engine.createFont(pointer, bytes.length, info.face_index), info);
    } catch (error) {
      throw inFile(error, path, side);
    }
  }

  /** The record of a pair that cannot be compared. After a trap the engine is another one. */
  #failure(pair: FilePair, error: unknown): Failure {
    const base = { font: pair.name, level: "files", kind: "error" } as const;
    if (error instanceof HaforuError) {
      const side = error.field === "old" || error.field === "new" ? error.field : "both";
      return { ...base, side, code: error.code, message: error.message };
    }
    if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
    this.#open = undefined;
    this.#engine = new Engine(this.#module);
    return { ...base, side: "both", code: "engine_fault", message: `the engine failed on ${pair.old} or ${pair.new}: ${error.message}` };
  }
}

function closeFaces(open: OpenPair): void {
  open.current?.pictures.close();
  open.current?.old.close();
  open.current?.new.close();
  delete open.current;
}

/** The part of a list that is a slice's. Later parts are smaller: so all threads come to their end at nearly the same time. */
function part<T>(list: readonly T[], { index, count }: Slice): readonly T[] {
  const end = (slices: number): number => Math.floor((list.length * slices * (2 * count - slices)) / (count * count));
  return list.slice(end(index), end(index + 1));
}

function inFile(error: unknown, path: string, side: "old" | "new"): unknown {
  if (!(error instanceof HaforuError)) return error;
  return callError(error.code, `font ${path}`, reasonOf(error), { field: side, cause: error });
}

function faceName(face: FaceInfo): string {
  return face.postscript_name ?? face.full_name ?? `face ${face.face_index}`;
}

/** Faces of two files: those of one PostScript name, then the rest in their order where both have as many left. */
function pairFaces(old: readonly FaceInfo[], now: readonly FaceInfo[]): { pairs: [FaceInfo, FaceInfo][]; removed: FaceInfo[]; added: FaceInfo[] } {
  if (old.length === 1 && now.length === 1) return { pairs: [[old[0] as FaceInfo, now[0] as FaceInfo]], removed: [], added: [] };
  const pairs: [FaceInfo, FaceInfo][] = [];
  const left = [...now];
  const rest: FaceInfo[] = [];
  for (const face of old) {
    const at = left.findIndex((other) => other.postscript_name !== undefined && other.postscript_name === face.postscript_name);
    if (at < 0) rest.push(face);
    else pairs.push([face, ...(left.splice(at, 1) as [FaceInfo])]);
  }
  if (rest.length !== left.length) return { pairs, removed: rest, added: left };
  return { pairs: [...pairs, ...rest.map((face, i): [FaceInfo, FaceInfo] => [face, left[i] as FaceInfo])], removed: [], added: [] };
}
