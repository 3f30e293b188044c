// Seeded nonsense: requests, SSML documents and voice files. Each gives an error or audio: never a trap, a leak, or markup that is spoken.
// HAFORU_FUZZ_CASES and HAFORU_FUZZ_SEED make it longer and other (npm run fuzz:speech).
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Host } from "./testing/host.ts";
import { type Random, random } from "./testing/random.ts";

const CASES = Number(process.env["HAFORU_FUZZ_CASES"] ?? 2000);
const SEED = Number(process.env["HAFORU_FUZZ_SEED"] ?? 1);

const SPOKEN = ["alpha", "beta", "gamma", "delta"];
const VALUES = [
  "",
  "0",
  "-1",
  "1",
  "50%",
  "+50%",
  "-99%",
  "1e309",
  "NaN",
  "+2st",
  "-40st",
  "120Hz",
  "999999Hz",
  "+6dB",
  "-900dB",
  "x-slow",
  "loud",
  "none",
  "strong",
  "3s",
  "99999999s",
  "-5ms",
  "500ms",
  "ipa",
  "x-arpabet",
  "HH AY1",
  "ˈtʃiːz",
  "ɮ",
  "characters",
  "date",
  "time",
  "currency",
  "ordinal",
  "telephone",
  "mdy",
  "alpha",
  "&lt;",
  "é",
  "😀",
  "en-US",
  "fr",
  "kal16",
];
const NAMES = ["p", "s", "break", "prosody", "say-as", "sub", "phoneme", "emphasis", "mark", "lang", "w", "desc", "blink", "ssml:p", "metadata"];
const ATTRIBUTES = [
  "rate",
  "pitch",
  "volume",
  "range",
  "time",
  "strength",
  "level",
  "name",
  "alias",
  "ph",
  "alphabet",
  "interpret-as",
  "format",
  "xml:lang",
  "contour",
];
const TEXTS = [
  ...SPOKEN,
  " ",
  ". ",
  ", ",
  "! ",
  "\n\n",
  "😀",
  "\u0301",
  "(",
  '"',
  "...",
  "—",
  "&amp;",
  "&#x1F600;",
  "<!-- break -->",
  "<![CDATA[ alpha ]]>",
  "<?break?>",
];

function content(r: Random, depth: number): string {
  let out = "";
  for (let n = r.below(5); n > 0; n--) out += depth < 6 && r.chance(0.5) ? element(r, depth + 1) : `${r.pick(TEXTS)}${r.chance(0.5) ? " " : ""}`;
  return out;
}

function element(r: Random, depth: number): string {
  const name = r.pick(NAMES);
  const seen = new Set<string>();
  for (let n = r.below(3); n > 0; n--) seen.add(r.pick(ATTRIBUTES));
  // an alias is spoken: it has the vocabulary's words
  const attributes = [...seen].map((key) => ` ${key}="${key === "alias" ? r.pick(SPOKEN) : r.pick(VALUES)}"`).join("");
  return r.chance(0.15) ? `<${name}${attributes}/>` : `<${name}${attributes}>${content(r, depth)}</${name}>`;
}

function scramble(r: Random, bytes: Uint8Array): Uint8Array {
  let out = Uint8Array.from(bytes);
  for (let n = 1 + r.below(4); n > 0 && out.length > 0; n--) {
    const at = r.below(out.length);
    const kind = r.below(4);
    if (kind === 0) out[at] = r.below(256);
    else if (kind === 1) out = out.subarray(0, at);
    else if (kind === 2) out = Uint8Array.from([...out.subarray(0, at), ...out.subarray(at, at + 8), ...out.subarray(at)]);
    else out = Uint8Array.from([...out.subarray(0, at), ...out.subarray(at + 1 + r.below(4))]);
  }
  return out;
}

function request(r: Random): Record<string, unknown> {
  const q: Record<string, unknown> = { voice: "kal16" };
  if (r.chance(0.6)) q["ssml"] = `<speak>${content(r, 0)}${content(r, 0)}</speak>`;
  else q["text"] = Array.from({ length: r.below(12) }, () => r.pick(TEXTS)).join(" ");
  const odd = [0, -1, 1, 2, 0.5, 3, 1e300, "x", null, true, [], {}, 16000];
  for (const key of [
    "rate",
    "pitch",
    "volume",
    "sample_rate",
    "channels",
    "quality",
    "format",
    "dither",
    "chunk_ms",
    "include",
    "times",
    "id",
    "language",
    "voice",
    "what",
    "feed",
  ])
    if (r.chance(0.02)) q[key] = r.pick(odd);
  if (r.chance(0.2)) q["rate"] = 2;
  if (r.chance(0.1)) q["format"] = r.pick(["int16", "int24", "uint8", "float64"]);
  if (r.chance(0.05)) q["sample_rate"] = r.pick([8000, 22050, 48000]);
  return q;
}

