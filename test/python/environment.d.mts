export declare const ROOT: string;
export declare const HOST: string;
export declare const PYTHON: string;
export declare function whyNoPython(): string | undefined;
export declare function run(program: string, words: readonly string[], cwd?: string, environment?: Record<string, string>): string;
export declare function makeEnvironment(): void;
export declare function makeExamplesEnvironment(): string;
export declare function installWheel(folder: string): void;
