// The cases: requests of flite.wasm's ABI (packages/speech/engine/ABI.md), and calls of a host's own library. Each has a name and a line. Knows no host.

/** @typedef {readonly (readonly [name: string, line: string])[]} Cases */

const ALL = ["words", "phonemes", "sentences", "marks"];
const TEXT = "Hello world, this costs 25 dollars. Dr. Smith was born on 3 May 1984.";
const request = (fields) => JSON.stringify({ voice: "slt", include: ALL, ...fields });
const ssml = (body, fields = {}) => request({ voice: "kal16", ssml: `<speak>${body}</speak>`, ...fields });

const TEXTS = {
  sentence: TEXT,
  "a letter": "a",
  "no text": "",
  blanks: " \t\n ",
  punctuation: "... !!! ???",
  numbers: "0 7 19 100 1,234,567 3.14159 -5 1st 22nd 007 1e9 50% $3.50 12:30 1984",
  abbreviations: "Mr. and Mrs. Brown, 5 St. James St., e.g. NATO, U.S.A., etc.",
  paragraphs: "One.\n\nTwo?\n\nThree!",
  quotes: '"Come in," she said. (He did not.) It’s done — really…',
  emoji: "Good 😀 morning 👩‍👩‍👧‍👦 all",
  "no script of the voice": "Привет мир and 你好 and مرحبا",
  accents: "Café naïve façade Müller",
  controls: "a\u0001b\u0007c\u0085d",
  "markup in plain text": "<speak>1 < 2 & 3</speak>",
  "a long word": "a".repeat(400),
  "a long sentence": "and then we went on ".repeat(60),
  "many sentences": Array.from({ length: 12 }, (_, i) => `This is sentence ${i + 1}.`).join(" "),
  "beyond the first plane": "𝐇𝐞𝐥𝐥𝐨 hello 𝟐𝟓 25",
};

const ELEMENTS = {
  plain: "Hello there.",
  paragraphs: "<p>One two.</p><p><s>Three.</s><s>Four.</s></p>",
  breaks: "one<break/>two<break time='750ms'/>three<break strength='x-strong'/>four<break strength='none'/>five",
  "prosody, rate": "<prosody rate='slow'>slow</prosody> <prosody rate='150%'>faster</prosody> <prosody rate='+20%'>more</prosody>",
  "prosody, pitch": "<prosody pitch='+4st'>high</prosody> <prosody pitch='90Hz'>deep</prosody> <prosody pitch='x-low'>low</prosody>",
  "prosody, volume": "<prosody volume='-6dB'>soft</prosody> <prosody volume='loud'>loud</prosody> <prosody volume='silent'>gone</prosody>",
  "prosody in prosody": "<prosody rate='80%' volume='-3dB'>a <prosody rate='150%' pitch='-2st'>b</prosody> c</prosody>",
  characters: "<say-as interpret-as='characters'>AB12</say-as>",
  digits: "<say-as interpret-as='digits'>2025</say-as>",
  cardinal: "<say-as interpret-as='cardinal'>1234</say-as>",
  ordinal: "<say-as interpret-as='ordinal'>21</say-as>",
  date: "<say-as interpret-as='date' format='dmy'>3/5/1984</say-as>",
  time: "<say-as interpret-as='time'>12:30</say-as>",
  telephone: "<say-as interpret-as='telephone'>555-0123</say-as>",
  currency: "<say-as interpret-as='currency'>$42.50</say-as>",
  sub: "<sub alias='World Wide Web Consortium'>W3C</sub> rules",
  "phoneme, ARPAbet": "<phoneme alphabet='arpabet' ph='t ah0 m ey1 t ow0'>tomato</phoneme>",
  "phoneme, IPA": "<phoneme alphabet='ipa' ph='təˈmɑːtoʊ'>tomato</phoneme>",
  emphasis: "I <emphasis level='strong'>do</emphasis> <emphasis level='reduced'>mind</emphasis>",
  marks: "one <mark name='here'/>two <mark name='ende'/>",
  voices: "me <voice name='rms'>him</voice> me",
  "a voice that is not there": "me <voice name='nobody'>nobody</voice>",
  language: "<lang xml:lang='de-DE'>Haus</lang>",
  entities: "1 &lt; 2 &amp; &#x263A; &#65;",
  "an unknown element": "<shout>Hey</shout> you",
  "an unknown attribute": "<p loud='1'>Hey</p>",
  "a bad value": "<prosody rate='warp'>Hey</prosody>",
  comments: "a<!-- not spoken -->b<?not spoken?><![CDATA[ <c> ]]>",
};

