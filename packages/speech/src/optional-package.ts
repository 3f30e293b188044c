// A package that the user installs or does not: looked for where this package is, then where the program runs, for the two may be installed apart.

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SpeechError } from "./errors.ts";

/** @param message what to say where it is missing. Names are variables here, so that neither a compiler nor a bundler wants them. @throws SpeechError speech_package_missing. */
export async function optionalPackage<T>(name: string, message: string): Promise<T> {
  try {
    return (await import(name)) as T;
  } catch (error) {
    const path = resolved(name);
    if (path === undefined) throw new SpeechError("speech_package_missing", message, {}, { cause: error });
    return (await import(pathToFileURL(path).href)) as T;
  }
}

function resolved(name: string): string | undefined {
  try {
    return createRequire(join(process.cwd(), "package.json")).resolve(name);
  } catch {
    return undefined;
  }
}
