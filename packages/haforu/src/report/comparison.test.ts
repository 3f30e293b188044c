// The report of a comparison: the same bytes for the same fonts, nothing from a font that could run, and in Chromium its pictures, filters and views.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { afterAll, expect, test } from "vitest";
import { compareFonts, type Difference } from "../../dist/index.js";
import { ComparisonReport, type ComparisonReportOptions } from "../../dist/report/index.js";
import { CHROMIUM, CHROMIUM_PRESENT, CHROMIUM_WHY, Page } from "../../test/chromium.ts";
import { NOTO_SANS, ROOT } from "../../test/haforu.ts";

const FONTS = `${ROOT}test/compare/fonts/`;
const MEDIUM = NOTO_SANS.replace("400Regular/NotoSans_400Regular", "500Medium/NotoSans_500Medium");
const folder = mkdtempSync(join(tmpdir(), "haforu-comparison-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function report(old: string, now: string, options: ComparisonReportOptions = {}, words = ["AVA", "to", "स्थिति"]): Promise<string> {
  const comparison = compareFonts(old, now, { words, sizes: [40] });
  const page = new ComparisonReport(options);
  for await (const record of comparison) page.add(record);
  return [...page.pieces(comparison.summary, (records) => comparison.pictures(records))].join("");
}

test("the same fonts give the same bytes, which name no time and no address", async () => {
  const page = await report(`${FONTS}base.ttf`, `${FONTS}kern-pair.ttf`);
  expect(await report(`${FONTS}base.ttf`, `${FONTS}kern-pair.ttf`)).toBe(page);
  expect(page.match(/https?:|src=|url\(/g)).toBeNull();
  expect(page).toContain("default-src 'none'");
});

test("what is shown are the worst differences, of each level some; all are counted", async () => {
  const page = await report(NOTO_SANS, MEDIUM, { maxDifferences: 100 });
  const cards = [...page.matchAll(/<article class="card[^>]*data-level="([a-z]+)"/g)].map(([, level]) => level as string);
  expect(cards).toHaveLength(100);
  for (const level of ["tables", "glyphs", "pixels", "shaping"]) expect(cards).toContain(level);
  expect(page).toMatch(/The worst 100 of 1\d,\d{3} differences are shown/);
  const scores = [...page.matchAll(/<dt>pixel_delta<\/dt><dd>([\d.]+)/g)].map(([, value]) => Number(value));
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  const none = await report(NOTO_SANS, MEDIUM, { maxDifferences: 100, maxPictureBytes: 2000 });
  expect(none).toContain("the budget for pictures is spent");
  expect(none.length).toBeLessThan(page.length);
});

test("nothing from a font can end an element or begin a script", () => {
  const hostile = '</script><script>alert(1)</script>"><img src=x onerror=alert(1)>';
  const page = new ComparisonReport();
  const record: Difference = {
    font: hostile,
    level: "tables",
    kind: "name",
    change: "changed",
    item: hostile,
    script: hostile,
    old: hostile,
    new: { text: hostile },
    score: 1,
  };
  page.add(record);
  page.add({ font: hostile, level: "files", kind: "error", side: "old", code: hostile, message: hostile });
  const summary = compareSummary(hostile);
  const html = [...page.pieces(summary, () => [{ old: hostile, new: "M0 0L1 1Z", oldUpem: 1000, newUpem: 1000 }])].join("");
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html.match(/<\/script/g)).toHaveLength(2);
  expect(html).not.toContain("<img");
});

function compareSummary(name: string): ReturnType<typeof compareFonts>["summary"] {
  const by_level = { files: 0, tables: 1, glyphs: 0, shaping: 0, pixels: 0 };
  const paired_by = { name: 0, code_point: 0, glyph_id: 0, outline: 0 };
  const counts = { glyph_pairs: 0, places: 0, at_left_out: 0, words: 0, words_not_covered: 0, pictures: 0 };
  return { old: name, new: name, pairs: 1, identical: 0, failures: 1, differences: 1, by_level, ...counts, paired_by };
}

/** Pixels by colour, in a part [x, y, width, height] of a PNG. */
async function coloursOf(png: Buffer, [x, y, width, height]: readonly number[]): Promise<Readonly<Record<string, number>>> {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(x as number, y as number, width as number, height as number);
  const seen: Record<string, number> = {};
  for (let i = 0; i < data.length; i += 4) {
    const key = data.subarray(i, i + 3).join(" ");
    seen[key] = (seen[key] ?? 0) + 1;
  }
  return seen;
}

test.skipIf(!CHROMIUM_PRESENT && process.env.CI !== "true")(`2,000 differences in Chromium, from disk${CHROMIUM_WHY}`, { timeout: 120_000 }, async () => {
  if (!CHROMIUM_PRESENT) throw new Error(`CI runs this test too, and there is no ${CHROMIUM}`);
  const file = join(folder, "report.html");
  writeFileSync(file, await report(NOTO_SANS, MEDIUM));
  const address = pathToFileURL(file).href;
  const page = await Page.open(address);
  try {
    const settled = "new Promise((done) => setTimeout(done, 300))";
    const count = (selector: string): Promise<number> => page.evaluate(`document.querySelectorAll(${JSON.stringify(selector)}).length`);
    const visible = '[...document.querySelectorAll(".card")].filter((card) => !card.hidden)';
    await page.evaluate(settled);
    expect(await count(".card")).toBe(2000);
    // Cards far from the screen have no canvas, and lose theirs when they leave.
    const drawn = await count("[data-drawn]");
    expect(drawn).toBeGreaterThan(2);
    expect(drawn).toBeLessThan(40);
    await page.evaluate(`document.querySelectorAll(".card")[1000].scrollIntoView(); ${settled}`);
    expect(await count("[data-drawn]")).toBeGreaterThan(2);
    expect(await count("[data-drawn]")).toBeLessThan(40);
    // What keeps it smooth: pictures that are no layers of their own, and few of them; groups that are not laid out far from the screen.
    expect(await count("canvas")).toBe(0);
    expect(await count("svg")).toBeLessThan(120);
    expect(await page.evaluate('[...new Set([...document.querySelectorAll(".group")].map((group) => getComputedStyle(group).contentVisibility))]')).toEqual([
      "auto",
    ]);
    expect(await page.evaluate('Math.max(...[...document.querySelectorAll(".group")].map((group) => group.children.length))')).toBeLessThanOrEqual(20);
    expect(await page.evaluate('"drawn" in document.querySelectorAll(".figures")[0].dataset')).toBe(false);
    await page.evaluate(`scrollTo(0, 0); ${settled}`);
    // Old and new in their colours, and what both have darker than either.
    const screenshot = await page.screenshot();
    const colours = await coloursOf(
      screenshot,
      await page.evaluate<number[]>(`(() => {
      const { x, y, width, height } = document.querySelector("[data-level=pixels] .overlay").getBoundingClientRect();
      return [x, y, width, height].map(Math.round);
    })()`),
    );
    expect(colours["214 51 108"]).toBeGreaterThan(20);
    expect(colours["25 113 194"]).toBeGreaterThan(20);
    expect(colours["21 23 82"]).toBeGreaterThan(1000);
    expect(screenshot.length).toBeGreaterThan(30_000);
    if (process.env.HAFORU_SCREENSHOT !== undefined) writeFileSync(process.env.HAFORU_SCREENSHOT, screenshot);

    // Filters: by level, by script, by search; what is hidden is counted.
    await page.evaluate('for (const box of document.querySelectorAll("input[name=level]")) if (box.value !== "shaping" && box.checked) box.click()');
    expect(await page.evaluate(`${visible}.map((card) => card.dataset.level + " " + card.querySelector("h2").textContent)`)).toEqual(["shaping स्थिति"]);
    expect(await page.evaluate('document.querySelector("#shown").textContent')).toBe("1 of 2000 shown");
    await page.evaluate('for (const box of document.querySelectorAll("input[name=level]")) if (!box.checked) box.click()');
    await page.evaluate('document.querySelector("#script").value = "Grek"; document.querySelector("#script").dispatchEvent(new Event("change"))');
    const greek = await page.evaluate<string[]>(`[...new Set(${visible}.map((card) => card.dataset.script))]`);
    expect(greek).toEqual(["Grek"]);
    await page.evaluate('document.querySelector("#search").value = "uni1fed.sc"; document.querySelector("#search").dispatchEvent(new Event("input"))');
    expect(await page.evaluate(`[...new Set(${visible}.map((card) => card.querySelector("h2").textContent))]`)).toEqual(["uni1FED.sc"]);

    // Views: one at a time, and blinking.
    await page.evaluate(`document.querySelector("input[value=new]").click(); ${settled}`);
    expect(
      await page.evaluate('[...document.querySelectorAll(".card:not([hidden]) figure")].filter((f) => f.clientWidth > 0).map((f) => f.className)[0]'),
    ).toBe("new");
    await page.evaluate(`document.querySelector("input[value=both]").click(); document.querySelector("#blink").click(); ${settled}`);
    expect(await page.evaluate('getComputedStyle(document.querySelector(".card:not([hidden]) .layer.n")).animationName')).toBe("blink");
    expect(page.requests).toEqual([address]);
    expect(page.errors).toEqual([]);
  } finally {
    await page.close();
  }
});
