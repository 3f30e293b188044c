// The engine's fonts, instances and canvases that a session's direct calls use, kept between calls and given back
// when the budgets are full, least recently used first. Handles of one engine: a fresh engine needs a fresh table.
import type { Engine } from "../engine/boundary.ts";
import { callError, HaforuError, reasonOf } from "../engine/errors.ts";
import type { EngineStats } from "../engine/settings.ts";
import type { FontIdentity, FontSource } from "../fonts/source.ts";
import { cut } from "./came.ts";
import { checkFace } from "./check-request.ts";
import type { FileInfo } from "./font-info.ts";
import { type FontInMemory, readFont } from "./read-font.ts";
import type { TextRequest } from "./request.ts";

export interface HandleBudgets {
  readonly fontCacheBytes: number;
  readonly maxInstances: number;
}

/** What direct calls count, over all tables of handles of a session. */
export type HandleCounts = Record<"fontHits" | "fontMisses" | "instanceHits" | "instanceMisses" | "evictions", number>;

/** What a table holds now. */
export type HandleSizes = Pick<EngineStats, "fonts" | "fontBytes" | "instances" | "canvasBytes">;

interface FontHandle {
  readonly handle: number;
  readonly path: string;
  readonly faceIndex: number;
  readonly bytes: number;
  readonly identity: FontIdentity;
  /** Whether the source is to be asked before the next use. */
  stale: boolean;
  readonly instances: Map<string, InstanceHandle>;
}

interface InstanceHandle {
  readonly handle: number;
  readonly font: FontHandle;
  readonly key: string;
}

interface CanvasHandle {
  readonly handle: number;
  readonly bytes: number;
}

/**
 * Pixels of canvases kept, when more than one: programs that take a few sizes in turn need not make each anew. What the
 * engine notes of the ink, to clear it, can take three times as much beside them.
 */
const CANVAS_BYTES = 32 << 20;
/** Axes named in an error. */
const AXES_LISTED = 16;

export class Handles {
  readonly #engine: Engine;
  readonly #source: FontSource;
  readonly #budgets: HandleBudgets;
  readonly #counts: HandleCounts;
  // Maps keep the order of insertion: a hit is moved to the end, the first is the least recently used.
  readonly #fonts: Map<string, FontHandle> = new Map();
  readonly #instances: Map<InstanceHandle, true> = new Map();
  readonly #canvases: Map<string, CanvasHandle> = new Map();
  #fontBytes = 0;
  #canvasBytes = 0;
  // The last instance and canvas: a loop over one font must not pay for building a key.
  #lastRequest: RequestParts | undefined;
  #lastInstance = 0;
  #lastCanvas = 0;
  #lastWidth = 0;
  #lastHeight = 0;
  #lastInvert = false;
  #lastPlace = "";

  constructor(engine: Engine, source: FontSource, budgets: HandleBudgets, counts: HandleCounts) {
    this.#engine = engine;
    this.#source = source;
    this.#budgets = budgets;
    this.#counts = counts;
  }

