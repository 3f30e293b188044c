// The tables of docs/performance.md: rows that a benchmark has measured go in, between the marks of their table.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Puts rows into the table between `<!-- MARK:begin -->` and `<!-- MARK:end -->`: those measured now replace their older selves, the others stay.
 * @param {string} mark
 * @param {readonly string[]} table the two lines of the head, then the rows
 */
export function writeTable(mark, table) {
  const path = fileURLToPath(new URL("../docs/performance.md", import.meta.url));
  const text = readFileSync(path, "utf8");
  const [begin, end] = [`<!-- ${mark}:begin -->\n`, `<!-- ${mark}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no ${mark}:begin and ${mark}:end`);
  const nameOf = (line) => line.split("|")[1].trim();
  const rows = new Map(
    text
      .slice(from + begin.length, to)
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .map((line) => [nameOf(line), line]),
  );
  // The two lines of the head first, whatever was there.
  const merged = new Map([...table.slice(0, 2).map((line) => [nameOf(line), line]), ...rows, ...table.map((line) => [nameOf(line), line])]);
  writeFileSync(path, `${text.slice(0, from + begin.length)}${[...merged.values()].join("\n")}\n${text.slice(to)}`);
}
