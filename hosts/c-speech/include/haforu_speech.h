/*
 * haforu speech for C: text and SSML to audio, with the times of words, phonemes, sentences and marks, by the engine that the TypeScript and Python packages run too.
 * The same request gives the same samples and times from each of them.
 *
 * Status. Every function gives a code of this header: HAFORU_SPEECH_OK (0), or why not; the few that give a text or a number instead say so. What went wrong is also kept for the thread
 * that called: haforu_speech_last_error().
 *
 * Handles. haforu_speech_pipeline, haforu_speech_audio and haforu_speech_task are numbers in the form of pointers, checked at every call: NULL, a handle of another kind, one that was given
 * back, or any other pointer gives HAFORU_SPEECH_INVALID_HANDLE and nothing else happens.
 *
 * Threads. All functions may be called from any thread at any time, a pipeline's too. A pipeline has a fixed number of engines (haforu_speech_config.threads): so many calls work at once, further
 * ones wait for an engine. Callbacks run in the thread that works: of synthesize and stream in the caller's, of tasks in one of the pipeline's own.
 *
 * Faults. A trap in an engine (which would be a fault of ours) ends the call with HAFORU_SPEECH_ENGINE_FAULT; the engine is replaced, the process and other calls go on. No signal handler is
 * installed, unless the library was built with HAFORU_GUARD_PAGES.
 *
 * Text is UTF-8: a pointer and a number of bytes, or HAFORU_SPEECH_NUL_TERMINATED. Text offsets count code points of the source (of an SSML document with its markup) and ranges are half-open.
 * Times are seconds from the start of the audio. Samples are float32, interleaved, nominally -1 to 1.
 *
 * Structs with a `size` carry it so that they can grow behind what they have: haforu_speech_…_init sets it and the defaults. haforu_speech_options keeps its size, and has room instead.
 */
#ifndef HAFORU_SPEECH_H
#define HAFORU_SPEECH_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32) && defined(HAFORU_SPEECH_SHARED)
#ifdef HAFORU_SPEECH_BUILDING
#define HAFORU_SPEECH_API __declspec(dllexport)
#else
#define HAFORU_SPEECH_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define HAFORU_SPEECH_API __attribute__((visibility("default")))
#else
#define HAFORU_SPEECH_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** A code below; numbers under 100 are those of libhaforu and of the engine. */
typedef int haforu_speech_code;

enum haforu_speech_codes {
  HAFORU_SPEECH_OK = 0,
  /** A configuration or request is no JSON. */
  HAFORU_SPEECH_INVALID_JSON = 1,
  /** A request has a field that is unknown, missing or out of its range: `field` in the details names it. */
  HAFORU_SPEECH_INVALID_REQUEST = 2,
  /** haforu_speech_task_cancel, haforu_speech_cancel, or a callback that wanted no more. */
  HAFORU_SPEECH_CANCELLED = 12,
  HAFORU_SPEECH_ENGINE_FAULT = 13,
  HAFORU_SPEECH_OUT_OF_MEMORY = 14,
  /** A file could not be written. */
  HAFORU_SPEECH_OUTPUT_FAILED = 17,
  HAFORU_SPEECH_INVALID_HANDLE = 18,
  HAFORU_SPEECH_INVALID_ARGUMENT = 19,
  /** This build of the library cannot do it: the message says what to install. */
  HAFORU_SPEECH_UNSUPPORTED = 20,
  HAFORU_SPEECH_INTERNAL = 21,
  /** SSML that is no well-formed XML, or over its limits: `line` and `column` in the details. */
  HAFORU_SPEECH_SSML_INVALID = 101,
  HAFORU_SPEECH_VOICE_NOT_FOUND = 102,
  /** A voice's file is damaged, or none. */
  HAFORU_SPEECH_VOICE_INVALID = 103,
  /** A text over 16 MiB, an SSML document over 4 MiB. */
  HAFORU_SPEECH_TEXT_TOO_LONG = 104,
  HAFORU_SPEECH_VOICE_UNSUPPORTED = 105,
  /** A file that could not be read. */
  HAFORU_SPEECH_FILE_UNREADABLE = 106,
  /** A file that is no audio this library reads. */
  HAFORU_SPEECH_AUDIO_INVALID = 107
};

