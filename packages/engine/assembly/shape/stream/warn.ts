// Warnings of a stream: numbers of the contract with their details, a few for each flush. Worded by the layer above.
import { W_CUT_DEFECT, W_FORCED_CUT, W_LIGATURE_UNDECIDED, W_MALFORMED_UTF8, W_SCRIPT_UNDECIDED } from "../../generated/contract";
import { malloc } from "../../native";
import { Stream } from "./state";

export const WARN_FORCED_CUT: i32 = W_FORCED_CUT;
export const WARN_CUT_DEFECT: i32 = W_CUT_DEFECT;
export const WARN_SCRIPT_UNDECIDED: i32 = W_SCRIPT_UNDECIDED;
export const WARN_LIGATURE_UNDECIDED: i32 = W_LIGATURE_UNDECIDED;

/** Most warnings of one flush: each kind comes at most once a cycle. */
export const WARNINGS_MAX: u32 = 8;
/** {f64 first detail, f64 second detail, u32 code, 4 free bytes}. */
export const WARNING_BYTES: usize = 24;

/** Notes a warning for the next flush. */
export function warn(s: Stream, code: i32, first: f64, second: f64): void {
  if (s.warnings == 0) s.warnings = malloc(<usize>WARNINGS_MAX * WARNING_BYTES);
  if (s.warnings == 0 || s.warningCount == WARNINGS_MAX) return;
  const at = s.warnings + <usize>s.warningCount * WARNING_BYTES;
  s.warningCount++;
  store<f64>(at, first);
  store<f64>(at, second, 8);
  store<i32>(at, code, 16);
}

/** Takes the last warning of this kind back. */
export function warnTakeBack(s: Stream, code: i32): void {
  for (let i = s.warningCount; i-- > 0; ) {
    const at = s.warnings + <usize>i * WARNING_BYTES;
    if (load<i32>(at, 16) != code) continue;
    s.warningCount--;
    memory.copy(at, at + WARNING_BYTES, <usize>(s.warningCount - i) * WARNING_BYTES);
    return;
  }
}

/** Notes the ill-formed UTF-8 that was read in front of `end` or behind, once for all of it since the last time. */
export function warnMalformed(s: Stream, end: f64): void {
  if (s.malformed == 0 || s.malformedAt >= end) return;
  warn(s, W_MALFORMED_UTF8, s.malformedAt, <f64>s.malformed);
  s.malformed = 0;
}
