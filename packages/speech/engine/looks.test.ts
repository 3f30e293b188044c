// How soon a cancelled call answers, in work and not in milliseconds: the most that is done between two looks at the cancel word, for texts and documents
// that are hard for each part of the module.
import { beforeAll, describe, expect, it } from "vitest";
import { type Metered, MeteredHost } from "./testing/looks.ts";

/** Reads and writes of memory: some 20 ms, so that 50 hold on slower machines, too. Most of it is the end of the longest sentences, whose frames are freed. */
const MOST = 30_000_000;
const times = (count: number, text: string): string => text.repeat(count);
const speak = (inner: string): string => `<speak>${inner}</speak>`;

/** What takes long: features that look at all the syllables of a phrase, and one token. */
const SENTENCES: Readonly<Record<string, object>> = {
  "words of vowels": { text: times(180, "aeiou ") },
  "a token of 400 letters": { text: times(2, `${times(400, "q")} `) },
};
/** Many frames. */
const SLOW = { voice: "slt", rate: 0.5, ssml: speak(`<prosody rate="20%">${times(60, "incomprehensibilities ")}</prosody>`) };
const MEGABYTES: Readonly<Record<string, object>> = {
  "an alias": { ssml: speak(`<sub alias="${times(1_000_000, "x ")}">x</sub>`) },
  "references in an attribute": { ssml: speak(`<p x="${times(700_000, "&amp;")}">x</p>`) },
  "references in an entity": { ssml: `<!DOCTYPE speak [<!ENTITY a "${times(700_000, "&#65;")}">]>${speak("x")}` },
  characters: { ssml: speak(`<say-as interpret-as="characters">${times(1_000_000, "x ")}</say-as>`) },
};

let host: MeteredHost;
beforeAll(() => {
  host = new MeteredHost();
  for (const voice of ["kal16", "slt"]) host.load(voice);
});

function whole(request: object): Metered {
  const result = host.first(request);
  expect(result.status).toBe(0);
  expect(result.longest).toBeLessThan(MOST);
  return result;
}

describe("the cancel word is looked at often", () => {
  for (const [what, request] of Object.entries(SENTENCES))
    it(`in a sentence of ${what}`, () => {
      whole({ ...request, voice: "kal16", include: ["words", "phonemes"] });
    });

  it("in slow speech, of which most is to be given up near the end", () => {
    const { total } = whole(SLOW);
    const { status, late } = host.first(SLOW, Math.floor(total * 0.85));
    expect(status).toBe(-12);
    expect(late).toBeLessThan(MOST);
  });

  for (const [what, request] of Object.entries(MEGABYTES))
    it(`in megabytes of ${what}`, () => {
      const { total } = whole({ ...request, voice: "kal16" });
      const { status, late } = host.first({ ...request, voice: "kal16" }, Math.floor(total * 0.3));
      expect(status).toBe(-12);
      expect(late).toBeLessThan(MOST);
    });

  it("and what was cancelled leaves nothing behind", () => {
    const request = { text: "It costs $25.", voice: "slt" };
    const { total } = host.first(request);
    const before = host.stats()[0];
    for (let part = 0.05; part < 1; part += 0.1) expect(host.first(request, Math.floor(total * part)).status).toBe(-12);
    expect(host.stats()[0]).toBe(before);
  });
});