typedef struct haforu_speech_pipeline haforu_speech_pipeline;
typedef struct haforu_speech_audio haforu_speech_audio;
typedef struct haforu_speech_task haforu_speech_task;

/** In place of a text's length: it ends at its first NUL. */
#define HAFORU_SPEECH_NUL_TERMINATED ((size_t)-1)

/** This library's version, "0.1.0": a string that lives for ever. */
HAFORU_SPEECH_API const char *haforu_speech_version(void);

/* --- errors --------------------------------------------------------------------------------------------------------------- */

/** The last error of this thread. The strings are the thread's, valid until its next call that fails. */
typedef struct haforu_speech_error_info {
  haforu_speech_code code;
  /** The code's name in every language, such as "speech_ssml_invalid". */
  const char *name;
  /** What was expected, what came, what to do: for people. */
  const char *message;
  /** A JSON object with what else is known: "field", "line", "column"; "{}": nothing. */
  const char *details;
} haforu_speech_error_info;

/** The code of this thread's last error; HAFORU_SPEECH_OK: none since the last haforu_speech_clear_error. A success does not clear it. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_has_error(void);
/** Fills `out` with this thread's last error; without one its code is HAFORU_SPEECH_OK and its strings are empty. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_last_error(haforu_speech_error_info *out);
/** Forgets this thread's last error. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_clear_error(void);
/** A code's name, "speech_voice_not_found"; "ok" for 0, "unknown" for what is no code. A string that lives for ever. */
HAFORU_SPEECH_API const char *haforu_speech_error_name(haforu_speech_code code);

/* --- configuration -------------------------------------------------------------------------------------------------------- */

/** Memory for what a pipeline allocates outside of engines' own memory: voices, requests, tasks, the audio it speaks. Audio that programs make or load, files, lists of voices and what a config has of its own
 * are malloc's. Called from any thread that uses the library; it must outlive the audio. */
typedef struct haforu_speech_allocator {
  /** `bytes` bytes, aligned for any object, or NULL. */
  void *(*allocate)(void *user, size_t bytes);
  /** Takes back what `allocate` gave; never NULL. */
  void (*release)(void *user, void *memory);
  void *user;
} haforu_speech_allocator;

enum haforu_speech_quality { HAFORU_SPEECH_QUALITY_DRAFT = 0, HAFORU_SPEECH_QUALITY_STANDARD = 1, HAFORU_SPEECH_QUALITY_HIGH = 2 };

/** Which times come with audio; values may be joined with |. */
enum haforu_speech_times {
  HAFORU_SPEECH_WORDS = 1,
  HAFORU_SPEECH_PHONEMES = 2,
  HAFORU_SPEECH_SENTENCES = 4,
  HAFORU_SPEECH_MARKS = 8
};

/** How a text is spoken. haforu_speech_options_init first, then what is to differ. */
typedef struct haforu_speech_options {
  /** sizeof(haforu_speech_options) of the program. */
  size_t size;
  /** "voice": its name, 1 to 64 of A–Z a–z 0–9 . _ -; NULL: the pipeline's. Default NULL; of a configuration "slt". */
  const char *voice;
  /** "language": BCP 47; NULL: "en-US". */
  const char *language;
  /** "rate": 0.5 to 2; 1 is the voice's own. Default 1. */
  double rate;
  /** "pitch": -12 to 12 semitones. Default 0. */
  double pitch;
  /** "volume": -20 to 20 dB, applied to floats: nothing is limited before an integer format is made. Default 0. */
  double volume;
  /** "sample_rate": 8000, 11025, 16000, 22050, 24000, 32000, 44100 or 48000 Hz; 0: the voice's own. Default 0. */
  uint32_t sample_rate;
  /** "channels": 1, or 2 (both the same). Default 1. */
  uint32_t channels;
  /** "quality": of resampling; "draft", "standard" or "high". Default HAFORU_SPEECH_QUALITY_STANDARD. */
  int32_t quality;
  /** "include": values of haforu_speech_times; as text a list "words,sentences". Default words, sentences and marks. */
  uint32_t include;
  /** "chunk_ms": 20 to 60000 ms of audio in each chunk of a stream; the last one has less. Default 250. */
  uint32_t chunk_ms;
  /** Not 0: the text is an SSML 1.1 document. Default 0. */
  int32_t ssml;
  /** 0: the room of options to come. The struct lies inside of haforu_speech_config and so never gets another size: what a later version adds takes its place from here, and 0 is its default. A version that does not
   * know it refuses a value in its place. */
  uint64_t reserved[8];
} haforu_speech_options;