const DOCUMENTS = {
  "an own entity": "<!DOCTYPE speak [<!ENTITY me 'Myself'>]><speak>&me;</speak>",
  "an external entity": "<!DOCTYPE speak [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><speak>&x;</speak>",
  "a billion laughs": `<!DOCTYPE speak [<!ENTITY a "ha">${Array.from({ length: 30 }, (_, i) => `<!ENTITY ${String.fromCharCode(98 + (i % 25))}${i} "${i === 0 ? "&a;" : `&${String.fromCharCode(98 + ((i - 1) % 25))}${i - 1};`.repeat(9)}">`).join("")}]><speak>&f29;</speak>`,
  "not closed": "<speak>Hello",
  "closed by another": "<speak>\n <p>a</s>\n</speak>",
  "no document": "Hello",
  "nothing at all": "",
  "an unknown entity": "<speak>&nope;</speak>",
  "an attribute twice": "<speak><p a='1' a='2'>x</p></speak>",
  "too deep": `<speak>${"<p>".repeat(70)}${"</p>".repeat(70)}</speak>`,
};

const REFUSED = {
  "no JSON": "{",
  "a list": "[]",
  "an empty line": "",
  "an unknown field": request({ text: "a", tempo: 1 }),
  "no text": request({}),
  "two texts": request({ text: "a", ssml: "<speak/>" }),
  "no voice": JSON.stringify({ text: "a" }),
  "a voice that is not there": request({ text: "a", voice: "nobody" }),
  "a voice's name": request({ text: "a", voice: "../slt" }),
  "rate too small": request({ text: "a", rate: 0.49 }),
  "rate too large": request({ text: "a", rate: 2.01 }),
  "rate as text": request({ text: "a", rate: "1" }),
  "pitch too high": request({ text: "a", pitch: 12.5 }),
  "volume too high": request({ text: "a", volume: 21 }),
  "a sample rate": request({ text: "a", sample_rate: 44_000 }),
  channels: request({ text: "a", channels: 3 }),
  quality: request({ text: "a", quality: "best" }),
  format: request({ text: "a", format: "int8" }),
  include: request({ text: "a", include: ["visemes"] }),
  "chunks too short": request({ text: "a", chunk_ms: 19 }),
};

/** @type {Readonly<Record<string, Cases>>} Lines are requests. */
export const REQUESTS = {
  voices: ["slt", "rms", "awb", "kal16"].flatMap((voice) => [
    [`voice ${voice}`, request({ voice, text: TEXT })],
    [`voice ${voice}, faster and higher`, request({ voice, text: TEXT, rate: 1.37, pitch: 3.5 })],
  ]),
  texts: Object.entries(TEXTS).map(([name, text]) => [`text: ${name}`, request({ voice: "kal16", text, id: name })]),
  options: [
    ...[0.5, 0.8, 1.25, 2].map((rate) => [`rate ${rate}`, request({ text: "Hello there.", rate })]),
    ...[-12, -0.5, 12].map((pitch) => [`pitch ${pitch}`, request({ text: "Hello there.", pitch })]),
    ...[-20, 3.3, 20].map((volume) => [`volume ${volume}`, request({ text: "Hello there.", volume })]),
    ...[8000, 11025, 22050, 24000, 32000, 44100, 48000].map((rate) => [`sample rate ${rate}`, request({ voice: "kal16", text: "Hello.", sample_rate: rate })]),
    ...["draft", "standard", "high"].map((quality) => [`quality ${quality}`, request({ voice: "kal16", text: "Hello.", sample_rate: 44100, quality })]),
    ...["float32", "int16", "int24", "int32", "uint8", "float64"].map((format) => [`format ${format}`, request({ text: "Loud.", volume: 12, format })]),
    ...["int16", "uint8"].map((format) => [`format ${format} with dither`, request({ text: "Soft.", volume: -20, format, dither: "tpdf" })]),
    ["two channels", request({ text: "Hello.", channels: 2 })],
    ["chunks of 20 ms", request({ text: "Hello there.", chunk_ms: 20 })],
    ["times in the chunks alone", request({ text: "Hello there.", times: "chunks" })],
    ["no times", request({ text: "Hello there.", include: [] })],
    ["another language", request({ text: "Hello there.", language: "de" })],
  ],
  ssml: [
    ...Object.entries(ELEMENTS).map(([name, body]) => [`SSML: ${name}`, ssml(body)]),
    ...["rate", "pitch"].map((what) => [`SSML: ${what} with the statistical voice`, ssml(ELEMENTS[`prosody, ${what}`], { voice: "slt" })]),
    ...Object.entries(DOCUMENTS).map(([name, document]) => [`SSML: ${name}`, request({ voice: "kal16", ssml: document })]),
  ],
  refused: Object.entries(REFUSED).map(([name, line]) => [`refused: ${name}`, line]),
};

