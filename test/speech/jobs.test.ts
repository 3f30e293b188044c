// What the contract says of jobs that are spoken, which its kernel does not read: its names are those of @haforu/speech's schema, and spoken results hold what is described, in
// that order, and nothing else.
import { readdirSync, readFileSync } from "node:fs";
import { SPEECH_SCHEMA } from "@haforu/speech/jobs";
import { type Result, renderJobs } from "haforu";
import { describe, expect, it } from "vitest";
import { result } from "../../packages/engine/contract/result.mjs";
import { jobSpeech, spokenErrors, spokenWarningDetails, spokenWarnings } from "../../packages/engine/contract/speech.mjs";

type Shape = { readonly fields: readonly (readonly [name: string, type: string, about: string, optional?: boolean])[] };
const shapes = result as unknown as Readonly<Record<string, Shape>>;

/** @returns what of a value is not described, missing, or out of order. */
function differs(value: object, shape: Shape): string[] {
  const names = shape.fields.map(([name]) => name);
  const found = Object.keys(value);
  const missing = shape.fields.filter(([name, , , optional]) => optional !== true && !found.includes(name)).map(([name]) => `missing: ${name}`);
  const unknown = found.filter((name) => !names.includes(name)).map((name) => `not described: ${name}`);
  const inOrder = found.filter((name) => names.includes(name)).every((name, i, all) => i === 0 || names.indexOf(name) > names.indexOf(all[i - 1] as string));
  return [...missing, ...unknown, ...(inOrder ? [] : [`order: ${found.join(", ")}`])];
}

describe("jobs with speech", () => {
  it("take what the schema of @haforu/speech has, by the same defaults", () => {
    const { properties } = SPEECH_SCHEMA as { properties: Readonly<Record<string, { default?: unknown; enum?: readonly unknown[] }>> };
    const fields = jobSpeech.fields as readonly { name: string; type: string; fallback: string }[];
    expect(fields.map(({ name }) => name)).toEqual(Object.keys(properties));
    for (const { name, fallback } of fields) {
      const given = properties[name]?.default;
      if (given !== undefined) expect([name, JSON.parse(fallback.replaceAll("`", ""))]).toEqual([name, given]);
    }
    // The types of what is one of few values name each of them.
    const typed = ["format", "encoding", "bits", "channels"];
    for (const { name, type } of fields.filter((field) => typed.includes(field.name)))
      expect([name, type]).toEqual([name, properties[name]?.enum?.map((value) => JSON.stringify(value)).join(" | ")]);
  });

  it("have the codes of @haforu/speech's errors, but for those of calls, and of its engine's warnings", () => {
    const text = (path: string) => readFileSync(new URL(`../../packages/speech/${path}`, import.meta.url), "utf8");
    const codesIn = (source: string) => [...source.matchAll(/"(speech_[a-z_]+)"/g)].map(([, code]) => code as string);
    const all = codesIn(text("src/errors.ts"));
    // Of configurations, players, files that are read and pipelines, which a job has not; a wrong option makes a job invalid_job.
    const ofCalls = ["option_invalid", "config_invalid", "player_missing", "audio_invalid", "file_unreadable", "disposed"].map((name) => `speech_${name}`);
    expect(spokenErrors.toSorted()).toEqual(all.filter((code) => !ofCalls.includes(code)).toSorted());
    const shim = "engine/native/shim";
    const sources = readdirSync(new URL(`../../packages/speech/${shim}`, import.meta.url)).filter((name) => name.endsWith(".c") && name !== "errors.c");
    const warned = new Set(sources.flatMap((name) => codesIn(text(`${shim}/${name}`))));
    expect(spokenWarnings.toSorted()).toEqual([...warned].toSorted());
  });

  it("tell errors and warnings with the details that are described", async () => {
    const jobs = [
      { id: "a", speech: { ssml: "<speak>\n<p>not closed</speak>", format: "none" } },
      { id: "b", speech: { text: "Hello \u{1f600}.", format: "none" } },
      { id: "c", speech: { ssml: '<speak><unheard>Hello.</unheard><prosody rate="loud">there</prosody></speak>', format: "none" } },
      { id: "d", speech: { text: "Hello.", voice: "nobody" } },
    ] as const;
    const results: Result[] = [];
    for await (const one of renderJobs(jobs)) results.push(one);
    const [a, b, c, d] = results;
    expect([a?.error?.code, a?.error?.ssml_line, d?.error?.code]).toEqual(["speech_ssml_invalid", 2, "speech_voice_not_found"]);
    expect(differs(a?.error as object, shapes.ResultError as Shape)).toEqual([]);
    const warnings = [...(b?.warnings ?? []), ...(c?.warnings ?? [])];
    expect(warnings.map(({ code }) => code)).toEqual(["speech_characters_skipped", "speech_element_unknown", "speech_attribute_invalid"]);
    const described = ["code", "message", ...spokenWarningDetails.map(([name]) => name)];
    for (const warning of warnings) expect(Object.keys(warning).filter((name) => !described.includes(name))).toEqual([]);
  });

  it("are among the fields that an unknown one is told", async () => {
    const said: unknown[] = [];
    const jobs = [
      { id: "a", speach: { text: "Hello." } },
      { id: "b", speech: { text: "Hello.", format: "none" }, colour: 1 },
    ] as unknown as Parameters<typeof renderJobs>[0];
    for await (const { error } of renderJobs(jobs)) said.push(error?.message);
    expect(said).toEqual([
      "speach: unknown field; did you mean speech?",
      "colour: unknown field; the fields here are version, id, font, text, rendering, compare, sweep, speech",
    ]);
  });

  it("give what the contract describes", async () => {
    const include = ["words", "phonemes", "sentences", "marks"] as const;
    const font = { path: new URL("../../node_modules/source-sans-pro/TTF/SourceSansPro-Regular.ttf", import.meta.url).pathname, size: 20 };
    const rendering = { format: "metrics", width: 200, height: 40, include: ["boxes", "hash"] } as const;
    const jobs = [
      { id: "a", speech: { ssml: '<speak>Hello <mark name="here"/> there.</speak>', include } },
      { id: "b", font, text: { content: "Hello." }, rendering, speech: { format: "none" } },
    ] as const;
    const results: Result[] = [];
    for await (const one of renderJobs(jobs)) results.push(one);
    expect(results.map(({ status }) => status)).toEqual(["success", "success"]);
    for (const one of results) {
      expect(differs(one, shapes.Result as Shape)).toEqual([]);
      expect(differs(one.speech as object, shapes.ResultSpeech as Shape)).toEqual([]);
      for (const word of [...(one.words ?? []), ...(one.phonemes ?? [])]) expect(differs(word, shapes.SpokenWord as Shape)).toEqual([]);
      for (const sentence of one.sentences ?? []) expect(differs(sentence, shapes.SpokenSentence as Shape)).toEqual([]);
      for (const mark of one.marks ?? []) expect(differs(mark, shapes.SpokenMark as Shape)).toEqual([]);
    }
    expect([results[0]?.marks?.length, results[0]?.words?.length, results[1]?.words?.length]).toEqual([1, 2, 1]);
    expect(results[0]?.phonemes?.length).toBeGreaterThan(4);
  });
});
