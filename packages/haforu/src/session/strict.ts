// Warnings of a direct call, for sessions where they are errors: the request as a job, measured and not drawn, and the
// first of its warnings as the error. So a request and its job are refused alike, for the same reasons.
import type { Job, Result, ResultWarningCode, Warning } from "@haforu/engine";
import { HaforuError } from "../engine/errors.ts";
import type { MetricsRequest, TextRequest } from "./request.ts";

/** What of a request a warning is about, where that is one field. */
const FIELDS: Readonly<Partial<Record<ResultWarningCode, string>>> = {
  missing_glyph: "text",
  invalid_utf8: "text",
  outline_missing: "text",
  axis_clamped: "variations",
  axis_unknown: "variations",
  variations_on_static_font: "variations",
  feature_unknown: "features",
};
/** Warnings about drawing: shaping alone has none. */
const OF_DRAWING: ReadonlySet<ResultWarningCode> = new Set<ResultWarningCode>(["ink_clipped", "outline_missing"]);

/** The job of a request whose warnings are wanted. A text that is only shaped gets a canvas, as jobs have one. */
export function jobOf(request: TextRequest & Partial<MetricsRequest>): Job {
  const { font: path, text: content, variations, instance, faceIndex, features, script, direction, language } = request;
  const { size = 16, width = 1, height = 1, origin } = request;
  // JSON leaves out what is undefined.
  const job = {
    id: "request",
    font: { path, size, variations, instance, face_index: faceIndex },
    text: { content, features, script, direction, language },
    rendering: { format: "metrics", width, height, origin },
  };
  return job as Job;
}

/**
 * The error of a job's result when warnings were its error; undefined: it has none. Other errors are the direct call's
 * to tell, in its own words.
 */
export function strictError(result: Result, drawn: boolean): HaforuError | undefined {
  if (result.error?.code !== "strict_warning") return undefined;
  const warnings = (result.warnings ?? []).filter((warning) => drawn || !OF_DRAWING.has(warning.code));
  return warningsError(warnings);
}

/** The error of warnings, which tells the first of them; undefined: there are none. */
export function warningsError(warnings: readonly Warning[]): HaforuError | undefined {
  const [first] = warnings;
  if (first === undefined) return undefined;
  const field = FIELDS[first.code];
  const message = `${first.code}: ${first.message} (an error because the session is strict)`;
  return new HaforuError("strict_warning", message, { details: { warnings }, ...(field !== undefined && { field }) });
}
