// Names that PostgreSQL makes up for indexes, sequences and constraints (makeObjectName in src/backend/commands/indexcmds.c): parts cut until they fit 63 bytes.

const MAX_NAME_BYTES = 63;

/** "first_second_label"; the longer of the two parts loses bytes first, at whole characters. `second` may be empty. */
export function objectName(first: string, second: string, label: string): string {
  const overhead = (second === "" ? 0 : 1) + Buffer.byteLength(label) + 1;
  const available = MAX_NAME_BYTES - overhead;
  let firstBytes = Buffer.byteLength(first);
  let secondBytes = Buffer.byteLength(second);
  while (firstBytes + secondBytes > available) {
    if (firstBytes > secondBytes) firstBytes--;
    else secondBytes--;
  }
  const parts = [clipped(first, firstBytes), ...(second === "" ? [] : [clipped(second, secondBytes)]), label];
  return parts.join("_");
}

/** Columns joined for a name, as ChooseIndexNameAddition and ChooseForeignKeyConstraintNameAddition do it. */
export function columnsAddition(columns: readonly string[]): string {
  let joined = "";
  for (const column of columns) {
    joined = joined === "" ? column : `${joined}_${column}`;
    if (Buffer.byteLength(joined) >= MAX_NAME_BYTES + 1) break;
  }
  return clipped(joined, MAX_NAME_BYTES);
}

function clipped(text: string, bytes: number): string {
  const all = Buffer.from(text);
  let end = Math.min(bytes, all.length);
  while (end > 0 && end < all.length && ((all[end] as number) & 0xc0) === 0x80) end--;
  return all.toString("utf8", 0, end);
}
