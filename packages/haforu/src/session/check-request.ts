// What the arguments of direct calls may be: the contract's rules for a job's fields, for a request's. A value goes in,
// nothing comes out, or an error with the field, what it takes and what came. The tests hold these against the
// engine's own check of jobs.
import { LIMITS } from "@haforu/engine";
import { HaforuError } from "../engine/errors.ts";
import { came, cut } from "./came.ts";
import { nearestName } from "./nearest-name.ts";
import type { MetricsRequest, TextRequest } from "./request.ts";

const KEYS: ReadonlySet<string> = new Set([
  ...["font", "text", "variations", "instance", "faceIndex", "features", "script", "direction", "language"],
  ...["size", "width", "height", "origin", "invert", "include"],
]);
/** A job's names for what is called otherwise in a request. */
const NAMES_IN_JOBS: ReadonlyMap<string, string> = new Map([
  ["path", "font"],
  ["content", "text"],
]);

const FEATURE: RegExp = /^[+-]?[0-9A-Za-z_]{1,4}(\[[0-9]{0,9}(:[0-9]{0,9})?\])?(=([0-9]{1,9}|on|off))?$/;
const SCRIPT: RegExp = /^[A-Za-z]{4}$/;
const LANGUAGE: RegExp = new RegExp(`^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,${LIMITS.languageSubtags - 1}}$`);
const AXIS_TAG: RegExp = /^[ -~]{4}$/;

const SIDE: string = `a whole number of pixels from 1 to ${LIMITS.canvasSidePx}`;
const SIZE: string = `pixels per em, a number over 0 and at most ${LIMITS.sizePx}`;
const ORIGIN: string = `[x, y] in pixels, two numbers from ${-LIMITS.originPx} to ${LIMITS.originPx}`;
const INCLUDE = 'an array of "metrics" and "extended"';
const FEATURES: string = `an array of at most ${LIMITS.features} features or one string, such as ["kern", "-liga"] or "kern,-liga"`;
const FEATURE_SYNTAX = "a feature in HarfBuzz's syntax, such as kern, -liga, ss01=1 or smcp[0:5]";
const VARIATIONS: string = `an object of at most ${LIMITS.variations} numbers by axis tag, such as { wght: 600 }`;
const COORDINATE: string = `a number from ${-LIMITS.axisValue} to ${LIMITS.axisValue}`;

/** Refuses what is no object, and fields that no request has; those of a larger request are let be. */
export function checkKeys(request: object): void {
  if (typeof request !== "object" || request === null) throw invalid("request", "an object with font and text", request);
  for (const key in request) if (!KEYS.has(key)) throw unknownName(key, KEYS, NAMES_IN_JOBS.get(key));
}

/** Size, canvas, pen and invert. */
export function checkCanvas(request: MetricsRequest & { readonly invert?: boolean }): void {
  const { size, width, height, origin, invert } = request;
  if (!isSide(width)) throw invalid("width", SIDE, width);
  if (!isSide(height)) throw invalid("height", SIDE, height);
  if (typeof size !== "number" || !(size > 0 && size <= LIMITS.sizePx)) throw invalid("size", SIZE, size);
  if (origin !== undefined && !(Array.isArray(origin) && origin.length === 2 && isCoordinate(origin[0]) && isCoordinate(origin[1]))) {
    throw invalid("origin", ORIGIN, origin);
  }
  if (invert !== undefined && typeof invert !== "boolean") throw invalid("invert", "true or false", invert);
}

/** Whether the extended metrics are asked for. */
export function wantsExtended(include: unknown): boolean {
  if (include === undefined) return false;
  if (!Array.isArray(include)) throw invalid("include", INCLUDE, include);
  for (const name of include) if (name !== "metrics" && name !== "extended") throw invalid("include", INCLUDE, name);
  return include.includes("extended");
}

