// Captions from word times: cue cuts, the three formats, numbers that are several words.
import { describe, expect, it } from "vitest";
import { captions, cuesOf } from "./captions.ts";

const SOURCE = "It costs 25 dollars, he said. “Too much” & <bad>.";
const word = (text: string, start: number, end: number, source: string) => {
  const at = [...SOURCE.slice(0, SOURCE.indexOf(source))].length;
  return { text, start, end, text_start: at, text_end: at + [...source].length };
};
const WORDS = [
  word("it", 0.1, 0.3, "It"),
  word("costs", 0.3, 0.7, "costs"),
  word("twenty", 0.7, 1.0, "25"),
  word("five", 1.0, 1.3, "25"),
  word("dollars", 1.3, 1.8, "dollars"),
  word("he", 2.0, 2.1, "he"),
  word("said", 2.1, 2.5, "said"),
  word("too", 3.0, 3.2, "Too"),
  word("much", 3.2, 3.5, "much"),
  word("bad", 3.9, 4.3, "bad"),
];
const SENTENCES = [
  { start: 0.1, end: 2.5, text_start: 0, text_end: 29 },
  { start: 3.0, end: 4.3, text_start: 30, text_end: 49 },
];

describe("captions", () => {
  it("SRT shows the source text, one cue a sentence", () => {
    expect(captions("srt", WORDS, SOURCE, SENTENCES)).toBe(
      "1\n00:00:00,100 --> 00:00:02,500\nIt costs 25 dollars, he said.\n\n2\n00:00:03,000 --> 00:00:04,300\nToo much” & <bad>.\n",
    );
  });

  it("WebVTT escapes text and has each word's time; a number is shown once", () => {
    expect(captions("vtt", WORDS, SOURCE, SENTENCES)).toBe(
      "WEBVTT\n\n00:00:00.100 --> 00:00:02.500\nIt <00:00:00.300>costs <00:00:00.700>25 <00:00:01.300>dollars, <00:00:02.000>he <00:00:02.100>said.\n\n" +
        "00:00:03.000 --> 00:00:04.300\nToo <00:00:03.200>much” &amp; &lt;<00:00:03.900>bad&gt;.\n",
    );
    expect(captions("vtt", WORDS, SOURCE, SENTENCES, { wordTimes: false })).toContain("Too much” &amp; &lt;bad&gt;.\n");
  });

  it("without the source shows the words as spoken", () => {
    expect(captions("srt", WORDS.slice(2, 5))).toBe("1\n00:00:00,700 --> 00:00:01,800\ntwenty five dollars\n");
  });

  it("JSON holds cues with ranges and words", () => {
    const { cues } = JSON.parse(captions("json", WORDS, SOURCE, SENTENCES));
    expect(cues).toHaveLength(2);
    expect(cues[0]).toMatchObject({ start: 0.1, end: 2.5, text_start: 0, text_end: 28 });
    expect(cues[0].words).toEqual(WORDS.slice(0, 7));
  });

  it("cuts at length, duration and pauses, never inside a number", () => {
    const texts = (options: object) => cuesOf(WORDS, SOURCE, [], options).map(({ text }) => text);
    expect(texts({ maxCharacters: 11, pause: 10 }).every((text) => [...text].length <= 12)).toBe(true);
    expect(texts({ pause: 0.15 })).toEqual(["It costs 25 dollars,", "he said.", "Too much”", "bad>."]);
    expect(texts({ maxSeconds: 1 })[0]).toBe("It costs 25");
    for (const cue of cuesOf(WORDS, SOURCE, [], { maxCharacters: 3, pause: 10 })) expect(cue.words.map(({ text }) => text)).not.toEqual(["twenty"]);
  });

  it("times over an hour have their hours; nothing spoken gives no cue", () => {
    expect(captions("srt", [{ text: "late", start: 3661.5, end: 3662, text_start: 0, text_end: 4 }])).toContain("01:01:01,500 --> 01:01:02,000");
    expect(captions("vtt", [])).toBe("WEBVTT\n\n");
    expect(captions("srt", [])).toBe("");
  });

  it("refuses what it does not know", () => {
    expect(() => captions("ass" as "srt", WORDS)).toThrow(/expected "srt", "vtt" or "json", got "ass"/);
    expect(() => cuesOf(WORDS, SOURCE, [], { maxSeconds: 0 })).toThrow(/maxSeconds: expected a number over 0, got 0/);
  });
});
