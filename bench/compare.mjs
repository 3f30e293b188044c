// Rows of comparing pictures and of matching: the module ÷ a copy of the memory, NumPy, C, and its own renders. Peers take turns with the module and give their least times.
// NumPy comes into bench/.cache by pip, the C program by gcc -O3; both must give the module's numbers.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSession } from "haforu";
import { fontPath } from "../test/fonts/fonts.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const cache = join(here, ".cache");
const NUMPY = "numpy==2.3.4";
const WIDTH = 3000;
const HEIGHT = 1200;
const SIZE_PX = 1000;

function run(command, args, why) {
  const done = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  if (done.error || done.status !== 0)
    throw new Error(`${why}: "${command} ${args.join(" ")}" failed\n${done.error ?? ""}${done.stdout ?? ""}${done.stderr ?? ""}`);
  return done.stdout.trim();
}

/** The python of a venv with NumPy; made once. */
function python() {
  const folder = join(cache, "numpy");
  const program = join(folder, "bin", "python");
  if (!existsSync(join(folder, "ready"))) {
    mkdirSync(cache, { recursive: true });
    run("python3", ["-m", "venv", folder], "a place for NumPy");
    run(program, ["-m", "pip", "install", "-q", "--disable-pip-version-check", NUMPY], "NumPy comes from PyPI");
    writeFileSync(join(folder, "ready"), "");
  }
  return program;
}

function ssimProgram() {
  const program = join(cache, "ssim");
  mkdirSync(cache, { recursive: true });
  run("gcc", ["-O3", "-std=gnu11", join(here, "native", "ssim.c"), "-lm", "-o", program], "compiling the peer");
  return program;
}

/** haforu.wasm with nothing around it. */
function engine() {
  const module = new WebAssembly.Module(readFileSync(join(here, "..", "packages", "engine", "dist", "haforu.wasm")));
  const nothing = () => 0;
  const { exports } = new WebAssembly.Instance(module, {
    wasi_snapshot_preview1: { fd_close: nothing, fd_seek: nothing, fd_write: nothing },
    host: { now: () => performance.now(), begin: () => 0 },
  });
  exports._initialize();
  return exports;
}

const best = (rounds, action) => {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    action();
    least = Math.min(least, performance.now() - start);
  }
  return least * 1000;
};

function pictures() {
  const session = createSession({ timing: false });
  const request = { text: "g", size: SIZE_PX, width: WIDTH, height: HEIGHT };
  const [a, b] = ["noto-sans", "source-sans-var-ttf"].map((key) => session.renderToBytes({ ...request, font: fontPath(key) }).slice());
  session.dispose();
  return [a, b];
}

