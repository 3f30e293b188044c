// Results of a sweep as comma-separated values (RFC 4180, but lines end in LF): one row a render, lists as columns of their
// own. Knows nothing of files.
import type { Metrics } from "@haforu/engine";
import type { SweepResult } from "../session/sweep.ts";

/** A metric that is a list of fixed length, and what its parts are called. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  bbox: ["x", "y", "w", "h"],
  centroid: ["x", "y"],
  advance: ["x", "y"],
  moments: ["xx", "yy", "xy"],
  bearings: ["start", "end"],
};
/** Of any length: what it is in short is in gap_count and gap_variation. */
const LEFT_OUT: ReadonlySet<string> = new Set(["gaps"]);

/** Quoted where it must be: commas, quotes, line ends, or spaces at its ends, which some readers drop. */
export function field(value: string | number | null | undefined): string {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Names and values of a render's numbers: each metric, parts of lists by metric_part. A number that does not exist is null. */
export function numbersOf(metrics: Metrics): ReadonlyMap<string, number | null> {
  const numbers = new Map<string, number | null>();
  for (const [name, value] of Object.entries(metrics) as [string, unknown][]) {
    const parts = PARTS[name];
    if (parts !== undefined) for (const [i, part] of parts.entries()) numbers.set(`${name}_${part}`, ((value as readonly number[] | null) ?? [])[i] ?? null);
    else if (!LEFT_OUT.has(name)) numbers.set(name, value as number | null);
  }
  return numbers;
}

/** The first row: index, text, instance, the axes of the font, the metrics. */
export function csvHead(result: SweepResult): string {
  return ["index", "text", "instance", ...Object.keys(result.coordinates), ...numbersOf(result.metrics).keys()].map(field).join(",");
}

export function csvRow(result: SweepResult): string {
  const own = [result.index, result.text, result.instance, ...Object.values(result.coordinates)];
  return [...own, ...numbersOf(result.metrics).values()].map(field).join(",");
}
