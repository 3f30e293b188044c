// An SSML 1.1 document → units, styles and controls of a source. expat reads the XML; what an element means is here, and docs/speech.md says it.
// Places are code points of the document.
#include "speech.h"

#include <expat.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLLECT_NONE, COLLECT_SAY_AS, COLLECT_SUB, COLLECT_PHONEME, COLLECT_NOTHING };

typedef struct {
  int element;
  style_t style;
  int style_index;
  bool ends_sentence, ends_paragraph, collects;
} level_t;

typedef struct { uint32_t byte, code_points; } cursor_t;

typedef struct {
  XML_Parser parser;
  source_t *source;
  const request_t *request;
  warnings_t *warnings;
  fault_t *fault;
  const char *text;
  cursor_t here, behind; // how far the places of events, and of their ends, were counted
  level_t levels[SSML_DEPTH_MAX + 1];
  int depth, elements, entities;
  bool stopped, root_seen;
  // a say-as, sub or phoneme element: its text is taken as a whole
  int collect, collect_depth;
  out_t collected;
  char kind[24], format[16], *alias;
  cst_val *phones;
  uint32_t collect_at, collect_to;
  int collect_line, collect_column;
} ssml_t;

static const struct { const char *name; int element; } ELEMENTS[] = {
    {"speak", 1}, {"p", 2}, {"paragraph", 2}, {"s", 3}, {"sentence", 3}, {"break", 4}, {"prosody", 5}, {"say-as", 6}, {"sub", 7}, {"phoneme", 8}, {"emphasis", 9},
    {"mark", 10}, {"voice", 11}, {"lang", 12}, {"w", 13}, {"token", 13}, {"metadata", 14}, {"meta", 14}, {"desc", 14}, {"lexicon", 15}, {"lookup", 13}, {"audio", 15}};
enum { SPEAK = 1, PARAGRAPH, SENTENCE, BREAK, PROSODY, SAY_AS, SUB, PHONEME, EMPHASIS, MARK, VOICE, LANG, PLAIN, SILENT, NO_EFFECT };

static int line_of(ssml_t *s) { return (int)XML_GetCurrentLineNumber(s->parser); }
static int column_of(ssml_t *s) { return (int)XML_GetCurrentColumnNumber(s->parser) + 1; }

static void stop(ssml_t *s, int line, int column) {
  s->fault->line = line;
  s->fault->column = column;
  s->stopped = true;
  XML_StopParser(s->parser, XML_FALSE);
}

#define REFUSE(...) (fail(s->fault, E_SSML_INVALID, "ssml", __VA_ARGS__), stop(s, line_of(s), column_of(s)))
#define WARN(name, ...) warn(s->warnings, (warning_place_t){.code = name, .line = line_of(s), .column = column_of(s)}, __VA_ARGS__)

/// The code point at a byte of the document. Events come in order, so that counting goes on from the last; their ends have a cursor of their own,
/// for the many events of one entity all begin and end at the same places.
static uint32_t code_point_at(ssml_t *s, cursor_t *c, uint32_t byte) {
  if (byte < c->byte) *c = (cursor_t){0};
  for (; c->byte < byte; c->byte++) c->code_points += (s->text[c->byte] & 0xc0) != 0x80;
  return c->code_points;
}

static uint32_t here(ssml_t *s) { return code_point_at(s, &s->here, (uint32_t)XML_GetCurrentByteIndex(s->parser)); }
static uint32_t behind(ssml_t *s) {
  return code_point_at(s, &s->behind, (uint32_t)XML_GetCurrentByteIndex(s->parser) + (uint32_t)XML_GetCurrentByteCount(s->parser));
}

static bool cancelled(ssml_t *s) {
  if (!cancel_word) return false;
  fail(s->fault, E_CANCELLED, 0, "cancelled");
  stop(s, 0, 0);
  return true;
}

static level_t *level(ssml_t *s) { return &s->levels[s->depth]; }