/** What of a request names its instance: font, face, named instance, variations. */
export function checkFace(request: TextRequest): void {
  const { faceIndex, instance, variations } = request;
  checkFontName("font", request.font);
  if (faceIndex !== undefined && !isWhole(faceIndex, 0, LIMITS.faceIndex)) {
    throw invalid("faceIndex", `a whole number from 0 to ${LIMITS.faceIndex}`, faceIndex);
  }
  if (instance !== undefined && !isText(instance, 1, LIMITS.instanceCodePoints)) {
    throw invalid("instance", `the name of an instance, 1 to ${LIMITS.instanceCodePoints} characters`, instance);
  }
  if (variations === undefined) return;
  if (!isRecord(variations)) throw invalid("variations", VARIATIONS, variations);
  const entries = Object.entries(variations);
  if (entries.length > LIMITS.variations) {
    throw invalid("variations", `${VARIATIONS} (there are ${entries.length})`, variations);
  }
  for (const [tag, value] of entries) {
    if (!AXIS_TAG.test(tag)) throw invalid("variations", "axis tags of 4 printable ASCII characters, such as wght", tag);
    if (typeof value !== "number" || !(Math.abs(value) <= LIMITS.axisValue)) {
      throw invalid("variations", `${COORDINATE} for ${tag}`, value);
    }
  }
}

/** A font's path, or the name of one that is or will be added. */
export function checkFontName(field: string, name: string): void {
  if (isText(name, 1, LIMITS.pathCodePoints) && !name.includes("\0")) return;
  throw invalid(field, `a path or the name of an added font, 1 to ${LIMITS.pathCodePoints} characters without NUL`, name);
}

export function checkScript(script: string): void {
  if (typeof script !== "string" || !SCRIPT.test(script)) {
    throw invalid("script", "an ISO 15924 code of 4 letters, such as Latn or Arab", script);
  }
}

export function checkLanguage(language: string): void {
  if (typeof language !== "string" || !LANGUAGE.test(language)) {
    throw invalid("language", "a BCP 47 language tag, such as en or sr-Latn", language);
  }
}

/** Features as an array, or as one string separated by commas (a space behind a comma is none of the feature's). */
export function checkFeatures(features: string | readonly string[]): void {
  if (features === "") return;
  const items = typeof features === "string" ? features.split(/, ?/) : features;
  if (!Array.isArray(items)) throw invalid("features", FEATURES, features);
  if (items.length > LIMITS.features) throw invalid("features", FEATURES, features);
  for (const item of items) if (typeof item !== "string" || !FEATURE.test(item)) throw invalid("features", FEATURE_SYNTAX, item);
}

/** The error of an argument: what was expected, for which field, and what came. */
export function invalid(field: string, expected: string, value: unknown): HaforuError {
  return new HaforuError("invalid_argument", `${field}: expected ${expected}, got ${came(value)}`, { field });
}

export function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** The error of an iterable that is none, for its synchronous iterator's next() gives promises: read as results they have no value and no end. */
export function synchronousPromise(field: string, items: string, came: string = "a promise from the next() of [Symbol.iterator]"): HaforuError {
  const asynchronous = "one whose next() gives promises is an async iterable: give it as [Symbol.asyncIterator], or an async generator";
  return new HaforuError("invalid_argument", `${field}: expected an iterable of ${items}, got ${came}; ${asynchronous}`, { field });
}

/** The error of a name that nothing has: with the one that was meant, or all there are. */
export function unknownName(name: string, known: Iterable<string>, meant: string | undefined = nearestName(name, known)): HaforuError {
  const field = cut(name);
  const advice = meant === undefined ? `expected one of ${[...known].join(", ")}` : `did you mean ${meant}?`;
  return new HaforuError("invalid_argument", `${JSON.stringify(field)}: there is no such field; ${advice}`, { field });
}

/** A whole number in [least, most]. */
export function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** An object that is no array. */
export function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSide(value: unknown): boolean {
  return isWhole(value, 1, LIMITS.canvasSidePx);
}

function isCoordinate(value: unknown): boolean {
  return typeof value === "number" && Math.abs(value) <= LIMITS.originPx;
}

/** A string of [least, most] code points. */
function isText(value: unknown, least: number, most: number): boolean {
  if (typeof value !== "string" || value.length < least) return false;
  // A code point takes at most two units of UTF-16; only between the two must they be counted.
  return value.length <= most || (value.length <= most * 2 && [...value].length <= most);
}
