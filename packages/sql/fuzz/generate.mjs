// Seeded texts of PostgreSQL statements for the scanner's fuzz: literals, names, operators and comments of every kind where they hurt most. Most are valid;
// some are then damaged. A number in, a text out, the same everywhere.

/** Uniform numbers from a seed (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** What literals and comments are filled with: everything that opens, closes or ends something elsewhere. */
const CONTENT = [
  ";",
  "--",
  "/*",
  "*/",
  "/",
  "*",
  "$$",
  "$a$",
  "$",
  '"',
  "(",
  ")",
  "\n",
  "\r\n",
  "\r",
  " ",
  "begin",
  "atomic",
  "end",
  "case",
  "x",
  "ä",
  "😀",
  "\\.",
  "%",
  "E",
  "U&",
  "1",
];
const NAMES = [
  "a",
  "b1",
  "t_x",
  "Ab",
  "x$y",
  "a$$",
  "ä",
  "begin",
  "atomic",
  "copy",
  "stdin",
  '"a;b"',
  '"a""b"',
  '"--"',
  '"/*"',
  '"$$"',
  'U&"d\\0061t;"',
  "setval",
  "e",
  "u",
  "n2",
  "replace",
  "procedure",
  "function",
];
const LABELS = ["x", "end", "case", "begin", "atomic", "select", '"end"', "END", "as", "create"];
const OPERATORS = [
  "+",
  "-",
  "*",
  "/",
  "<",
  ">",
  "=",
  "<=",
  "<>",
  "||",
  "@",
  "~",
  "->",
  "->>",
  "#>",
  "?|",
  "@-",
  "/@",
  "*@",
  "!~~*",
  "&&",
  "|/",
  "%",
  "^",
  "<->",
  "@@@",
];
const TAGS = ["$$", "$a$", "$A$", "$body$", "$_1$", "$ä$"];

