// `haforu schema`: the JSON Schema that the contract is emitted as, of one job or of a JobSpec document; with what @haforu/speech adds to a job where it is installed.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Command } from "commander";
import { print } from "./print.ts";

export function command(): Command {
  return new Command("schema")
    .description("Print the JSON Schema (2020-12) of a job line, or of a JobSpec document.")
    .option("--document", "of a JobSpec document")
    .addHelpText(
      "after",
      `
Example:
  haforu schema > job.schema.json`,
    )
    .action(async (options: { readonly document?: boolean }) => {
      const name = options.document === true ? "document" : "job";
      const path = createRequire(import.meta.url).resolve(`@haforu/engine/${name}.schema.json`);
      const text = await readFile(path, "utf8");
      const speech = await speechSchema();
      await print(speech === undefined ? text : `${JSON.stringify(withSpeech(JSON.parse(text) as Schema, speech), null, 2)}\n`);
    });
}

type Schema = Readonly<Record<string, unknown>>;

/** Undefined: the package is not installed. */
async function speechSchema(): Promise<Schema | undefined> {
  try {
    return (await import("@haforu/speech/jobs")).SPEECH_SCHEMA;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND" && String(error).includes("'@haforu/speech'")) return undefined;
    throw error;
  }
}

/** A job may be spoken as well, or spoken alone: then it needs no font and no text. */
function withSpeech(schema: Schema, speech: Schema): Schema {
  const { $defs, ...rest } = schema as { $defs: Readonly<Record<string, Schema>> };
  const { job, ...others } = $defs;
  if (job !== undefined) return { ...rest, $defs: { job: spoken(job), ...others, speech } };
  return { ...spoken(rest), $defs: { ...others, speech } };
}

function spoken({ required, properties, oneOf, ...rest }: Schema): Schema {
  const kinds = oneOf as readonly Schema[];
  return {
    ...rest,
    required: ["id"],
    properties: { ...(properties as Schema), speech: { description: "What to speak of it, or alone.", $ref: "#/$defs/speech" } },
    if: { anyOf: kinds },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's keyword
    then: { required, oneOf: kinds },
    else: { required: ["speech"], properties: { font: false } },
  };
}
