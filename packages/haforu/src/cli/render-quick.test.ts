// The short way past commander, held against commander.

import { describe, expect, it } from "vitest";
import { command } from "../../dist/cli/render-command.js";
import { readQuickly } from "../../dist/cli/render-quick.js";

async function readByCommander(words: readonly string[]) {
  let read: unknown;
  const render = command().action((font: unknown, text: unknown, options: unknown) => {
    read = { font, text, options };
  });
  await render.parseAsync([...words], { from: "user" });
  return read;
}

const EVERY_FLAG = [
  ...["--font-file", "f.ttf", "--text", "a b", "--text-file", "-", "--font-size", "12.5", "--face-index", "2", "--variations", "wght=600,wdth=80"],
  ...["--named-instance", "Bold", "--features", "smcp,ss01[3:5]", "--script", "Arab", "--direction", "rtl", "--language", "ur", "-o", "a.png", "-O", "svg"],
  ...["--margin", "1 2 3", "--width", "30", "--height", "40", "--origin", "3,-4", "--invert", "--strict", "--json"],
];

describe("the short way", () => {
  it.each([
    [["f.ttf", "a"]],
    [["f.ttf"]],
    [[]],
    [["f.ttf", ""]],
    [["-o", "a.png", "f.ttf", "--invert", "a"]],
    [["f.ttf", "a", "--output-file", "a", "--output-format", "pgm"]],
    [["f.ttf", "a", "--font-size", "9", "--font-size", "10"]],
    [EVERY_FLAG],
  ])("reads %j as commander does", async (words) => {
    expect(readQuickly(words)).toEqual(await readByCommander(words));
    expect(readQuickly(words)).toBeDefined();
  });

  it.each([
    [["--help"]],
    [["f.ttf", "a", "--font-size"]],
    [["f.ttf", "a", "--font-size", "0"]],
    [["f.ttf", "a", "--font-size", "-3"]],
    [["f.ttf", "a", "--direction", "left"]],
    [["f.ttf", "a", "--features=-kern"]],
    [["f.ttf", "a", "-oa.png"]],
    [["f.ttf", "a", "b"]],
    [["--", "f.ttf", "-a"]],
    [["f.ttf", "--fontsize", "3"]],
  ])("leaves %j to commander", (words) => {
    expect(readQuickly(words)).toBeUndefined();
  });
});
