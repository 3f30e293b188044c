// A record as a line of JSON, its fields always in the same order.
import type { ComparisonRecord } from "./records.ts";

const FIELDS = [
  "font",
  "face_index",
  "level",
  "kind",
  "change",
  "item",
  "script",
  "side",
  "code",
  "message",
  "old",
  "new",
  "delta",
  "pixel_delta",
  "rmse",
  "iou",
  "ssim",
  "at",
  "size",
  "places",
  "words",
  "score",
  "glyph_ids",
] as const satisfies readonly (keyof (ComparisonRecord & Record<string, unknown>))[];

/** Without a newline. */
export function recordLine(record: ComparisonRecord): string {
  const values = record as unknown as Readonly<Record<string, unknown>>;
  const ordered: Record<string, unknown> = {};
  for (const field of FIELDS) if (values[field] !== undefined) ordered[field] = values[field];
  return JSON.stringify(ordered);
}
