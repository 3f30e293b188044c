// The first level: what two faces say of themselves. In: faces. Out: records of tables, fields, names, axes, named instances, scripts and features.
// A table whose fields or records are read here is told by them; as a table only where its bytes differ and nothing of that shows.
import type { AxisInfo, FaceInfo, NamedInstanceInfo } from "../session/font-info.ts";
import type { ComparedFace } from "./face.ts";
import type { Ignored } from "./ignore.ts";
import { type NameRecord, nameRecords } from "./name-records.ts";
import type { Change, Difference, Kind, Value } from "./records.ts";
import { tableFields } from "./table-fields.ts";

/** A record before the pair's name is put on it. */
export type Found = Omit<Difference, "font" | "face_index">;

/** How bad a change is, for sorting beside distances in ems: see docs/compare.md. */
const SCORE_TABLE = 0.02;
const SCORE_FIELD = 0.01;
const SCORE_NAME = 0.01;
const SCORE_DESIGN_SPACE = 0.5;
const SCORE_LAYOUT = 0.2;

/** Windows, Unicode BMP, English (United States): the record that people mean by "the name". */
const USUAL: readonly number[] = [3, 1, 0x409];

export function compareTables(oldFace: ComparedFace, newFace: ComparedFace, ignored: Ignored): Found[] {
  const found: Found[] = [];
  // First what is read from the tables, which says whose bytes are explained by it.
  const details = new Map<string, readonly Found[]>();
  const oldTables = tablesOf(oldFace);
  const newTables = tablesOf(newFace);
  for (const [tag, bytes] of oldTables) {
    const other = newTables.get(tag);
    if (other === undefined || same(bytes, other)) continue;
    const told = tag === "name" ? compareNames(bytes, other, ignored) : compareFields(tag, bytes, other, ignored);
    if (told !== undefined) details.set(tag, told);
  }
  const designSpace = [...compareAxes(oldFace.info, newFace.info), ...compareInstances(oldFace.info, newFace.info)];
  if (designSpace.length > 0) details.set("fvar", designSpace);
  for (const tag of [...new Set([...oldTables.keys(), ...newTables.keys()])].sort(order)) {
    const record = tableRecord(tag, oldTables.get(tag), newTables.get(tag), details.has(tag));
    if (record !== undefined && !ignored.has("table", tag)) found.push(record);
  }
  for (const [tag, records] of [...details].sort(([a], [b]) => order(a, b))) {
    for (const record of records) if (!ignored.has("table", tag) && !ignored.has(record.kind, record.item)) found.push(record);
  }
  found.push(...compareTags("script", oldFace.info.scripts, newFace.info.scripts).filter((record) => !ignored.has("script", record.item.trim())));
  found.push(...compareTags("feature", oldFace.info.features, newFace.info.features).filter((record) => !ignored.has("feature", record.item.trim())));
  return found;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function tablesOf(face: ComparedFace): Map<string, Uint8Array> {
  const tables = face.engine.tables(face.font);
  // The first of a tag counts, as it does in HarfBuzz. Copies: the next call may detach views.
  const byTag = new Map<string, Uint8Array>();
  for (const { tag, bytes } of tables) if (!byTag.has(tag)) byTag.set(tag, bytes.slice());
  return byTag;
}

function tableRecord(tag: string, old: Uint8Array | undefined, now: Uint8Array | undefined, explained: boolean): Found | undefined {
  const value = (bytes: Uint8Array): Value => ({ bytes: bytes.length, checksum: checksum(bytes) });
  const base = { level: "tables", kind: "table", item: tag, score: SCORE_TABLE } as const;
  if (old === undefined) return { ...base, change: "added", new: value(now as Uint8Array) };
  if (now === undefined) return { ...base, change: "removed", old: value(old) };
  if (explained || same(old, now)) return undefined;
  return { ...base, change: "changed", old: value(old), new: value(now) };
}

/** The sum of a table's 32-bit words (OpenType 1.9.1, chapter otff, Calculating checksums), as eight hexadecimal digits. */
function checksum(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = 0;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) sum = (sum + view.getUint32(at)) >>> 0;
  let last = 0;
  for (let i = 0; i < 4; i++) last = (last << 8) | (bytes[at + i] ?? 0);
  return ((sum + (at < bytes.length ? last >>> 0 : 0)) >>> 0).toString(16).padStart(8, "0");
}

