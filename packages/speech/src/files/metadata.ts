// What a file says of its audio besides the samples: title and language, to and from the three containers' own records.

/** Both are optional; an empty string is not written. */
export interface AudioMetadata {
  readonly title?: string;
  /** A BCP 47 tag such as "en-US". */
  readonly language?: string;
}

/** Code points of each: what a container's field of 64 KiB holds with room to spare. */
export const MOST_METADATA = 4096;

const utf8 = new TextEncoder();

/** A RIFF LIST chunk "INFO" with INAM and ILNG, or nothing. UTF-8, as programs of today read it. */
export function riffInfo({ title, language }: AudioMetadata): Uint8Array {
  const fields = [riffField("INAM", title), riffField("ILNG", language)].filter((field) => field.length > 0);
  if (fields.length === 0) return new Uint8Array(0);
  const body = Buffer.concat([Buffer.from("INFO", "latin1"), ...fields]);
  return Buffer.concat([Buffer.from("LIST", "latin1"), uint32(body.length), body]);
}

function riffField(name: string, value: string | undefined): Uint8Array {
  if (value === undefined || value === "") return new Uint8Array(0);
  const text = Buffer.from(`${value}\0`, "utf8");
  // Chunks begin at even places; the size does not count the padding.
  return Buffer.concat([Buffer.from(name, "latin1"), uint32(text.length), text, Buffer.alloc(text.length % 2)]);
}

/** @param body of a LIST chunk, after its size. */
export function readRiffInfo(body: Uint8Array): AudioMetadata {
  const data = Buffer.from(body.buffer, body.byteOffset, body.length);
  if (data.toString("latin1", 0, 4) !== "INFO") return {};
  const found: Record<string, string> = {};
  for (let at = 4; at + 8 <= data.length; ) {
    const size = data.readUInt32LE(at + 4);
    found[data.toString("latin1", at, at + 4)] = data.toString("utf8", at + 8, Math.min(data.length, at + 8 + size)).replace(/\0+$/, "");
    at += 8 + size + (size % 2);
  }
  return metadataOf(found.INAM, found.ILNG);
}

/** A FLAC VORBIS_COMMENT block (RFC 9639, section 8.6) without its header. */
export function vorbisComment({ title, language }: AudioMetadata): Uint8Array {
  const comments = [...(title ? [`TITLE=${title}`] : []), ...(language ? [`LANGUAGE=${language}`] : [])].map((comment) => utf8.encode(comment));
  const vendor = utf8.encode("haforu");
  return Buffer.concat([uint32(vendor.length), vendor, uint32(comments.length), ...comments.flatMap((comment) => [uint32(comment.length), comment])]);
}

/** @param body of a VORBIS_COMMENT block. A block that is cut short gives what stands before the cut. */
export function readVorbisComment(body: Uint8Array): AudioMetadata {
  const data = Buffer.from(body.buffer, body.byteOffset, body.length);
  const found: Record<string, string> = {};
  const size = (at: number): number => (at + 4 <= data.length ? data.readUInt32LE(at) : data.length);
  let at = 4 + size(0);
  const count = size(at);
  at += 4;
  for (let index = 0; index < count && at + 4 <= data.length; index++) {
    const length = size(at);
    const [name = "", ...value] = data.toString("utf8", at + 4, Math.min(data.length, at + 4 + length)).split("=");
    found[name.toUpperCase()] ??= value.join("=");
    at += 4 + length;
  }
  return metadataOf(found.TITLE, found.LANGUAGE);
}

/** An ID3v2.4 tag: TIT2, and the language as it was given in a TXXX frame (TLAN holds three-letter codes of ISO 639-2 alone, which is written where the tag has one). */
export function id3Tag({ title, language }: AudioMetadata): Uint8Array {
  const UTF8 = 3;
  const frame = (name: string, text: string): Uint8Array => {
    const body = Buffer.concat([Buffer.from([UTF8]), Buffer.from(text, "utf8")]);
    return Buffer.concat([Buffer.from(name, "latin1"), syncSafe(body.length), Buffer.alloc(2), body]);
  };
  const frames: Uint8Array[] = [];
  if (title) frames.push(frame("TIT2", title));
  if (language) {
    const primary = (language.split("-")[0] ?? "").toLowerCase();
    const threeLetters = primary === "en" ? "eng" : primary.length === 3 ? primary : undefined;
    if (threeLetters !== undefined) frames.push(frame("TLAN", threeLetters));
    frames.push(frame("TXXX", `LANGUAGE\0${language}`));
  }
  if (frames.length === 0) return new Uint8Array(0);
  const body = Buffer.concat(frames);
  return Buffer.concat([Buffer.from("ID3\x04\0\0", "latin1"), syncSafe(body.length), body]);
}

/** @returns the metadata, and the bytes that the tag takes at the file's start. */
export function readId3(file: Uint8Array): { readonly metadata: AudioMetadata; readonly bytes: number } {
  const data = Buffer.from(file.buffer, file.byteOffset, file.length);
  if (data.length < 10 || data.toString("latin1", 0, 3) !== "ID3") return { metadata: {}, bytes: 0 };
  const length = (at: number): number => ((data[at] ?? 0) << 21) | ((data[at + 1] ?? 0) << 14) | ((data[at + 2] ?? 0) << 7) | (data[at + 3] ?? 0);
  const end = Math.min(data.length, 10 + length(6));
  let [title, language]: (string | undefined)[] = [];
  for (let at = 10; at + 11 <= end; ) {
    const name = data.toString("latin1", at, at + 4);
    const next = at + 10 + length(at + 4);
    const text = data.toString("utf8", at + 11, Math.min(end, next));
    if (name === "TIT2") title = text;
    if (name === "TXXX" && text.startsWith("LANGUAGE\0")) language = text.slice("LANGUAGE\0".length);
    at = next;
  }
  return { metadata: metadataOf(title, language), bytes: end };
}

function metadataOf(title: string | undefined, language: string | undefined): AudioMetadata {
  return { ...(title ? { title } : {}), ...(language ? { language } : {}) };
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Seven bits a byte (ID3v2.4, section 6.2). */
function syncSafe(value: number): Uint8Array {
  return Uint8Array.of((value >> 21) & 0x7f, (value >> 14) & 0x7f, (value >> 7) & 0x7f, value & 0x7f);
}
