// What say-as, phoneme and currency signs are spoken as: lists of words, or of segments, that flite's own text analysis then leaves alone.
// Numbers become words by flite's expansions (lang/usenglish/us_expand.c).
#include "speech.h"
#include "us_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/// Appends words given as one string, separated by spaces.
static cst_val *words(cst_val *list, const char *text) {
  char word[64];
  while (*text) {
    size_t length = strcspn(text, " ");
    if (length > 0 && length < sizeof word) {
      memcpy(word, text, length);
      word[length] = 0;
      list = val_append(list, cons_val(string_val(word), 0));
    }
    text += length + (text[length] == ' ');
  }
  return list;
}

static cst_val *joined(cst_val *a, cst_val *b) { return a ? b ? val_append(a, b) : a : b; }

/// The digits of a text alone, at most room - 1.
static void digits_of(const char *text, char *to, size_t room) {
  size_t length = 0;
  for (; *text && length + 1 < room; text++)
    if (isdigit((unsigned char)*text)) to[length++] = *text;
  to[length] = 0;
}

static cst_val *whole_number(const char *digits) {
  while (digits[0] == '0' && digits[1]) digits++;
  // flite names numbers up to billions; longer ones are read as digits
  return strlen(digits) > 12 ? en_exp_digits(digits) : en_exp_number(digits);
}

static const struct { char c; const char *name; } SIGNS[] = {
    {'.', "dot"}, {',', "comma"}, {'-', "dash"}, {'/', "slash"}, {'@', "at"}, {'_', "underscore"}, {'+', "plus"}, {'=', "equals"}, {'#', "hash"},
    {'*', "star"}, {'&', "and"}, {'%', "percent"}, {'$', "dollar"}, {':', "colon"}, {';', "semicolon"}, {'!', "exclamation mark"}, {'?', "question mark"},
    {'(', "left parenthesis"}, {')', "right parenthesis"}, {'[', "left bracket"}, {']', "right bracket"}, {'{', "left brace"}, {'}', "right brace"},
    {'<', "less than"}, {'>', "greater than"}, {'\'', "apostrophe"}, {'"', "quote"}, {'\\', "backslash"}, {'|', "bar"}, {'~', "tilde"}, {'^', "caret"},
    {'`', "grave"}, {1, "euro"}, {2, "pound"}, {3, "yen"}};

static cst_val *characters(const char *text) {
  cst_val *list = 0;
  for (; *text; text++) {
    char one[2] = {*text, 0};
    if (isalpha((unsigned char)*text)) list = joined(list, en_exp_letters(one));
    else if (isdigit((unsigned char)*text)) list = joined(list, en_exp_digits(one));
    else
      for (unsigned i = 0; i < sizeof SIGNS / sizeof *SIGNS; i++)
        if (SIGNS[i].c == *text) list = words(list, SIGNS[i].name);
  }
  return list;
}

/// Whether a text has letters other than these: what an expansion would not speak must not be lost.
static bool other_letters(const char *text, const char *known) {
  for (; *text; text++)
    if (isalpha((unsigned char)*text) && !strchr(known, *text)) return true;
  return false;
}

static cst_val *only_digits(const char *text) {
  if (other_letters(text, "")) return 0;
  cst_val *list = 0;
  char one[2] = {0, 0};
  for (; *text; text++) {
    one[0] = *text;
    if (isdigit((unsigned char)*text)) list = joined(list, en_exp_digits(one));
    else if (*text == '.') list = words(list, "point");
  }
  return list;
}

static cst_val *cardinal(const char *text) {
  if (other_letters(text, "")) return 0;
  char whole[40], fraction[40];
  bool minus = strchr(text, '-') && strchr(text, '-') < text + strcspn(text, "0123456789");
  const char *point = strchr(text, '.');
  digits_of(text, whole, sizeof whole);
  fraction[0] = 0;
  if (point) {
    char before[64];
    size_t length = (size_t)(point - text) < sizeof before ? (size_t)(point - text) : sizeof before - 1;
    memcpy(before, text, length);
    before[length] = 0;
    digits_of(before, whole, sizeof whole);
    digits_of(point, fraction, sizeof fraction);
  }
  if (!whole[0] && !fraction[0]) return 0;
  cst_val *list = minus ? words(0, "minus") : 0;
  list = joined(list, whole[0] ? whole_number(whole) : words(0, "zero"));
  if (fraction[0]) list = joined(words(list, "point"), en_exp_digits(fraction));
  return list;
}

