// The contact sheet is held against pictures drawn here and against what must never reach a page.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { contactSheet, decodePgm, encodeGreyPng, pgmFromPixels, readEntries, type SheetEntry } from "./index.ts";

const CHROMIUM = process.env.HAFORU_CHROMIUM ?? "/usr/bin/chromium";
const ESC = "<script>alert(1)</script>";

async function sheet(entries: Iterable<SheetEntry> | AsyncIterable<SheetEntry>, options = {}): Promise<string> {
  let html = "";
  for await (const piece of contactSheet(entries, options)) html += piece;
  return html;
}

function drawn(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => (i * 37) % 251);
}

function success(id: string, rendering: object, more: object = {}): SheetEntry {
  return { result: { id, status: "success", rendering: { width: 7, height: 5, actual_bbox: [1, 1, 3, 2], ...rendering }, ...more } };
}

/** An independent, simple reading of an 8-bit grey PNG with any filter but Paeth and average. */
function readPng(file: Uint8Array): { width: number; height: number; pixels: number[] } {
  const bytes = Buffer.from(file);
  let at = 8;
  let [width, height] = [0, 0];
  const parts: Buffer[] = [];
  while (at < bytes.length) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
    if (type === "IDAT") parts.push(data);
    at += 12 + length;
  }
  const rows = inflateSync(Buffer.concat(parts));
  const pixels: number[] = [];
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (width + 1)];
    for (let x = 0; x < width; x++) {
      const value = rows[y * (width + 1) + 1 + x] ?? 0;
      const above = y === 0 ? 0 : (pixels[(y - 1) * width + x] ?? 0);
      const left = x === 0 ? 0 : (pixels[y * width + x - 1] ?? 0);
      pixels.push((value + (filter === 2 ? above : filter === 1 ? left : 0)) & 255);
    }
  }
  return { width, height, pixels };
}