/** undefined: what differs is in none of the table's fields. Empty: only ignored ones differ. */
function compareFields(tag: string, old: Uint8Array, now: Uint8Array, ignored: Ignored): Found[] | undefined {
  const before = tableFields(tag, old);
  const after = tableFields(tag, now);
  if (before === undefined || after === undefined) return undefined;
  const found: Found[] = [];
  let differ = false;
  for (const field of new Set([...before.values.keys(), ...after.values.keys()])) {
    const [a, b] = [before.values.get(field), after.values.get(field)];
    if (a === b) continue;
    differ = true;
    const item = `${tag}.${field}`;
    if (ignored.has("field", item)) continue;
    found.push({ level: "tables", kind: "field", ...sides(a, b), item, score: SCORE_FIELD });
  }
  return found.length > 0 || (differ && before.whole && after.whole) ? found : undefined;
}

/** The change and the values of two sides of which one may be absent. */
function sides(a: Value | undefined, b: Value | undefined): { change: Change; old?: Value; new?: Value } {
  if (a === undefined) return { change: "added", new: b as Value };
  if (b === undefined) return { change: "removed", old: a };
  return { change: "changed", old: a, new: b };
}

/** undefined: what differs is in no record. Empty: only ignored ones differ. */
function compareNames(old: Uint8Array, now: Uint8Array, ignored: Ignored): Found[] | undefined {
  const keyOf = ({ platform, encoding, language, id }: NameRecord): string => `${id} ${platform} ${encoding} ${language}`;
  const before = new Map(nameRecords(old).map((record) => [keyOf(record), record]));
  const after = new Map(nameRecords(now).map((record) => [keyOf(record), record]));
  const found: Found[] = [];
  let differ = false;
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const usual = (record: NameRecord): number => (USUAL.every((part, i) => [record.platform, record.encoding, record.language][i] === part) ? 0 : 1);
  const records = keys.map((key) => (before.get(key) ?? after.get(key)) as NameRecord);
  records.sort((a, b) => a.id - b.id || usual(a) - usual(b) || a.platform - b.platform || a.encoding - b.encoding || a.language - b.language);
  for (const record of records) {
    const key = keyOf(record);
    const [a, b] = [before.get(key)?.text, after.get(key)?.text];
    if (a === b) continue;
    differ = true;
    if (ignored.has("name", String(record.id))) continue;
    const where = { id: record.id, platform: record.platform, encoding: record.encoding, language: record.language };
    const value = (text: string | undefined): Value | undefined => (text === undefined ? undefined : { ...where, text });
    found.push({ level: "tables", kind: "name", ...sides(value(a), value(b)), item: String(record.id), score: SCORE_NAME });
  }
  return differ ? found : undefined;
}

function compareAxes(old: FaceInfo, now: FaceInfo): Found[] {
  const value = (axis: AxisInfo | undefined): Value | undefined =>
    axis === undefined
      ? undefined
      : { min: axis.min, default: axis.default, max: axis.max, hidden: axis.hidden, ...(axis.name === undefined ? {} : { name: axis.name }) };
  return compareBy(
    "axis",
    new Map((old.axes ?? []).map((axis) => [axis.tag, value(axis) as Value])),
    new Map((now.axes ?? []).map((axis) => [axis.tag, value(axis) as Value])),
  );
}

/** Named instances are matched by their coordinates: one that got another name is a change, one that moved a removed and an added one. */
function compareInstances(old: FaceInfo, now: FaceInfo): Found[] {
  const key = (instance: NamedInstanceInfo): string =>
    Object.entries(instance.coordinates)
      .sort(([a], [b]) => order(a, b))
      .map(([tag, at]) => `${tag}=${at}`)
      .join(",");
  const byPlace = (face: FaceInfo): Map<string, Value> => {
    const names = new Map<string, string[]>();
    for (const instance of face.named_instances ?? []) names.set(key(instance), [...(names.get(key(instance)) ?? []), instance.name]);
    return new Map([...names].map(([place, list]) => [place, list.join(", ")]));
  };
  return compareBy("instance", byPlace(old), byPlace(now));
}

function compareBy(kind: Kind, old: ReadonlyMap<string, Value>, now: ReadonlyMap<string, Value>): Found[] {
  const found: Found[] = [];
  for (const item of new Set([...old.keys(), ...now.keys()])) {
    const [a, b] = [old.get(item), now.get(item)];
    if (JSON.stringify(a) === JSON.stringify(b)) continue;
    found.push({ level: "tables", kind, ...sides(a, b), item, score: SCORE_DESIGN_SPACE });
  }
  return found;
}

function compareTags(kind: "script" | "feature", old: readonly string[] = [], now: readonly string[] = []): Found[] {
  const found: Found[] = [];
  for (const item of [...new Set([...old, ...now])].sort(order)) {
    if (old.includes(item) === now.includes(item)) continue;
    found.push({ level: "tables", kind, change: old.includes(item) ? "removed" : "added", item, score: SCORE_LAYOUT });
  }
  return found;
}
