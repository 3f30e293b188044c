// SSML: what each element does to the sound, measured; where words are in the document; what is wrong with a document, by line and column.
import { beforeAll, describe, expect, it } from "vitest";
import { Host, type Spoken } from "./testing/host.ts";
import { decibels, f0, rms, semitones } from "./testing/measure.ts";

let host: Host;
beforeAll(() => {
  host = new Host();
});

const RATE = 16000;
const speak = (body: string, more: object = {}): Spoken => {
  const spoken = host.speak({ ssml: body.startsWith("<speak") || body.startsWith("<?xml") ? body : `<speak>${body}</speak>`, voice: "slt", ...more });
  return spoken;
};
const words = (spoken: Spoken): string => spoken.line.words.map((word) => word.text).join(" ");
const codes = (spoken: Spoken): string[] => (spoken.line.warnings ?? []).map((warning) => warning.code);
const duration = (spoken: Spoken): number => spoken.line.speech.duration;
/** The samples of one word. */
const word = (spoken: Spoken, text: string): Float32Array => {
  const found = spoken.line.words.find((one) => one.text === text);
  if (!found) throw new Error(`no word ${text} in ${words(spoken)}`);
  return spoken.samples.subarray(Math.round(found.start * RATE), Math.round(found.end * RATE));
};

describe("structure", () => {
  it("speak: the text alone is spoken, as plain text is", () => {
    const text = "Hello world, this is a test.";
    expect(Buffer.from(speak(text).samples.buffer).equals(Buffer.from(host.speak({ text, voice: "slt" }).samples.buffer))).toBe(true);
    const spoken = speak(
      `<?xml version="1.0" encoding="UTF-8"?>\n<!-- no --><speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en-US">Hello<?pi x?> <![CDATA[world]]></speak>`.replace(
        /^\n/,
        "",
      ),
    );
    expect(words(spoken)).toBe("hello world");
    expect(codes(spoken)).toEqual([]);
  });

  it("p and s end sentences; a paragraph's pause is longer by a quarter of a second", () => {
    const sentences = speak("<s>One two</s><s>three four</s>");
    const paragraphs = speak("<p>One two</p><p>three four</p>");
    expect(sentences.line.sentences.length).toBe(2);
    expect(paragraphs.line.sentences.length).toBe(2);
    const gap = (spoken: Spoken): number => (spoken.line.words[2]?.start ?? 0) - (spoken.line.words[1]?.end ?? 0);
    expect(gap(sentences)).toBeGreaterThan(0.2);
    expect(gap(paragraphs) - gap(sentences)).toBeCloseTo(0.25, 2);
  });

  it.each([
    ['time="0.5s"', 0.5],
    ['time="1200ms"', 1.2],
    ['time="50ms"', 0.05],
    ['strength="x-weak"', 0.1],
    ['strength="strong"', 0.7],
    ["", 0.4],
    ['strength="weak" time="2s"', 2],
  ])("break %s is silence of %s s between the words", (attributes, seconds) => {
    const spoken = speak(`one <break ${attributes}/> two`);
    const [one, two] = spoken.line.words;
    expect((two?.start ?? 0) - (one?.end ?? 0)).toBeGreaterThan(seconds - 0.02);
    expect((two?.start ?? 0) - (one?.end ?? 0)).toBeLessThan(seconds + 0.03);
    expect(rms(spoken.samples, Math.round(((one?.end ?? 0) + seconds * 0.4) * RATE), Math.round(((two?.start ?? 0) - seconds * 0.4) * RATE))).toBeLessThan(
      0.004,
    );
  });

  it("breaks behind a sentence, between elements and side by side add up; rate leaves them alone", () => {
    const gap = (body: string, more = {}): number => {
      const { line } = speak(body, more);
      return (line.words[1]?.start ?? 0) - (line.words[0]?.end ?? 0);
    };
    expect(gap("<s>one.</s><break time='2s'/><s>two</s>")).toBeCloseTo(2, 1);
    expect(gap("one <break time='1s'/><break time='1s'/> two")).toBeCloseTo(2, 1);
    expect(gap("one <break time='1500ms'/> two", { rate: 2 })).toBeCloseTo(1.5, 1);
    const end = speak("one <break time='3s'/>");
    expect(duration(end) - (end.line.words[0]?.end ?? 0)).toBeCloseTo(3, 1);
    const start = speak("<break time='3s'/> one");
    expect(start.line.words[0]?.start).toBeCloseTo(3, 1);
  });

  it("break strength none takes a pause away", () => {
    const pause = speak("Well, <s/>I know this place, and he does too.");
    const none = speak("Well, I know this place,<break strength='none'/> and he does too.");
    const gap = (spoken: Spoken): number =>
      (spoken.line.words.find((one) => one.text === "and")?.start ?? 0) - (spoken.line.words.find((one) => one.text === "place")?.end ?? 0);
    expect(gap(pause)).toBeGreaterThan(0.08);
    expect(gap(none)).toBeLessThan(0.03);
  });
});

