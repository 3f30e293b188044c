// What a build tells without failing: one record a matter, with a stable code.

export type SqlWarningCode =
  | "input_unmatched"
  | "order_unmatched"
  | "link_skipped"
  | "link_broken"
  | "output_among_inputs"
  | "scan_skipped"
  | "engine_fallback";

export interface SqlWarning {
  readonly code: SqlWarningCode;
  readonly message: string;
  /** The file or pattern it is about, where there is one. */
  readonly file?: string;
}
