// Every example runs as its reader would run it, and does what its first lines say.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const NOTO = "node_modules/@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf";
const SOURCE = "node_modules/source-sans-pro/VAR/SourceSansVariable-Roman.ttf";
const CHROMIUM = process.env.HAFORU_CHROMIUM ?? "/usr/bin/chromium";
const PNG = "\x89PNG\r\n\x1a\n";

let out = "";
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "haforu-examples-"));
  execFileSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "examples"], { cwd: ROOT });
});
afterAll(() => rmSync(out, { recursive: true }));

function run(...args: string[]): string {
  const done = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  expect(done.stderr).toBe("");
  expect(done.status).toBe(0);
  return done.stdout;
}

test("render-one makes a PNG", () => {
  const file = join(out, "one.png");
  expect(run("examples/dist/render-one.js", NOTO, "Hello", file)).toContain("5 clusters");
  expect(readFileSync(file).toString("latin1").startsWith(PNG)).toBe(true);
});

test("shape-stream measures a text of any length", () => {
  const told = run("examples/dist/shape-stream.js", NOTO, "README.md");
  expect(told).toMatch(/^README\.md: \d+ glyphs of \d+ characters, [\d.]+ em wide, in \d+ flushes; 0 forced cuts\n$/);
});

test("batch-to-png makes a PNG a letter", () => {
  const dir = join(out, "letters");
  expect(run("examples/dist/batch-to-png.js", NOTO, dir)).toContain("26 pictures");
  expect(readdirSync(dir)).toHaveLength(26);
  expect(readFileSync(join(dir, "q.png")).toString("latin1").startsWith(PNG)).toBe(true);
});

test("read-along makes a page whose boxes and word times belong together", () => {
  const page = join(out, "read-along.html");
  expect(run("examples/read-along.mjs", NOTO, "Only 25 words, & no more.", page)).toMatch(/: 5 places of 6 words, \d\.\d\d s\n$/);
  const html = readFileSync(page, "utf8");
  const boxes = [...html.matchAll(/<rect id="w\d" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)].map(([, x, width]) => [Number(x), Number(width)] as const);
  const times = JSON.parse(/const words = (.*);/.exec(html)?.[1] ?? "[]") as [number, number][];
  expect([boxes.length, times.length]).toEqual([5, 5]);
  for (let i = 1; i < 5; i++) {
    expect(boxes[i]?.[0]).toBeGreaterThanOrEqual((boxes[i - 1]?.[0] ?? 0) + (boxes[i - 1]?.[1] ?? 0));
    expect(times[i]?.[0]).toBeGreaterThanOrEqual(times[i - 1]?.[1] ?? 9);
  }
});

test("weights: a letter gets denser along the weight axis", () => {
  const rows = run("examples/weights.mjs", SOURCE, "a").trim().split("\n");
  const densities = rows.map((row) => Number(/density ([\d.]+)/.exec(row)?.[1]));
  expect(densities).toHaveLength(9);
  for (let i = 1; i < densities.length; i++) expect(densities[i]).toBeGreaterThan(densities[i - 1] ?? 0);
});

test("design-space finds the weight of a density", () => {
  const found = run("examples/design-space.mjs", SOURCE, "0.4");
  const [, wght, density] = /^wght ([\d.]+): ink density ([\d.]+), rhythm [\d.]+\n$/.exec(found) ?? [];
  expect(Number(wght)).toBeGreaterThan(200);
  expect(Number(wght)).toBeLessThan(900);
  expect(Math.abs(Number(density) - 0.4)).toBeLessThan(0.01);
});

// Tells the server what the page says, once it says something: the page itself is served as it stands otherwise.
const WATCH = `<script>
const said = document.querySelector("#said");
new MutationObserver(() => fetch("/said", { method: "POST", body: said.textContent })).observe(said, { childList: true });
</script></body>`;

test.skipIf(!existsSync(CHROMIUM))("browser.html draws in Chromium (skipped where there is none)", async () => {
  const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };
  let tell: (text: string) => void = () => {};
  const said = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const server = createServer((request, response) => {
    if (request.url === "/said") {
      request.on("data", (chunk) => tell(String(chunk)));
      return void response.end();
    }
    const path = join(ROOT, decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
    if (!existsSync(path)) return void response.writeHead(404).end();
    const body = readFileSync(path);
    response.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream" });
    response.end(path.endsWith(".html") ? body.toString().replace("</body>", WATCH) : body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const profile = mkdtempSync(join(tmpdir(), "haforu-chromium-"));
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/examples/browser.html`;
  const page = spawn(CHROMIUM, [...flags, "--disable-component-update", "--disable-sync", `--user-data-dir=${profile}`, "--remote-debugging-port=0", url]);
  expect(await said).toMatch(/^density 0\.\d+, ink at \d/);
  page.kill();
  await new Promise((resolve) => page.on("close", resolve));
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
});
