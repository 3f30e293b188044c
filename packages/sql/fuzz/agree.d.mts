// What the tests see of agree.mjs.
interface Scanned {
  readonly statements: readonly { readonly start: number; readonly textEnd: number }[];
  readonly problems: readonly { readonly code: string; readonly severity: string }[];
}
interface Agreement {
  readonly verdict: "equal" | "both refuse" | "not comparable" | "different";
  readonly difference?: string;
}
export function agree(sql: string, scan: (sql: string, options: { psql: boolean }) => Scanned, parse: (sql: string) => unknown): Agreement;
export function shrink(sql: string, fails: (sql: string) => boolean): string;
