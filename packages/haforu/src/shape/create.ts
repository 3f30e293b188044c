// A Shaping over font files. Node only; browsers begin at browser.ts.
import { engineModule } from "../engine/load.ts";
import { FontFiles, type FontFilesOptions } from "../fonts/files.ts";
import { NamedFonts } from "../fonts/named.ts";
import { Shaping } from "./shaping.ts";

/** An engine in this thread for shaping, over the fonts of the file system and those added as bytes. */
export function createShaping(options: FontFilesOptions = {}): Shaping {
  return new Shaping(engineModule(), new NamedFonts(new FontFiles(options)));
}