describe("pictures", () => {
  it("reads a PGM with comments and odd white space", () => {
    const file = Buffer.concat([Buffer.from("P5 # a comment\n 3\t2 # another\n255\n"), Buffer.from([1, 2, 3, 4, 5, 6])]);
    expect(decodePgm(file)).toMatchObject({ width: 3, height: 2 });
    expect([...decodePgm(file).pixels]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it.each([
    ["another format", "P6\n1 1\n255\n..."],
    ["sixteen bits", "P5\n1 1\n65535\n.."],
    ["no sizes", "P5\n"],
    ["a short file", "P5\n9 9\n255\nabc"],
    ["a size beyond reason", "P5\n999999999 999999999\n255\n"],
  ])("refuses %s", (_, text) => {
    expect(() => decodePgm(Buffer.from(text))).toThrow(RangeError);
  });

  it("writes a PNG that another reader reads back", () => {
    const pixels = drawn(31, 17);
    const back = readPng(encodeGreyPng({ width: 31, height: 17, pixels }));
    expect(back).toEqual({ width: 31, height: 17, pixels: [...pixels] });
  });

  it("shows the same pixels for pgm and raw", async () => {
    const pixels = drawn(7, 5);
    const pgm = Buffer.from(pgmFromPixels({ width: 7, height: 5, pixels })).toString("base64");
    const html = await sheet([success("a", { format: "pgm", data: pgm }), success("b", { format: "raw", data: Buffer.from(pixels).toString("base64") })]);
    const uris = [...html.matchAll(/data:image\/png;base64,([^"]+)/g)].map((match) => match[1] ?? "");
    expect(uris).toHaveLength(2);
    expect(uris[0]).toBe(uris[1]);
    expect(readPng(Buffer.from(uris[0] ?? "", "base64")).pixels).toEqual([...pixels]);
  });

  it("says why a picture cannot be shown, and goes on", async () => {
    const html = await sheet([
      success("torn", { format: "pgm", data: Buffer.from("P5\n7 5\n255\nab").toString("base64") }),
      success("short", { format: "raw", data: "AAAA" }),
      success("file", { format: "png", path: "out/<x>.png" }),
      success("measured", { format: "metrics" }),
    ]);
    expect(html).toContain("the PGM ends before its last pixel");
    expect(html).toContain("expected 35 bytes, got 3");
    expect(html).toContain("the image lies in out/&lt;x&gt;.png");
    expect(html).toContain("measured without a picture");
    expect(html).toContain("4 results: 4 ok, 0 with warnings, 0 failed.");
  });
});

describe("what comes from outside", () => {
  it("is escaped wherever it is written", async () => {
    const hostile = `"><img src=x onerror=alert(1)>${ESC}'&`;
    const html = await sheet(
      [
        {
          result: {
            id: hostile,
            status: "success",
            rendering: { format: hostile, path: hostile, width: 5, height: 5 },
            metrics: { [hostile]: 1 },
            hash: hostile,
            font: { path: hostile, coordinates: { [hostile]: 1 } },
            text: { script: hostile, direction: hostile, language: hostile },
            warnings: [{ code: hostile, message: hostile, field: hostile }],
            timing: { [hostile]: 1 },
          },
          job: { id: hostile, text: { content: hostile } },
        },
        { result: { id: "e", status: "error", error: { code: hostile, message: hostile, problems: [{ field: hostile, message: hostile }] } } },
      ],
      { title: hostile },
    );
    expect(html).not.toContain("<img");
    expect(html).not.toContain(ESC);
    expect(html.match(/<script/g)).toHaveLength(1);
  });

  it("cannot smuggle anything through numbers that are none", async () => {
    const bad = `1"><img>` as unknown as number;
    const html = await sheet([
      success("n", { format: "png", data: "AAAA", width: 9, actual_bbox: [bad, bad, bad, bad] }, { boxes: [{ ink: [bad, 1, 2, 3] }] }),
    ]);
    expect(html).not.toContain("<img");
  });

  it("shows text in its own direction and language", async () => {
    const html = await sheet([
      {
        result: {
          id: "r",
          status: "success",
          rendering: { format: "metrics", width: 9, height: 9 },
          text: { script: "Arab", direction: "rtl", language: "ar" },
        },
        job: { text: { content: "سلام" } },
      },
    ]);
    expect(html).toContain('<p class="text" dir="rtl" lang="ar"><bdi>سلام</bdi>');
  });
});

describe.skipIf(!existsSync(CHROMIUM))("in Chromium (skipped where there is none)", () => {
  /** The page's elements after its scripts have run. */
  function dom(html: string): string {
    const dir = mkdtempSync(join(tmpdir(), "haforu-sheet-"));
    const file = join(dir, "sheet.html");
    writeFileSync(file, html);
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
    const more = ["--disable-component-update", "--disable-sync", `--user-data-dir=${join(dir, "profile")}`, "--dump-dom", `file://${file}`];
    const done = spawnSync(CHROMIUM, [...flags, ...more], { encoding: "utf8" });
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    return done.stdout;
  }

  it("its own script runs, and no other", async () => {
    const html = await sheet([success("a", { format: "metrics" })], { title: "sheet" });
    expect(html).toContain('<div class="controls" hidden>');
    const after = dom(html.replace("</main>", '</main><script>document.title="taken over"</script>'));
    expect(after).toContain('<div class="controls">');
    expect(after).toContain("<title>sheet</title>");
  });
});

describe("long runs", () => {
  it("shows a limited number of successes and of failures, counts all, and says so", async () => {
    function* many(): Generator<SheetEntry> {
      for (let i = 0; i < 60; i++) {
        yield i % 3 === 0 ? { result: { id: `${i}`, status: "error", error: { code: "font_not_found" } } } : success(`${i}`, { format: "metrics" });
      }
    }
    const html = await sheet(many(), { maxCards: 7 });
    expect(html.match(/<article class="card failed"/g)).toHaveLength(7);
    expect(html.match(/<article class="card ok"/g)).toHaveLength(7);
    expect(html).toContain("60 results: 40 ok, 0 with warnings, 20 failed.");
    expect(html).toContain("14 of 60 are shown");
    expect(html).toContain("font_not_found × 20");
  });

  it("leaves pictures out when their budget is spent", async () => {
    const data = Buffer.from(pgmFromPixels({ width: 7, height: 5, pixels: drawn(7, 5) })).toString("base64");
    const html = await sheet([success("a", { format: "pgm", data }), success("b", { format: "pgm", data })], { maxPictureBytes: 1 });
    expect(html.match(/data:image/g)).toHaveLength(1);
    expect(html).toContain("the budget for pictures is spent");
  });
});

describe("pairing", () => {
  it("joins lines of jobs and results by id and skips blank lines", async () => {
    const sources = {
      jobs: ['{"id":"b","text":{"content":"B"}}'],
      results: ['{"id":"a","status":"success"}', "", '{"id":"b","status":"success","rendering":{"path":"b.png"}}'],
      readPicture: (path: string) => (path === "b.png" ? Uint8Array.of(1) : undefined),
    };
    const entries: SheetEntry[] = [];
    for await (const entry of readEntries(sources)) entries.push(entry);
    expect(entries).toHaveLength(2);
    expect(entries[1]?.job?.text?.content).toBe("B");
    expect(entries[1]?.picture).toEqual(Uint8Array.of(1));
  });

  it.each(["jobs", "results"])("%s from a synchronous iterator whose next() gives promises are refused", async (field) => {
    let given = 0;
    const next = () => {
      given += 1;
      // What runs away ends here.
      if (given > 10_000) throw new Error("asked on and on");
      return Promise.resolve({ done: false, value: "{}" });
    };
    const items = { [Symbol.iterator]: () => ({ next }) } as unknown as string[];
    const entries = readEntries({ jobs: [], results: [], [field]: items });
    await expect(entries.next()).rejects.toMatchObject({
      code: "invalid_argument",
      field,
      message: expect.stringMatching(
        `^${field}: expected an iterable of lines.*got undefined for one; one whose next\\(\\) gives promises is an async iterable`,
      ),
    });
  });
});
