// haforu for Node: what the package gives to programs.

export type {
  AlignMode,
  Box,
  CompareMeasure,
  Comparison,
  ErrorResult,
  Glyph,
  Job,
  JobDocument,
  JobSpeech,
  Metrics,
  Result,
  ResultError,
  ResultErrorCode as ErrorCode,
  ResultSpeech,
  ResultSweep,
  ResultWarningCode as WarningCode,
  SpeechJob,
  SpokenMark,
  SpokenSentence,
  SpokenWord,
  SuccessResult,
  SweepAxis,
  Warning,
} from "@haforu/engine";
export type { BatchOptions, BatchProgress, BatchStats, JobInput, ResultOrder } from "./batch/index.ts";
export { type RenderJobsOptions, renderJobs, renderLines } from "./batch/index.ts";
export {
  type Change,
  type CompareFontsOptions,
  type CompareRunsOptions,
  type ComparisonRecord,
  type ComparisonSummary,
  type Coordinates,
  compareFonts,
  compareRuns,
  DEFAULT_IGNORES,
  type Difference,
  type DifferencePicture,
  type Failure,
  type FontComparison,
  type Kind,
  type Level,
  type PictureMeasure,
  type RunChange,
  type RunComparison,
  type RunDifference,
  type RunSummary,
  recordLine,
  type Thresholds,
  type Value,
} from "./compare/index.ts";
export type { ShapedGlyph } from "./engine/boundary.ts";
export { HaforuError } from "./engine/errors.ts";
export type { EngineStats } from "./engine/settings.ts";
export type { GlyphArrays, StreamKind, StreamStats, StreamWarning } from "./engine/stream-calls.ts";
export { type CompareOptions, DEFAULT_COMPARE_OPTIONS, type GreyImage } from "./session/compare.ts";
export { createSession, type NodeSessionOptions } from "./session/create.ts";
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
export { createShaping } from "./shape/create.ts";
export { createShaper, shapeStream, shapeTransform } from "./shape/default.ts";
export type { FontArgument, FontChoice } from "./shape/font.ts";
export type { GlyphLineOptions } from "./shape/line-options.ts";
export { type GlyphRecord, glyphRecords } from "./shape/records.ts";
export type { Flush, FlushSink, PushedShaperOptions, Shaper } from "./shape/shaper.ts";
export type { LineShaper, Shaping } from "./shape/shaping.ts";
export type { ShapeSource } from "./shape/stream.ts";
export type { ShapeEvent, ShapeInput, ShaperOptions, ShapeStreamOptions } from "./shape/stream-options.ts";
export type { Direction, GlyphOrder, RunSettings, ShapeTextOptions } from "./shape/text-options.ts";
export { VERSION } from "./version.ts";
