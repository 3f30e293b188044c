// `haforu version`: the versions of the program and of what it stands on.

import { Command } from "commander";
import { print } from "./print.ts";
import { versions } from "./versions.ts";

export function command(): Command {
  return new Command("version")
    .description("Print the versions of the program, HarfBuzz, the engine, the job contract and Node.")
    .option("--json", "as one JSON object")
    .addHelpText(
      "after",
      `
Example:
  haforu version --json`,
    )
    .action(async (options: { readonly json?: boolean }) => {
      const all = versions();
      if (options.json === true) return print(`${JSON.stringify(all)}\n`);
      const width = Math.max(...Object.keys(all).map((name) => name.length)) + 2;
      return print(
        Object.entries(all)
          .map(([name, version]) => `${name.padEnd(width)}${version}\n`)
          .join(""),
      );
    });
}
