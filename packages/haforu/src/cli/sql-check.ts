// What `haforu sql check` does: findings of @haforu/sql to lines on stdout, or one JSON object; the exit code says whether there is an error among them.

import { cancellable } from "./cancellable.ts";
import { EXIT_SOME_FAILED } from "./exit.ts";
import { note, print } from "./print.ts";
import { type InputFlags, options } from "./sql-actions.ts";
import { loadSql } from "./sql-load.ts";

export interface CheckFlags extends InputFlags {
  readonly parser?: "haforu" | "libpg-query";
  readonly singleTransaction?: boolean;
}

export async function check(inputs: readonly string[], flags: CheckFlags): Promise<void> {
  const { parser, singleTransaction } = flags;
  const sql = await loadSql();
  await cancellable(sql.SqlError, async (signal) => {
    const { checkSchema, findingText } = await sql.loadCheck();
    const asked = { ...(parser === undefined ? {} : { parser }), ...(singleTransaction === undefined ? {} : { singleTransaction }) };
    const { findings, statements, reader, files, warnings, objects } = await checkSchema({ ...options(inputs, flags), ...asked, signal });
    const errors = findings.filter(({ severity }) => severity === "error").length;
    for (const { code, message } of warnings) note(`haforu: warning: ${message} (${code})\n`);
    if (flags.json === true) await print(`${JSON.stringify({ files, statements, reader, errors, findings, objects })}\n`);
    else {
      let lines = "";
      for (const finding of findings) lines += `${findingText(finding)}\n`;
      await print(lines);
      note(`${files} files, ${statements} statements read by ${reader}: ${errors} errors, ${findings.length - errors} warnings\n`);
    }
    if (errors > 0) process.exitCode = EXIT_SOME_FAILED;
  });
}
