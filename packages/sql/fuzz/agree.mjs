// Holds a scan of a text against PostgreSQL's own parser on the same text: the same statements between the same bytes, and the same verdict on what does not
// end. Knows nothing of how texts are made; `scan` and `parse` are given.

/** The parser's words for what does not end, and the scanner's. */
const UNTERMINATED = [
  [/^unterminated \/\* comment/, "unterminated_comment"],
  [/^unterminated quoted string/, "unterminated_string"],
  [/^unterminated (?:bit|hexadecimal) string literal/, "unterminated_string"],
  [/^unterminated quoted identifier/, "unterminated_identifier"],
  [/^unterminated dollar-quoted string/, "unterminated_dollar_quote"],
];
const LEXICAL = new Set(UNTERMINATED.map(([, code]) => code));

/**
 * libpg-query makes tokens of comments, so that a literal does not go on behind one: 'a' -- b, newline, 'c'. PostgreSQL's own lexer goes on (the fixtures hold
 * that on a server), and so does the scan: texts that have such a gap are not compared.
 */
const COMMENT_IN_GAP = /'\s*--[^\n\r]*[\n\r](?:\s|--[^\n\r]*[\n\r])*'/;

/**
 * @param {string} sql
 * @param {(sql: string, options: { psql: boolean }) => { statements: readonly { start: number, textEnd: number }[], problems: readonly { code: string, severity: string }[] }} scan
 * @param {(sql: string) => { stmts?: { stmt_location?: number, stmt_len?: number }[] }} parse throws for what is not SQL
 * @returns {{ verdict: "equal" | "both refuse" | "not comparable", difference?: undefined } | { verdict: "different", difference: string }}
 */
export function agree(sql, scan, parse) {
  if (COMMENT_IN_GAP.test(sql)) return { verdict: "not comparable" };
  const { statements, problems } = scan(sql, { psql: false });
  const found = problems.find(({ code }) => LEXICAL.has(code))?.code;
  let parsed;
  try {
    parsed = parse(sql);
  } catch (error) {
    const expected = UNTERMINATED.find(([pattern]) => pattern.test(error.message))?.[1];
    if (expected === undefined) return { verdict: "not comparable" };
    return expected === found
      ? { verdict: "both refuse" }
      : { verdict: "different", difference: `the parser: ${error.message}; the scan: ${found ?? "all ends"}` };
  }
  if (found !== undefined) return { verdict: "different", difference: `the parser takes it; the scan: ${found}` };
  const bytes = Buffer.from(sql);
  const expected = (parsed.stmts ?? []).map(({ stmt_location = 0, stmt_len = 0 }) => {
    const end = stmt_len === 0 ? bytes.length : stmt_location + stmt_len;
    return `${firstToken(bytes, stmt_location)}–${end}`;
  });
  const actual = statements.map(({ start, textEnd }) => `${start}–${textEnd}`);
  if (expected.join() === actual.join()) return { verdict: "equal" };
  return { verdict: "different", difference: `the parser: ${expected.join(", ")}; the scan: ${actual.join(", ")}` };
}

/** Offset of the first byte behind white space and comments: the parser counts them to the statement that follows. */
function firstToken(bytes, from) {
  const rest = bytes.subarray(from).toString("latin1");
  let at = 0;
  for (;;) {
    const blank = /^(?:[ \t\n\r\f]+|--[^\n\r]*)/.exec(rest.slice(at));
    if (blank !== null) at += blank[0].length;
    else if (rest.startsWith("/*", at)) {
      let depth = 0;
      do {
        if (rest.startsWith("/*", at)) {
          depth++;
          at += 2;
        } else if (rest.startsWith("*/", at)) {
          depth--;
          at += 2;
        } else at++;
      } while (depth > 0);
    } else return from + at;
  }
}

/** The shortest text found for which `fails` still holds: pieces are cut out, from halves down to single characters. */
export function shrink(sql, fails) {
  let kept = [...sql];
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length; ) {
      const shorter = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (fails(shorter.join(""))) kept = shorter;
      else at += size;
    }
  }
  return kept.join("");
}
