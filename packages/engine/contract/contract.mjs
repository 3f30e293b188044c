// The contract, once: what a job and a result are, every code, limit and message. emit.mjs makes of it what each language reads.
export * from "./codes.mjs";
export * from "./fields.mjs";
export * from "./limits.mjs";
export * from "./result.mjs";
