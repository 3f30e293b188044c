// Checking jobs: what a good line becomes, and what is said of a bad one, word by word.
import { beforeAll, describe, expect, it } from "vitest";
import { objects } from "../../contract/contract.mjs";
import { checkKernel } from "./testing/kernel.mjs";

let kernel: Awaited<ReturnType<typeof checkKernel>>;
beforeAll(async () => {
  kernel = await checkKernel();
});

const JOB = { id: "a", font: { path: "f.ttf", size: 16 }, text: { content: "a" }, rendering: { format: "pgm", width: 10, height: 5 } };
/** The job with one field changed; undefined takes it away. */
function withField(path: string, value: unknown): string {
  const job: Record<string, unknown> = structuredClone(JOB);
  const names = path.split(".");
  let at = job;
  for (const name of names.slice(0, -1)) at = at[name] as Record<string, unknown>;
  at[names.at(-1) as string] = value;
  return JSON.stringify(job);
}

describe("a good job", () => {
  it("becomes a record with the defaults in place", () => {
    const { status, job } = kernel.check(JSON.stringify(JOB));
    expect(status).toBe(0);
    expect(job).toMatchObject({
      id: "a",
      path: "f.ttf",
      sizePx: 16,
      faceIndex: 0,
      instanceLen: 0,
      variations: {},
      features: [],
      text: "a",
      textCodePoints: 1,
      script: "",
      direction: 0,
      languageLen: 0,
      format: 0,
      encoding: 0,
      width: 10,
      height: 5,
      hasOrigin: 0,
      invert: 0,
      include: 0,
      flags: 0,
      op: 0,
    });
  });

  it("is the first customer's, as it stands", () => {
    const line =
      '{"version": "1.0", "id": "x", "font": {"path": "F.ttf", "size": 1000, "variations": {"wght": 600}, "face_index": 0}, "text": {"content": "a", "script": "Latn", "direction": "ltr", "language": "en"}, "rendering": {"format": "pgm", "encoding": "binary", "width": 3000, "height": 1200}}';
    const { status, job } = kernel.check(line);
    expect(status).toBe(0);
    expect(job).toMatchObject({
      sizePx: 1000,
      variations: { wght: 600 },
      script: "Latn",
      direction: 4,
      language: "en",
      format: 0,
      encoding: 1,
      width: 3000,
      height: 1200,
    });
  });

  it("has its fields whatever their order, the font's features before the text's", () => {
    const line =
      '{"rendering":{"include":["hash","boxes"],"invert":true,"origin":[1.5,-2],"height":7,"width":9,"format":"svg"},"text":{"features":["ss01=2","smcp[0:5]"],"direction":"btt","content":"\\u0915\\ud83d\\ude00\\n"},"font":{"features":"kern, -liga","variations":{"wght":1e2,"OPT ":-0.5},"size":0.25,"path":"a\\/b"},"id":"\\u00e9"}';
    const { status, job } = kernel.check(line);
    expect(status).toBe(0);
    expect(job).toMatchObject({
      id: "é",
      path: "a/b",
      sizePx: 0.25,
      variations: { wght: 100, "OPT ": -0.5 },
      features: ["kern", "-liga", "ss01=2", "smcp[0:5]"],
      text: "क😀\n",
      textCodePoints: 3,
      direction: 7,
      format: 2,
      encoding: 2,
      width: 9,
      height: 7,
      hasOrigin: 1,
      originX: 1.5,
      originY: -2,
      invert: 1,
      include: 8 | 2,
    });
  });

  it("takes an axis tag of any printable ASCII, and no other", () => {
    expect(kernel.check(withField("font.variations", { "~ !A": 1 })).job.variations).toEqual({ "~ !A": 1 });
    for (const tag of ["\x7fabc", "wgh\t", "wghé", "wgh", "wght2", ""]) expect(kernel.check(withField("font.variations", { [tag]: 1 })).status).toBe(-2);
  });

  it("with format metrics includes metrics and no data", () => {
    expect(kernel.check(withField("rendering.format", "metrics")).job).toMatchObject({ format: 4, encoding: 3, include: 1 });
  });

  it("leaves nothing to the next one", () => {
    kernel.check(
      '{"id":"b","font":{"path":"x","size":5,"variations":{"wght":1},"features":"kern"},"text":{"content":"long","script":"Arab","features":["liga"]},"rendering":{"format":"raw","width":1,"height":1,"origin":[1,2],"invert":true,"include":["hash"]}}',
    );
    expect(kernel.check(JSON.stringify(JOB)).job).toMatchObject({
      variationCount: 0,
      features: [],
      featureCount: 0,
      script: "",
      hasOrigin: 0,
      originX: 0,
      invert: 0,
      include: 0,
    });
  });

  it("flags bad UTF-8 and half a surrogate pair, and reads them as U+FFFD", () => {
    const half = kernel.check(withField("text.content", "x").replace('"x"', '"\\ud800"'));
    expect([half.status, half.job.text, half.job.flags]).toEqual([0, "\ufffd", 1]);
    const line = new TextEncoder().encode(withField("text.content", "xy"));
    line[line.indexOf(0x79)] = 0xff;
    const bad = kernel.check(line);
    expect([bad.status, bad.job.text, bad.job.flags]).toEqual([0, "x\ufffd", 1]);
  });
});

