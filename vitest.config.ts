// Where the tests are and how long one may take. Tests import built files (packages/*/dist) or compile a small kernel of one assembly room.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/**/*.test.ts", "test/**/*.test.ts", "conformance/**/*.test.ts", "bench/**/*.test.ts", "scripts/**/*.test.ts", "examples/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "**/.cache/**"],
    // A test that starts processes or compiles a kernel takes seconds on a machine with two busy cores.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Processes, not threads: a test that kills a worker or fills its memory must not take another test with it.
    pool: "forks",
    maxWorkers: 2,
  },
});
