// The arrows are held: planted imports against them are found, real ones along them are not.
import { expect, test } from "vitest";
import { violation } from "./check-imports.mjs";

const AGAINST: readonly (readonly [string, string, string])[] = [
  ["packages/haforu/src/engine/boundary.ts", "../session/session.ts", "room engine must not import room session"],
  ["packages/haforu/src/session/session.ts", "../batch/index.ts", "room session must not import room batch"],
  ["packages/haforu/src/batch/host/batch.ts", "../../cli/main.ts", "room batch must not import room cli"],
  ["packages/haforu/src/report/card.ts", "../../batch/worker/main.js", "leaves its tree"],
  ["packages/haforu/src/fonts/files.ts", "../index.ts", "at the top"],
  ["packages/haforu/src/fonts/files.ts", "../../../engine/src/index.ts", "leaves its package"],
  ["packages/haforu/src/engine/load.ts", "@haforu/engine/dist/index.js", "reaches into another package"],
  ["packages/engine/assembly/text/utf8.ts", "../shape/shape", "room text must not import room shape"],
  ["packages/engine/assembly/raster/sweep.ts", "../encode/out", "room raster must not import room encode"],
  ["packages/engine/assembly/job/run.ts", "../abi/jobs", "room job must not import room abi"],
];

const ALONG: readonly (readonly [string, string])[] = [
  ["packages/haforu/src/cli/batch.ts", "../batch/options.ts"],
  ["packages/haforu/src/session/session.ts", "../fonts/named.ts"],
  ["packages/haforu/src/session/session.ts", "./request.ts"],
  ["packages/haforu/src/engine/load.ts", "@haforu/engine"],
  ["packages/haforu/src/batch/host/open.ts", "node:fs"],
  ["packages/engine/assembly/job/run.ts", "../encode/result"],
  ["packages/engine/assembly/text/utf8.ts", "../generated/contract"],
  ["packages/engine/assembly/shape/shape.ts", "../native"],
];

test.each(AGAINST)("%s importing %s is against the arrows", (file, target, why) => {
  expect(violation(file, target)).toContain(why);
});

test.each(ALONG)("%s may import %s", (file, target) => {
  expect(violation(file, target)).toBeUndefined();
});