describe("an op line", () => {
  it.each([
    ['{"op":"ping"}', 1, ""],
    ['{"id":"7","op":"warm_up"}', 2, "7"],
    ['{"op":"stats","id":"x"}', 3, "x"],
  ])("%s", (line, op, id) => {
    expect(kernel.check(line)).toMatchObject({ status: 1, job: { op, id } });
  });
});

/** What is said of a bad line: field and message of every problem, worked out by hand from docs/jobs.md. */
const SAID: readonly (readonly [line: string, ...problems: (readonly [field: string, message: string])[]])[] = [
  [withField("font.size", 0), ["font.size", "font.size: got 0, expected a number over 0 and at most 10000; give the size in pixels per em"]],
  [withField("font.size", "16"), ["font.size", 'font.size: got "16", expected a number over 0 and at most 10000; give the size in pixels per em']],
  [
    withField("font.size", 1).replace('"size":1', '"size":1e999'),
    ["font.size", "font.size: got 1e999, expected a number over 0 and at most 10000; give the size in pixels per em"],
  ],
  [withField("id", undefined), ["id", "id is missing, expected a string of 1 to 1024 characters"]],
  [withField("id", ""), ["id", 'id: got "", expected a string of 1 to 1024 characters']],
  [withField("id", "x".repeat(1025)), ["id", "id: got 1025 characters, expected a string of 1 to 1024 characters"]],
  [withField("id", null), ["id", "id: got null, expected a string of 1 to 1024 characters"]],
  [withField("font.path", "a\0"), ["font.path", 'font.path: got "a\\u0000", expected a string of 1 to 4096 characters without NUL characters']],
  [withField("font.siez", 3), ["font.siez", "font.siez: unknown field; did you mean size?"]],
  [withField("font.faceIndex", 3), ["font.faceIndex", "font.faceIndex: unknown field; did you mean face_index?"]],
  [withField("width", 3), ["width", "width: unknown field; it belongs at rendering.width"]],
  [
    withField("speech", { text: "a" }),
    ["speech", "speech: unknown field; jobs are spoken by the programs and libraries of npm and Python; from C a text is spoken by libhaforu_speech"],
  ],
  [withField("speach", { text: "a" }), ["speach", "speach: unknown field; did you mean speech?"]],
  [withField("sweap", {}), ["sweap", "sweap: unknown field; did you mean sweep?"]],
  [withField("text.speach", "a"), ["text.speach", "text.speach: unknown field; the fields here are content, script, direction, language, features"]],
  [withField("text.colour", "red"), ["text.colour", "text.colour: unknown field; the fields here are content, script, direction, language, features"]],
  [
    withField("an odd\nkey", 1),
    ['["an odd\nkey"]', '["an odd\nkey"]: unknown field; the fields here are version, id, font, text, rendering, compare, sweep, speech'],
  ],
  [withField("font", "f.ttf"), ["font", 'font: got "f.ttf", expected an object with path, size, variations, instance, face_index, features']],
  [withField("font.face_index", 1.5), ["font.face_index", "font.face_index: got 1.5, expected an integer from 0 to 65535"]],
  [withField("font.variations", { wght: "bold" }), ["font.variations.wght", 'font.variations.wght: got "bold", expected a number from -32768 to 32768']],
  [
    withField("font.variations", { weight: 1 }),
    ["font.variations.weight", 'font.variations.weight: got "weight", expected an axis tag of 4 printable ASCII characters, such as wght'],
  ],
  [
    withField("font.variations", Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`a${100 + i}`, i]))),
    ["font.variations", 'font.variations: got 65 entries, expected an object of at most 64 numbers by axis tag, such as {"wght": 600}'],
  ],
  [
    withField("font.features", ["kern", 5]),
    ["font.features[1]", "font.features[1]: got 5, expected a feature in HarfBuzz's syntax, such as kern, -liga, ss01=1 or smcp[0:5]"],
  ],
  [
    withField("text.features", "kern,,liga"),
    ["text.features", 'text.features: got "kern,,liga", expected features in HarfBuzz\'s syntax, separated by commas, such as "kern,-liga,ss01=1"'],
  ],
  [
    withField("text.content", "x".repeat(65537)),
    ["text.content", "text.content: got 65537 characters, expected at most 65536; split the text into several jobs"],
  ],
  [withField("text.content", undefined), ["text.content", "text.content is missing, expected a string of at most 65536 characters"]],
  [withField("text.script", "Latin"), ["text.script", 'text.script: got "Latin", expected an ISO 15924 code of 4 letters, such as Latn or Arab']],
  [withField("text.direction", "LTR"), ["text.direction", 'text.direction: got "LTR", expected "ltr", "rtl", "ttb" or "btt"']],
  [withField("text.language", "en_US"), ["text.language", 'text.language: got "en_US", expected a BCP 47 language tag, such as en or sr-Latn']],
  [withField("rendering.width", 32769), ["rendering.width", "rendering.width: got 32769, expected an integer from 1 to 32768"]],
  [withField("rendering.invert", 1), ["rendering.invert", "rendering.invert: got 1, expected true or false"]],
  [withField("rendering.origin", [1]), ["rendering.origin", "rendering.origin: got [1], expected [x, y], two numbers from -1000000 to 1000000"]],
  [withField("rendering.origin", [1, "2"]), ["rendering.origin[1]", 'rendering.origin[1]: got "2", expected a number from -1000000 to 1000000']],
  [withField("rendering.include", ["hash", "hash"]), ["rendering.include[1]", 'rendering.include[1]: "hash" is there twice, expected different names']],
  [
    withField("rendering.encoding", "json"),
    ["rendering.encoding", 'rendering.encoding: got "json" with format pgm, expected "base64" or "none"; only svg and metrics go as json'],
  ],
  [withField("version", "2.0"), ["version", "version 2.0: this program reads 1.0"]],
  ['{"version":2,"id":"q","nonsense":[1,{"x":null}]}', ["version", "version 2: this program reads 1.0"]],
  ["[1, 2]", ["", "got [1, 2], expected an object with version, id, font, text, rendering, compare, sweep, speech"]],
  [
    '{"id":"q","font":{"size":-1},"text":{"content":5},"x":1}',
    ["font.size", "font.size: got -1, expected a number over 0 and at most 10000; give the size in pixels per em"],
    ["font.path", "font.path is missing, expected a string of 1 to 4096 characters without NUL characters"],
    ["text.content", "text.content: got 5, expected a string of at most 65536 characters"],
    ["x", "x: unknown field; the fields here are version, id, font, text, rendering, compare, sweep, speech"],
    ["rendering", "rendering is missing, expected an object with format, encoding, width, height, origin, invert, include"],
  ],
  ['{"op":"pong"}', ["op", 'op: got "pong", expected "ping", "warm_up" or "stats"']],
  ['{"op":"ping","text":{}}', ["text", 'text: unknown field; a line with "op" has "op" and "id" alone']],
  ['{"id": "a" "b": 1}', ["", 'not valid JSON: expected a comma or a closing brace, got " at column 12']],
  ['{"id":"\\é"}', ["", "not valid JSON: unknown escape in a string, got \\é at column 8"]],
  ['{"id":"é", "id":"b"}', ["", 'not valid JSON: the key "id" is there twice at column 12']],
  [
    withField("font.instance", "y".repeat(300)).replace(/y+/, (all) => `${"é".repeat(60)}${all}`),
    ["font.instance", "font.instance: got 360 characters, expected a string of 1 to 256 characters"],
  ],
  [
    withField("text.script", "é".repeat(60)),
    ["text.script", `text.script: got "${"é".repeat(23)}…, expected an ISO 15924 code of 4 letters, such as Latn or Arab`],
  ],
];