describe("prosody", () => {
  const plain = "we are all here now";
  it.each([
    ['rate="50%"', 2],
    ['rate="x-fast"', 1 / 1.75],
    ['rate="+25%"', 0.8],
    ['rate="0.8"', 1.25],
  ])("%s: durations × %s", (attribute, factor) => {
    const a = speak(plain);
    const b = speak(`<prosody ${attribute}>${plain}</prosody>`);
    expect(duration(b) / duration(a) / factor).toBeGreaterThan(0.97);
    expect(duration(b) / duration(a) / factor).toBeLessThan(1.03);
  });

  it.each([
    ['pitch="+4st"', 4],
    ['pitch="-20%"', 12 * Math.log2(0.8)],
    ['pitch="x-high"', 6],
    ['pitch="low"', -3],
    ['pitch="172Hz"', 0], // slt's own mean
    ['pitch="243.2Hz"', 6],
    ['pitch="+40Hz"', 12 * Math.log2(212 / 172)],
    ['pitch="-30Hz"', 12 * Math.log2(142 / 172)],
  ])("%s: %s semitones", (attribute, steps) => {
    const a = speak(plain);
    const b = speak(`<prosody ${attribute}>${plain}</prosody>`);
    expect(Math.abs(semitones(a.samples, b.samples, RATE) - steps)).toBeLessThan(0.5);
  });

  it.each([
    ['volume="+6dB"', 6],
    ['volume="-10dB"', -10],
    ['volume="soft"', -6],
    ['volume="50"', -6.02],
    ['volume="x-loud"', 6],
  ])("%s: %s dB", (attribute, change) => {
    const a = speak(plain);
    const b = speak(`<prosody ${attribute}>${plain}</prosody>`);
    expect(Math.abs(decibels(rms(b.samples) / rms(a.samples)) - change)).toBeLessThan(0.3);
  });

  it("silent is silent", () => {
    expect(rms(word(speak(`one <prosody volume="silent">hidden</prosody> two`), "hidden").subarray(200))).toBeLessThan(1e-4);
  });

  it.each([
    ["x-low", 0.25],
    ["50%", 0.5],
    ["high", 1.5],
    ["+50%", 1.5],
  ])("range %s: f0 strays from the voice's mean by %s of what it did", (range, factor) => {
    const text = "We were all here a year ago, and now we are away.";
    const a = f0(speak(text).samples, RATE);
    const b = f0(speak(`<prosody range="${range}">${text}</prosody>`).samples, RATE);
    // octave errors of the measurement are left out; 172 Hz is slt's mean; the slope of one over the other, by least squares
    const both = a.map((hz, i) => [hz - 172, (b[i] ?? 0) - 172] as const).filter(([x, y]) => x > -72 && y > -112 && x < 150 && y < 200);
    const slope = both.reduce((sum, [x, y]) => sum + x * y, 0) / both.reduce((sum, [x]) => sum + x * x, 0);
    expect(both.length).toBeGreaterThan(100);
    expect(Math.abs(slope - factor)).toBeLessThan(0.1);
  });

  it("concerns its own words alone, and nests", () => {
    const a = speak("one two three four five");
    const b = speak('one two <prosody volume="-12dB">three <prosody volume="+12dB">four</prosody></prosody> five');
    expect(Math.abs(decibels(rms(word(b, "two")) / rms(word(a, "two"))))).toBeLessThan(0.5);
    expect(decibels(rms(word(b, "three")) / rms(word(a, "three")))).toBeLessThan(-9);
    expect(Math.abs(decibels(rms(word(b, "four")) / rms(word(a, "four"))))).toBeLessThan(1);
    const slow = speak('one two <prosody rate="50%">three</prosody> four five');
    expect(word(slow, "three").length / word(a, "three").length).toBeCloseTo(2, 1);
    expect(word(slow, "one").length).toBe(word(a, "one").length);
  });

  it.each([
    ["strong", 1.2, 2.42, 3],
    ["moderate", 1.1, 1.33, 1.5],
    ["reduced", 0.9, -0.89, -3],
    ["none", 1, 0, 0],
  ])("emphasis %s: durations × %s, %s semitones, %s dB", (level, stretch, steps, change) => {
    const a = speak(plain);
    const b = speak(`<emphasis level="${level}">${plain}</emphasis>`);
    expect(duration(b) / duration(a) / stretch).toBeGreaterThan(0.97);
    expect(duration(b) / duration(a) / stretch).toBeLessThan(1.03);
    const slow = speak(`<prosody rate="${100 / stretch}%">${plain}</prosody>`);
    expect(Math.abs(semitones(slow.samples, b.samples, RATE) - steps)).toBeLessThan(0.5);
    const quiet = speak(`<prosody rate="${100 / stretch}%" pitch="${100 * 2 ** (steps / 12)}%">${plain}</prosody>`); // a voice is louder when it is higher
    expect(Math.abs(decibels(rms(b.samples) / rms(quiet.samples)) - change)).toBeLessThan(0.3);
  });
});

