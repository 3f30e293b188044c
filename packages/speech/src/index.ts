// What programs import: speaking, audio, captions, configuration. Curated; nothing is written here.

export type { FadeCurve } from "./audio/combine.ts";
export type { AudioData } from "./audio/data.ts";
export type { AudioStatistics } from "./audio/levels.ts";
export type { WaveformOptions } from "./audio/waveform.ts";
export { AudioBuffer, type ConvertedSamples, type ConvertOptions } from "./buffer/audio-buffer.ts";
export { CAPTION_FORMATS, type CaptionFormat, type CaptionOptions, type Cue, captions, cuesOf } from "./captions/captions.ts";
export type { SpeechWarning, SpokenMark, SpokenPhoneme, SpokenSentence, SpokenWord } from "./captions/times.ts";
export { PRESETS, type PresetName, type SettingName, SpeechConfig, type SpeechSettings } from "./config/config.ts";
export { type OptionProblem, SAMPLE_RATES, type SpeechOptions, type TimeKind } from "./config/options.ts";
export type { Quality, SampleFormat } from "./engine/boundary.ts";
export { SpeechError, type SpeechErrorCode, type SpeechPlace } from "./errors.ts";
export { type AudioEncoder, type EncodeOptions, FILE_FORMATS, type FileFormat, openEncoder, resolveEncoding, type SampleBits } from "./files/encoder.ts";
export type { AudioMetadata } from "./files/metadata.ts";
export { AudioFileWriter, formatOfName } from "./files/write.ts";
export type { BatchItem, BatchOptions, BatchResult } from "./pipeline/batch.ts";
export { createPipeline, type SpeakOptions, type SpeechPipeline, type SpeechProgress, type StreamChunk, type StreamText } from "./pipeline/pipeline.ts";
export type { Speech, SpeechTimes } from "./pipeline/speech.ts";
export { findPlayer, playAudio, playFile } from "./play/player.ts";
export type { SpeakRequest, SpokenChunk, Voice, VoiceEngine } from "./synth/voice-engine.ts";
export { VERSION } from "./version.ts";
