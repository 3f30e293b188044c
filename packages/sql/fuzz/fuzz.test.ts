// 3,000 texts of the fuzz (npm run fuzz:sql compares 100,000), and that it would notice.
import { loadModule, parseSync } from "libpg-query";
import { beforeAll, expect, test } from "vitest";
import { scan } from "../src/scan/scan.ts";
import { agree, shrink } from "./agree.mjs";
import { text } from "./generate.mjs";

beforeAll(() => loadModule());

test("scan and PostgreSQL's parser find the same statements in 3,000 texts", () => {
  const verdicts: Record<string, number> = { equal: 0, "both refuse": 0, "not comparable": 0 };
  for (let seed = 1; (verdicts.equal ?? 0) + (verdicts["both refuse"] ?? 0) < 3000; seed++) {
    const sql = text(seed);
    const { verdict, difference } = agree(sql, scan, parseSync);
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    if (verdict === "different") expect.fail(`seed ${seed}: ${difference}\n${JSON.stringify(sql)}`);
  }
  // Most texts are worth their time, and some of them do not end.
  expect(verdicts.equal).toBeGreaterThan(2500);
  expect(verdicts["both refuse"]).toBeGreaterThan(20);
  expect(verdicts["not comparable"]).toBeLessThan(1500);
});

test("a scan that splits at each semicolon is found out, and the text is shrunk", () => {
  const naive = (sql: string) => {
    const statements: { start: number; textEnd: number }[] = [];
    for (const { index } of sql.matchAll(/;|$/g)) statements.push({ start: 0, textEnd: index });
    return { statements, problems: [] };
  };
  const differs = (sql: string) => agree(sql, naive, parseSync).verdict === "different";
  expect(differs("select ';'")).toBe(true);
  expect(shrink("select 1, ';', 2", differs).length).toBeLessThan(12);
});