static void control(ssml_t *s, control_t c, uint32_t at) {
  c.style = (uint16_t)level(s)->style_index;
  c.at = at;
  int index = source_control(s->source, &c);
  if (index >= 0) source_push(s->source, (unit_t){UNIT_CONTROL, 0, c.style, at, (uint32_t)index});
  if (s->source->failed) {
    fail(s->fault, E_OUT_OF_MEMORY, 0, "out of memory");
    stop(s, 0, 0);
  }
}

static const char *attribute(const char **attributes, const char *name) {
  for (; *attributes; attributes += 2) {
    const char *colon = strrchr(attributes[0], ':');
    if (!strcmp(attributes[0], name) || (colon && !strncmp(attributes[0], "ssml:", 5) && !strcmp(colon + 1, name))) return attributes[1];
  }
  return 0;
}

/// A time such as "500ms", "1.5s" in ms; -1 for what is none.
static double time_ms(const char *text) {
  char *end;
  if (*text == '+') text++;
  if (*text == '-' || !strspn(text, "0123456789.")) return -1;
  double value = strtod(text, &end);
  if (!strcmp(end, "ms")) return value;
  if (!strcmp(end, "s")) return value * 1000;
  return -1;
}

/// A factor from a label, a percentage ("80%" is 0.8, "+20%" is 1.2) or a number; 0 for what is none.
static double factor(const char *text, const char *const *labels, const double *values) {
  for (int i = 0; labels[i]; i++)
    if (!strcmp(labels[i], text)) return values[i];
  char *end;
  if (!strspn(text, "0123456789.+-")) return 0;
  double value = strtod(text, &end);
  if (end == text || !isfinite(value)) return 0;
  bool relative = *text == '+' || *text == '-';
  if (!strcmp(end, "%")) value = relative ? 1 + value / 100 : value / 100;
  else if (*end || relative) return 0;
  return value > 0 ? value : 0;
}

static void bad_attribute(ssml_t *s, const char *element, const char *name, const char *value, const char *expected) {
  WARN("speech_attribute_invalid", "%s %s=\"%.40s\" is not understood and has no effect; expected %s", element, name, value, expected);
}

static float within(double value, double low, double high) { return (float)(value < low ? low : value > high ? high : value); }

/// As within(), and says so where the value was beyond.
static float held(ssml_t *s, const char *element, const char *name, const char *value, double wanted, double low, double high) {
  if (wanted < low || wanted > high)
    WARN("speech_attribute_invalid", "%s %s=\"%.40s\" goes, with what is around it, beyond the limits of what is spoken (%g to %g) and is held to them", element, name, value, low, high);
  return within(wanted, low, high);
}

static void raise(ssml_t *s, style_t *style, const char *element, const char *name, const char *value, double factor) {
  style->pitch = held(s, element, name, value, style->pitch * factor, 0.25, 4);
  style->shift_hz = within(style->shift_hz * factor, -1000, 1000);
}

