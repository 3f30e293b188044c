// A session over font files. Node only; browsers begin at browser.ts.
import { HaforuError } from "../engine/errors.ts";
import { engineModule } from "../engine/load.ts";
import { FontFiles, type FontFilesOptions } from "../fonts/files.ts";
import { NamedFonts } from "../fonts/named.ts";
import { folderProblem } from "./folder.ts";
import { resolveSessionOptions, type SessionOptions } from "./options.ts";
import { Session } from "./session.ts";

export interface NodeSessionOptions extends SessionOptions, FontFilesOptions {}

/** An engine in this thread, over the fonts of the file system and those added as bytes. @throws HaforuError invalid_argument that names the option. */
export function createSession(options: NodeSessionOptions = {}): Session {
  const resolved = resolveSessionOptions(options, ["baseDir"]);
  const { baseDir } = options;
  const problem = baseDir === undefined ? undefined : folderProblem(baseDir);
  if (problem !== undefined) throw new HaforuError("invalid_argument", `baseDir: ${problem}`, { field: "baseDir" });
  const files = new FontFiles(baseDir === undefined ? {} : { baseDir });
  return new Session(engineModule(), new NamedFonts(files), resolved);
}
