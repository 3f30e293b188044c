// The error this library throws. Job results are values and never thrown; this is for calls.
import { ERRORS, type ErrorCode, type ResultError } from "@haforu/engine";

export interface HaforuErrorInfo {
  /** Which field or argument is meant, for example "font.size". */
  readonly field?: string;
  /** Line of the input, counted from 1. */
  readonly line?: number;
  /** What else is known, by name. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** An error with a stable `code` of the contract ("font_not_found", …); `message` says what to do about it. */
export class HaforuError extends Error {
  override readonly name: string = "HaforuError";
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly line: number | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, info: HaforuErrorInfo = {}) {
    super(message, info.cause === undefined ? undefined : { cause: info.cause });
    this.code = code;
    this.field = info.field;
    this.line = info.line;
    this.details = info.details ?? {};
  }
}

/** An error of the contract in a direct call: what is meant, what came (or else the usual cause), what to do. */
export function callError(code: ErrorCode, subject: string, detail: string, info: HaforuErrorInfo = {}): HaforuError {
  const { cause, cure } = ERRORS[code];
  // A detail of this one says what to do by itself.
  const advice = code === "invalid_argument" && detail !== "" ? "" : ` ${cure}`;
  return new HaforuError(code, `${subject}: ${detail === "" ? cause : `${detail}.`}${advice}`, info);
}

/** What the engine said beyond the code, such as which table of a font is damaged; "": nothing. */
export function reasonOf(error: HaforuError): string {
  const { reason } = error.details;
  return typeof reason === "string" ? reason : "";
}

/** The code of an error line that the engine itself wrote, as sessions have them: none of those that speaking adds. */
export function ownCode({ code }: ResultError): ErrorCode {
  return code in ERRORS ? (code as ErrorCode) : "internal";
}