  /** From now on a font's file is looked at again before its next use. */
  nextEpoch(): void {
    for (const font of this.#fonts.values()) font.stale = true;
    this.#lastRequest = undefined;
  }

  sizes(): HandleSizes {
    return { fonts: this.#fonts.size, fontBytes: this.#fontBytes, instances: this.#instances.size, canvasBytes: this.#canvasBytes };
  }

  /**
   * The instance a request means; reads the font when it is not here. Throws what is wrong with the font, or with the
   * part of the request that names the instance: only the last one need not be checked again.
   */
  instance(request: TextRequest): number {
    if (this.#lastRequest !== undefined && sameInstance(this.#lastRequest, request)) {
      this.#counts.fontHits += 1;
      this.#counts.instanceHits += 1;
      return this.#lastInstance;
    }
    checkFace(request);
    const font = this.#font(request.font, request.faceIndex ?? 0);
    const name = request.instance ?? "";
    const key = instanceKey(name, request.variations);
    let instance = font.instances.get(key);
    if (instance === undefined) {
      this.#makeRoomForInstance();
      const handle = this.#createInstance(font, request.variations, name);
      instance = { handle, font, key };
      font.instances.set(key, instance);
      this.#counts.instanceMisses += 1;
    } else {
      this.#counts.instanceHits += 1;
      this.#instances.delete(instance);
    }
    this.#instances.set(instance, true);
    this.#lastRequest = partsOf(request);
    this.#lastInstance = instance.handle;
    return instance.handle;
  }

  /** A canvas of this size. `place`: "second" is another than the one that calls get otherwise. The canvas `keep` is not given back for it. */
  canvas(width: number, height: number, invert: boolean, place: "" | "second" = "", keep = 0): number {
    const same = width === this.#lastWidth && height === this.#lastHeight && invert === this.#lastInvert && place === this.#lastPlace;
    if (same && this.#lastCanvas !== 0) return this.#lastCanvas;
    const key = `${width}x${height}${invert ? " inverted" : ""}${place}`;
    let canvas = this.#canvases.get(key);
    if (canvas === undefined) {
      const bytes = width * height;
      this.#makeRoomForCanvas(bytes, keep);
      canvas = { handle: this.#engine.createCanvas(width, height, invert), bytes };
      this.#canvasBytes += bytes;
    } else {
      this.#canvases.delete(key);
    }
    this.#canvases.set(key, canvas);
    this.#lastCanvas = canvas.handle;
    this.#lastWidth = width;
    this.#lastHeight = height;
    this.#lastInvert = invert;
    this.#lastPlace = place;
    return canvas.handle;
  }

  #font(path: string, faceIndex: number): FontHandle {
    const key = `${faceIndex} ${path}`;
    const known = this.#fonts.get(key);
    if (known !== undefined) {
      this.#fonts.delete(key);
      if (!known.stale || this.#source.unchanged(path, known.identity)) {
        known.stale = false;
        this.#counts.fontHits += 1;
        this.#fonts.set(key, known);
        return known;
      }
      this.#drop(known);
    }
    this.#counts.fontMisses += 1;
    const data = readFont(this.#engine, this.#source, path);
    if ("code" in data) throw callError(data.code, `font ${path}`, data.detail, { field: "font" });
    const { bytes, identity } = data;
    this.#makeRoomForFont(bytes);
    const handle = this.#createFont(path, faceIndex, data);
    const font: FontHandle = { handle, path, faceIndex, bytes, identity, stale: false, instances: new Map() };
    this.#fonts.set(key, font);
    this.#fontBytes += bytes;
    return font;
  }

  #createInstance(font: FontHandle, variations: TextRequest["variations"], name: string): number {
    try {
      return this.#engine.createInstance(font.handle, variations, name);
    } catch (error) {
      if (!(error instanceof HaforuError) || error.code !== "invalid_argument") throw error;
      const axes = this.#axesOf(font);
      const unknown = Object.keys(variations ?? NO_VARIATIONS).find((tag) => !axes.includes(tag));
      if (unknown === undefined) {
        const subject = `instance ${JSON.stringify(cut(name))} of ${font.path}`;
        throw callError("instance_not_found", subject, "", { cause: error, field: "instance" });
      }
      const cure =
        axes.length === 0
          ? "is a static font: leave variations out, or use the variable font"
          : `has no axis ${JSON.stringify(unknown)}; its axes are ${listed(axes)}`;
      throw callError("invalid_argument", "variations", `${font.path} ${cure}`, { cause: error, field: "variations" });
    }
  }

  #axesOf(font: FontHandle): string[] {
    const { faces } = JSON.parse(this.#engine.fontInfo(font.handle)) as FileInfo;
    const face = faces.find((one) => one.face_index === font.faceIndex);
    return (face?.axes ?? []).map((axis) => axis.tag);
  }

  #createFont(path: string, faceIndex: number, font: FontInMemory): number {
    try {
      return this.#engine.createFont(font.pointer, font.bytes, faceIndex);
    } catch (error) {
      if (!(error instanceof HaforuError)) throw error;
      throw callError(error.code, `font ${path}, face ${faceIndex}`, reasonOf(error), { field: "font", cause: error });
    }
  }

  #makeRoomForFont(bytes: number): void {
    for (const [key, font] of this.#fonts) {
      if (this.#fontBytes + bytes <= this.#budgets.fontCacheBytes) return;
      this.#fonts.delete(key);
      this.#drop(font);
      this.#counts.evictions += 1;
    }
  }

  #makeRoomForInstance(): void {
    for (const instance of this.#instances.keys()) {
      if (this.#instances.size < this.#budgets.maxInstances) return;
      this.#dropInstance(instance);
      this.#counts.evictions += 1;
    }
  }

  #makeRoomForCanvas(bytes: number, keep: number): void {
    this.#lastCanvas = 0;
    for (const [key, canvas] of this.#canvases) {
      if (this.#canvasBytes + bytes <= CANVAS_BYTES) return;
      if (canvas.handle === keep) continue;
      this.#canvases.delete(key);
      this.#canvasBytes -= canvas.bytes;
      this.#engine.releaseCanvas(canvas.handle);
    }
  }

  #drop(font: FontHandle): void {
    for (const instance of font.instances.values()) this.#dropInstance(instance);
    this.#fontBytes -= font.bytes;
    this.#engine.releaseFont(font.handle);
  }

  #dropInstance(instance: InstanceHandle): void {
    this.#lastRequest = undefined;
    this.#instances.delete(instance);
    instance.font.instances.delete(instance.key);
    this.#engine.releaseInstance(instance.handle);
  }
}

/** What of a request names its instance: a copy, for the caller may change its object. */
interface RequestParts {
  readonly font: string;
  readonly faceIndex: number | undefined;
  readonly instance: string | undefined;
  readonly tags: readonly string[];
  readonly values: readonly number[];
}

const NO_VARIATIONS: Readonly<Record<string, number>> = {};

function partsOf(request: TextRequest): RequestParts {
  const variations = request.variations ?? NO_VARIATIONS;
  const { font, faceIndex, instance } = request;
  return { font, faceIndex, instance, tags: Object.keys(variations), values: Object.values(variations) };
}

function listed(tags: readonly string[]): string {
  return tags.length <= AXES_LISTED ? tags.join(", ") : `${tags.slice(0, AXES_LISTED).join(", ")} and others`;
}

function sameInstance(last: RequestParts, request: TextRequest): boolean {
  if (last.font !== request.font || last.faceIndex !== request.faceIndex) return false;
  if (last.instance !== request.instance) return false;
  const { variations } = request;
  // Of what is no object a loop over its keys sees nothing, or nothing wrong: the check is to see it.
  if (variations !== undefined && (typeof variations !== "object" || variations === null || Array.isArray(variations))) return false;
  let i = 0;
  for (const tag in variations) {
    if (tag !== last.tags[i] || variations[tag] !== last.values[i]) return false;
    i += 1;
  }
  return i === last.tags.length;
}

function instanceKey(name: string, variations: Readonly<Record<string, number>> | undefined): string {
  let key = name;
  // A name cannot hold a line feed and be one of a font; tags and numbers hold none.
  for (const tag in variations) key += `\n${tag}=${variations[tag]}`;
  return key;
}
