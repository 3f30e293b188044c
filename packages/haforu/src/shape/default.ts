// createShaper, shapeStream and shapeTransform over one Shaping that the thread's calls share, made when first used. Node only.
import type { StreamStats } from "../engine/stream-calls.ts";
import { createShaping } from "./create.ts";
import type { FontArgument } from "./font.ts";
import type { Flush, PushedShaperOptions, Shaper } from "./shaper.ts";
import type { Shaping } from "./shaping.ts";
import type { ShapeSource } from "./stream.ts";
import type { ShapeInput, ShapeStreamOptions } from "./stream-options.ts";

let shared: Shaping | undefined;

function shaping(): Shaping {
  shared ??= createShaping();
  return shared;
}

/** See Shaping.createShaper. */
export function createShaper(font: FontArgument, options: PushedShaperOptions): Shaper {
  return shaping().createShaper(font, options);
}

/** See Shaping.shapeStream. */
export function shapeStream(source: ShapeSource, options: ShapeStreamOptions): AsyncGenerator<Flush, StreamStats, void> {
  return shaping().shapeStream(source, options);
}

/** See Shaping.shapeTransform. */
export function shapeTransform(options: ShapeStreamOptions): TransformStream<ShapeInput, Flush> {
  return shaping().shapeTransform(options);
}