export function compareRows({ turns, rounds }) {
  const folder = mkdtempSync(join(tmpdir(), "haforu-bench-"));
  try {
    const [a, b] = pictures();
    const e = engine();
    const bytes = WIDTH * HEIGHT;
    const [atA, atB, spare, words] = [bytes, bytes, 2 * bytes, 256].map((n) => e.hf_alloc(n) >>> 0);
    const view = () => new Uint8Array(e.memory.buffer);
    view().set(a, atA);
    view().set(b, atB);
    const u32 = new Uint32Array(e.memory.buffer, words, 12);
    u32.set([atA, WIDTH, HEIGHT, 0, atB, WIDTH, HEIGHT, 0, 0, 0, 1, 0]);
    const compare = (measures) => {
      u32[10] = measures;
      const status = e.hf_compare(words, words + 32, words + 64);
      if (status !== 0) throw new Error(`hf_compare: ${status}`);
    };
    const out = new Float64Array(e.memory.buffer, words + 64, 9);
    const copy = () => {
      view().copyWithin(spare, atA, atA + bytes);
      view().copyWithin(spare + bytes, atB, atB + bytes);
    };

    // the joint ink box, for the C program
    let [left, top, right, bottom] = [WIDTH, HEIGHT, 0, 0];
    for (let i = 0; i < bytes; i++) {
      if (a[i] === 255 && b[i] === 255) continue;
      const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
      [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)];
    }
    const box = [right - left, bottom - top];
    const files = [a, b].map((data, i) => {
      writeFileSync(join(folder, `${i}.raw`), data);
      const ink = new Uint8Array(box[0] * box[1]);
      for (let y = 0; y < box[1]; y++) for (let x = 0; x < box[0]; x++) ink[y * box[0] + x] = 255 - data[(top + y) * WIDTH + left + x];
      writeFileSync(join(folder, `${i}.ink`), ink);
      return [join(folder, `${i}.raw`), join(folder, `${i}.ink`)];
    });
    const [numpy, ssim] = [python(), ssimProgram()];
    const least = { delta: 1e300, copy: 1e300, numpy: 1e300, ssim: 1e300, c: 1e300 };
    const keep = (name, us) => {
      least[name] = Math.min(least[name], us);
    };
    for (let turn = 0; turn < turns; turn++) {
      keep("copy", best(rounds, copy));
      keep(
        "delta",
        best(rounds, () => compare(1)),
      );
      const delta = out[0];
      const [numpyUs, numpyValue] = run(numpy, [join(here, "native", "pixel_delta.py"), files[0][0], files[1][0], String(Math.ceil(rounds / 4))], "NumPy")
        .split(" ")
        .map(Number);
      if (Math.abs(numpyValue - delta) > 1e-9) throw new Error(`pixel_delta: ${delta}, NumPy ${numpyValue}`);
      keep("numpy", numpyUs);
      keep(
        "ssim",
        best(Math.ceil(rounds / 4), () => compare(8)),
      );
      const deficit = (1 - out[3]) * bytes;
      const [cUs, cValue] = run(ssim, [files[0][1], files[1][1], ...box.map(String), String(Math.ceil(rounds / 4))], "C")
        .split(" ")
        .map(Number);
      if (Math.abs(cValue - deficit) > 1e-3 * deficit) throw new Error(`Σ(1 − ssim): ${deficit}, C ${cValue}`);
      keep("c", cUs);
    }
    const us = (name) => `${least[name].toFixed(0)} µs`;
    return [
      { name: "pixel_delta of two 3000×1200 ÷ one copy of both", ratio: least.delta / least.copy, must: 2, aim: 1, note: `${us("delta")} ÷ ${us("copy")}` },
      { name: "pixel_delta of two 3000×1200 ÷ NumPy", ratio: least.delta / least.numpy, must: 0.2, aim: 0.1, note: `${us("delta")} ÷ ${us("numpy")}` },
      {
        name: `ssim over the joint ink box ÷ gcc -O3`,
        ratio: least.ssim / least.c,
        must: 1.5,
        aim: 1,
        note: `${us("ssim")} ÷ ${us("c")}, ${box.join(" × ")} px`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** 300 evaluations, all at full size, towards another font's letter, ÷ 300 renders at as many points of the same axes, each on an instance of its own as a caller would do it. */
export function matchRows({ turns }) {
  const EVALUATIONS = 300;
  const session = createSession({ timing: false, maxInstances: 4 });
  const font = fontPath("roboto-flex-woff2");
  const canvas = { text: "g", size: SIZE_PX, width: WIDTH, height: HEIGHT };
  const axes = session.fontInfo(font).faces[0].axes.filter(({ tag }) => ["wght", "wdth", "slnt"].includes(tag));
  const image = { width: WIDTH, height: HEIGHT, data: session.renderToBytes({ ...canvas, font: fontPath("noto-sans") }).slice() };
  const request = {
    font,
    size: SIZE_PX,
    axes: Object.fromEntries(axes.map(({ tag }) => [tag, {}])),
    targets: [{ text: "g", image }],
    budget: EVALUATIONS,
    coarse: false,
  };
  const halton = (index, base) => {
    let [part, value] = [1, 0];
    for (let i = index; i > 0; i = Math.floor(i / base)) {
      part /= base;
      value += part * (i % base);
    }
    return value;
  };
  const points = Array.from({ length: EVALUATIONS }, (_, i) =>
    Object.fromEntries(axes.map(({ tag, min, max }, d) => [tag, min + (max - min) * halton(i + 1, [2, 3, 5][d])])),
  );
  const least = { match: 1e300, small: 1e300, renders: 1e300 };
  let evaluations = 0;
  for (let turn = 0; turn < turns; turn++) {
    const match = best(2, () => {
      evaluations = session.match(request).evaluations;
    });
    const small = best(2, () => session.match({ ...request, coarse: true }));
    const renders = best(2, () => {
      for (const variations of points) session.renderToBytes({ ...canvas, font, variations });
    });
    least.match = Math.min(least.match, match);
    least.small = Math.min(least.small, small);
    least.renders = Math.min(least.renders, renders);
  }
  session.dispose();
  if (evaluations !== EVALUATIONS) throw new Error(`the match made ${evaluations} evaluations`);
  const ms = (name) => `${(least[name] / 1000).toFixed(1)} ms`;
  return [
    {
      name: "match, 300 evaluations at 1000 px ÷ 300 renders",
      ratio: least.match / least.renders,
      must: 1.3,
      aim: 1,
      note: `${ms("match")} ÷ ${ms("renders")}`,
    },
    { name: "the same with a coarse stage ÷ 300 renders", ratio: least.small / least.renders, must: 1.3, aim: 1, note: `${ms("small")} ÷ ${ms("renders")}` },
  ];
}
