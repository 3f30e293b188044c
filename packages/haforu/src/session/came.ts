// How a value that is not what a call takes is shown in its error: short whatever came, and no code of the caller's
// object (toString, toJSON) is run. And whether it is bytes, which a call cannot tell by its type alone.
import { LIMITS } from "@haforu/engine";

/** UTF-16 units of a value shown: the same number as a job's error quotes. */
const SHOWN_LENGTH: number = LIMITS.cameBytes;
/** Items of an array shown before "…". */
const SHOWN_ITEMS = 4;

/** A value in the words of an error message. */
export function came(value: unknown): string {
  if (!Array.isArray(value)) return one(value);
  const items = value.slice(0, SHOWN_ITEMS).map(one);
  return `[${cut([...items, ...(value.length > SHOWN_ITEMS ? ["…"] : [])].join(", "))}]`;
}

/** A text of at most SHOWN_LENGTH units, with "…" where it was longer. */
export function cut(text: string): string {
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`;
}

function one(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(cut(value));
    case "object":
      if (value === null) return "null";
      if (isDetached(value)) return "an array whose memory was given away (it is detached)";
      return Array.isArray(value) ? "an array" : "an object";
    case "function":
      return "a function";
    case "bigint":
      // Not its digits: writing out a million of them takes seconds.
      return "a bigint";
    default:
      return cut(String(value));
  }
}

/** Whether it is bytes that can be read. Of any realm: instanceof would refuse the Uint8Array of another. */
export function isBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === "[object Uint8Array]" && ArrayBuffer.isView(value) && !isDetached(value);
}

/** Whether a typed array's memory went elsewhere, by postMessage or structuredClone: it then has no bytes, and copying it throws. */
function isDetached(value: object): boolean {
  // Node 20 has no ArrayBuffer.detached.
  if (!(ArrayBuffer.isView(value) && value.byteLength === 0)) return false;
  try {
    new Uint8Array(value.buffer);
    return false;
  } catch {
    return true;
  }
}
