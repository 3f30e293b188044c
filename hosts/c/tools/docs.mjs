// Writes the reference of docs/c.md from haforu.h: what stands above each function, section by section. --check writes nothing and fails when it is stale.
// usage: node hosts/c/tools/docs.mjs [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const host = join(dirname(fileURLToPath(import.meta.url)), "..");
const page = join(host, "..", "..", "docs/c.md");
const [begin, end] = ["<!-- reference:begin -->\n", "<!-- reference:end -->"];

const header = readFileSync(join(host, "include/haforu.h"), "utf8");
const plain = (comment) =>
  comment
    .replace(/^\/\*\*?\s?|\s*\*\/$/g, "")
    .replace(/\n\s*\*?\s?/g, " ")
    .replace(/\|/g, "\\|")
    .trim();

const lines = [];
// A section's head, a documented struct or enum, or a function with what stands right above it; functions that follow without a comment share the one before.
const pattern =
  /\/\* --- (?<section>[^-]+?) -+ \*\/|(?<comment>\/\*\*(?:(?!\*\/)[\s\S])*\*\/)?\s*(?:HAFORU_API (?<signature>[^;]+);|typedef struct (?<struct>haforu_\w+) \{(?<body>[\s\S]*?)\n\} \w+;)/g;
const start = header.indexOf("haforu_version") - 200;
for (const { groups } of header.slice(header.lastIndexOf("/**", start + 200)).matchAll(pattern)) {
  const { section, comment, signature, struct, body } = groups;
  if (section !== undefined) lines.push("", `### ${section.trim()[0].toUpperCase()}${section.trim().slice(1)}`, "");
  else if (signature !== undefined) lines.push(`- \`${signature.replace(/\s+/g, " ")}\`${comment ? `  \n  ${plain(comment)}` : ""}`);
  else if (struct !== undefined) {
    lines.push(`- **\`${struct}\`**${comment ? `: ${plain(comment)}` : ""}`);
    for (const [, about, field] of body.matchAll(/(\/\*\*[\s\S]*?\*\/)?\s*([^;/]+);/g))
      lines.push(`  - \`${field.trim().replace(/\s+/g, " ")}\`${about ? `: ${plain(about)}` : ""}`);
  }
}

const text = readFileSync(page, "utf8");
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from < 0 || to < from) throw new Error(`${page} has no reference:begin and reference:end`);
const made = `${text.slice(0, from + begin.length)}${lines.join("\n").trim()}\n${text.slice(to)}`;
if (!process.argv.includes("--check")) writeFileSync(page, made);
else if (made !== text) {
  process.stderr.write("stale: docs/c.md; run node hosts/c/tools/docs.mjs\n");
  process.exitCode = 1;
}
