// haforu for browsers and other hosts without files or workers: the same session over fonts given as bytes.
// Nothing that is reached from here imports Node.
import { NamedFonts } from "./fonts/named.ts";
import { invalid } from "./session/check-request.ts";
import { resolveSessionOptions, type SessionOptions } from "./session/options.ts";
import { Session } from "./session/session.ts";
import { Shaping } from "./shape/shaping.ts";

export type {
  AlignMode,
  Box,
  CompareMeasure,
  Comparison,
  Glyph,
  Job,
  JobDocument,
  Metrics,
  Result,
  ResultError,
  ResultErrorCode as ErrorCode,
  ResultSweep,
  ResultWarningCode as WarningCode,
  SweepAxis,
  Warning,
} from "@haforu/engine";
export type { ShapedGlyph } from "./engine/boundary.ts";
export { HaforuError } from "./engine/errors.ts";
export type { EngineStats } from "./engine/settings.ts";
export type { GlyphArrays, StreamKind, StreamStats, StreamWarning } from "./engine/stream-calls.ts";
export { type CompareOptions, DEFAULT_COMPARE_OPTIONS, type GreyImage } from "./session/compare.ts";
export type { AxisInfo, FaceInfo, FileInfo, NamedInstanceInfo } from "./session/font-info.ts";
export {
  DEFAULT_MATCH_OPTIONS,
  type MatchAxes,
  type MatchRequest,
  type MatchResult,
  type MatchStep,
  type MatchTarget,
  type MatchWarning,
} from "./session/match.ts";
export type { MeasuredText } from "./session/metrics.ts";
export { DEFAULT_SESSION_OPTIONS, type SessionOptions } from "./session/options.ts";
export type { MeasureRequest, MetricsRequest, RenderRequest, TextRequest } from "./session/request.ts";
export type { Session } from "./session/session.ts";
export type { SweepRequest, SweepResult } from "./session/sweep.ts";
export type { FontArgument, FontChoice } from "./shape/font.ts";
export type { GlyphLineOptions } from "./shape/line-options.ts";
export { type GlyphRecord, glyphRecords } from "./shape/records.ts";
export type { Flush, FlushSink, PushedShaperOptions, Shaper } from "./shape/shaper.ts";
export type { LineShaper, Shaping } from "./shape/shaping.ts";
export type { ShapeSource } from "./shape/stream.ts";
export type { ShapeEvent, ShapeInput, ShaperOptions, ShapeStreamOptions } from "./shape/stream-options.ts";
export type { Direction, GlyphOrder, RunSettings, ShapeTextOptions } from "./shape/text-options.ts";
export { VERSION } from "./version.ts";

export interface BrowserSessionOptions extends SessionOptions {
  /** haforu.wasm of @haforu/engine: compiled, as bytes, as the response of a fetch, or its address. */
  readonly wasm: WebAssembly.Module | BufferSource | Response | URL;
}

/** An engine in this thread; give it fonts with `addFont` and name them in jobs. */
export async function createSession(options: BrowserSessionOptions): Promise<Session> {
  const resolved = resolveSessionOptions(options, ["wasm"]);
  return new Session(await compile(options.wasm), new NamedFonts(), resolved);
}

/** An engine in this thread that shapes texts and streams; give it fonts with `addFont`, or as bytes. */
export async function createShaping(options: Pick<BrowserSessionOptions, "wasm">): Promise<Shaping> {
  return new Shaping(await compile(options.wasm), new NamedFonts());
}

async function compile(wasm: BrowserSessionOptions["wasm"]): Promise<WebAssembly.Module> {
  if (wasm instanceof WebAssembly.Module) return wasm;
  if (wasm instanceof URL) return compile(await fetch(wasm));
  if (!(wasm instanceof Response)) {
    const isBytes = ArrayBuffer.isView(wasm) || Object.prototype.toString.call(wasm) === "[object ArrayBuffer]";
    if (!isBytes) throw invalid("wasm", "haforu.wasm: compiled, as bytes, as a response or its URL", wasm);
    return WebAssembly.compile(wasm);
  }
  if (!wasm.ok) throw new TypeError(`${wasm.url}: expected haforu.wasm, got HTTP status ${wasm.status}`);
  // Not compileStreaming: it refuses servers that do not send application/wasm, and gains nothing at this size.
  return WebAssembly.compile(await wasm.arrayBuffer());
}
