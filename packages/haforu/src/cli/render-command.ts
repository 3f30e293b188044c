// `haforu render` as commander reads it: for help, for the words of what is wrong, and for every call that the short way
// (render-quick.ts) leaves to it.

import { Command, Option } from "commander";
import { run } from "./render.ts";
import { RENDER_FLAGS } from "./render-flags.ts";

export function command(): Command {
  const render = new Command("render")
    .description("Render one text with one font to a picture that fits it.")
    .argument("[font]", "font file")
    .argument("[text]", "the text, one line");
  for (const { flags, help, choices, parse, initial, initialShown } of RENDER_FLAGS) {
    const option = new Option(flags, help);
    if (choices !== undefined) option.choices(choices);
    if (parse !== undefined) option.argParser(parse);
    if (initial !== undefined) option.default(initial, initialShown);
    render.addOption(option);
  }
  return render
    .addHelpText(
      "after",
      `
Examples:
  haforu render NotoSans.ttf "Hello" -o hello.png
  haforu render Source.ttf Weights --variations wght=600 --font-size 64 -O svg > weights.svg
  haforu render NotoNaskhArabic.ttf "السلام عليكم" --json

Exit codes: 0 rendered, 1 the font or the text could not be rendered, 2 the call was wrong.`,
    )
    .action(run);
}
