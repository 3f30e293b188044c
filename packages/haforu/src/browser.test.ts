// The browser entry: reaches no Node module, works in a context without Node, and in Chromium where there is one;
// each time with the very pixels and the very line that the Node session gives.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { WASM_URL } from "@haforu/engine";
import { expect, test } from "vitest";
import { createSession, createShaping } from "../dist/index.js";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
const ENGINE_DIST = dirname(fileURLToPath(import.meta.resolve("@haforu/engine")));
const WASM = fileURLToPath(WASM_URL);
const FONT = fileURLToPath(import.meta.resolve("@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf"));
const CHROMIUM = process.env.HAFORU_CHROMIUM ?? "/usr/bin/chromium";

/** A text in two scripts and its stream, whose flushes come while it is read. */
const TEXT = "The office of affluent fjords, 1⁄2 of it. Съешь же ещё этих булок. ".repeat(60);
const STREAM = { font: "font", highWatermark: 64, lowWatermark: 32, order: "logical", itemise: true } as const;

interface Streamed {
  readonly ids: readonly number[];
  readonly clusters: readonly number[];
  readonly advances: readonly number[];
  readonly scripts: readonly string[];
  readonly read: number;
}

/** What a Node stream gives of that text. */
async function expectedStream(): Promise<Streamed> {
  using shaping = createShaping();
  shaping.addFont("font", readFileSync(FONT));
  const out = { ids: [] as number[], clusters: [] as number[], advances: [] as number[], scripts: [] as string[], read: 0 };
  for await (const flush of shaping.shapeStream(TEXT, STREAM)) {
    out.ids.push(...flush.ids);
    out.clusters.push(...flush.clusters);
    out.advances.push(...flush.xAdvances);
    out.scripts.push(flush.script);
    out.read = flush.end;
  }
  return out;
}

interface Answer {
  readonly pixels: readonly number[];
  readonly line: string;
}

/** What a Node session says to what the browsers are asked. */
function expected(): Answer {
  using session = createSession({ timing: false });
  session.addFont("font", readFileSync(FONT));
  const pixels = Array.from(session.renderToBytes({ font: "font", text: "Ag", size: 40, width: 80, height: 60 }));
  const job = `{"id":"a","font":{"path":"font","size":40},"text":{"content":"Ag"},"rendering":{"format":"metrics","width":80,"height":60}}`;
  return { pixels, line: session.renderLine(job) };
}

