/* Requests of the engine, as JSON. In: a text and options; out: bytes for hs_open. The engine checks them once more; what is said here is said in the words of C. */
#include <math.h>
#include <stdio.h>

#include "speech.h"

const char *const speech_qualities[3] = {"draft", "standard", "high"};
const char *const speech_times[4] = {"words", "phonemes", "sentences", "marks"};
static const uint32_t rates[] = {8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000};

bool voice_name_valid(const char *name) {
  const size_t bytes = strlen(name);
  if (bytes == 0 || bytes > VOICE_NAME_BYTES) return false;
  for (size_t i = 0; i < bytes; i++) {
    const char c = name[i];
    if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-')) return false;
  }
  return true;
}

/* letters (2 to 8), then parts of letters and digits (1 to 8) */
static bool language_valid(const char *tag) {
  size_t part = 0;
  bool first = true;
  for (size_t i = 0;; i++) {
    const char c = tag[i];
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (letter || (!first && c >= '0' && c <= '9')) {
      if (++part > 8) return false;
    } else if (c == '-' || c == '\0') {
      if (part < (first ? 2u : 1u)) return false;
      if (c == '\0') return i <= LANGUAGE_BYTES;
      first = false;
      part = 0;
    } else
      return false;
  }
}

static haforu_speech_code range(const char *field, double value, double least, double most, const char *unit) {
  if (value >= least && value <= most) return HAFORU_OK;
  return fail_argument(field, "expected a number from %g to %g%s, got %g", least, most, unit, value);
}

haforu_speech_code options_check(const haforu_speech_options *options) {
  if (options->voice != NULL && !voice_name_valid(options->voice)) return fail_argument("voice", "expected the name of a voice, 1 to 64 of A–Z a–z 0–9 . _ -, got \"%.80s\"", options->voice);
  if (options->language != NULL && !language_valid(options->language)) return fail_argument("language", "expected a BCP 47 tag such as \"en-US\", got \"%.80s\"", options->language);
  haforu_speech_code code = range("rate", options->rate, 0.5, 2, " (1 is the voice's own)");
  if (code == HAFORU_OK) code = range("pitch", options->pitch, -12, 12, " semitones");
  if (code == HAFORU_OK) code = range("volume", options->volume, -20, 20, " dB");
  if (code == HAFORU_OK) code = range("channels", options->channels, 1, 2, "");
  if (code == HAFORU_OK) code = range("quality", options->quality, 0, 2, "");
  if (code == HAFORU_OK) code = range("chunk_ms", options->chunk_ms, 20, 60000, " ms");
  if (code != HAFORU_OK) return code;
  for (size_t i = 0; i < sizeof options->reserved / sizeof *options->reserved; i++)
    if (options->reserved[i] != 0)
      return fail_argument("reserved", "expected 0, as haforu_speech_options_init sets it, got %llu at %zu: an option of a later version than this library", (unsigned long long)options->reserved[i], i);
  if (options->include > 15) return fail_argument("include", "expected values of haforu_speech_times joined with |, got %u", options->include);
  bool known = options->sample_rate == 0;
  for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) known = known || options->sample_rate == rates[i];
  if (!known) return fail_argument("sample_rate", "expected 8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, or 0 for the voice's own, got %u", options->sample_rate);
  return HAFORU_OK;
}

static bool put(const host_heap *heap, host_buffer *to, const char *text) { return buffer_append(heap, to, text, strlen(text)); }

static bool put_number(const host_heap *heap, host_buffer *to, const char *key, double value) {
  char text[32];
  number_text(text, value, 17);
  return put(heap, to, ",\"") && put(heap, to, key) && put(heap, to, "\":") && put(heap, to, text);
}

haforu_speech_code request_write(const host_heap *heap, host_buffer *to, const char *text, size_t bytes, bool ssml, const haforu_speech_options *options, const char *voice, const char *times) {
  const haforu_speech_code code = options_check(options);
  if (code != HAFORU_OK) return code;
  if (ssml && text == NULL) return fail_argument("ssml", "expected 0 for text that comes in pieces: a document is given whole");
  bool good = text == NULL ? put(heap, to, "{\"feed\":true") : put(heap, to, ssml ? "{\"ssml\":" : "{\"text\":") && json_put_string(heap, to, text, bytes);
  const char *name = options->voice != NULL ? options->voice : voice;
  good = good && put(heap, to, ",\"voice\":\"") && put(heap, to, name) && put(heap, to, "\"");
  if (options->language != NULL) good = good && put(heap, to, ",\"language\":\"") && put(heap, to, options->language) && put(heap, to, "\"");
  good = good && put_number(heap, to, "rate", options->rate) && put_number(heap, to, "pitch", options->pitch) && put_number(heap, to, "volume", options->volume);
  if (options->sample_rate != 0) good = good && put_number(heap, to, "sample_rate", options->sample_rate);
  good = good && put_number(heap, to, "channels", options->channels) && put(heap, to, ",\"quality\":\"") && put(heap, to, speech_qualities[options->quality]) && put(heap, to, "\"");
  good = good && put_number(heap, to, "chunk_ms", options->chunk_ms) && put(heap, to, ",\"include\":[");
  bool first = true;
  for (uint32_t i = 0; i < 4; i++) {
    if ((options->include & 1u << i) == 0) continue;
    good = good && put(heap, to, first ? "\"" : ",\"") && put(heap, to, speech_times[i]) && put(heap, to, "\"");
    first = false;
  }
  good = good && put(heap, to, "],\"times\":\"") && put(heap, to, times) && put(heap, to, "\"}");
  return good ? HAFORU_OK : fail(HAFORU_OUT_OF_MEMORY, "the request", NULL, "no room for a text of %zu bytes", bytes);
}
