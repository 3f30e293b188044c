// Runs the built command line as a process, for tests of commands.

import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The workspace's root, with a slash: where the samples and their fonts are. */
export const ROOT: string = `${dirname(dirname(dirname(fileURLToPath(import.meta.resolve("haforu/package.json")))))}/`;
export const CLI: string = fileURLToPath(new URL("../bin/haforu.js", import.meta.url));

const FONTS = `${ROOT}node_modules/`;
export const NOTO_SANS: string = `${FONTS}@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf`;
export const NOTO_NASKH: string = `${FONTS}@expo-google-fonts/noto-naskh-arabic/400Regular/NotoNaskhArabic_400Regular.ttf`;
export const NOTO_NASTALIQ: string = `${FONTS}@expo-google-fonts/noto-nastaliq-urdu/400Regular/NotoNastaliqUrdu_400Regular.ttf`;
export const SOURCE_SANS_VAR: string = `${FONTS}source-sans-pro/VAR/SourceSansVariable-Roman.ttf`;
export const SOURCE_SERIF_CFF2: string = `${FONTS}source-serif/VAR/SourceSerif4Variable-Roman.otf`;
export const RECURSIVE_WOFF2: string = `${FONTS}@fontsource-variable/recursive/files/recursive-latin-full-normal.woff2`;

export interface Ran {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly out: string;
  readonly err: string;
}

/** `input` goes to stdin; without it stdin is empty. */
export function haforu(args: readonly string[], input: string | Uint8Array = "", cwd: string = ROOT): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { cwd });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      const stdout = Buffer.concat(out);
      resolve({ code, stdout, out: stdout.toString(), err: Buffer.concat(err).toString() });
    });
    // A command that ends without reading its input closes the pipe: that is its right.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