describe("say-as", () => {
  it.each([
    ["characters", "", "aB3-x", "a b three dash x"],
    ["spell-out", "", "NASA", "n a s a"],
    ["digits", "", "1906", "one nine zero six"],
    ["cardinal", "", "1,234", "one thousand two hundred thirty four"],
    ["cardinal", "", "-3.14", "minus three point one four"],
    ["ordinal", "", "23", "twenty third"],
    ["ordinal", "", "101st", "one hundred first"],
    ["date", "mdy", "3/4/1999", "march fourth nineteen ninety nine"],
    ["date", "dmy", "3/4/1999", "april third nineteen ninety nine"],
    ["date", "ymd", "2005-12-25", "december twenty fifth two thousand five"],
    ["date", "", "2026-11-21", "november twenty first twenty twenty six"],
    ["date", "my", "11/2026", "november twenty twenty six"],
    ["date", "", "25 Dec 2010", "december twenty fifth twenty ten"],
    ["date", "", "July 4th", null], // a date has no endings: it is read as text, which knows them
    ["date", "", "4 July", "july fourth"],
    ["time", "hms12", "2:30pm", "two thirty p m"],
    ["time", "hms24", "14:05", "fourteen oh five"],
    ["time", "", "9:00", "nine o'clock"],
    ["telephone", "", "+1 (555) 123-4567", "plus one five five five one two three four five six seven"],
    ["telephone", "", "1-800-FLY x5", "one eight zero zero f l y extension five"],
    ["telephone", "", "555 ext. 12", "five five five extension one two"],
    ["digits", "", "4b2", null],
    ["cardinal", "", "4b2", null],
    ["ordinal", "", "4b", null],
    ["currency", "", "$12.50", "twelve dollars fifty cents"],
    ["currency", "", "$5 million", "five million dollars"],
    ["currency", "", "€1.5bn", "one point five billion euros"],
    ["currency", "", "-$0.99", "minus ninety nine cents"],
    ["currency", "", "$5 a day", null],
    ["currency", "", "€1", "one euro"],
    ["currency", "", "3.05 GBP", "three pounds five pence"],
  ])("%s %s: %s → %s", (kind, format, text, expected) => {
    const spoken = speak(`Say <say-as interpret-as="${kind}"${format ? ` format="${format}"` : ""}>${text}</say-as>.`);
    if (expected === null) {
      expect(codes(spoken)).toEqual(["speech_attribute_invalid"]);
      return;
    }
    expect(words(spoken)).toBe(`say ${expected}`);
    expect(codes(spoken)).toEqual([]);
    const document = `<speak>Say <say-as interpret-as="${kind}"${format ? ` format="${format}"` : ""}>${text}</say-as>.</speak>`;
    for (const one of spoken.line.words.slice(1)) expect([...document].slice(one.text_start, one.text_end).join("")).toBe(text);
  });

  it("of an unknown kind is a warning, and its text is spoken", () => {
    const spoken = speak('<say-as interpret-as="poem">hello</say-as>');
    expect(codes(spoken)).toEqual(["speech_attribute_invalid"]);
    expect(words(spoken)).toBe("hello");
  });
});