describe("fuzz", () => {
  it(`${CASES} requests and documents`, () => {
    const host = new Host();
    const r = random(SEED);
    host.load("kal16");
    host.speak({ text: "warm up", voice: "kal16", sample_rate: 48000 });
    const counts = { spoken: 0, opened: 0, refused: 0 };
    const idle = host.stats()[0];
    for (let i = 0; i < CASES; i++) {
      const q = request(r);
      const scrambled = r.chance(0.3);
      const text = JSON.stringify(q);
      const bytes = scrambled ? scramble(r, new TextEncoder().encode(text)) : new TextEncoder().encode(text);
      const handle = host.withBytes("hs_open", bytes);
      if (handle < 0) {
        counts.refused++;
        expect(host.line().error.message.length, text).toBeGreaterThan(5);
      } else if (r.chance(0.8)) counts.opened++;
      else {
        counts.spoken++;
        const said: string[] = [];
        let status = 0;
        for (let turn = 0; turn < 3000; turn++) {
          status = host.call("hs_next", handle);
          if (status === 0) said.push(...(host.chunk(handle).lists.words ?? []).map((word) => word.text));
          else if (status === 3) host.call("hs_feed", handle, 0, 0, 1);
          else if (status === 1) {
            const [at, count] = host.put(new TextEncoder().encode(host.span(host.call("hs_need"))));
            host.call("hs_voice_refuse", at, count, 0, 0);
            host.call("hs_free", at);
          } else break;
        }
        expect(status === 2 || status < 0, `${text}: status ${status}`).toBe(true);
        host.line();
        // the words of the text, and what say-as and signs add to them; never a name of markup
        if (!scrambled && "ssml" in q)
          for (const word of said)
            for (const name of [...NAMES.filter((one) => one.length > 2), ...ATTRIBUTES.filter((one) => one.length > 4), "speak", "cdata"])
              expect(word, text).not.toBe(name);
      }
      if (handle > 0) host.call("hs_close", handle);
      expect(host.stats()[4]).toBe(0);
    }
    const grown = (host.stats()[0] as number) - (idle as number);
    expect(grown).toBeLessThan(20_000); // the last result line, and names that were refused
    expect(Math.min(counts.spoken, counts.opened, counts.refused)).toBeGreaterThan(CASES / 50);
  }, 3_600_000);

  it(`${Math.round(CASES / 10)} damaged voice files`, () => {
    const r = random(SEED + 1);
    const files = [readFileSync("packages/voice-awb/awb.flitevox"), readFileSync("packages/voice-kal16/kal16.diphones")];
    let host = new Host();
    const counts = { refused: 0, loaded: 0 };
    const idle = host.stats()[0] as number;
    for (let i = 0; i < CASES / 10; i++) {
      const good = files[i % 4 === 3 ? 1 : 0] as Buffer;
      const bad = Buffer.from(good);
      for (let n = 1 + r.below(6); n > 0; n--) {
        // mostly where the structure is: the head, and anywhere
        const at = r.chance(0.3) ? r.below(4000) : r.below(bad.length - 4);
        if (r.chance(0.5)) bad.writeInt32LE(r.pick([0, -1, 1, 2 ** 31 - 1, -(2 ** 31), 65535, 65536, 0x7f800000, 0x7fc00000, 1000000]), at);
        else bad[at] = r.below(256);
      }
      const status = host.load("bad", r.chance(0.2) ? bad.subarray(0, r.below(bad.length)) : bad);
      if (status < 0) {
        counts.refused++;
        expect([-103, -105]).toContain(status);
        expect(host.error().message.length).toBeGreaterThan(10);
      } else {
        counts.loaded++;
        const spoken = host.speak({ text: "One two.", voice: "bad" });
        expect(spoken.status === 2 || spoken.status < 0).toBe(true);
        for (const x of spoken.samples) if (!Number.isFinite(x)) throw new Error("a sample is not a number");
        host.call("hs_voice_info", ...host.put(new TextEncoder().encode("bad")));
        host.line();
        host.call("hs_voice_release", ...host.put(new TextEncoder().encode("bad")));
      }
      if (i % 100 === 99) {
        expect((host.stats()[0] as number) - idle).toBeLessThan(400_000);
        host = new Host();
      }
    }
    expect(counts.refused).toBeGreaterThan(CASES / 100);
  }, 3_600_000);
});
