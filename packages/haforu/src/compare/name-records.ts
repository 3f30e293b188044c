// The `name` table: bytes in, its records out with their texts decoded (OpenType 1.9.1, chapter name). A record whose text lies outside the table is told as such.

export interface NameRecord {
  readonly platform: number;
  readonly encoding: number;
  readonly language: number;
  readonly id: number;
  readonly text: string;
}

const UNICODE = 0;
const MACINTOSH = 1;
const WINDOWS = 3;
/** Windows encodings of multi-byte character sets (OpenType: name, Windows encoding IDs), in the labels of the Encoding Standard. */
const WINDOWS_LABELS: Readonly<Record<number, string>> = { 2: "shift_jis", 3: "gb18030", 4: "big5", 5: "euc-kr" };
/** Macintosh: Roman and Cyrillic are the ones that the Encoding Standard has. */
const MACINTOSH_LABELS: Readonly<Record<number, string>> = { 0: "macintosh", 7: "x-mac-cyrillic" };
const RECORD_BYTES = 12;

/** The records in the table's order. */
export function nameRecords(bytes: Uint8Array): NameRecord[] {
  if (bytes.length < 6) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const storage = view.getUint16(4);
  const count = Math.min(view.getUint16(2), Math.floor((bytes.length - 6) / RECORD_BYTES));
  return Array.from({ length: count }, (_, i) => {
    const at = 6 + i * RECORD_BYTES;
    const [platform, encoding, language, id] = [view.getUint16(at), view.getUint16(at + 2), view.getUint16(at + 4), view.getUint16(at + 6)];
    const start = storage + view.getUint16(at + 10);
    const end = start + view.getUint16(at + 8);
    const text = end > bytes.length ? "(outside the table)" : decode(bytes.subarray(start, end), platform, encoding);
    return { platform, encoding, language, id, text };
  });
}

function decode(bytes: Uint8Array, platform: number, encoding: number): string {
  const label = labelOf(platform, encoding);
  // What no decoder is for is shown as it is: it can still be seen to differ.
  if (label === undefined) return `0x${Buffer.from(bytes).toString("hex")}`;
  return new TextDecoder(label).decode(bytes);
}

function labelOf(platform: number, encoding: number): string | undefined {
  if (platform === UNICODE) return "utf-16be";
  if (platform === WINDOWS) return WINDOWS_LABELS[encoding] ?? "utf-16be";
  return platform === MACINTOSH ? MACINTOSH_LABELS[encoding] : undefined;
}