/** @param size sizeof(haforu_speech_options). */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_options_init(haforu_speech_options *options, size_t size);

enum haforu_speech_log_level { HAFORU_SPEECH_LOG_DEBUG = 0, HAFORU_SPEECH_LOG_INFO = 1, HAFORU_SPEECH_LOG_WARNING = 2, HAFORU_SPEECH_LOG_ERROR = 3 };
/** What happens beside results: voices read, engines replaced. Called in the thread that works; must not call the pipeline. */
typedef void (*haforu_speech_log)(void *user, int level, const char *message);

/** How a pipeline works. haforu_speech_config_init first, then what is to differ. Keys of haforu_speech_config_set are the names in quotes, those of the options included. */
typedef struct haforu_speech_config {
  /** sizeof(haforu_speech_config) of the program. */
  size_t size;
  /** What calls without options speak with, and calls whose options name no voice. By value: its size never changes, so that what follows stays where it is. */
  haforu_speech_options options;
  /** "threads": engines, and threads of tasks; 1 to 64; 0: the processors, at most 4. Each holds the voices it has spoken with. Default 0. */
  uint32_t threads;
  /** "queue": tasks that may wait at once; 1 to 1000000. Default 10000. */
  uint32_t queue;
  /** "voice_path": folders where NAME.flitevox and NAME.diphones are looked for, separated as PATH is; NULL: voices are loaded by calls alone. Set by key it is the config's own copy. */
  const char *voice_path;
  /** Both NULL or both given. Default: malloc and free. */
  haforu_speech_allocator allocator;
  haforu_speech_log log;
  void *log_user;
  /** What the config has of its own: strings set by key. Not for programs. */
  void *owned[3];
} haforu_speech_config;

/** Sets the size and every default. @param size sizeof(haforu_speech_config). */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_config_init(haforu_speech_config *config, size_t size);
/** Sets a value by key, from text: numbers in decimal, names as above. HAFORU_SPEECH_INVALID_ARGUMENT says what the key takes; the config is then as it was. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_config_set(haforu_speech_config *config, const char *key, const char *value);
/** Writes a value as text with its NUL into `buffer`; `needed`, unless NULL, gets the bytes it takes, also where `bytes` are too few (HAFORU_SPEECH_INVALID_ARGUMENT). "" stands for NULL. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_config_get(const haforu_speech_config *config, const char *key, char *buffer, size_t bytes, size_t *needed);
/** Writes all values as one JSON object with its NUL; `bytes` and `needed` as of haforu_speech_config_get. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_config_json(const haforu_speech_config *config, char *buffer, size_t bytes, size_t *needed);
/** Sets what a JSON object has. All of it, or nothing when any of it is wrong. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_config_parse(haforu_speech_config *config, const char *json, size_t bytes);
/** As haforu_speech_config_parse for a file of less than 64 KiB. HAFORU_SPEECH_FILE_UNREADABLE: it cannot be read. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_config_load(haforu_speech_config *config, const char *path);
/** Writes all values as a JSON file, aside and then renamed. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_config_save(const haforu_speech_config *config, const char *path);
/** Back to the defaults, strings of its own freed. Call it when done with a config that was set by key. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_config_clear(haforu_speech_config *config);

/* --- pipelines ------------------------------------------------------------------------------------------------------------ */