static void prosody(ssml_t *s, style_t *style, const char **attributes) {
  static const char *const rates[] = {"x-slow", "slow", "medium", "fast", "x-fast", "default", 0};
  static const double rate_values[] = {0.5, 0.75, 1, 1.25, 1.75, 1};
  static const char *const pitches[] = {"x-low", "low", "medium", "high", "x-high", "default", 0};
  static const double pitch_values[] = {0.7071067811865476, 0.8408964152537145, 1, 1.189207115002721, 1.4142135623730951, 1}; // 3 semitones a step
  static const char *const ranges[] = {"x-low", "low", "medium", "high", "x-high", "default", 0};
  static const double range_values[] = {0.25, 0.5, 1, 1.5, 2, 1};
  static const char *const volumes[] = {"silent", "x-soft", "soft", "medium", "loud", "x-loud", "default", 0};
  static const double volume_values[] = {0, 0.251188643150958, 0.501187233627272, 1, 1.58489319246111, 1.99526231496888, 1}; // -12, -6, 0, 4, 6 dB
  for (; *attributes; attributes += 2) {
    const char *name = attributes[0], *value = attributes[1];
    char *end;
    if (!strcmp(name, "rate")) {
      double rate = factor(value, rates, rate_values);
      if (rate == 0) bad_attribute(s, "prosody", name, value, "x-slow to x-fast, a percentage or a factor");
      else style->stretch = held(s, "prosody", name, value, style->stretch / rate, 0.2, 5);
    } else if (!strcmp(name, "pitch")) {
      double number = strtod(value, &end);
      bool relative = *value == '+' || *value == '-';
      if (end != value && isfinite(number) && !strcmp(end, "st") && relative) raise(s, style, "prosody", name, value, pow(2, number / 12));
      else if (end != value && !strcmp(end, "Hz") && !relative && number >= 20 && number <= 1000) style->mean_hz = (float)number, style->pitch = 1, style->shift_hz = 0;
      else if (end != value && isfinite(number) && !strcmp(end, "Hz") && relative) style->shift_hz = held(s, "prosody", name, value, style->shift_hz + number, -1000, 1000);
      else {
        double pitch = factor(value, pitches, pitch_values);
        if (pitch == 0) bad_attribute(s, "prosody", name, value, "x-low to x-high, +2st, -10%, +20Hz, 120Hz");
        else raise(s, style, "prosody", name, value, pitch);
      }
    } else if (!strcmp(name, "range")) {
      double range = factor(value, ranges, range_values);
      if (range == 0) bad_attribute(s, "prosody", name, value, "x-low to x-high or a percentage");
      else style->range = held(s, "prosody", name, value, style->range * range, 0, 4);
    } else if (!strcmp(name, "volume")) {
      double number = strtod(value, &end);
      bool relative = *value == '+' || *value == '-';
      if (end != value && isfinite(number) && !strcmp(end, "dB")) style->gain = held(s, "prosody", name, value, style->gain * pow(10, number / 20), 0, 10);
      else if (end != value && !relative && !*end && number >= 0 && number <= 100) style->gain = within(style->gain * number / 100, 0, 10); // SSML 1.0's scale
      else if (end != value && !strcmp(value, "silent")) style->gain = 0;
      else {
        int i = 0;
        while (volumes[i] && strcmp(volumes[i], value)) i++;
        double gain = volumes[i] ? volume_values[i] : factor(value, volumes, volume_values);
        if (!volumes[i] && gain == 0) bad_attribute(s, "prosody", name, value, "silent to x-loud, +6dB, -10%, or 0 to 100");
        else style->gain = held(s, "prosody", name, value, style->gain * gain, 0, 10);
      }
    } else if (!strcmp(name, "contour") || !strcmp(name, "duration")) bad_attribute(s, "prosody", name, value, "rate, pitch, range and volume: this one is not supported");
    else if (!strchr(name, ':')) bad_attribute(s, "prosody", name, value, "rate, pitch, range, volume");
  }
}

static void emphasis(ssml_t *s, style_t *style, const char *value) {
  static const struct { const char *name; float stretch, pitch, gain; } EMPHASES[] = {
      {"strong", 1.2f, 1.15f, 1.412538f}, {"moderate", 1.1f, 1.08f, 1.188502f}, {"none", 1, 1, 1}, {"reduced", 0.9f, 0.95f, 0.707946f}};
  for (int i = 0; i < 4; i++)
    if (!strcmp(value, EMPHASES[i].name)) {
      style->stretch = held(s, "emphasis", "level", value, style->stretch * EMPHASES[i].stretch, 0.2, 5);
      raise(s, style, "emphasis", "level", value, EMPHASES[i].pitch);
      style->gain = held(s, "emphasis", "level", value, style->gain * EMPHASES[i].gain, 0, 10);
      return;
    }
  bad_attribute(s, "emphasis", "level", value, "strong, moderate, none, reduced");
}