static cst_val *ordinal(const char *text) {
  char digits[40];
  const char *suffix = text + strcspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
  if (*suffix && strncasecmp(suffix, "st", 2) && strncasecmp(suffix, "nd", 2) && strncasecmp(suffix, "rd", 2) && strncasecmp(suffix, "th", 2)) return 0;
  if (*suffix && other_letters(suffix + 2, "")) return 0;
  digits_of(text, digits, sizeof digits);
  return digits[0] && strlen(digits) <= 12 ? en_exp_ordinal(digits) : 0;
}

static cst_val *year(const char *digits) {
  if (strlen(digits) == 4 && digits[0] == '2' && digits[1] == '0' && digits[2] == '0') return en_exp_number(digits);
  return strlen(digits) == 4 ? en_exp_id(digits) : whole_number(digits);
}

static const char *const MONTHS[] = {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"};

static cst_val *date(const char *format, const char *text) {
  char parts[3][8];
  int count = 0, named = -1; // the part that is a month's name
  for (const char *p = text; *p && count < 3;) {
    size_t length = strspn(p, "0123456789");
    if (length) {
      if (length > 4) return 0;
      memcpy(parts[count], p, length);
      parts[count++][length] = 0;
      p += length;
    } else if (isalpha((unsigned char)*p)) {
      size_t letters = 0;
      while (isalpha((unsigned char)p[letters])) letters++;
      int month = 0;
      for (int m = 0; m < 12; m++)
        if (letters >= 3 && !strncasecmp(p, MONTHS[m], letters)) month = m + 1;
      if (!month || named >= 0) return 0;
      named = count;
      parts[count][0] = (char)('0' + month / 10);
      parts[count][1] = (char)('0' + month % 10);
      parts[count++][2] = 0;
      p += letters;
    } else p++;
  }
  if (!count) return 0;
  if ((!format || !*format) && named == 1) format = count == 3 ? strlen(parts[0]) > 2 ? "ymd" : "dmy" : strlen(parts[0]) > 2 ? "ym" : "dm";
  else if (!format || !*format) format = count == 3 ? strlen(parts[0]) > 2 ? "ymd" : "mdy" : count == 2 ? strlen(parts[0]) > 2 ? "ym" : strlen(parts[1]) > 2 ? "my" : "md" : strlen(parts[0]) > 2 ? "y" : "d";
  if ((int)strlen(format) != count) return 0;
  cst_val *month = 0, *day = 0, *years = 0;
  for (int i = 0; i < count; i++) {
    int value = atoi(parts[i]);
    if (format[i] == 'm' && value >= 1 && value <= 12 && !month) month = words(0, MONTHS[value - 1]);
    else if (format[i] == 'd' && value >= 1 && value <= 31 && !day) day = en_exp_ordinal(parts[i]);
    else if (format[i] == 'y' && !years) years = year(parts[i]);
    else {
      delete_val(month);
      delete_val(day);
      delete_val(years);
      return 0;
    }
  }
  return joined(joined(month, day), years);
}

static cst_val *clock_time(const char *text) {
  int hour = 0, minute = 0, second = -1, fields = 0;
  const char *p = text;
  while (*p == ' ') p++;
  if (!isdigit((unsigned char)*p)) return 0;
  int values[3] = {0, 0, 0};
  while (fields < 3 && isdigit((unsigned char)*p)) {
    size_t length = strspn(p, "0123456789");
    if (length > 2) return 0;
    values[fields++] = atoi(p);
    p += length;
    if ((*p == ':' || *p == '.' || *p == 'h') && isdigit((unsigned char)p[1])) p++;
    else break;
  }
  hour = values[0], minute = values[1], second = fields > 2 ? values[2] : -1;
  while (*p == ' ') p++;
  char half = (char)tolower((unsigned char)*p);
  if (hour > 24 || minute > 59 || second > 59 || (*p && half != 'a' && half != 'p' && half != 'h')) return 0;
  char digits[4] = {(char)('0' + hour / 10), (char)('0' + hour % 10), 0};
  cst_val *list = whole_number(digits);
  if (minute > 0 || second >= 0) {
    char m[4] = {(char)('0' + minute / 10), (char)('0' + minute % 10), 0};
    if (minute == 0) list = words(list, "oh oh");
    else {
      if (minute < 10) list = words(list, "oh");
      list = joined(list, whole_number(m));
    }
  } else if (half != 'a' && half != 'p') list = words(list, hour > 12 || hour == 0 ? "hundred hours" : "o'clock");
  if (second >= 0) {
    char s[4] = {(char)('0' + second / 10), (char)('0' + second % 10), 0};
    list = joined(words(list, "and"), whole_number(s));
    list = words(list, second == 1 ? "second" : "seconds");
  }
  if (half == 'a') list = words(list, "_a m");
  if (half == 'p') list = words(list, "p m");
  return list;
}

static cst_val *telephone(const char *text) {
  cst_val *list = 0;
  for (; *text; text++) {
    char one[2] = {*text, 0};
    if (!strncasecmp(text, "ext", 3) && !isalpha((unsigned char)text[3])) {
      list = words(list, "extension");
      text += 2;
      continue;
    }
    if (isdigit((unsigned char)*text)) list = joined(list, en_exp_digits(one));
    else if (*text == '+') list = words(list, "plus");
    else if (*text == '#') list = words(list, "pound");
    else if (*text == '*') list = words(list, "star");
    else if (tolower((unsigned char)*text) == 'x' && !isalpha((unsigned char)text[1])) list = words(list, "extension");
    else if (isalpha((unsigned char)*text)) list = joined(list, en_exp_letters(one));
  }
  return list;
}

static const struct { const char *sign, *one, *many, *cent, *cents; } MONEY[] = {
    {"$", "dollar", "dollars", "cent", "cents"}, {"USD", "dollar", "dollars", "cent", "cents"}, {"\x01", "euro", "euros", "cent", "cents"},
    {"EUR", "euro", "euros", "cent", "cents"}, {"\x02", "pound", "pounds", "penny", "pence"}, {"GBP", "pound", "pounds", "penny", "pence"},
    {"\x03", "yen", "yen", "sen", "sen"}, {"JPY", "yen", "yen", "sen", "sen"}, {"CHF", "franc", "francs", "centime", "centimes"},
    {"CAD", "canadian dollar", "canadian dollars", "cent", "cents"}, {"AUD", "australian dollar", "australian dollars", "cent", "cents"}};

/// What may stand behind an amount.
static const struct { const char *suffix, *name; } SCALES[] = {{"k", "thousand"}, {"thousand", "thousand"}, {"m", "million"}, {"mn", "million"}, {"million", "million"},
    {"b", "billion"}, {"bn", "billion"}, {"billion", "billion"}, {"tn", "trillion"}, {"trillion", "trillion"}};

/// "$12.50", "3 EUR", "-£1,000", "€5bn": NULL where there is anything that would not be spoken.
cst_val *say_currency(const char *text) {
  for (unsigned i = 0; i < sizeof MONEY / sizeof *MONEY; i++) {
    const char *sign = strstr(text, MONEY[i].sign);
    if (!sign) continue;
    const size_t sign_bytes = strlen(MONEY[i].sign);
    char whole[40] = "", fraction[8] = "", suffix[12] = "";
    size_t wholes = 0, fractions = 0, letters = 0;
    bool point = false, minus = false;
    for (const char *p = text; *p; p++) {
      if (p == sign) p += sign_bytes - 1;
      else if (isdigit((unsigned char)*p) && !letters) {
        if (point ? fractions + 1 == sizeof fraction : wholes + 1 == sizeof whole) return 0;
        if (point) fraction[fractions++] = *p;
        else whole[wholes++] = *p;
      } else if (*p == '.' && !point && isdigit((unsigned char)p[1])) point = true;
      else if (*p == '-' && !wholes && !minus) minus = true;
      else if (isalpha((unsigned char)*p) && wholes && letters + 1 < sizeof suffix) suffix[letters++] = (char)tolower((unsigned char)*p);
      else if (!strchr(" ,", *p)) return 0;
    }
    const char *scale = 0;
    for (unsigned s = 0; s < sizeof SCALES / sizeof *SCALES; s++)
      if (!strcmp(SCALES[s].suffix, suffix)) scale = SCALES[s].name;
    if (letters && !scale) return 0;
    if (!wholes && !fractions) return words(0, MONEY[i].many);
    cst_val *list = minus ? words(0, "minus") : 0;
    const char *amount = whole;
    while (amount[0] == '0' && amount[1]) amount++;
    if (fractions > 2 || scale) { // no cents: read as a decimal number
      list = joined(list, wholes ? whole_number(amount) : words(0, "zero"));
      if (fractions) list = joined(words(list, "point"), en_exp_digits(fraction));
      if (scale) list = words(list, scale);
      return words(list, MONEY[i].many);
    }
    if (fractions == 1) fraction[1] = '0';
    int cents = atoi(fraction);
    if (wholes && (strcmp(amount, "0") || !cents)) {
      list = joined(list, whole_number(amount));
      list = words(list, !strcmp(amount, "1") ? MONEY[i].one : MONEY[i].many);
    }
    if (cents) {
      char digits[4] = {(char)('0' + cents / 10), (char)('0' + cents % 10), 0};
      list = joined(list, whole_number(digits));
      list = words(list, cents == 1 ? MONEY[i].cent : MONEY[i].cents);
    }
    return list;
  }
  return 0;
}

/// A token of plain text with a sign of a currency (CHAR_EURO …) that is no amount, such as "€/kg": its numbers, its letters, the currency's name.
cst_val *say_around_currency(const char *text) {
  static const char *const names[] = {"", "euros", "pounds", "yen"};
  cst_val *list = 0;
  char run[TOKEN_BYTES_MAX + 1];
  while (*text) {
    size_t length = 0;
    if (isdigit((unsigned char)*text)) {
      while (isdigit((unsigned char)text[length]) && length < 30) run[length] = text[length], length++;
      run[length] = 0;
      list = joined(list, whole_number(run));
    } else if (isalpha((unsigned char)*text)) {
      while (isalpha((unsigned char)text[length])) run[length] = (char)tolower((unsigned char)text[length]), length++;
      run[length] = 0;
      list = val_append(list, cons_val(string_val(run), 0));
    } else {
      if (*text > 0 && *text < 4) list = words(list, names[(int)*text]);
      length = 1;
    }
    text += length;
  }
  return list;
}

/// The words of a say-as element, or NULL where the text is not of that kind.
cst_val *say_as(const char *kind, const char *format, const char *text) {
  if (!strcmp(kind, "characters") || !strcmp(kind, "spell-out") || !strcmp(kind, "verbatim")) return characters(text);
  if (!strcmp(kind, "digits")) return only_digits(text);
  if (!strcmp(kind, "cardinal") || !strcmp(kind, "number")) return cardinal(text);
  if (!strcmp(kind, "ordinal")) return ordinal(text);
  if (!strcmp(kind, "date")) return date(format, text);
  if (!strcmp(kind, "time")) return clock_time(text);
  if (!strcmp(kind, "telephone")) return telephone(text);
  if (!strcmp(kind, "currency")) return say_currency(text);
  return 0;
}

// ---- phonemes --------------------------------------------------------------------------------------------------------------------
static const char *const PHONES[] = {"aa", "ae", "ah", "ao", "aw", "ax", "ay", "b", "ch", "d", "dh", "eh", "er", "ey", "f", "g", "hh", "ih", "iy", "jh", "k",
                                     "l", "m", "n", "ng", "ow", "oy", "p", "r", "s", "sh", "t", "th", "uh", "uw", "v", "w", "y", "z", "zh", 0};

static bool vowel(const char *phone) { return strchr("aeiou", phone[0]) != 0; }

/// IPA (UTF-8) → segments; the longest first.
static const char *const IPA[][2] = {
    {"t͡ʃ", "ch"}, {"d͡ʒ", "jh"}, {"tʃ", "ch"}, {"dʒ", "jh"}, {"aɪ", "ay"}, {"aʊ", "aw"}, {"ɔɪ", "oy"}, {"eɪ", "ey"}, {"oʊ", "ow"}, {"əʊ", "ow"}, {"ɜːɹ", "er"},
    {"ɜːr", "er"}, {"ɜr", "er"}, {"əɹ", "er"}, {"ɜː", "er"}, {"iː", "iy"}, {"uː", "uw"}, {"ɑː", "aa"}, {"ɔː", "ao"}, {"ɝ", "er"}, {"ɚ", "er"}, {"ɜ", "er"}, {"i", "iy"},
    {"ɪ", "ih"}, {"e", "eh"}, {"ɛ", "eh"}, {"æ", "ae"}, {"ɑ", "aa"}, {"a", "aa"}, {"ɒ", "aa"}, {"ʌ", "ah"}, {"ɔ", "ao"}, {"o", "ow"}, {"ʊ", "uh"}, {"u", "uw"}, {"ə", "ax"},
    {"ɐ", "ah"}, {"ɨ", "ih"}, {"b", "b"}, {"d", "d"}, {"f", "f"}, {"ɡ", "g"}, {"g", "g"}, {"h", "hh"}, {"j", "y"}, {"k", "k"}, {"l", "l"}, {"ɫ", "l"}, {"m", "m"}, {"n", "n"},
    {"ŋ", "ng"}, {"p", "p"}, {"r", "r"}, {"ɹ", "r"}, {"ɾ", "t"}, {"s", "s"}, {"ʃ", "sh"}, {"t", "t"}, {"θ", "th"}, {"ð", "dh"}, {"v", "v"}, {"w", "w"}, {"ʍ", "w"},
    {"z", "z"}, {"ʒ", "zh"}, {"x", "k"}, {"ç", "hh"}, {"y", "uw"}, {"ø", "er"}, {"œ", "er"}};

static cst_val *segment(cst_val *list, const char *phone, bool stressed) {
  char name[8];
  strcpy(name, phone);
  if (vowel(phone)) strcat(name, stressed ? "1" : "0");
  return cons_val(string_val(name), list); // turned round at the end
}

static cst_val *from_ipa(const char *text) {
  cst_val *list = 0;
  bool stressed = false, any = false;
  while (*text) {
    if (!strncmp(text, "ˈ", 2) || *text == '\'') {
      stressed = true;
      text += *text == '\'' ? 1 : 2;
      continue;
    }
    static const char *const quiet[] = {"ˌ", "ː", "ˑ", "͡", "̩", "̯", "ʰ", "ʔ", "‿", ".", " ", "-", "/", "[", "]", "ˀ", "̃"};
    size_t skip = 0;
    for (unsigned i = 0; i < sizeof quiet / sizeof *quiet && !skip; i++)
      if (!strncmp(text, quiet[i], strlen(quiet[i]))) skip = strlen(quiet[i]);
    if (skip) {
      text += skip;
      continue;
    }
    unsigned i = 0;
    while (i < sizeof IPA / sizeof *IPA && strncmp(text, IPA[i][0], strlen(IPA[i][0]))) i++;
    if (i == sizeof IPA / sizeof *IPA) {
      delete_val(list);
      return 0;
    }
    list = segment(list, IPA[i][1], stressed);
    if (vowel(IPA[i][1])) stressed = false;
    any = true;
    text += strlen(IPA[i][0]);
  }
  return any ? val_reverse(list) : 0;
}

static cst_val *from_arpabet(const char *text) {
  cst_val *list = 0;
  int count = 0;
  while (*text) {
    size_t length = strcspn(text, " -.,\t\n");
    char name[8];
    if (length >= 5) return delete_val(list), (cst_val *)0;
    if (length) {
      for (size_t i = 0; i < length; i++) name[i] = (char)tolower((unsigned char)text[i]);
      name[length] = 0;
      int stress = -1;
      if (name[length - 1] >= '0' && name[length - 1] <= '2') stress = name[length - 1] - '0', name[length - 1] = 0;
      if (!strcmp(name, "ah") && stress == 0) strcpy(name, "ax"); // the lexicon's own name for the unstressed one
      int i = 0;
      while (PHONES[i] && strcmp(PHONES[i], name)) i++;
      if (!PHONES[i]) return delete_val(list), (cst_val *)0;
      list = segment(list, name, stress == 1);
      count++;
    }
    text += length + (text[length] != 0);
  }
  return count ? val_reverse(list) : 0;
}

/// The segments that a phoneme element names, or NULL where it names none or one that is unknown.
cst_val *phones_of(const char *alphabet, const char *text) {
  if (strlen(text) > 400) return 0;
  if (!*alphabet || !strcmp(alphabet, "ipa")) return from_ipa(text);
  if (!strcmp(alphabet, "x-arpabet") || !strcmp(alphabet, "arpabet") || !strcmp(alphabet, "cmu-arpabet") || !strcmp(alphabet, "x-cmu")) return from_arpabet(text);
  return 0;
}
