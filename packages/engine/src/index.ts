// @haforu/engine: where haforu.wasm lies, the version of its ABI, and the contract that was compiled into it.
export * from "./generated/contract.ts";

/** What hf_abi_version of a matching haforu.wasm answers. */
export const ABI_VERSION = 1;

/** The module's file beside this one. */
export const WASM_URL: URL = new URL("./haforu.wasm", import.meta.url);
