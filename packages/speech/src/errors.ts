// What this package throws: one class, a stable code, and where in the input. It knows nothing of commands and exit codes.

/** Every code of an error of the input, the options or the output; docs/speech.md says what each means and what to do. */
export type SpeechErrorCode =
  | "speech_option_invalid"
  | "speech_config_invalid"
  | "speech_ssml_invalid"
  | "speech_text_too_long"
  | "speech_voice_not_found"
  | "speech_voice_invalid"
  | "speech_package_missing"
  | "speech_player_missing"
  | "speech_audio_invalid"
  | "speech_file_unreadable"
  | "speech_output_failed"
  | "speech_disposed"
  | "cancelled"
  | "engine_fault"
  | "out_of_memory"
  | "internal";

/** Where an error lies. Lines and columns count from 1, columns in code points. */
export interface SpeechPlace {
  /** The option, configuration key or job field, such as "rate". */
  readonly field?: string;
  readonly line?: number;
  readonly column?: number;
}

/** An error of the input, the options or the output. A call that an AbortSignal ended throws the signal's reason instead. */
export class SpeechError extends Error {
  readonly code: SpeechErrorCode;
  readonly field: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(code: SpeechErrorCode, message: string, place: SpeechPlace = {}, options?: ErrorOptions) {
    super(place.line === undefined || message.startsWith("line ") ? message : `line ${place.line}, column ${place.column ?? 1}: ${message}`, options);
    this.name = "SpeechError";
    this.code = code;
    this.field = place.field;
    this.line = place.line;
    this.column = place.column;
  }
}
