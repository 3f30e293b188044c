// The versions that decide what comes out, by name; from the parts themselves, not from a list kept beside them.

import { ABI_VERSION, CONTRACT_VERSION } from "@haforu/engine";
import { Engine } from "../engine/boundary.ts";
import { engineModule } from "../engine/load.ts";
import { VERSION } from "../version.ts";

export function versions(): Readonly<Record<string, string>> {
  return {
    haforu: VERSION,
    harfbuzz: new Engine(engineModule()).harfbuzzVersion(),
    contract: CONTRACT_VERSION,
    abi: String(ABI_VERSION),
    node: process.versions.node,
  };
}
