// Tokens and sentences, split where flite splits them (src/utils/cst_tokenstream.c, default_utt_break), with their places in the source. A
// sentence also ends at a break, at the edges of s, p and voice elements, and where it is too long to be held.
#include "speech.h"

#include <stdlib.h>
#include <string.h>

static const char WHITE[] = " \t\n\r", PRE[] = "\"'`({[", POST[] = "\"'`.,:;!?(){}[]";
static bool in(const char *set, uint8_t c) { return c && strchr(set, c); }

enum { GOT_TOKEN, GOT_CONTROL, GOT_END, GOT_MORE, GOT_CANCELLED };
enum { AT_WHITE, AT_PRE, AT_NAME };

static void add(char *to, size_t room, uint8_t c) {
  size_t length = strlen(to);
  if (length + 1 < room) to[length] = (char)c, to[length + 1] = 0;
}

static void currency(token_t *t) {
  if (!strpbrk(t->name, "\x01\x02\x03")) return;
  t->words = say_currency(t->name);
  if (!t->words) t->words = say_around_currency(t->name);
  t->own_words = true;
  for (char *p = t->name; *p; p++)
    if (*p < 4) *p = '$'; // what flite's features of neighbours see
}

/// Takes the marks that stand here into the token that is being read; false when memory runs out.
static bool take_marks(reading_t *next, source_t *s, warnings_t *warnings) {
  for (const unit_t *u; (u = source_peek(s, warnings)) && u->kind == UNIT_CONTROL && s->controls[u->to].type == CONTROL_MARK; source_skip(s)) {
    const control_t *c = &s->controls[u->to];
    inner_mark_t *mark = malloc(sizeof *mark);
    if (!mark) return false;
    *mark = (inner_mark_t){next->token.marks, c->name, c->at, next->length};
    next->token.marks = mark;
  }
  return true;
}

/// White space on both sides of a mark is the longer side's: the author sees one gap.
static void end_white(reading_t *next) {
  if (next->newlines < next->newlines_before) next->newlines = next->newlines_before;
  if (next->white_count < next->white_before) {
    next->white_count = next->white_before;
    memcpy(next->token.white, next->white_text, sizeof next->white_text);
  }
}

/// The next token or control, in sentence->next. What was read of a token stays there when more text is needed or the call was cancelled, and the
/// next call goes on with it: pieces of text may end anywhere.
static int read_next(sentence_t *sentence, source_t *s, warnings_t *warnings, uint32_t *control) {
  reading_t *next = &sentence->next;
  token_t *t = &next->token;
  const unit_t *u;
  if (next->stage == AT_WHITE) {
    while ((u = source_peek(s, warnings)) && u->kind == UNIT_CHAR && in(WHITE, u->c)) {
      if (cancel_word) return GOT_CANCELLED;
      if (u->c == '\n') next->newlines++;
      next->white_count++;
      add(t->white, sizeof t->white, u->c);
      source_skip(s);
    }
    if (s->interrupted || cancel_word) return GOT_CANCELLED;
    if (!u) return s->final ? GOT_END : GOT_MORE;
    if (u->kind == UNIT_CONTROL) {
      *control = u->to;
      const control_t *c = &s->controls[u->to];
      source_skip(s);
      if (c->type == CONTROL_MARK) {
        end_white(next);
        const reading_t held = {.newlines_before = next->newlines, .white_before = next->white_count};
        char white[sizeof t->white];
        memcpy(white, t->white, sizeof white);
        *next = held;
        memcpy(next->white_text, white, sizeof white);
        return GOT_CONTROL;
      }
      if (c->type != CONTROL_TOKEN) {
        *next = (reading_t){0};
        return GOT_CONTROL;
      }
      end_white(next);
      t->name = copy_text(c->name);
      t->words = c->words;
      t->phones = c->phones;
      t->at = c->at;
      t->to = t->post_to = c->to;
      t->style = c->style;
      // punctuation that follows directly is the token's
      while (take_marks(next, s, warnings) && (u = source_peek(s, warnings)) && u->kind == UNIT_CHAR && in(POST, u->c)) {
        add(t->post, sizeof t->post, u->c);
        t->post_to = u->to;
        source_skip(s);
      }
      return GOT_TOKEN;
    }
    end_white(next);
    t->at = u->at;
    t->style = u->style;
    next->stage = AT_PRE;
  }
  if (next->stage == AT_PRE) {
    while ((u = source_peek(s, warnings)) && u->kind == UNIT_CHAR && in(PRE, u->c)) {
      if (cancel_word) return GOT_CANCELLED;
      add(t->pre, sizeof t->pre, u->c);
      t->at = u->at; // in case nothing but punctuation comes
      t->to = u->to;
      source_skip(s);
      if (!take_marks(next, s, warnings)) return s->failed = true, GOT_END;
    }
    if (s->interrupted) return GOT_CANCELLED;
    if (!u && !s->final) return GOT_MORE;
    next->stage = AT_NAME;
  }
  while ((u = source_peek(s, warnings)) && u->kind == UNIT_CHAR && !in(WHITE, u->c) && next->length < TOKEN_BYTES_MAX) {
    if (next->length == 0) t->style = u->style, t->at = u->at;
    next->places[next->length][0] = u->at;
    next->places[next->length][1] = u->to;
    next->name[next->length++] = (char)u->c;
    source_skip(s);
    if (!take_marks(next, s, warnings)) return s->failed = true, GOT_END;
  }
  if (s->interrupted) return GOT_CANCELLED;
  if (!u && !s->final) return GOT_MORE;
  const uint32_t whole = next->length;
  uint32_t length = whole;
  t->post_to = whole ? next->places[whole - 1][1] : t->to;
  while (length > 1 && in(POST, (uint8_t)next->name[length - 1])) length--; // as flite: the first letter is never punctuation
  for (uint32_t i = length; i < whole; i++) add(t->post, sizeof t->post, (uint8_t)next->name[i]);
  if (length) t->to = next->places[length - 1][1];
  next->name[length] = 0;
  t->letters = length;
  t->name = copy_text(next->name);
  if (t->name) currency(t);
  return GOT_TOKEN;
}