describe("words of other text", () => {
  it("sub is spoken as its alias, at the place of its text", () => {
    const document = '<speak>The <sub alias="World Wide Web Consortium">W3C</sub>, he said.</speak>';
    const spoken = speak(document);
    expect(words(spoken)).toBe("the world wide web consortium he said");
    for (const one of spoken.line.words.slice(1, 5)) expect(document.slice(one.text_start, one.text_end)).toBe("W3C");
  });

  it("phoneme is spoken as it says, in IPA and in ARPAbet", () => {
    const phones = (body: string): string =>
      speak(body, { include: ["phonemes", "words"] })
        .line.phonemes.map((one) => one.text)
        .join(" ");
    expect(phones('<phoneme alphabet="ipa" ph="təˈmɑːtoʊ">tomato</phoneme>')).toBe("t ax m aa1 t ow");
    expect(phones('<phoneme alphabet="x-arpabet" ph="T AH0 M EY1 T OW0">tomato</phoneme>')).toBe("t ax m ey1 t ow");
    expect(phones('<phoneme ph="ˈtʃiːz">cheese</phoneme>')).toBe(phones("cheese"));
    expect(phones('<phoneme ph="haɪ">a</phoneme> <phoneme ph="haɪ">b</phoneme>')).toBe("hh ay hh ay");
    const bad = speak('<phoneme ph="ɮɮ">word</phoneme>');
    expect([codes(bad), words(bad)]).toEqual([["speech_attribute_invalid"], "word"]);
  });

  it("marks tell their times", () => {
    const spoken = speak('<mark name="start"/>one <mark name="mid"/>two <mark name="break"/><break time="1s"/> three<mark name="end"/>');
    const [one, two, three] = spoken.line.words;
    expect(spoken.line.marks.map((mark) => [mark.name, mark.time])).toEqual([
      ["start", one?.start],
      ["mid", two?.start],
      ["break", two?.end],
      ["end", three?.end],
    ]);
    expect(spoken.line.marks[1]?.text_start).toBe('<speak><mark name="start"/>one '.length);
  });

  it("a mark inside of a word, or at its punctuation, changes nothing of what is spoken", () => {
    const samples = (inner: string): string => Buffer.from(speak(inner).samples.buffer).toString("base64");
    const mark = '<mark name="m"/>';
    // White space on both sides of a mark is one gap.
    for (const marked of [
      `foo${mark}bar is here.`,
      `Hello${mark}.`,
      `One (${mark}two${mark}) three.`,
      `It is $3${mark}.50 now.`,
      `Dr. ${mark} Smith is here.`,
      `Dr.${mark}  Smith`,
      `<say-as interpret-as="characters">ab</say-as>${mark}. Yes.`,
      `It ends.\n${mark}\nhere`,
      `(${mark} foo`,
    ])
      expect(samples(marked), marked).toBe(samples(marked.replaceAll(` ${mark} `, " ").replaceAll(`\n${mark}\n`, "\n").replaceAll(mark, "")));
  });

  it("a mark inside of a word has its time in it, by letters; behind the last letter that of the next word", () => {
    const spoken = speak('one <mark name="a"/>anti<mark name="b"/>disestablish<mark name="c"/>ment<mark name="d"/>, two');
    const [, word, two] = spoken.line.words;
    const { start = 0, end = 0 } = word ?? {};
    expect(word?.text).toBe("antidisestablishment");
    expect(spoken.line.marks.map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
    for (const [i, time] of [start, start + (end - start) * (4 / 20), start + (end - start) * (16 / 20), two?.start ?? 0].entries())
      expect(spoken.line.marks[i]?.time).toBeCloseTo(time, 5);
    expect(spoken.line.marks[1]?.text_start).toBe('<speak>one <mark name="a"/>anti'.length);
  });

  it("say-as of more than a token holds is spoken as text, with a warning", () => {
    const spoken = speak(`<say-as interpret-as="characters">${"ab ".repeat(300)}</say-as>`);
    expect([codes(spoken)[0], spoken.line.words.length]).toEqual(["speech_attribute_invalid", 300]);
    expect(codes(speak(`<say-as interpret-as="characters">${"ab ".repeat(100)}</say-as>`))).toEqual([]);
  });

  it("voice changes the voice, and the words stay in order", () => {
    const spoken = speak('Hello from one. <voice name="rms">Hello from two.</voice> And back.');
    expect(words(spoken)).toBe("hello from one hello from two and back");
    const rmsAlone = host.speak({ text: "Hello from two.", voice: "rms" });
    const [from, to] = [spoken.line.words[3], spoken.line.words[5]];
    const own = rmsAlone.line.words;
    expect((to?.end ?? 0) - (from?.start ?? 0)).toBeCloseTo((own[2]?.end ?? 0) - (own[0]?.start ?? 0), 2);
    const preferred = speak('<voice name="rms nobody">Hello from two.</voice>');
    expect(Buffer.from(preferred.samples.buffer).equals(Buffer.from(rmsAlone.samples.buffer))).toBe(true);
    const gone = speak('<voice name="nobody">Hello.</voice>');
    expect(gone.line.error?.code).toBe("speech_voice_not_found");
  });

  it("lang other than English is a warning", () => {
    const spoken = speak('<lang xml:lang="fr-FR">bonjour</lang>');
    expect([codes(spoken), words(spoken)]).toEqual([["speech_language_unsupported"], "bonjour"]);
    expect(codes(speak('<lang xml:lang="en-GB">hello</lang>'))).toEqual([]);
  });
});

describe("documents", () => {
  it("give places that count code points of the document, through entities", () => {
    const document = '<!DOCTYPE speak [<!ENTITY who "big world">]>\n<speak>é😀 Hello &amp; <!-- ü -->&who; again &#65;nn</speak>';
    const spoken = speak(`<?xml version="1.0"?>${document}`);
    const characters = [...`<?xml version="1.0"?>${document}`];
    expect(spoken.line.words.map((one) => [one.text, characters.slice(one.text_start, one.text_end).join("")])).toEqual([
      ["e", "é"],
      ["hello", "Hello"],
      ["&", "&amp;"],
      ["big", "&who;"],
      ["world", "&who;"],
      ["again", "again"],
      ["ann", "&#65;nn"],
    ]);
  });

  it("with an entity of many lines behind much text are read once, not once a line", () => {
    const lines = `<!DOCTYPE speak [<!ENTITY many "${"a\n".repeat(2000)}">]>`;
    const document = `${lines}<speak>${" ".repeat(1_000_000)}${"&many;".repeat(20)}<mark name="end"/></speak>`;
    const handle = host.open({ ssml: document, voice: "kal16" });
    expect(handle).toBeGreaterThan(0);
    host.call("hs_close", handle);
  });

  it.each([
    ["<speak>\n  <p>one</s>\n</speak>", 2, 11],
    ["<speak>one", 1, 11],
    ["hello", 1, 1],
    ["<speak>&nope;</speak>", 1, 8],
    ["<speak><p a='1' a='2'/></speak>", 1, 17],
    ["<voice name='x'>one</voice>", 1, 1],
    ["", 1, 1],
  ])("%j is an error at line %s, column %s", (document, line, column) => {
    const spoken = host.speak({ ssml: document, voice: "slt" });
    expect(spoken.line.error).toMatchObject({ code: "speech_ssml_invalid", field: "ssml", line, column });
  });

  it("unknown elements are warnings with line and column, their text is spoken, markup never", () => {
    const spoken = speak('one\n <blink x="1">two</blink> <audio src="a.wav">three</audio><metadata>secret</metadata>');
    expect(words(spoken)).toBe("one two three");
    expect(spoken.line.warnings.map((warning) => [warning.code, warning.line, warning.column])).toEqual([
      ["speech_element_unknown", 2, 2],
      ["speech_element_unknown", 2, 27],
    ]);
  });

  it("bad values of attributes are warnings", () => {
    for (const body of [
      '<prosody rate="quick">a</prosody>',
      '<prosody pitch="up">a</prosody>',
      '<prosody volume="much">a</prosody>',
      '<prosody contour="(0%,+20Hz)">a</prosody>',
      '<emphasis level="great">a</emphasis>',
      '<break time="soon"/>a',
      '<break strength="huge"/>a',
      "<mark/>a",
      "<sub>a</sub>",
      "<voice>a</voice>",
    ])
      expect([body, codes(speak(body)), words(speak(body))]).toEqual([body, ["speech_attribute_invalid"], "a"]);
  });

  it("values beyond what can be spoken are held to it, with a warning; a sign without a sound is named, not its word", () => {
    for (const body of [
      '<prosody rate="1%">a</prosody>',
      '<prosody pitch="+90st">a</prosody>',
      '<prosody pitch="-5000Hz">a</prosody>',
      '<prosody volume="+90dB">a</prosody>',
      '<prosody rate="30%"><prosody rate="30%">a</prosody></prosody>',
    ]) {
      const spoken = speak(body);
      expect([body, codes(spoken), words(spoken)]).toEqual([body, ["speech_attribute_invalid"], "a"]);
      expect(spoken.line.warnings[0]?.message).toContain("beyond");
    }
    const signs = speak("at 25:61, a&lt;b");
    expect(signs.line.warnings.map((warning) => [warning.code, warning.characters, warning.text_start])).toEqual([["speech_characters_skipped", "<", 17]]);
  });

  it("are bounded: depth, elements, entities; nothing external is read", () => {
    const deep = `${"<p>".repeat(80)}a${"</p>".repeat(80)}`;
    const laughs = `<!DOCTYPE speak [<!ENTITY a0 "ha ha ha ha ha ha ha ha ha ha ">${Array.from({ length: 9 }, (_, i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`).join("")}]><speak>&a9;</speak>`;
    for (const document of [
      `<speak>${deep}</speak>`,
      `<speak>${"<mark name='a'/>".repeat(100_001)}</speak>`,
      laughs,
      '<!DOCTYPE speak [<!ENTITY x SYSTEM "file:///etc/passwd">]><speak>&x;</speak>',
      '<!DOCTYPE speak [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><speak>a</speak>',
      '<!DOCTYPE speak SYSTEM "file:///etc/passwd"><speak>&x;</speak>',
      `<!DOCTYPE speak [${Array.from({ length: 70 }, (_, i) => `<!ENTITY e${i} "x">`).join("")}]><speak>a</speak>`,
    ]) {
      const spoken = host.speak({ ssml: document, voice: "slt" });
      expect(spoken.line.error?.code, document.slice(0, 80)).toBe("speech_ssml_invalid");
      expect(spoken.line.error?.line).toBeGreaterThan(0);
    }
  });
});
