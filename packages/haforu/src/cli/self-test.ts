// Renders of a font that this program carries, compared with what they must give: tells a broken installation, a damaged
// module, or a machine that computes something else.

import type { Result } from "@haforu/engine";
import { createSession } from "../session/create.ts";
import { BLOCKS_HASH, CURVES_AREA, SELF_TEST_CANVAS, SELF_TEST_FONT } from "./generated/self-test-font.ts";

export interface SelfTest {
  readonly name: string;
  readonly expected: string;
  /** A hash or an area, or the error's code and message. */
  readonly got: string;
  readonly passed: boolean;
}

/** Share of the area by which ink may differ: pixels hold 256 levels, and their errors are of both signs. */
const AREA_TOLERANCE = 0.001;

const FONT_NAME = "haforu-self-test";

export function selfTest(): SelfTest[] {
  using session = createSession();
  session.addFont(FONT_NAME, Buffer.from(SELF_TEST_FONT, "base64"));
  const { size, width, height } = SELF_TEST_CANVAS;
  const render = (content: string): Result =>
    session.render({
      id: content,
      font: { path: FONT_NAME, size },
      text: { content },
      rendering: { format: "metrics", width, height, include: ["hash"] },
    });
  const told = ({ error }: Result): string | undefined => (error === undefined ? undefined : `${error.code}: ${error.message}`);

  const blocks = render("ffi");
  const blocksGot = told(blocks) ?? String(blocks.hash);
  const curves = render("O");
  const area = curves.metrics?.ink_area ?? 0;
  return [
    { name: "shaping, and edges on pixel borders", expected: BLOCKS_HASH, got: blocksGot, passed: blocksGot === BLOCKS_HASH },
    {
      name: "curves",
      expected: `${CURVES_AREA} px² of ink`,
      got: told(curves) ?? `${area} px² of ink`,
      passed: Math.abs(area - CURVES_AREA) <= AREA_TOLERANCE * CURVES_AREA,
    },
  ];
}