static void pause(ssml_t *s, const char **attributes) {
  static const char *const names[] = {"none", "x-weak", "weak", "medium", "strong", "x-strong", 0};
  static const int values[] = {0, 100, 200, 400, 700, 1200};
  const char *strength = attribute(attributes, "strength"), *time = attribute(attributes, "time");
  double ms = 400;
  if (strength) {
    int i = 0;
    while (names[i] && strcmp(names[i], strength)) i++;
    if (names[i]) ms = values[i];
    else bad_attribute(s, "break", "strength", strength, "none to x-strong");
  }
  if (time) {
    double given = time_ms(time);
    if (given < 0) bad_attribute(s, "break", "time", time, "a time such as 500ms or 1.5s");
    else if (given > BREAK_MS_MAX) {
      ms = BREAK_MS_MAX;
      WARN("speech_attribute_invalid", "break time=\"%.20s\" is over the limit of %d ms, which it gets", time, BREAK_MS_MAX);
    } else ms = given;
  }
  control_t c = {.type = ms > 0 ? CONTROL_BREAK : CONTROL_NO_BREAK, .ms = (uint32_t)(ms + 0.5)};
  control(s, c, here(s));
}

static void check_language(ssml_t *s, const char *language) {
  if (language && !((language[0] | 32) == 'e' && (language[1] | 32) == 'n' && (language[2] == 0 || language[2] == '-' || language[2] == '_')))
    WARN("speech_language_unsupported", "language \"%.35s\" is spoken by an English voice", language);
}

static void begin_collecting(ssml_t *s, int kind) {
  s->collect = kind;
  s->collect_depth = s->depth;
  s->collected.bytes = 0;
  s->collect_at = UINT32_MAX;
  s->collect_to = 0;
  s->collect_line = line_of(s);
  s->collect_column = column_of(s);
  level(s)->collects = true;
}

