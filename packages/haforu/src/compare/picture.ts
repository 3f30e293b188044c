// What a record is about, drawn: a glyph or a word in, the outlines of both sides out, at the coordinates of the record. For reports.
import { type ComparedFace, wordSpec } from "./face.ts";
import type { Coordinates, Difference } from "./records.ts";

/** Outlines as SVG path data; null: this side has none. */
export interface DifferencePicture {
  /** In units of the old font's em, y down, from the pen's start at (0, 0). */
  readonly old: string | null;
  /** In units of the new font's em. */
  readonly new: string | null;
  readonly oldUpem: number;
  readonly newUpem: number;
}

export function drawDifference(oldFace: ComparedFace, newFace: ComparedFace, record: Difference): DifferencePicture | undefined {
  const at = record.at ?? {};
  const base = { oldUpem: oldFace.upem, newUpem: newFace.upem };
  if (record.glyph_ids !== undefined) {
    const [o, n] = record.glyph_ids;
    return { ...base, old: glyph(oldFace, at, o), new: glyph(newFace, at, n) };
  }
  if (record.kind !== "word" && record.kind !== "picture") return undefined;
  return { ...base, old: word(oldFace, at, record.item), new: word(newFace, at, record.item) };
}

function glyph(face: ComparedFace, at: Coordinates, id: number | null): string | null {
  return id === null ? null : mirrored(face.outline(face.instance(at), id));
}

function word(face: ComparedFace, at: Coordinates, text: string): string {
  return face.engine.textOutline(face.instance(at).handle, wordSpec(text));
}

/** An outline with y up as one with y down: every second number changes its sign. */
function mirrored(path: string): string {
  let isY = false;
  return path.replace(/-?[\d.]+/g, (number) => {
    isY = !isY;
    if (isY) return number;
    return number.startsWith("-") ? number.slice(1) : number === "0" ? number : `-${number}`;
  });
}