/** Makes a pipeline. @param config NULL: the defaults; copied. Engines are made when they are first needed. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_create(const haforu_speech_config *config, haforu_speech_pipeline **out);
/** Gives a pipeline back: waiting tasks end with HAFORU_SPEECH_CANCELLED, running ones too, calls of other threads likewise. Audio lives on. Waits for its threads: from the callback of a task of it, it is HAFORU_SPEECH_INVALID_ARGUMENT.
 * A process that was forked has none of the threads: tasks begun there are never spoken; make the pipeline behind the fork. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_destroy(haforu_speech_pipeline *pipeline);
/** Ends every call and task of a pipeline that is under way with HAFORU_SPEECH_CANCELLED, within some ms; later ones are not touched. From any thread. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_cancel(haforu_speech_pipeline *pipeline);
/** How many engines, and threads of tasks, a pipeline has at most. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_thread_count(haforu_speech_pipeline *pipeline, uint32_t *out);

/** A voice that a pipeline can speak with. */
typedef struct haforu_speech_voice {
  const char *name;
  /** The file it comes from; "memory" for one that was loaded from there. */
  const char *source;
} haforu_speech_voice;

/** Adds a voice from a file (.flitevox, or haforu's .diphones) under `name` (NULL: the file's name without its ending), in place of one of that name. The file is checked when it is first spoken with. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_voice_load(haforu_speech_pipeline *pipeline, const char *name, const char *path);
/** The same from memory, which is copied; so may be embedded in a program. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_voice_load_memory(haforu_speech_pipeline *pipeline, const char *name, const void *data, size_t bytes);
/** The voices that were loaded and those of the voice path's folders, by name. To be given back with haforu_speech_voice_list_free. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_voice_list(haforu_speech_pipeline *pipeline, haforu_speech_voice **out, size_t *count);
/** Gives a list back; NULL is let pass. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_voice_list_free(haforu_speech_voice *list);
/** Makes `name` the voice of calls that name none. HAFORU_SPEECH_VOICE_NOT_FOUND: it is not in the list. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_voice_set(haforu_speech_pipeline *pipeline, const char *name);
/** Writes the name of the voice of calls that name none, with its NUL. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_voice_get(haforu_speech_pipeline *pipeline, char *buffer, size_t bytes);

/* --- speaking ------------------------------------------------------------------------------------------------------------- */

/** Speaks a text whole. @param options NULL: those of the configuration. @param out the audio: give it back with haforu_speech_audio_release. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_synthesize(haforu_speech_pipeline *pipeline, const char *text, size_t bytes, const haforu_speech_options *options, haforu_speech_audio **out);
/** As haforu_speech_synthesize for an SSML 1.1 document, whatever `options` says of it. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_synthesize_ssml(haforu_speech_pipeline *pipeline, const char *ssml, size_t bytes, const haforu_speech_options *options,
                                                                    haforu_speech_audio **out);

/** A piece of a stream; valid during the callback. Joined, the samples are those of haforu_speech_synthesize, each one. */
typedef struct haforu_speech_chunk {
  /** frames × channels, interleaved. */
  const float *samples;
  size_t frames;
  uint32_t channels, rate;
  /** 0, 1, 2 … */
  uint32_t index;
  /** Not 0: the last one. */
  int32_t final;
  /** Frames of all chunks before. */
  double start_frame;
  /** Code points of the source that are spoken by its end. */
  uint32_t consumed;
  /** {"words":[…],"phonemes":[…],"sentences":[…],"marks":[…],"warnings":[…]}: what begins in this chunk of what was asked for; ends with a NUL. */
  const char *times;
  size_t times_bytes;
} haforu_speech_chunk;

/** Takes a chunk. Not 0: no more is wanted, and the call ends with HAFORU_SPEECH_CANCELLED. The call holds an engine meanwhile: one that speaks with the same pipeline needs another (threads: 2), or waits for ever. */
typedef int (*haforu_speech_sink)(void *user, const haforu_speech_chunk *chunk);