describe("a bad job", () => {
  it.each(
    SAID.map(
      (said) =>
        [
          said
            .slice(1)
            .map(([, message]) => message)
            .join(" | "),
          ...said,
        ] as const,
    ),
  )("%s", (_, line, ...expected) => {
    const { problems } = kernel.check(line);
    expect(problems.map(({ field, message }) => [field, message])).toEqual(expected);
  });

  it("has the code of its one problem, or invalid_job for several", () => {
    expect(kernel.check(withField("text.content", "x".repeat(65537))).status).toBe(-10);
    expect(kernel.check(JSON.stringify({ ...JOB, rendering: { ...JOB.rendering, width: 32768, height: 32768 } }))).toMatchObject({
      status: -9,
      problems: [
        { code: "canvas_too_large", field: "rendering", message: "rendering: width × height is 32768 × 32768, expected at most 268435456 pixels in all" },
      ],
    });
    expect(kernel.check(withField("version", "0.9")).status).toBe(-20);
  });

  it("names the field that came for canvases and texts that are too large", () => {
    const told = (job: object) => kernel.check(JSON.stringify(job)).problems.map(({ code, field, message }) => [code, field, message.split(":")[0]]);
    const { rendering: _, ...base } = JOB;
    const large = { width: 32768, height: 32768 };
    expect(told({ ...base, sweep: { ...large, points: [{}] } })).toEqual([["canvas_too_large", "sweep", "sweep"]]);
    expect(told({ ...base, compare: { ...large, image: "a.png" } })).toEqual([["canvas_too_large", "compare", "compare"]]);
    const long = "x".repeat(65537);
    const side = { width: 10, height: 10 };
    expect(told({ ...base, compare: { ...side, with: { font: { path: "g.ttf", size: 9 }, text: { content: long } } } })).toEqual([
      ["text_too_long", "compare.with.text.content", "compare.with.text.content"],
    ]);
    expect(told({ ...base, sweep: { ...side, points: [{}], texts: ["x".repeat(40000), "x".repeat(40000)] } })).toEqual([
      ["text_too_long", "sweep.texts", "sweep.texts"],
    ]);
    expect(told({ ...base, text: { content: long }, sweep: { ...side, points: [{}] } })).toEqual([["text_too_long", "text.content", "text.content"]]);
  });

  it("is invalid_job for several problems", () => {
    expect(kernel.check("{").status).toBe(-1);
    expect(kernel.check(withField("font.size", 0)).status).toBe(-2);
    expect(
      kernel.check('{"id":"a","font":{"path":"f","size":0},"text":{"content":"x"},"rendering":{"format":"raw","width":32768,"height":32768}}').status,
    ).toBe(-2);
  });

  it("is internal where a result's number is none", () => {
    const message = (count: number) => `internal error: ${count} of the result's numbers are not finite`;
    expect(kernel.finite(1, -2.5)).toEqual([]);
    expect(kernel.finite(Number.NaN, Infinity)).toEqual([expect.objectContaining({ code: "internal", message: message(2) })]);
    expect(kernel.finite(0, -Infinity)).toEqual([expect.objectContaining({ code: "internal", message: message(1) })]);
    expect(kernel.finite(0, 0)).toEqual([]);
  });

  it("knows a key by all of its letters", () => {
    for (const [name, object] of Object.entries({ font: JOB.font, text: JOB.text, rendering: JOB.rendering })) {
      for (const { name: field } of objects[name].fields) {
        for (let i = 0; i < field.length; i++) {
          const wrong = `${field.slice(0, i)}q${field.slice(i + 1)}`;
          const line = JSON.stringify({ ...JOB, [name]: { [wrong]: 1, ...object } });
          expect(kernel.check(line).problems.map(({ field }) => field)).toEqual([`${name}.${wrong}`]);
        }
      }
    }
  });

  it("still gives its id", () => {
    expect(kernel.check('{"id":"here","font":3}').job.id).toBe("here");
    expect(kernel.check('{"id":"here","font":').job.id).toBe("here");
    expect(kernel.check('{"version":"9","id":"here"}').job.id).toBe("here");
    expect(kernel.check('{"id":7}').job.id).toBe("");
  });

  it("with a million problems lists 32, counts all and stays small", () => {
    const line = withField("font.features", Array(1_000_000).fill(""));
    const { status, total, problems } = kernel.check(line);
    expect(status).toBe(-2);
    expect(problems.length).toBe(32);
    expect(total).toBe(1_000_001);
    expect(kernel.raw.arenaBytes()).toBeLessThan(2 ** 20);
  });
});

