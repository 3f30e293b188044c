// Spans: the same four bytes, one a row, over a number of columns. Writes exactly those bytes: what lies right of a span may belong to the next row.

/** Fills `columns` (≥ 1) bytes of four rows with the last column of a group: byte 12 + row. */
export function fillSpan(row0: usize, row1: usize, row2: usize, row3: usize, group: v128, columns: i32): void {
  const b0 = v128.shuffle<i8>(group, group, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12);
  const b1 = v128.shuffle<i8>(group, group, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13);
  const b2 = v128.shuffle<i8>(group, group, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14);
  const b3 = v128.shuffle<i8>(group, group, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15);
  if (columns >= 16) {
    // the last 16 bytes may be stored twice
    const last = <usize>columns - 16;
    for (let x: usize = 0; x < last; x += 16) {
      v128.store(row0 + x, b0);
      v128.store(row1 + x, b1);
      v128.store(row2 + x, b2);
      v128.store(row3 + x, b3);
    }
    v128.store(row0 + last, b0);
    v128.store(row1 + last, b1);
    v128.store(row2 + last, b2);
    v128.store(row3 + last, b3);
  } else if (columns >= 8) {
    const last = <usize>columns - 8;
    v128.store_lane<u64>(row0, b0, 0);
    v128.store_lane<u64>(row1, b1, 0);
    v128.store_lane<u64>(row2, b2, 0);
    v128.store_lane<u64>(row3, b3, 0);
    v128.store_lane<u64>(row0 + last, b0, 0);
    v128.store_lane<u64>(row1 + last, b1, 0);
    v128.store_lane<u64>(row2 + last, b2, 0);
    v128.store_lane<u64>(row3 + last, b3, 0);
  } else if (columns >= 4) {
    const last = <usize>columns - 4;
    v128.store_lane<u32>(row0, b0, 0);
    v128.store_lane<u32>(row1, b1, 0);
    v128.store_lane<u32>(row2, b2, 0);
    v128.store_lane<u32>(row3, b3, 0);
    v128.store_lane<u32>(row0 + last, b0, 0);
    v128.store_lane<u32>(row1 + last, b1, 0);
    v128.store_lane<u32>(row2 + last, b2, 0);
    v128.store_lane<u32>(row3 + last, b3, 0);
  } else {
    for (let x: usize = 0; x < <usize>columns; x++) {
      v128.store_lane<u8>(row0 + x, b0, 0);
      v128.store_lane<u8>(row1 + x, b1, 0);
      v128.store_lane<u8>(row2 + x, b2, 0);
      v128.store_lane<u8>(row3 + x, b3, 0);
    }
  }
}