/** Every specifier that a built module imports, followed through the graph. */
function specifiersFrom(entry: string): Map<string, string> {
  const found = new Map<string, string>();
  const files = [entry];
  for (const file of files) {
    const source = readFileSync(file, "utf8");
    for (const match of source.matchAll(/(?:(?<!["'])\bfrom\s*|\bimport\s*\(?\s*)["']([^"']+)["']/g)) {
      const specifier = match[1] as string;
      found.set(specifier, file);
      const next = specifier.startsWith(".") ? join(dirname(file), specifier) : specifier === "@haforu/engine" ? join(ENGINE_DIST, "index.js") : undefined;
      if (next !== undefined && !files.includes(next)) files.push(next);
    }
  }
  return found;
}

test("no module that is reached from it is of Node or another package", () => {
  const specifiers = specifiersFrom(join(DIST, "browser.js"));
  expect(specifiers.has("@haforu/engine")).toBe(true);
  const foreign = [...specifiers].filter(([name]) => !name.startsWith(".") && name !== "@haforu/engine");
  expect(foreign).toEqual([]);
});

test("the Node entry does import Node: the search above finds it", () => {
  expect([...specifiersFrom(join(DIST, "index.js")).keys()]).toContain("node:fs");
});

test("runs in a context without anything of Node", () => {
  const script = fileURLToPath(new URL("./browser.test-context.mjs", import.meta.url));
  const flags = ["--experimental-vm-modules", "--no-warnings"];
  const answer = JSON.parse(execFileSync(process.execPath, [...flags, script, WASM, FONT], { encoding: "utf8" }));
  expect(answer).toEqual({ ...expected(), globals: [] });
});

const PAGE = `<!doctype html><script type="importmap">{"imports": {"@haforu/engine": "/engine/index.js"}}</script>
<script type="module">
try {
  const { createSession, createShaping } = await import("/haforu/browser.js");
  const session = await createSession({ wasm: await fetch("/engine/haforu.wasm"), timing: false });
  session.addFont("font", new Uint8Array(await (await fetch("/font")).arrayBuffer()));
  const pixels = Array.from(session.renderToBytes({ font: "font", text: "Ag", size: 40, width: 80, height: 60 }));
  const job = { id: "a", font: { path: "font", size: 40 }, text: { content: "Ag" },
    rendering: { format: "metrics", width: 80, height: 60 } };
  const shaping = await createShaping({ wasm: await fetch("/engine/haforu.wasm") });
  shaping.addFont("font", new Uint8Array(await (await fetch("/font")).arrayBuffer()));
  const of = async (next) => {
    const out = { ids: [], clusters: [], advances: [], scripts: [], read: 0 };
    for (;;) {
      const { done, value } = await next();
      if (done) return out;
      out.ids.push(...value.ids);
      out.clusters.push(...value.clusters);
      out.advances.push(...value.xAdvances);
      out.scripts.push(value.script);
      out.read = value.end;
    }
  };
  // from the network, as bytes: a response's body through the pair of streams, and iterated
  const reader = (await fetch("/text")).body.pipeThrough(shaping.shapeTransform(${JSON.stringify(STREAM)})).getReader();
  const piped = await of(() => reader.read());
  const iterator = shaping.shapeStream((await fetch("/text")).body, ${JSON.stringify(STREAM)});
  const iterated = await of(() => iterator.next());
  const open = shaping.openFonts;
  shaping.dispose();
  await fetch("/answer", { method: "POST", body: JSON.stringify({ pixels, line: session.renderLine(JSON.stringify(job)), piped, iterated, open }) });
} catch (error) {
  await fetch("/answer", { method: "POST", body: JSON.stringify({ error: String(error?.stack ?? error) }) });
}
</script>`;

/** Serves the page and the built files; resolves `answer` with what the page posts. */
function serve(): { server: Server; answer: Promise<string> } {
  let done: (body: string) => void;
  const answer = new Promise<string>((resolve) => {
    done = resolve;
  });
  const server = createServer((request, response) => {
    const url = request.url ?? "/";
    if (request.method === "POST") {
      let body = "";
      request.on("data", (piece) => {
        body += piece;
      });
      request.on("end", () => {
        response.end();
        done(body);
      });
      return;
    }
    if (url === "/text") {
      response.writeHead(200, { "content-type": "application/octet-stream" }).end(TEXT);
      return;
    }
    const file = url.startsWith("/haforu/") ? join(DIST, url.slice(8)) : url.startsWith("/engine/") ? join(ENGINE_DIST, url.slice(8)) : FONT;
    if (url !== "/" && !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const type = url === "/" ? "text/html" : extname(url) === ".js" ? "text/javascript" : "application/octet-stream";
    response.writeHead(200, { "content-type": type }).end(url === "/" ? PAGE : readFileSync(file));
  });
  return { server, answer };
}

async function inChromium(): Promise<string> {
  const { server, answer } = serve();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const profile = mkdtempSync(join(tmpdir(), "haforu-chromium-"));
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
  flags.push("--disable-background-networking", "--disable-component-update", "--disable-sync");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = spawn(CHROMIUM, [...flags, `--user-data-dir=${profile}`, address], { stdio: "ignore" });
  const ended = new Promise<never>((_, reject) => {
    browser.once("exit", (code) => reject(new Error(`${CHROMIUM} ended with ${code} before the page answered`)));
    browser.once("error", reject);
  });
  try {
    return await Promise.race([answer, ended]);
  } finally {
    browser.removeAllListeners("exit");
    const gone = new Promise((resolve) => browser.once("exit", resolve));
    if (browser.kill()) await gone;
    server.closeAllConnections();
    server.close();
    // Chromium's own children may write for a moment after it has ended; rmSync's retries do not look again what a folder holds.
    for (let attempt = 1; attempt <= 30 && existsSync(profile); attempt++) {
      try {
        rmSync(profile, { recursive: true, force: true });
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }
}

const present = existsSync(CHROMIUM);
const why = present ? "" : ` (skipped: there is no ${CHROMIUM}; apt-get install chromium, or name one in HAFORU_CHROMIUM)`;
test.skipIf(!present && process.env.CI !== "true")(`runs in Chromium${why}`, { timeout: 60_000 }, async () => {
  if (!present) throw new Error(`CI runs this test too, and there is no ${CHROMIUM}`);
  const streamed = await expectedStream();
  expect(streamed.read).toBe([...TEXT].length);
  expect(new Set(streamed.scripts)).toEqual(new Set(["Latn", "Cyrl"]));
  expect(JSON.parse(await inChromium())).toEqual({ ...expected(), piped: streamed, iterated: streamed, open: 0 });
});