/** One seeded text of one to five statements. */
export function text(seed) {
  const next = random(seed);
  const below = (count) => Math.floor(next() * count);
  const pick = (list) => list[below(list.length)];
  const chance = (share) => next() < share;
  const many = (count, make) => Array.from({ length: count }, make);

  const content = (forbidden) =>
    many(below(6), () => pick(CONTENT))
      .join("")
      .replaceAll(forbidden, "");
  const comment = (depth = 0) => `/*${content(/\/|\*/g)}${depth < 3 && chance(0.3) ? comment(depth + 1) : ""}${content(/\/|\*/g)}*/`;
  const blank = () => {
    const which = next();
    if (which < 0.6) return " ";
    if (which < 0.7) return pick(["\n", "\t", "\f", "\r\n", "  ", "\r"]);
    if (which < 0.8) return `--${content(/[\n\r]/g)}${pick(["\n", "\r\n", "\r"])}`;
    if (which < 0.9) return comment();
    return which < 0.99 ? ` ${comment()} --${content(/[\n\r]/g)}\n ` : "";
  };
  // No comments: agree.mjs says why.
  const gap = () => pick(["\n", "\r\n", "\r", " \n\t", "\f\n \n"]);

  const dollar = () => {
    const tag = pick(TAGS);
    return `${tag}${content(tag)}${tag}`;
  };
  const escaped = () =>
    many(below(5), () => (chance(0.5) ? pick(["\\'", "\\\\", "\\n", "\\x41", "\\101", "''", "\\;", "\\$"]) : pick(CONTENT).replaceAll("\\", ""))).join("");
  const plain = () => content("'").replaceAll("\\", "\\");
  const string = () => {
    switch (below(6)) {
      case 0:
        return `'${plain()}${chance(0.3) ? "''" : ""}${plain()}${chance(0.3) ? "\\" : ""}'`;
      case 1:
        return `${pick(["E", "e"])}'${escaped()}'${chance(0.3) ? `${gap()}'${escaped()}'` : ""}`;
      case 2:
        return `${pick(["U&", "u&"])}'${plain().replaceAll("\\", "")}\\0061'`;
      case 3:
        return `'${plain()}'${gap()}'${plain()}'`;
      default:
        return dollar();
    }
  };
  const literal = () => {
    switch (below(7)) {
      case 0:
        return pick(["1", "0", "1.5", "2e5", ".5", "1.", "$1", "null", "true"]);
      case 1:
        return `${pick(["B", "b", "X", "x"])}'${pick(["", "0", "1", "01", ";", "--", "/*"])}'`;
      case 2:
        return `${pick(["N", "n"])}'${plain()}'`;
      default:
        return string();
    }
  };
  const name = () => pick(NAMES);
  const words = (template) => template.split(" ").map((word) => (chance(0.2) ? word.toUpperCase() : word));
  const expression = (depth = 0) => {
    const deeper = () => expression(depth + 1);
    if (depth > 2 || chance(0.45)) return [literal()];
    switch (below(10)) {
      case 0:
        return ["(", ...deeper(), ")"];
      case 1:
        return [...words("case when"), ...deeper(), "then", ...deeper(), "else", ...deeper(), pick(["end", "END", "End"])];
      case 2:
        return [name(), ".", pick(LABELS)];
      case 3:
        return [...deeper(), pick(OPERATORS), ...deeper()];
      case 4:
        return ["cast", "(", ...deeper(), "as", "int", ")"];
      case 5:
        return ["f", "(", ...deeper(), ",", ...deeper(), ")"];
      case 6:
        return ["(", ...select(depth + 1), ")"];
      case 7:
        return ["(", ...deeper(), ")", "::", "text"];
      case 8:
        return ["array", "[", ...deeper(), "]"];
      default:
        return [pick(["-", "+", "@", "~"]), ...deeper()];
    }
  };
  const select = (depth = 0) => [
    "select",
    ...expression(depth),
    ...(chance(0.4) ? ["as", pick(LABELS)] : []),
    ...(chance(0.3) ? [",", ...expression(depth)] : []),
    ...(chance(0.4) ? ["from", name()] : []),
  ];
  const change = () => {
    switch (below(4)) {
      case 0:
        return [...words("insert into"), name(), "values", "(", ...expression(1), ")"];
      case 1:
        return [...words("delete from"), name(), "where", ...expression(1)];
      case 2:
        return ["update", name(), "set", name(), "=", ...expression(1)];
      default:
        return select(1);
    }
  };
  const block = () => many(below(4), () => [...change(), ";"]).flat();
  const routine = (kind) => ["create", ...(chance(0.4) ? ["or", "replace"] : []), kind, routineName(), "("];
  // Function names are of another class of words than table names.
  const routineName = () => pick(NAMES.filter((word) => word !== "setval"));
  const constant = () => pick([dollar, () => `'${plain()}'`, () => `E'${escaped()}'`])();
  const KINDS = [
    select,
    select,
    change,
    () => [...words("create table"), name(), "(", name(), "int", "default", ...expression(1), ",", "check", "(", ...expression(1), ")", ")"],
    () => [...words("create rule"), name(), ...words("as on insert to"), name(), ...words("do also"), "(", ...change(), ";", ...change(), ")"],
    () => [...words("create view"), name(), "as", ...select()],
    () => [
      ...routine(pick(["function", "FUNCTION"])),
      pick(["a", "begin"]),
      "int",
      ")",
      ...words("returns int begin atomic"),
      ...block(),
      pick(["end", "END"]),
    ],
    () => [...routine(pick(["procedure", "Procedure"])), ")", ...words("language sql begin atomic"), ...block(), "end"],
    () => [...routine("function"), ")", ...words("returns int"), "as", constant(), ...words("language sql")],
    () => [...words("create function"), pick(["begin", "atomic", "f"]), "(", ")", ...words("returns int return"), ...expression(1)],
    () => ["do", constant()],
    () => [...words("comment on table"), name(), "is", constant()],
    () => [pick(["begin", "commit", "end", "rollback", "start transaction"])],
    () => ["copy", name(), "from", "stdin"],
    () => ["with", name(), "as", "(", ...change(), ")", ...select()],
    () => [...words("create policy"), name(), "on", name(), "using", "(", ...expression(1), ")"],
    () => [...words("create trigger"), name(), ...words("before insert on"), name(), ...words("for each row execute function"), name(), "(", constant(), ")"],
    () => [...words("create index on"), name(), "(", "(", ...expression(1), ")", ")"],
    () => [...words("create schema"), name(), ...words("create table"), name(), "(", ")"],
    () => [...words("alter table"), name(), ...words("add check"), "(", ...expression(1), ")"],
    () => [],
  ];

  let made = chance(0.1) ? blank() : "";
  let last = "";
  const count = 1 + below(5);
  for (let index = 0; index < count; index++) {
    for (const token of pick(KINDS)()) {
      // Two tokens may touch where one of them is punctuation.
      if (last === " " && chance(0.3) && (/^[(),;[\]]/.test(token) || /[(),;[\]] $/.test(made))) made = made.slice(0, -1);
      last = blank();
      made += token + last;
    }
    if (index < count - 1 || chance(0.8)) made += `;${chance(0.3) ? blank() : ""}`;
  }
  return chance(0.2) ? damaged(made, next) : made;
}

/** A text with one to three pieces cut out, doubled, or put in. */
function damaged(whole, next) {
  let made = [...whole];
  for (let times = 1 + Math.floor(next() * 3); times > 0; times--) {
    const at = Math.floor(next() * (made.length + 1));
    const length = Math.floor(next() * 4);
    const piece = CONTENT[Math.floor(next() * CONTENT.length)];
    const kind = next();
    if (kind < 0.4) made.splice(at, length);
    else if (kind < 0.7) made.splice(at, 0, ...piece, ...(next() < 0.2 ? ["'"] : []));
    else made = [...made.slice(0, at + length), ...made.slice(at)];
  }
  return made.join("").replaceAll("\0", "");
}