static void XMLCALL start(void *data, const char *name, const char **attributes) {
  ssml_t *s = data;
  if (s->stopped || cancelled(s)) return;
  if (s->depth == SSML_DEPTH_MAX) return REFUSE("elements nest deeper than %d", SSML_DEPTH_MAX);
  if (++s->elements > SSML_ELEMENTS_MAX) return REFUSE("more than %d elements", SSML_ELEMENTS_MAX);
  int count = 0;
  while (attributes[count * 2]) count++;
  if (count > SSML_ATTRIBUTES_MAX) return REFUSE("more than %d attributes", SSML_ATTRIBUTES_MAX);
  const char *colon = strchr(name, ':');
  const char *local = colon && !strncmp(name, "ssml:", 5) ? colon + 1 : name;
  int element = 0;
  for (unsigned i = 0; i < sizeof ELEMENTS / sizeof *ELEMENTS; i++)
    if (!strcmp(ELEMENTS[i].name, local)) element = ELEMENTS[i].element;
  if (!s->root_seen) {
    if (element != SPEAK) return REFUSE("the document's element is <%.40s>, expected <speak>", name);
    s->root_seen = true;
  }
  level_t *above = level(s);
  s->depth++;
  level_t *l = level(s);
  *l = *above;
  l->element = element;
  l->ends_sentence = l->ends_paragraph = l->collects = false;
  if (s->collect) {
    const char *mark = element == MARK ? attribute(attributes, "name") : 0;
    if (mark && *mark && strlen(mark) <= 256) control(s, (control_t){.type = CONTROL_MARK, .name = copy_text(mark)}, here(s));
    if (element != MARK && element != PLAIN && s->collect != COLLECT_NOTHING) WARN("speech_element_unknown", "<%.40s> has no effect inside of its parent; its text is spoken", name);
    return;
  }
  style_t style = l->style;
  const char *value;
  switch (element) {
  case SPEAK: check_language(s, attribute(attributes, "xml:lang")); break;
  case PARAGRAPH:
  case SENTENCE:
    check_language(s, attribute(attributes, "xml:lang"));
    control(s, (control_t){.type = CONTROL_SENTENCE}, here(s));
    if (element == PARAGRAPH) l->ends_paragraph = true;
    else l->ends_sentence = true;
    break;
  case BREAK: pause(s, attributes); break;
  case PROSODY: prosody(s, &style, attributes); break;
  case EMPHASIS: emphasis(s, &style, (value = attribute(attributes, "level")) ? value : "moderate"); break;
  case MARK:
    value = attribute(attributes, "name");
    if (!value || !*value || strlen(value) > 256) bad_attribute(s, "mark", "name", value ? value : "", "1 to 256 bytes");
    else control(s, (control_t){.type = CONTROL_MARK, .name = copy_text(value)}, here(s));
    break;
  case VOICE:
    check_language(s, attribute(attributes, "xml:lang"));
    value = attribute(attributes, "name");
    if (!value) WARN("speech_attribute_invalid", "<voice> without a name has no effect; voices are chosen by name");
    else {
      // SSML 1.1: names in the order of preference; the first one is taken
      char first[NAME_BYTES_MAX + 1];
      value += strspn(value, " \t\r\n");
      size_t bytes = strcspn(value, " \t\r\n");
      if (!voice_name_ok(value, (uint32_t)bytes)) {
        bad_attribute(s, "voice", "name", value, "a voice's name");
        break;
      }
      memcpy(first, value, bytes);
      first[bytes] = 0;
      int voice = source_voice(s->source, first);
      if (voice < 0) return REFUSE("more than %d voices", VOICES_MAX);
      style.voice = (uint16_t)voice;
      style.mean_hz = style.shift_hz = 0;
      control(s, (control_t){.type = CONTROL_SENTENCE}, here(s));
      l->ends_sentence = true;
    }
    break;
  case LANG: check_language(s, attribute(attributes, "xml:lang")); break;
  case SAY_AS:
    value = attribute(attributes, "interpret-as");
    snprintf(s->kind, sizeof s->kind, "%s", value ? value : "");
    snprintf(s->format, sizeof s->format, "%s", (value = attribute(attributes, "format")) ? value : "");
    begin_collecting(s, COLLECT_SAY_AS);
    break;
  case SUB:
    value = attribute(attributes, "alias");
    if (!value) {
      WARN("speech_attribute_invalid", "<sub> without an alias has no effect");
      break;
    }
    s->alias = copy_text(value);
    begin_collecting(s, COLLECT_SUB);
    break;
  case PHONEME: {
    const char *alphabet = attribute(attributes, "alphabet"), *ph = attribute(attributes, "ph");
    s->phones = ph ? phones_of(alphabet ? alphabet : "ipa", ph) : 0;
    if (!s->phones) bad_attribute(s, "phoneme", "ph", ph ? ph : "", "phonemes of US English as IPA (alphabet=\"ipa\") or ARPAbet (alphabet=\"x-arpabet\")");
    else begin_collecting(s, COLLECT_PHONEME);
    break;
  }
  case SILENT: begin_collecting(s, COLLECT_NOTHING); break;
  case NO_EFFECT: WARN("speech_element_unknown", "<%.40s> has no effect; what it contains is spoken", name); break;
  case 0: WARN("speech_element_unknown", "<%.40s> is no element of SSML that is known here; what it contains is spoken", name); break;
  default: break;
  }
  if (memcmp(&style, &l->style, sizeof style)) {
    int index = source_style(s->source, &style);
    if (index < 0) return REFUSE("more than %d changes of prosody", STYLES_MAX);
    l->style = style;
    l->style_index = index;
  }
}

/// Gives the characters of a text, which may be megabytes, to a source; false when cancelled.
static bool give_characters(ssml_t *s, source_t *to_source, warnings_t *warnings, const char *text, uint32_t bytes, uint16_t style, uint32_t at, uint32_t to) {
  for (uint32_t i = 0, given = 0; i < bytes; given++) {
    uint32_t c, length;
    if (given % 64 == 0 && cancelled(s)) return false;
    if (utf8_decode(text + i, bytes - i, &c, &length)) source_character(to_source, warnings, c, style, at, to);
    i += length;
  }
  return true;
}

