// What `haforu sql` runs: as little of the package as a build needs, since a schema is built in less time than Node takes to load the rest. It is bundled as
// CommonJS, which Node loads faster; programs import index.ts.

import type { checkSchema } from "./build/check.ts";
import type { findingText } from "./check/findings.ts";
import type { watch } from "./watch/watch.ts";

export { buildSchema, hashSchema } from "./build/build.ts";
export { SqlError } from "./errors.ts";
export { diffManifests } from "./hash/diff.ts";
export { manifestText, parseManifest } from "./hash/manifest.ts";

/** What `haforu sql check` runs besides. */
export async function loadCheck(): Promise<{ readonly checkSchema: typeof checkSchema; readonly findingText: typeof findingText }> {
  const [check, findings] = await Promise.all([import("./build/check.ts"), import("./check/findings.ts")]);
  return { checkSchema: check.checkSchema, findingText: findings.findingText };
}

/** What `haforu sql watch` runs besides. */
export async function loadWatch(): Promise<{ readonly watch: typeof watch }> {
  return import("./watch/watch.ts");
}
