// Damaged fonts: no trap, no hang, and a file that was cut short is refused. Seeded, so a failure can be repeated:
// the message names the file, the kind of damage and the seed.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { call, check, decode, fontFile, loadNative, modulesFolder, type Native, put } from "./native.testing.ts";

const ROUNDS = 150; // of each kind of damage, for each file
const MAX_MS = 1500; // one damaged font; a sound one takes some 10 ms here, and machines are busy
const MAX_OUT = 1 << 26;

/** Marsaglia's xorshift32: the same sequence everywhere. */
function random(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}

/** All that the kernel does with a font: decode, check, shape a little, draw. True when the font was accepted. */
function use(native: Native, file: Uint8Array): boolean {
  let sfnt = file;
  const probe = put(native, file);
  const container = call(native, "hfn_container", probe, file.length);
  call(native, "free", probe);
  if (container >= 4) {
    const decoded = decode(native, file, MAX_OUT);
    if (decoded.status !== 0) return false;
    sfnt = decoded.sfnt;
  }
  if (check(native, sfnt) !== "ok") return false;
  const at = put(native, sfnt);
  const blob = call(native, "hb_blob_create", at, sfnt.length, 1, 0, 0);
  const face = call(native, "hb_face_create", blob, 0);
  const font = call(native, "hb_font_create", face);
  const funcs = call(native, "hfn_draw_funcs", 1);
  const glyphs = Math.min(call(native, "hb_face_get_glyph_count", face), 200);
  for (let glyph = 0; glyph < glyphs; glyph++) call(native, "hb_font_draw_glyph_or_fail", font, glyph, funcs, 0);
  const text = put(native, new TextEncoder().encode("AVWA fi 12/34 Tö"));
  const buffer = call(native, "hb_buffer_create");
  call(native, "hb_buffer_add_utf8", buffer, text, 17, 0, 17);
  call(native, "hb_buffer_guess_segment_properties", buffer);
  call(native, "hb_shape", font, buffer, 0, 0);
  call(native, "hb_buffer_destroy", buffer);
  call(native, "hb_font_destroy", font);
  call(native, "hb_face_destroy", face);
  call(native, "hb_blob_destroy", blob);
  call(native, "free", text);
  call(native, "free", at);
  native.drawn.length = 0;
  return true;
}

const FILES = [
  "source-sans-pro/TTF/SourceSansPro-Regular.ttf",
  "source-sans-pro/OTF/SourceSansPro-Regular.otf",
  "source-sans-pro/VAR/SourceSansVariable-Roman.ttf",
  "source-sans-pro/VAR/SourceSansVariable-Roman.otf",
  "source-sans-pro/WOFF/TTF/SourceSansPro-Regular.ttf.woff",
  "source-sans-pro/WOFF2/TTF/SourceSansPro-Regular.ttf.woff2",
  "source-sans-pro/WOFF2/VAR/SourceSansVariable-Italic.otf.woff2",
];

/** Damage by name: a copy of the file with its last part gone, or with 1 to 8 bits turned anywhere or near the front. */
const DAMAGES: Record<string, (file: Uint8Array, next: () => number) => Uint8Array> = {
  cut: (file, next) => file.subarray(0, Math.floor(next() * file.length)),
  flip: (file, next) => flip(file, next, file.length),
  "flip in the header": (file, next) => flip(file, next, 600),
};

function flip(file: Uint8Array, next: () => number, within: number): Uint8Array {
  const copy = file.slice();
  for (let bits = 1 + Math.floor(next() * 8); bits > 0; bits--) {
    const at = Math.floor(next() * within);
    copy[at] = (copy[at] as number) ^ (1 << Math.floor(next() * 8));
  }
  return copy;
}

test.each(FILES)("%s, damaged, never traps or hangs, and is refused where cut short", (path) => {
  const file = fontFile(path);
  const native = loadNative();
  expect(use(native, file)).toBe(true);
  for (const [kind, damage] of Object.entries(DAMAGES)) {
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const damaged = damage(file, random(seed * 2654435761));
      const what = `${path} ${kind} seed ${seed}`;
      const start = performance.now();
      let accepted: boolean;
      try {
        accepted = use(native, damaged);
      } catch (cause) {
        throw new Error(`${what}: trapped`, { cause });
      }
      expect(performance.now() - start, what).toBeLessThan(MAX_MS);
      if (kind === "cut") expect(accepted, what).toBe(false);
    }
  }
  // what the damage did is gone with it: the sound font still passes, in the memory it all went through
  expect(use(native, file)).toBe(true);
  expect(native.memory.buffer.byteLength).toBeLessThan(2 * MAX_OUT);
});

test("one byte less is enough to be refused", () => {
  const native = loadNative();
  for (const path of FILES) {
    const file = fontFile(path);
    // a plain sfnt may end in padding of up to three bytes that belongs to no table
    const plain = path.endsWith(".ttf") || path.endsWith(".otf");
    expect(use(native, file.subarray(0, file.length - (plain ? 4 : 1))), path).toBe(false);
  }
});

test("every font of the dependencies passes", () => {
  const native = loadNative();
  let fonts = 0;
  for (const folder of ["source-sans-pro", "source-serif", "@expo-google-fonts", "@fontsource-variable"]) {
    for (const name of readdirSync(join(modulesFolder, folder), { recursive: true, encoding: "utf8" })) {
      if (!/\.(ttf|otf|woff2?)$/i.test(name)) continue;
      const file = fontFile(join(folder, name));
      const sfnt = /\.woff2?$/i.test(name) ? decode(native, file).sfnt : file;
      expect(check(native, sfnt), name).toBe("ok");
      fonts++;
    }
  }
  expect(fonts).toBeGreaterThan(400);
});
