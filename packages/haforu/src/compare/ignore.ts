// What is not to be compared: "kind:pattern" against the kind and the name of a thing. `*` in a pattern stands for any characters.
export class Ignored {
  readonly #patterns: Map<string, RegExp[]> = new Map();

  constructor(patterns: readonly string[]) {
    for (const one of patterns) {
      const at = one.indexOf(":");
      const kind = one.slice(0, at);
      const parts = one
        .slice(at + 1)
        .split("*")
        .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
      // Adjacent stars say no more than one, and would let a hostile pattern take its time.
      const pattern = parts.filter((part, i) => part !== "" || i === 0 || i === parts.length - 1).join("[^]*?");
      const list = this.#patterns.get(kind) ?? [];
      list.push(new RegExp(`^${pattern}$`, "u"));
      this.#patterns.set(kind, list);
    }
  }

  has(kind: string, name: string): boolean {
    return this.#patterns.get(kind)?.some((pattern) => pattern.test(name)) ?? false;
  }
}