describe("words for the other stages", () => {
  it("writes a warning's message and details from the same arguments", () => {
    expect(JSON.parse(kernel.warning(4, "wght", 1000, 900, 100, 900))).toEqual({
      code: "axis_clamped",
      message: "font.variations.wght: 1000 is outside 100 to 900; 900 is used",
      axis: "wght",
      given: 1000,
      used: 900,
      min: 100,
      max: 900,
    });
    expect(JSON.parse(kernel.warning(1, { codePoints: [0x41, 0x1f600, 0x915] }, 4))).toEqual({
      code: "missing_glyph",
      message: "the font has no glyph for U+0041, U+1F600, U+0915 (in all: 4)",
      code_points: [65, 128512, 2325],
      count: 4,
    });
    expect(JSON.parse(kernel.warning(3, 'a"\\\n', ""))).toEqual({
      code: "axis_unknown",
      message: 'font.variations.a"\\\n: the font has no such axis',
      axis: 'a"\\\n',
      axes: "",
    });
    expect(JSON.parse(kernel.warning(8, { glyphs: [3, 70000] }, 2))).toEqual({
      code: "outline_missing",
      message: "2 glyphs have no outline and are not drawn: 3, 70000",
      glyphs: [3, 70000],
      count: 2,
    });
    expect(JSON.parse(kernel.warning(7))).toEqual({
      code: "invalid_utf8",
      message: "the job holds bytes that are not UTF-8, or half a surrogate pair; each was read as U+FFFD",
    });
  });

  it("writes an error's message with and without its detail", () => {
    expect(kernel.error(3, "/f/x.ttf", "")).toEqual({ code: "font_not_found", field: "font.path", message: "font.path: /f/x.ttf: no such file" });
    expect(kernel.error(3, "/f/x.ttf", "ENOENT")).toEqual({
      code: "font_not_found",
      field: "font.path",
      message: "font.path: /f/x.ttf: no such file (ENOENT)",
    });
    expect(kernel.error(11, "250")).toEqual({ code: "timeout", field: "", message: "the job took longer than its time limit of 250 ms" });
    expect(kernel.error(22, "Bold", "Regular, Black")).toEqual({
      code: "instance_not_found",
      field: "font.instance",
      message: "font.instance: the font has no instance named Bold; it has Regular, Black",
    });
    expect(kernel.error(14, "")).toEqual({ code: "out_of_memory", field: "", message: "not enough memory for this job" });
  });
});
