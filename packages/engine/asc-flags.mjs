// How the kernel is compiled: one list for the engine's build and for the rooms that tests compile alone, so that both are the same code.

/** Where the kernel's static data begins: above the C side's stack. */
export const KERNEL_DATA_START = 1048576;

/** Options of asc behind its input and output. */
export const ASC_FLAGS = [
  "-O3",
  "--converge",
  "--enable",
  "simd",
  "--enable",
  "bulk-memory",
  "--runtime",
  "stub",
  "--noAssert",
  "--importMemory",
  "--memoryBase",
  String(KERNEL_DATA_START),
  "--use",
  "abort=",
];
