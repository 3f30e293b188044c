// Results in, the pieces of one HTML file out, as they come: memory does not grow with their number. Thousands of
// cards stay smooth because a browser lays out only those near the window (content-visibility).

import { type CardKind, card, kindOf } from "./card.ts";
import type { SheetEntry, SheetResult } from "./entry.ts";
import { pageHead, pageTail } from "./page.ts";

export interface SheetOptions {
  readonly title?: string;
  /**
   * Successes shown as cards, and failures as many again, so that a long run's failures are not crowded out; all are
   * counted. Default 2,000.
   */
  readonly maxCards?: number;
  /** Bytes of HTML spent on cards with pictures, then cards come without. Default 96 MiB: a browser opens that. */
  readonly maxPictureBytes?: number;
}

export const DEFAULT_SHEET_OPTIONS: Required<SheetOptions> = {
  title: "haforu contact sheet",
  maxCards: 2000,
  maxPictureBytes: 96 * 2 ** 20,
};

/** One self-contained HTML file, in pieces to be written one after the other. */
export async function* contactSheet(
  entries: Iterable<SheetEntry> | AsyncIterable<SheetEntry>,
  options: SheetOptions = {},
): AsyncGenerator<string, void, undefined> {
  const { title, maxCards, maxPictureBytes } = { ...DEFAULT_SHEET_OPTIONS, ...options };
  const counts: Record<CardKind, number> = { ok: 0, warned: 0, failed: 0 };
  const codes = new Map<string, number>();
  let [succeeded, failed, pictureBytes] = [0, 0, 0];
  yield pageHead(title);
  for await (const entry of entries) {
    const kind = kindOf(entry.result);
    counts[kind] += 1;
    for (const code of codesOf(entry.result)) codes.set(code, (codes.get(code) ?? 0) + 1);
    if ((kind === "failed" ? failed : succeeded) >= maxCards) continue;
    if (kind === "failed") failed += 1;
    else succeeded += 1;
    const html = card(entry, pictureBytes < maxPictureBytes);
    if (kind !== "failed") pictureBytes += html.length;
    yield html;
  }
  yield pageTail({
    counts,
    codes,
    shown: succeeded + failed,
    shownLimit: maxCards,
    pictureBudgetSpent: pictureBytes >= maxPictureBytes,
  });
}

function codesOf(result: SheetResult): Set<string> {
  const all = [result.error?.code, ...(result.warnings ?? []).map((warning) => warning.code)];
  return new Set(all.filter((code) => typeof code === "string"));
}
