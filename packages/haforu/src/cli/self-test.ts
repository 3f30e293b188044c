// A render of a font that this program carries, compared with hashes it also carries: tells a broken installation, a
// damaged module, or a machine whose arithmetic gives other pixels.

import { createSession } from "../session/create.ts";
import { BLOCKS_HASH, SELF_TEST_CANVAS, SELF_TEST_FONT } from "./generated/self-test-font.ts";

export interface SelfTest {
  readonly name: string;
  readonly expected: string;
  /** A hash, or the error's code and message. */
  readonly got: string;
  readonly passed: boolean;
}

/**
 * SHA-256 of the canvas of "O", as the engine gives it: a change of the rasteriser changes it, another machine must not.
 * `haforu diagnostics` prints what came.
 */
const CURVES_HASH = "48e174c99ca6afb38ab309189f26ce4426572dfa02cea6848086165e1a3f7601";

const FONT_NAME = "haforu-self-test";

export function selfTest(): SelfTest[] {
  using session = createSession();
  session.addFont(FONT_NAME, Buffer.from(SELF_TEST_FONT, "base64"));
  const { size, width, height } = SELF_TEST_CANVAS;
  const test = (name: string, content: string, expected: string): SelfTest => {
    const result = session.render({
      id: name,
      font: { path: FONT_NAME, size },
      text: { content },
      rendering: { format: "metrics", width, height, include: ["hash"] },
    });
    const { error } = result;
    const got = error === undefined ? String(result.hash) : `${error.code}: ${error.message}`;
    return { name, expected, got, passed: got === expected };
  };
  return [test("shaping, and edges on pixel borders", "ffi", BLOCKS_HASH), test("curves", "O", CURVES_HASH)];
}