/** Speaks a text piece by piece, in this thread; the first piece comes before the first sentence is finished. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_stream(haforu_speech_pipeline *pipeline, const char *text, size_t bytes, const haforu_speech_options *options, haforu_speech_sink sink, void *user);

/** Gives more text of a stream: its bytes, cut anywhere, in `*data`, valid until the next call; the number of bytes, 0 at the end. */
typedef size_t (*haforu_speech_source)(void *user, const char **data);
/** As haforu_speech_stream for text that comes in pieces, of any length in flat memory. SSML cannot come in pieces. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_stream_from(haforu_speech_pipeline *pipeline, haforu_speech_source source, void *source_user, const haforu_speech_options *options,
                                                                haforu_speech_sink sink, void *user);

/** Answers a request as the engine takes it (JSON; docs/speech.md has its fields), with the bytes of its chunks through `data` (may be NULL) and its result line: for conformance with other hosts.
 * `*line` has a NUL and is to be given back with haforu_speech_line_free; also an error line for a request that fails. NULL: there is none, and the last error tells why. */
typedef int (*haforu_speech_bytes)(void *user, const void *data, size_t bytes);
HAFORU_SPEECH_API haforu_speech_code haforu_speech_request(haforu_speech_pipeline *pipeline, const char *json, size_t bytes, haforu_speech_bytes data, void *user, char **line,
                                                            size_t *line_bytes);
/** Gives a line back, in any thread, also after its pipeline's end. NULL is let alone. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_line_free(char *line);

/* --- tasks ---------------------------------------------------------------------------------------------------------------- */

/** A task has ended, in one of the pipeline's threads: `audio` is the callback's to give back; NULL when `code` is not HAFORU_SPEECH_OK. What went wrong is in haforu_speech_last_error(). */
typedef void (*haforu_speech_done)(void *user, haforu_speech_code code, haforu_speech_audio *audio);

/** Begins to speak a text and returns. @param done may be NULL where haforu_speech_task_wait fetches the audio. @param out may be NULL where `done` is given: nobody can then wait or cancel it.
 * HAFORU_SPEECH_INVALID_ARGUMENT: the queue is full. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_synthesize_async(haforu_speech_pipeline *pipeline, const char *text, size_t bytes, const haforu_speech_options *options, haforu_speech_done done,
                                                                     void *user, haforu_speech_task **out);
/** Waits for the end of a task; from its own callback it is HAFORU_SPEECH_INVALID_ARGUMENT. An error is told with its details. Gives its code, and its audio where no `done` was given and `out` is not NULL; the second wait gives no audio. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_task_wait(haforu_speech_task *task, haforu_speech_audio **out);
/** Ends a task with HAFORU_SPEECH_CANCELLED, waiting or running; one that has ended is not touched. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_task_cancel(haforu_speech_task *task);
/** Gives a task's handle back; the task itself goes on. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_task_release(haforu_speech_task *task);

/* --- audio ---------------------------------------------------------------------------------------------------------------- */

/** A word, phoneme or sentence: seconds [start, end), code points [text_start, text_end) of the source. `text` is NULL of a sentence and lives as long as the audio. */
typedef struct haforu_speech_span {
  const char *text;
  double start, end;
  uint32_t text_start, text_end;
} haforu_speech_span;

/** An SSML mark: its name, which lives as long as the audio, seconds, and the code point of the source where it stands. */
typedef struct haforu_speech_mark {
  const char *name;
  double time;
  uint32_t text_start;
} haforu_speech_mark;

/** What audio is. */
typedef struct haforu_speech_audio_info {
  /** frames × channels, interleaved; lives as long as the audio. */
  const float *samples;
  size_t frames;
  uint32_t channels, rate;
  /** Seconds. */
  double duration;
  /** Largest magnitude of a sample. */
  double peak;
  /** The engine's result line with words, phonemes, sentences, marks and warnings; "{}" for audio that was not spoken. */
  const char *json;
  size_t json_bytes;
} haforu_speech_audio_info;

