// Text to HTML: everything that comes from a job, a font or a file name passes through here before it is written.

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** `text` for element content and for quoted attributes alike. Controls that HTML forbids become U+FFFD. */
export function escapeHtml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that HTML cannot carry.
  return text.replace(/[&<>"']/g, (c) => ESCAPES[c] ?? c).replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, "\ufffd");
}

/** A count for reading: 12345 → "12,345". */
export function grouped(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}
