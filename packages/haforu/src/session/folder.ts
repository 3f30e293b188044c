// Whether a path that must be a folder's is one, and in which words it is said when it is not. Node only.
import { statSync } from "node:fs";
import { came } from "./came.ts";

/** What is wrong with a path that must be a folder's, or undefined. */
export function folderProblem(path: unknown): string | undefined {
  if (typeof path !== "string" || path === "") return `expected the path of a folder, got ${came(path)}`;
  // Throws for a name with a NUL, and where a part of the path is a file.
  try {
    return statSync(path).isDirectory() ? undefined : `expected a folder, ${path} is a file`;
  } catch (error) {
    return `expected a folder: ${(error as Error).message}`;
  }
}
