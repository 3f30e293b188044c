// Text and bytes to stdout for the small commands: waits until they are taken, and ends quietly, as a program in a
// pipeline should, when the reader has gone.

import { CliError } from "./exit.ts";

export { note } from "./exit.ts";

/** The reader closed the pipe (`haforu fonts … | head -1`): nothing more can be said to it, and that is no error. */
function isClosed(error: NodeJS.ErrnoException): boolean {
  return error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED";
}

/** @throws CliError when the output cannot be taken: a full disk, say. A reader that has gone ends the program quietly. */
export function print(out: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    // A listener for the stream's own report of the same error, which would otherwise end the process with a stack.
    const ignore = (): void => {};
    process.stdout.once("error", ignore);
    process.stdout.write(out, (error) => {
      if (error === null || error === undefined) {
        process.stdout.off("error", ignore);
        resolve();
      } else if (isClosed(error)) process.exit();
      else reject(new CliError(`the output could not be written: ${error.message}`, undefined, { cause: error }));
    });
  });
}
