// A result's image, whatever its format, to a data URI that a browser shows: PNG and SVG as they are, PGM and raw
// pixels turned into PNG. An image that cannot be read gives a sentence in place of a picture, never an exception.

import type { SheetEntry } from "./entry.ts";
import { decodePgm } from "./pgm.ts";
import { encodeGreyPng } from "./png.ts";

export type Picture = { readonly uri: string; readonly width: number; readonly height: number } | { readonly absent: string };

export function pictureOf(entry: SheetEntry): Picture {
  const rendering = entry.result.rendering;
  if (rendering === undefined) return { absent: "no picture" };
  const { format, width = 0, height = 0 } = rendering;
  if (format === "metrics") return { absent: "measured without a picture" };
  if (!(width > 0 && height > 0)) return { absent: "no picture: the result states no canvas size" };
  try {
    const bytes = imageBytes(entry);
    if (bytes === undefined) return { absent: missing(entry) };
    const [type, file] = browserFile(format, bytes, width, height);
    return { uri: `data:${type};base64,${Buffer.from(file).toString("base64")}`, width, height };
  } catch (error) {
    return { absent: `the picture cannot be shown: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function imageBytes({ result, picture }: SheetEntry): Uint8Array | undefined {
  if (picture !== undefined) return picture;
  const data = result.rendering?.data;
  if (typeof data !== "string") return undefined;
  // The SVG format's data may be the text itself; every other image is base64.
  return data.trimStart().startsWith("<") ? new TextEncoder().encode(data) : Buffer.from(data, "base64");
}

function missing({ result }: SheetEntry): string {
  const path = result.rendering?.path;
  return path === undefined ? "the result carries no image data" : `the image lies in ${path}`;
}

function browserFile(format: string | undefined, bytes: Uint8Array, width: number, height: number): [string, Uint8Array] {
  switch (format) {
    case "png":
      return ["image/png", bytes];
    case "svg":
      return ["image/svg+xml", bytes];
    case "pgm":
      return ["image/png", encodeGreyPng(decodePgm(bytes))];
    case "raw":
      if (bytes.length !== width * height) throw new RangeError(`expected ${width * height} bytes, got ${bytes.length}`);
      return ["image/png", encodeGreyPng({ width, height, pixels: bytes })];
    default:
      throw new RangeError(`format ${format ?? "unknown"}`);
  }
}