/** Fills `out`; its pointers live as long as the audio. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_audio_get(haforu_speech_audio *audio, haforu_speech_audio_info *out);
/** The audio's words, phonemes, sentences: lists that live as long as it. `kind`: one of haforu_speech_times but marks. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_audio_spans(haforu_speech_audio *audio, int kind, const haforu_speech_span **out, size_t *count);
/** The audio's SSML marks, likewise. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_audio_marks(haforu_speech_audio *audio, const haforu_speech_mark **out, size_t *count);

/** Makes audio of samples, which are copied. @param rate 1000 to 384000 Hz. @param channels 1 or 2. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_audio_create(const float *samples, size_t frames, uint32_t channels, uint32_t rate, haforu_speech_audio **out);

enum haforu_speech_format {
  HAFORU_SPEECH_INT16 = 1,
  HAFORU_SPEECH_INT24 = 2,
  HAFORU_SPEECH_INT32 = 3,
  HAFORU_SPEECH_UINT8 = 4,
  HAFORU_SPEECH_FLOAT64 = 5,
  HAFORU_SPEECH_FLOAT32 = 6
};
enum haforu_speech_convert_flags { HAFORU_SPEECH_BIG_ENDIAN = 1, HAFORU_SPEECH_DITHER = 2 };

/** Copies frames [start, start + frames) as `format`, by the pipeline's engine, so that every host gives the same bytes; `flags` as above. `bytes` is the room of `out`: frames × channels ×
 * 2, 3, 4, 1, 8 or 4. `clipped`, unless NULL, gets the number of samples that the format's range cut. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_audio_copy(haforu_speech_pipeline *pipeline, haforu_speech_audio *audio, size_t start, size_t frames, int format, int flags, void *out,
                                                               size_t bytes, uint64_t *clipped);
/** New audio at another rate (1000 to 384000 Hz), without times. `quality`: haforu_speech_quality. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_audio_resample(haforu_speech_pipeline *pipeline, haforu_speech_audio *audio, uint32_t rate, int quality, haforu_speech_audio **out);

enum haforu_speech_file { HAFORU_SPEECH_WAV16 = 1, HAFORU_SPEECH_WAV24 = 2, HAFORU_SPEECH_WAV32 = 3, HAFORU_SPEECH_WAV_FLOAT = 4, HAFORU_SPEECH_FLAC16 = 5, HAFORU_SPEECH_FLAC24 = 6, HAFORU_SPEECH_MP3 = 7 };

/** Writes a file, aside and then renamed; samples beyond -1 to 1 are limited but in WAV_FLOAT. FLAC needs libFLAC when the library is built, MP3 LAME and the
 * option HAFORU_SPEECH_MP3; without them HAFORU_SPEECH_UNSUPPORTED says what to install. @param pipeline whose engine converts the samples. @param file a value of haforu_speech_file. A WAV file ends at 4 GiB: HAFORU_SPEECH_OUTPUT_FAILED. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_audio_save(haforu_speech_pipeline *pipeline, haforu_speech_audio *audio, const char *path, int file);
/** Reads a WAV file (PCM of 8, 16, 24 or 32 bits, floats of 32 or 64) or, where the library was built with libFLAC, a FLAC file (its checksum is checked; at most 2^29 samples);
 * 1 or 2 channels, at most 4 GiB. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_audio_load(const char *path, haforu_speech_audio **out);
/** Gives audio back. */
HAFORU_SPEECH_API haforu_speech_code haforu_speech_audio_release(haforu_speech_audio *audio);

/* --- memory --------------------------------------------------------------------------------------------------------------- */

typedef struct haforu_speech_memory {
  /** Bytes and blocks that the host side holds, of this pipeline. */
  uint64_t host_bytes, host_blocks;
  /** Engines made, and the bytes of their memories. */
  uint64_t engines, engine_bytes;
  /** Voices that calls have loaded, and the bytes of those from memory. */
  uint64_t voices, voice_bytes;
  /** Tasks that wait, and calls at work. */
  uint64_t waiting, working;
} haforu_speech_memory;

HAFORU_SPEECH_API haforu_speech_code haforu_speech_memory_get(haforu_speech_pipeline *pipeline, haforu_speech_memory *out);

/** What of this library is still alive in the process, over all pipelines: all 0 when everything was given back. */
typedef struct haforu_speech_leaks {
  uint64_t pipelines, audios, tasks, host_bytes, host_blocks;
} haforu_speech_leaks;
HAFORU_SPEECH_API haforu_speech_code haforu_speech_leak_check(haforu_speech_leaks *out);

#ifdef __cplusplus
}
#endif

#endif
