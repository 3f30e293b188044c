export declare const SPEECH_HOST: string;
export declare function build(name: string, settings: Record<string, string>): string;
export declare function buildRelease(): string;
