// What a byte can begin or continue, as PostgreSQL 15's lexer (src/backend/parser/scan.l) has it. Bytes from 128 up are letters to it, in any encoding.

/** Code of each byte the scanner compares with. */
export const BYTE = {
  tab: 9,
  newline: 10,
  formFeed: 12,
  carriageReturn: 13,
  space: 32,
  doubleQuote: 34,
  dollar: 36,
  quote: 39,
  open: 40,
  close: 41,
  star: 42,
  plus: 43,
  comma: 44,
  minus: 45,
  dot: 46,
  slash: 47,
  semicolon: 59,
  backslash: 92,
} as const;

/** Classes of a byte that begins a token; 0 is for operators and punctuation that neither nest nor quote. */
export const SPACE = 1;
export const WORD = 2;
export const DIGIT = 3;
export const QUOTE = 4;
export const IDENTIFIER_QUOTE = 5;
export const DOLLAR = 6;
export const MINUS = 7;
export const SLASH = 8;
export const OPEN = 9;
export const CLOSE = 10;
export const SEMICOLON = 11;
export const BACKSLASH = 12;
export const DOT = 13;
export const NUL = 14;

/** Class of each byte at the beginning of a token. */
export const BEGINS: Uint8Array = new Uint8Array(256);
/** 1 for a byte that continues a word: letters, digits, "_", "$", bytes from 128 up. */
export const CONTINUES: Uint8Array = new Uint8Array(256);
/** 1 for a byte that continues the tag of a dollar quote: as CONTINUES, without "$". */
export const CONTINUES_TAG: Uint8Array = new Uint8Array(256);

for (let code = 0; code < 256; code++) {
  const letter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code >= 128;
  const digit = code >= 48 && code <= 57;
  if (letter) BEGINS[code] = WORD;
  if (digit) BEGINS[code] = DIGIT;
  if (letter || digit) CONTINUES[code] = CONTINUES_TAG[code] = 1;
}
CONTINUES[BYTE.dollar] = 1;
// Not the vertical tab: it is white space from PostgreSQL 16 on.
for (const code of [BYTE.space, BYTE.tab, BYTE.newline, BYTE.carriageReturn, BYTE.formFeed]) BEGINS[code] = SPACE;
BEGINS[BYTE.quote] = QUOTE;
BEGINS[BYTE.doubleQuote] = IDENTIFIER_QUOTE;
BEGINS[BYTE.dollar] = DOLLAR;
BEGINS[BYTE.minus] = MINUS;
BEGINS[BYTE.slash] = SLASH;
BEGINS[BYTE.open] = OPEN;
BEGINS[BYTE.close] = CLOSE;
BEGINS[BYTE.semicolon] = SEMICOLON;
BEGINS[BYTE.backslash] = BACKSLASH;
BEGINS[BYTE.dot] = DOT;
BEGINS[0] = NUL;
