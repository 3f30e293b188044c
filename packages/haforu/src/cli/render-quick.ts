// The short way for a plain call of `haforu render`: loading commander takes longer than the render. It reads exact names
// and good values alone, and leaves every other call, wrong or merely unusual, to commander.

import { WrongValue } from "./argument.ts";
import { type Flag, RENDER_FLAGS, type RenderOptions } from "./render-flags.ts";

export interface RenderCall {
  readonly font: string | undefined;
  readonly text: string | undefined;
  readonly options: RenderOptions;
}

/** The words after `render`, read as commander reads them; undefined: it must. */
export function readQuickly(words: readonly string[]): RenderCall | undefined {
  const options = initialOptions();
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (!word.startsWith("-")) {
      rest.push(word);
      continue;
    }
    const flag = RENDER_FLAGS.find((one) => namesOf(one).includes(word));
    if (flag === undefined) return undefined;
    if (!flag.flags.includes("<")) {
      options[keyOf(flag)] = true;
      continue;
    }
    const text = words[++i];
    // What looks like a flag may be one whose value was forgotten.
    if (text === undefined || (text.startsWith("-") && text !== "-")) return undefined;
    const value = goodValue(flag, text);
    if (value === undefined) return undefined;
    options[keyOf(flag)] = value;
  }
  const [font, text] = rest;
  return rest.length > 2 ? undefined : { font, text, options: options as unknown as RenderOptions };
}

function initialOptions(): Record<string, unknown> {
  return Object.fromEntries(RENDER_FLAGS.filter((flag) => flag.initial !== undefined).map((flag) => [keyOf(flag), flag.initial]));
}

function goodValue({ choices, parse }: Flag, text: string): unknown {
  if (choices?.includes(text) === false) return undefined;
  try {
    return parse === undefined ? text : parse(text);
  } catch (error) {
    if (error instanceof WrongValue) return undefined;
    throw error;
  }
}

/** "-o, --output-file <file>" → ["-o", "--output-file"] */
function namesOf({ flags }: Flag): string[] {
  return flags.replace(/ <.*/, "").split(", ");
}

/** "-o, --output-file <file>" → "outputFile" */
function keyOf(flag: Flag): string {
  const long = namesOf(flag).at(-1) ?? "";
  return long.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