static void end_collecting(ssml_t *s) {
  int kind = s->collect;
  s->collect = COLLECT_NONE;
  out_bytes(&s->collected, "", 1);
  const char *text = s->collected.failed || !s->collected.at ? "" : s->collected.at;
  if (s->collect_at == UINT32_MAX) s->collect_at = s->collect_to = here(s);
  uint32_t at = s->collect_at, to = s->collect_to;
  control_t token = {.type = CONTROL_TOKEN, .at = at, .to = to};
  if (kind == COLLECT_SUB) {
    give_characters(s, s->source, s->warnings, s->alias, (uint32_t)strlen(s->alias), (uint16_t)level(s)->style_index, at, to);
    free(s->alias);
    s->alias = 0;
    return;
  }
  if (kind == COLLECT_NOTHING) return;
  // ASCII and the signs of currencies are what the expansions read; a phoneme's text is not spoken, so nothing in it can be missing
  source_t ascii = {0};
  warnings_t unheard = {.count = WARNINGS_MAX};
  warnings_t *heard = kind == COLLECT_PHONEME ? &unheard : s->warnings;
  uint32_t bytes = (uint32_t)strlen(text);
  if (!give_characters(s, &ascii, heard, text, bytes, 0, at, to)) return source_free(&ascii);
  char plain[TOKEN_BYTES_MAX + 1];
  uint32_t count = 0;
  bool cut = false;
  for (uint32_t i = 0; i < ascii.unit_count; i++) {
    if (count == 0 && ascii.units[i].c <= ' ' && ascii.units[i].c > 3) continue;
    if (count < TOKEN_BYTES_MAX) plain[count++] = (char)ascii.units[i].c;
    else if (ascii.units[i].c > ' ') cut = true;
  }
  while (count && (uint8_t)plain[count - 1] <= ' ' && plain[count - 1] > 3) count--;
  plain[count] = 0;
  source_flush_skipped(&ascii, heard);
  source_free(&ascii);
  if (kind == COLLECT_PHONEME) {
    token.phones = s->phones;
    s->phones = 0;
  } else if (count && !cut) token.words = say_as(s->kind, s->format, plain);
  if (token.words || token.phones) {
    for (char *p = plain; *p; p++)
      if (*p < 4) *p = '$';
      else if (token.phones && *p >= 'A' && *p <= 'Z') *p += 'a' - 'A';
    token.name = copy_text(count ? plain : "x");
    return control(s, token, at);
  }
  if (count)
    warn(s->warnings, (warning_place_t){.code = "speech_attribute_invalid", .line = s->collect_line, .column = s->collect_column, .text_start = at, .text_end = to},
         "say-as interpret-as=\"%s\": \"%.60s\" cannot be spoken so, and is spoken as text", s->kind, text);
  give_characters(s, s->source, s->warnings, text, bytes, (uint16_t)level(s)->style_index, at, to);
}

static void XMLCALL end(void *data, const char *name) {
  ssml_t *s = data;
  (void)name;
  if (s->stopped) return;
  level_t *l = level(s);
  if (l->collects) end_collecting(s);
  if (s->stopped) return;
  if (l->ends_paragraph) control(s, (control_t){.type = CONTROL_PARAGRAPH}, here(s));
  else if (l->ends_sentence) control(s, (control_t){.type = CONTROL_SENTENCE}, here(s));
  s->depth--;
}

