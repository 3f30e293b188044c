// Types of check-imports.mjs, for its test.
export function violation(file: string, target: string): string | undefined;
