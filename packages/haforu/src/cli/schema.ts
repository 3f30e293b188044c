// `haforu schema`: the JSON Schema that the contract is emitted as, of one job or of a JobSpec document.

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
      await print(await readFile(path));
    });
}
