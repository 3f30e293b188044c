// A session over font files. Node only; browsers begin at browser.ts.
import { engineModule } from "../engine/load.ts";
import { FontFiles, type FontFilesOptions } from "../fonts/files.ts";
import { NamedFonts } from "../fonts/named.ts";
import { invalid } from "./check-request.ts";
import { resolveSessionOptions, type SessionOptions } from "./options.ts";
import { Session } from "./session.ts";

export interface NodeSessionOptions extends SessionOptions, FontFilesOptions {}

/** An engine in this thread, over the fonts of the file system and those added as bytes. */
export function createSession(options: NodeSessionOptions = {}): Session {
  const resolved = resolveSessionOptions(options, ["baseDir"]);
  const { baseDir } = options;
  if (baseDir !== undefined && (typeof baseDir !== "string" || baseDir === "" || baseDir.includes("\0")))
    throw invalid("baseDir", "the path of a folder", baseDir);
  const files = new FontFiles(baseDir === undefined ? {} : { baseDir });
  return new Session(engineModule(), new NamedFonts(files), resolved);
}