const hex = (text) => Buffer.from(text).toString("hex");
const FIELDS = ["voice", "language", "rate", "pitch", "volume", "sampleRate", "channels", "quality"];
const call = (kind, text, options = {}, ...more) =>
  [kind, hex(text), ...FIELDS.map((field) => options[field] ?? ""), (options.include ?? []).join(","), ...more].join("\t");
const SOUND = "Hello <mark name='m'/> 25 <break time='300ms'/> worlds.";

/** @type {Readonly<Record<string, Cases>>} Lines are fields between tabs. */
export const CALLS = {
  speak: [
    ["speak with the defaults", call("text", TEXT)],
    [
      "speak with every option",
      call("text", TEXT, { voice: "rms", language: "en-GB", rate: 0.9, pitch: -2, volume: 3, sampleRate: 44100, channels: 2, quality: "high", include: ALL }),
    ],
    ["speak SSML", call("ssml", `<speak>${SOUND}</speak>`, { voice: "kal16", include: ALL })],
    ["speak nothing", call("text", "")],
    ["speak what the voice cannot", call("text", "Hello 你好 😀", { voice: "kal16" })],
    ["speak louder than integers hold", call("text", "Loud.", { volume: 20 })],
    ["refuse a rate", call("text", "a", { rate: 3 })],
    ["refuse a sample rate", call("text", "a", { sampleRate: 9000 })],
    ["refuse a voice", call("text", "a", { voice: "nobody" })],
    ["refuse a document", call("ssml", "<speak><p></speak>")],
  ],
  chunks: [
    ["chunks of 100 ms", call("chunks", TEXT, { voice: "kal16" }, 100)],
    ["chunks of 250 ms at another rate", call("chunks", TEXT, { voice: "kal16", sampleRate: 22050 }, 250)],
    ["chunks longer than the text", call("chunks", "Hi.", {}, 60000)],
    ["pieces of one byte", call("pieces", "Größe 25 € 😀 is spoken. And so on.", { voice: "kal16" }, 1)],
    ["pieces of seven bytes", call("pieces", TEXT, {}, 7)],
  ],
  samples: [
    ...["int16", "int24", "int32", "uint8", "float64", "float32"].flatMap((format) =>
      ["little", "big"].map((endian) => [`samples as ${format}, ${endian} endian`, ["convert", 3000, format, endian, ""].join("\t")]),
    ),
    // More than a host gives at once: the noise begins anew with each 65,536 samples.
    ...["int16", "int24", "uint8"].map((format) => [`samples as ${format} with dither`, ["convert", 70_000, format, "little", "dither"].join("\t")]),
    ...[
      [1, 16000, 48000, "draft"],
      [1, 16000, 44100, "standard"],
      [2, 44100, 16000, "high"],
      [1, 48000, 8000, "standard"],
      [2, 8000, 11025, "draft"],
      [1, 16000, 22050, "high"],
    ].map(([channels, from, to, quality]) => [`${from} Hz to ${to} Hz, ${quality}`, ["resample", 70_000, channels, from, to, quality].join("\t")]),
  ],
};
