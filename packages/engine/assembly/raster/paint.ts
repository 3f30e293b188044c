// Painting: notes and spans to pixels. In: the lists of some strips. Out: exactly their bytes (rows are contiguous: what lies behind a row's end is the next row).
// Groups and spans that stick out of the canvas go pixel by pixel.
import { NOTE_BYTES, notes, spans } from "./accumulator";
import { Canvas } from "./canvas";
import { AT_BORDER, NOTE_OFFSET, NOTE_TAIL, notesEnd, SPAN_BYTES, SPAN_COLUMNS, spansEnd } from "./notes";

/** Paints the notes and spans written last. */
export function paintNotes(canvas: Canvas): void {
  const pitch = <usize>canvas.width;
  const pixels = canvas.pixels;
  const polarity = i8x16.splat(<i8>canvas.blank);
  const end = notesEnd;
  for (let note = notes; note < end; note += NOTE_BYTES) {
    const offset = load<u32>(note, NOTE_OFFSET);
    if (<i32>offset < 0) {
      paintPixels(canvas, offset & ~AT_BORDER, note, 4, 4);
      continue;
    }
    const ink = v128.xor(v128.load(note), polarity);
    const rows = v128.shuffle<i8>(ink, ink, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    let p = pixels + offset;
    v128.store_lane<u32>(p, rows, 0);
    p += pitch;
    v128.store_lane<u32>(p, rows, 1);
    p += pitch;
    v128.store_lane<u32>(p, rows, 2);
    p += pitch;
    v128.store_lane<u32>(p, rows, 3);
  }
  const lastSpan = spansEnd;
  for (let span = spans; span < lastSpan; span += SPAN_BYTES) {
    const before = <usize>load<u32>(span);
    const offset = load<u32>(before, NOTE_OFFSET) + 4;
    let left = load<i32>(span, SPAN_COLUMNS);
    if (<i32>offset < 0) {
      paintPixels(canvas, offset & ~AT_BORDER, before + NOTE_TAIL, left, 0);
      continue;
    }
    let row0 = pixels + offset;
    let row1 = row0 + pitch;
    let row2 = row1 + pitch;
    let row3 = row2 + pitch;
    const b0 = v128.xor(v128.load8_splat(before, NOTE_TAIL), polarity);
    const b1 = v128.xor(v128.load8_splat(before, NOTE_TAIL + 1), polarity);
    const b2 = v128.xor(v128.load8_splat(before, NOTE_TAIL + 2), polarity);
    const b3 = v128.xor(v128.load8_splat(before, NOTE_TAIL + 3), polarity);
    while (left >= 32) {
      v128.store(row0, b0);
      v128.store(row0, b0, 16);
      v128.store(row1, b1);
      v128.store(row1, b1, 16);
      v128.store(row2, b2);
      v128.store(row2, b2, 16);
      v128.store(row3, b3);
      v128.store(row3, b3, 16);
      row0 += 32;
      row1 += 32;
      row2 += 32;
      row3 += 32;
      left -= 32;
    }
    if (left & 16) {
      v128.store(row0, b0);
      v128.store(row1, b1);
      v128.store(row2, b2);
      v128.store(row3, b3);
      row0 += 16;
      row1 += 16;
      row2 += 16;
      row3 += 16;
    }
    if (left & 8) {
      v128.store_lane<u64>(row0, b0, 0);
      v128.store_lane<u64>(row1, b1, 0);
      v128.store_lane<u64>(row2, b2, 0);
      v128.store_lane<u64>(row3, b3, 0);
      row0 += 8;
      row1 += 8;
      row2 += 8;
      row3 += 8;
    }
    if (left & 4) {
      v128.store_lane<u32>(row0, b0, 0);
      v128.store_lane<u32>(row1, b1, 0);
      v128.store_lane<u32>(row2, b2, 0);
      v128.store_lane<u32>(row3, b3, 0);
      row0 += 4;
      row1 += 4;
      row2 += 4;
      row3 += 4;
    }
  }
}

/** Paints what lies on the canvas of `columns` times four pixels, whose columns are `step` bytes apart in `ink`. */
function paintPixels(canvas: Canvas, offset: u32, ink: usize, columns: i32, step: usize): void {
  const width = <u32>canvas.width;
  const rows = min(4, canvas.height - <i32>(offset / width));
  const seen = min(columns, <i32>(width - (offset % width)));
  for (let row = 0; row < rows; row++) {
    const p = canvas.pixels + offset + <u32>row * width;
    for (let x = 0; x < seen; x++) store<u8>(p + x, load<u8>(ink + <usize>x * step + row) ^ <u8>canvas.blank);
  }
}
