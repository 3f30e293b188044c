// The versions that decide what comes out, by name; from the parts themselves, not from a list kept beside them.

import { ABI_VERSION, CONTRACT_VERSION } from "@haforu/engine";
import { VERSION } from "../version.ts";

export function versions(): Readonly<Record<string, string>> {
  return {
    haforu: VERSION,
    contract: CONTRACT_VERSION,
    abi: String(ABI_VERSION),
    node: process.versions.node,
  };
}
