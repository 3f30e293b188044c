// The records of a comparison as text for people: pair by pair, level by level, the worst first; what is not listed is counted.

import type { ComparisonRecord, ComparisonSummary, Difference, Level, Value } from "../compare/index.ts";

const LEVELS: readonly Level[] = ["files", "tables", "glyphs", "shaping", "pixels"];
const KIND_COLUMNS = 10;
/** Characters of a value shown. */
const VALUE_LENGTH = 60;

interface Listed {
  readonly record: Difference;
  readonly order: number;
}

export class ComparisonText {
  readonly #listed: number;
  #font: string | undefined;
  #levels: Map<Level, { count: number; worst: Listed[] }> = new Map();

  constructor(listed: number) {
    this.#listed = listed;
  }

  /** @returns what can be printed now: the pair before, when this record is of another. */
  add(record: ComparisonRecord): string {
    let done = "";
    if (record.font !== this.#font) {
      done = this.#pair();
      this.#font = record.font;
    }
    if (record.kind === "error") return `${done}${plain(record.font)}: ${plain(record.message)} (${record.code})\n`;
    const level = this.#levels.get(record.level) ?? { count: 0, worst: [] };
    this.#levels.set(record.level, level);
    level.worst.push({ record, order: level.count });
    level.count += 1;
    // Twice as many as are listed are kept before they are sorted: sorting each would take longer than comparing.
    if (level.worst.length > 2 * this.#listed + 16) level.worst = worstOf(level.worst, this.#listed);
    return done;
  }

  end(summary: ComparisonSummary): string {
    return this.#pair() + totals(summary);
  }

  #pair(): string {
    if (this.#levels.size === 0) return "";
    const lines = [`${plain(this.#font ?? "")}\n`];
    for (const name of LEVELS) {
      const level = this.#levels.get(name);
      if (level === undefined) continue;
      lines.push(`  ${name}: ${level.count} difference${level.count === 1 ? "" : "s"}\n`);
      const shown = worstOf(level.worst, this.#listed);
      for (const { record } of shown) lines.push(`    ${line(record)}\n`);
      if (level.count > shown.length && this.#listed > 0) lines.push(`    … and ${level.count - shown.length} more\n`);
    }
    this.#levels = new Map();
    return lines.join("");
  }
}

function worstOf(all: readonly Listed[], count: number): Listed[] {
  return [...all].sort((a, b) => b.record.score - a.record.score || a.order - b.order).slice(0, count);
}

function line(record: Difference): string {
  const kind = record.kind.padEnd(KIND_COLUMNS);
  const face = record.face_index === undefined ? "" : ` (face ${record.face_index})`;
  return `${kind} ${plain(record.item)}${face}  ${details(record)}`.trimEnd();
}

function details(record: Difference): string {
  const parts: string[] = [];
  if (record.kind === "picture") {
    const measured = (["pixel_delta", "rmse", "iou", "ssim"] as const).filter((name) => record[name] !== undefined).map((name) => `${name} ${record[name]}`);
    parts.push(`${measured.join(", ")} at ${record.size} px`);
  } else if (record.change === "changed") parts.push(`${shown(record.old)} → ${shown(record.new)}`);
  else parts.push(`${record.change}${record.old === undefined && record.new === undefined ? "" : `: ${shown(record.old ?? record.new)}`}`);
  if (record.delta !== undefined) parts.push(`by ${record.delta}`);
  if (record.kind === "outline" && record.delta === undefined) parts.push("other segments");
  if (record.words !== undefined) parts.push(`${record.words} words`);
  const at = Object.entries(record.at ?? {});
  if (at.length > 0) parts.push(at.map(([tag, value]) => `${tag} ${value}`).join(" "));
  if (record.places !== undefined && record.places > 1) parts.push(`${record.places} places`);
  return parts.join("  ");
}

function shown(value: Value | undefined): string {
  if (value === undefined) return "none";
  let text: string;
  if (typeof value === "object" && !Array.isArray(value)) {
    const entries = Object.entries(value as Readonly<Record<string, unknown>>);
    const named =
      "text" in value ? [`"${value.text}"`, `(platform ${value.platform}, language ${value.language})`] : entries.map(([key, one]) => `${key} ${one}`);
    text = named.join(" ");
  } else text = Array.isArray(value) ? `[${value.join(" ")}]` : String(value);
  const characters = [...plain(text)];
  return characters.length > VALUE_LENGTH ? `${characters.slice(0, VALUE_LENGTH).join("")}…` : characters.join("");
}

function totals(summary: ComparisonSummary): string {
  const { pairs, identical, failures, differences, by_level, glyph_pairs, places, words, words_not_covered, pictures } = summary;
  const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;
  const levels = LEVELS.filter((level) => by_level[level] > 0).map((level) => `${level} ${by_level[level]}`);
  const looked = `${count(glyph_pairs, "pair")} of glyphs at ${count(places, "place")}, ${count(words, "word")} (${words_not_covered} not covered), ${count(pictures, "pair")} of pictures`;
  const same = identical > 0 ? `, ${identical} identical` : "";
  const failed = failures > 0 ? `; ${count(failures, "pair")} could not be compared` : "";
  return `${count(pairs, "pair")} of fonts${same}: ${count(differences, "difference")}${levels.length > 0 ? ` (${levels.join(", ")})` : ""}${failed}\n${looked}\n`;
}

/** Names come from files: control characters must not reach the terminal. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to keep out.
  return text.replace(/[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}