/// default_utt_break of src/synth/cst_synth.c.
static bool ends_before(const token_t *last, const reading_t *next) {
  static const char UPPER[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const char *post = last->post, *name = last->name;
  uint8_t first = (uint8_t)next->token.name[0];
  size_t length = strlen(name);
  if (next->newlines > 1) return true;
  if (!strcasecmp(name, "yahoo") && strchr(post, '!') && (in("abcdefghijklmnopqrstuvwxyz", first) || !first)) return false;
  if (strpbrk(post, ":?!")) return true;
  if (!strchr(post, '.')) return false;
  bool capital = in(UPPER, first) || !first;
  if (!capital) return false;
  if (next->white_count > 1) return true;
  return !((length && in(UPPER, (uint8_t)name[length - 1])) || (length < 4 && length && in(UPPER, (uint8_t)name[0])));
}

/// About how many letters a token is spoken as: digits and signs become words. What is spoken more slowly than by half counts as more: the limit of
/// an utterance is one of audio, too.
static uint32_t weight_of(const token_t *t, const source_t *source) {
  uint32_t weight = 1;
  for (const char *p = t->name; *p; p++) weight += (*p >= 'a' && *p <= 'z') ? 1 : (*p >= '0' && *p <= '9') ? 6 : 3;
  for (const cst_val *v = t->words; v; v = val_cdr(v)) weight += 6;
  for (const cst_val *v = t->phones; v; v = val_cdr(v)) weight += 1;
  if (weight < TOKEN_WEIGHT_MIN) weight = TOKEN_WEIGHT_MIN;
  const float slow = source->styles[t->style].stretch / source->rate / 2;
  return slow > 1 ? (uint32_t)((float)weight * slow) : weight;
}

static bool push_mark(sentence_t *sentence, mark_t mark) {
  if (sentence->mark_count == sentence->mark_room) {
    uint32_t room = sentence->mark_room * 2 + 8;
    mark_t *grown = realloc(sentence->marks, room * sizeof *grown);
    if (!grown) return false;
    sentence->marks = grown;
    sentence->mark_room = room;
  }
  sentence->marks[sentence->mark_count++] = mark;
  return true;
}

/// The marks of a token that is the sentence's next. One behind its letters stands before the token that follows.
static bool push_inner_marks(sentence_t *sentence, inner_mark_t *marks, uint32_t letters) {
  inner_mark_t *first = 0;
  for (inner_mark_t *mark = marks, *next; mark; mark = next) { // in the order of the text
    next = mark->next;
    mark->next = first;
    first = mark;
  }
  bool pushed = true;
  for (inner_mark_t *next; first; first = next) {
    next = first->next;
    bool behind = first->place >= letters;
    pushed = pushed && push_mark(sentence, (mark_t){first->name, first->at, sentence->count + behind, behind ? 0 : (float)first->place / (float)letters});
    free(first);
  }
  return pushed;
}

/// Takes the token's marks.
static bool push(sentence_t *sentence, token_t *token, const source_t *source) {
  if (sentence->count == sentence->room) {
    uint32_t room = sentence->room * 2 + 16;
    token_t *grown = realloc(sentence->tokens, room * sizeof *grown);
    if (!grown) return false;
    sentence->tokens = grown;
    sentence->room = room;
  }
  inner_mark_t *marks = token->marks;
  token->marks = 0;
  const bool pushed = push_inner_marks(sentence, marks, token->letters);
  sentence->tokens[sentence->count++] = *token;
  sentence->weight += weight_of(token, source);
  return pushed;
}

static void token_free(token_t *t) {
  free(t->name);
  if (t->own_words && t->words) delete_val(t->words);
  for (inner_mark_t *next; t->marks; t->marks = next) {
    next = t->marks->next;
    free(t->marks);
  }
  *t = (token_t){0};
}

void sentence_clear(sentence_t *sentence) {
  for (uint32_t i = 0; i < sentence->count; i++) token_free(&sentence->tokens[i]);
  sentence->count = sentence->weight = sentence->mark_count = 0;
  sentence->break_ms = -1;
  sentence->paragraph = sentence->cut = false;
}

void sentence_free(sentence_t *sentence) {
  sentence_clear(sentence);
  if (sentence->has_ahead) token_free(&sentence->ahead);
  token_free(&sentence->next.token);
  free(sentence->tokens);
  free(sentence->marks);
  *sentence = (sentence_t){0};
}

/// Reads on until the sentence is whole. SENTENCE_MORE: fed text is used up; SENTENCE_CANCELLED: the cancel word is set; call again. An empty sentence
/// may carry a break or marks.
int sentence_next(sentence_t *sentence, source_t *source, warnings_t *warnings) {
  if (sentence->has_ahead) {
    sentence->has_ahead = false;
    if (!push(sentence, &sentence->ahead, source)) return SENTENCE_FAILED;
  }
  for (;;) {
    uint32_t index = 0;
    int got = read_next(sentence, source, warnings, &index);
    if (source->failed) return SENTENCE_FAILED;
    if (got == GOT_CANCELLED) return SENTENCE_CANCELLED;
    if (got == GOT_MORE) return SENTENCE_MORE;
    if (got == GOT_END) {
      source_flush_skipped(source, warnings);
      return SENTENCE_END;
    }
    if (got == GOT_CONTROL) {
      control_t *control = &source->controls[index];
      switch (control->type) {
      case CONTROL_BREAK: sentence->break_ms = (int)control->ms; return SENTENCE_READY;
      case CONTROL_PARAGRAPH: sentence->paragraph = true; return SENTENCE_READY;
      case CONTROL_SENTENCE:
        if (sentence->count || sentence->mark_count) return SENTENCE_READY;
        continue;
      case CONTROL_NO_BREAK:
        if (sentence->count) sentence->tokens[sentence->count - 1].no_break = true;
        continue;
      default:
        if (!push_mark(sentence, (mark_t){control->name, control->at, sentence->count, 0})) return SENTENCE_FAILED;
        continue;
      }
    }
    token_t token = sentence->next.token;
    if (!token.name) return SENTENCE_FAILED;
    if (token.name[0] == 0) { // nothing but opening punctuation: flite ends the utterance here
      const bool pushed = push_inner_marks(sentence, token.marks, 0);
      token.marks = 0;
      token_free(&token);
      sentence->next = (reading_t){0};
      if (!pushed) return SENTENCE_FAILED;
      if (sentence->count) return SENTENCE_READY;
      continue;
    }
    uint32_t weight = weight_of(&token, source);
    bool cut = sentence->count && (sentence->weight + weight > UTTERANCE_WEIGHT_MAX || sentence->count > UTTERANCE_TOKENS_MAX);
    bool other_voice = sentence->count && source->styles[token.style].voice != source->styles[sentence->tokens[0].style].voice;
    bool ends = cut || other_voice || (sentence->count && ends_before(&sentence->tokens[sentence->count - 1], &sentence->next));
    sentence->next = (reading_t){0};
    if (ends) {
      if (cut) warn(warnings, (warning_place_t){.code = "speech_sentence_cut", .text_start = token.at, .text_end = token.to},
                    "a sentence is longer than the engine holds and was cut before this word");
      sentence->cut = cut;
      sentence->ahead = token;
      sentence->has_ahead = true;
      return SENTENCE_READY;
    }
    if (!push(sentence, &token, source)) return SENTENCE_FAILED;
  }
}
