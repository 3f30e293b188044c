// The `speech` of a job, for types and docs: what it takes and what it puts into a result. @haforu/speech reads and checks it, not the kernel, to which it is no field;
// a test holds these names to that package's schema and to spoken results.

/** type: TypeScript's. takes, fallback: in words, for docs. */
export const jobSpeech = {
  about:
    "What to speak, and how. Jobs are spoken by `renderJobs`, `haforu batch` and `haforu stream` where @haforu/speech is installed, and in Python by haforu-speech (docs/speech.md). Without `text` and `ssml` the job's text.content is spoken.",
  fields: [
    { name: "text", type: "string", takes: "string", fallback: "text.content", about: "Plain text; at most 16 MiB of UTF-8. Not together with `ssml`." },
    { name: "ssml", type: "string", takes: "string", fallback: "none", about: "An SSML 1.1 document; at most 16 MiB of UTF-8." },
    { name: "voice", type: "string", takes: "string", fallback: '`"slt"`', about: "One of `haforu voices`." },
    { name: "language", type: "string", takes: "string", fallback: '`"en-US"`', about: "BCP 47." },
    { name: "rate", type: "number", takes: "a number from 0.5 to 2", fallback: "`1`", about: "Times the voice's own speed." },
    { name: "pitch", type: "number", takes: "a number from -12 to 12", fallback: "`0`", about: "Semitones from the voice's own." },
    { name: "volume", type: "number", takes: "a number from -20 to 20", fallback: "`0`", about: "dB." },
    { name: "sample_rate", type: "number", takes: "a rate of docs/speech.md", fallback: "the voice's own", about: "Frames a second." },
    { name: "channels", type: "1 | 2", takes: "1 or 2", fallback: "`1`", about: "Two are alike." },
    { name: "quality", type: "string", takes: "a name of docs/speech.md", fallback: '`"standard"`', about: "Of resampling." },
    {
      name: "include",
      type: 'readonly ("words" | "phonemes" | "sentences" | "marks")[]',
      takes: "an array of `words`, `phonemes`, `sentences`, `marks`",
      fallback: '`["words", "sentences", "marks"]`',
      about: "Which times the result has.",
    },
    {
      name: "format",
      type: '"wav" | "flac" | "raw" | "none"',
      takes: "`wav`, `flac`, `raw`, `none`",
      fallback: '`"wav"`',
      about: "The audio file; raw: float32 samples, little endian; none: times alone.",
    },
    { name: "encoding", type: '"base64" | "none"', takes: "`base64`, `none`", fallback: '`"base64"`', about: "How the audio stands in the line." },
    { name: "bits", type: '16 | 24 | 32 | "float"', takes: '16, 24, 32 or "float"', fallback: "`16`", about: "Of a sample; FLAC has 16 and 24." },
    { name: "title", type: "string", takes: "string", fallback: "none", about: "Written into the file." },
  ],
};

/** What errors of jobs that are spoken have for a code beside the kernel's own; docs/speech.md says what to do. They have no number: the kernel knows none of them. */
export const spokenErrors = [
  "speech_ssml_invalid",
  "speech_text_too_long",
  "speech_voice_not_found",
  "speech_voice_invalid",
  "speech_package_missing",
  "speech_output_failed",
];

/** Codes of warnings of what is spoken, beside the kernel's own. */
export const spokenWarnings = [
  "speech_characters_skipped",
  "speech_language_unsupported",
  "speech_element_unknown",
  "speech_attribute_invalid",
  "speech_sentence_cut",
  "speech_clipped",
  "speech_warnings_dropped",
];

/** Details of such a warning, where it has them: [name, TypeScript's type, about]. */
export const spokenWarningDetails = [
  ["text_start", "number", "First code point of what is meant."],
  ["text_end", "number", "Code point behind its last; half-open."],
  ["line", "number", "Line of the SSML document, from 1."],
  ["column", "number", "Column in code points, from 1."],
  ["characters", "string", "What was left out, of speech_characters_skipped."],
];

/** Fields of a result that was spoken: where they stand in its line, see result.mjs. */
export const spokenFields = [
  ["speech", "ResultSpeech", "The audio; of spoken jobs alone.", true],
  ["words", "readonly SpokenWord[]", "Of spoken jobs, unless `include` leaves them out.", true],
  ["phonemes", "readonly SpokenWord[]", "Of spoken jobs that include phonemes: in the voice's own notation.", true],
  ["sentences", "readonly SpokenSentence[]", "Of spoken jobs, unless `include` leaves them out.", true],
  ["marks", "readonly SpokenMark[]", "Of spoken jobs, unless `include` leaves them out: SSML's marks.", true],
];

const times = [
  ["start", "number", "Seconds from the beginning of the audio."],
  ["end", "number", "Seconds; half-open."],
  ["text_start", "number", "First code point in the text."],
  ["text_end", "number", "Code point behind the last; half-open."],
];

export const spokenShapes = {
  ResultSpeech: {
    about: "The audio of a spoken job.",
    fields: [
      ["format", '"wav" | "flac" | "raw" | "none"', "As in the job, or the default."],
      ["encoding", '"base64" | "none"', "As in the job, or the default."],
      ["data", "string", "The audio file, base64.", true],
      ["path", "string", "The file that holds the audio, in place of data (--out-dir).", true],
      ["voice", "string", "The voice used."],
      ["language", "string", "The language used."],
      ["sample_rate", "number", "Frames a second."],
      ["channels", "1 | 2", "Samples a frame."],
      ["frames", "number", "Length of the audio."],
      ["duration", "number", "The same in seconds."],
      ["peak", "number", "Largest absolute sample, 1 full scale."],
    ],
  },
  SpokenWord: { about: "A word, or a phoneme, and when it is spoken.", fields: [["text", "string", "The word as spoken, or the phoneme's name."], ...times] },
  SpokenSentence: { about: "When a sentence is spoken.", fields: times },
  SpokenMark: {
    about: "A mark of SSML and when the speech passes it.",
    fields: [
      ["name", "string", "As in the document."],
      ["time", "number", "Seconds from the beginning of the audio."],
      ["text_start", "number", "Code point of the text that follows."],
    ],
  },
};