static void XMLCALL characters(void *data, const char *text, int length) {
  ssml_t *s = data;
  if (s->stopped || cancelled(s)) return;
  uint32_t at = here(s), bytes = (uint32_t)length;
  // text as it stands in the document has as many bytes there; an entity's text all has the entity's place
  bool direct = XML_GetCurrentByteCount(s->parser) == length && memcmp(s->text + XML_GetCurrentByteIndex(s->parser), text, bytes) == 0;
  uint32_t to = direct ? at : behind(s);
  if (s->collect) {
    if (s->collect == COLLECT_NOTHING) return;
    out_bytes(&s->collected, text, bytes);
    if (s->collect_at == UINT32_MAX) s->collect_at = at;
    s->collect_to = behind(s);
    return;
  }
  for (uint32_t i = 0; i < bytes;) {
    uint32_t c, count;
    if (i % 64 == 0 && cancelled(s)) return;
    utf8_decode(text + i, bytes - i, &c, &count);
    source_character(s->source, s->warnings, c, (uint16_t)level(s)->style_index, at, direct ? at + 1 : to);
    if (direct) at++;
    i += count;
  }
  if (s->source->failed) {
    fail(s->fault, E_OUT_OF_MEMORY, 0, "out of memory");
    stop(s, 0, 0);
  }
}

static void XMLCALL entity(void *data, const char *name, int parameter, const char *value, int length, const char *base, const char *system, const char *public_id, const char *notation) {
  ssml_t *s = data;
  (void)base, (void)public_id, (void)notation, (void)length;
  if (s->stopped) return;
  if (parameter) return REFUSE("parameter entity %%%.40s: not taken", name);
  if (!value && system) return REFUSE("external entity &%.40s;: none is ever read", name);
  if (++s->entities > SSML_ENTITIES_MAX) return REFUSE("more than %d entities", SSML_ENTITIES_MAX);
}

static void XMLCALL skipped(void *data, const char *name, int parameter) {
  ssml_t *s = data;
  (void)parameter;
  if (!s->stopped) REFUSE("undefined entity &%.40s;", name);
}

int ssml_read(source_t *source, const request_t *request, warnings_t *warnings, fault_t *fault) {
  ssml_t *s = calloc(1, sizeof *s);
  if (!s) return fail(fault, E_OUT_OF_MEMORY, 0, "out of memory");
  s->source = source;
  s->request = request;
  s->warnings = warnings;
  s->fault = fault;
  s->text = request->text;
  s->levels[0].style = source->styles[0];
  *fault = (fault_t){0};
  source->text = 0; // the units are the text
  source->bytes = source->place = 0;
  s->parser = XML_ParserCreate("UTF-8");
  int status = OK;
  if (!s->parser) status = fail(fault, E_OUT_OF_MEMORY, 0, "out of memory");
  else {
    XML_SetUserData(s->parser, s);
    XML_SetElementHandler(s->parser, start, end);
    XML_SetCharacterDataHandler(s->parser, characters);
    XML_SetEntityDeclHandler(s->parser, entity);
    XML_SetSkippedEntityHandler(s->parser, skipped);
    XML_SetParamEntityParsing(s->parser, XML_PARAM_ENTITY_PARSING_NEVER);
    // expansion beyond 4 MiB that is over 20 times the document is an error of expat
    XML_SetBillionLaughsAttackProtectionActivationThreshold(s->parser, SSML_BYTES_MAX);
    XML_SetBillionLaughsAttackProtectionMaximumAmplification(s->parser, 20.0f);
    XML_SetHashSalt(s->parser, 1);
    if (XML_Parse(s->parser, request->text, (int)request->text_bytes, 1) != XML_STATUS_OK) {
      if (!fault->code) {
        enum XML_Error error = XML_GetErrorCode(s->parser);
        if (error == XML_ERROR_ABORTED) fail(fault, E_CANCELLED, 0, "cancelled"); // inside of expat
        else fail(fault, error == XML_ERROR_NO_MEMORY ? E_OUT_OF_MEMORY : E_SSML_INVALID, "ssml", "line %d, column %d: %s", line_of(s), column_of(s), XML_ErrorString(error));
        if (fault->code != E_CANCELLED) fault->line = line_of(s), fault->column = column_of(s);
      }
      status = -fault->code;
    } else source_flush_skipped(source, warnings);
    XML_ParserFree(s->parser);
  }
  free(s->alias);
  if (s->phones) delete_val(s->phones);
  out_free(&s->collected);
  free(s);
  if (status == OK) source->code_points = 0;
  return status;
}
