export function emit(): Promise<Record<string, string>>;
