// The keys an object has had so far, to refuse one that comes twice: a stack of {address, bytes, hash}, a stretch of it for each open object.
import { LIMIT_OBJECT_KEYS } from "../generated/contract";
import { malloc, realloc } from "../native";

const ENTRY_BYTES: usize = 12;
const FIRST_ENTRIES: u32 = 256;

export const KEY_NEW: i32 = 0;
export const KEY_TWICE: i32 = 1;
export const KEY_TOO_MANY: i32 = 2;
export const KEY_NO_MEMORY: i32 = 3;

let stack: usize = 0;
let capacity: u32 = 0;
let count: u32 = 0;

/** Where the keys of an object that opens now begin. */
export function keysOpen(): u32 {
  return count;
}

/** Forgets the keys of an object that closes, and of those left open inside it by a fault. */
export function keysClose(first: u32): void {
  count = first;
}

/** Adds a key (unescaped) to the object whose keys begin at `first`. Each is compared with those before: LIMIT_OBJECT_KEYS bounds that. */
export function keyAdd(first: u32, key: usize, length: usize): i32 {
  const hash = hashOf(key, length);
  for (let i = first; i < count; i++) {
    const entry = stack + <usize>i * ENTRY_BYTES;
    if (load<u32>(entry, 8) == hash && <usize>load<u32>(entry, 4) == length && memory.compare(<usize>load<u32>(entry), key, length) == 0) return KEY_TWICE;
  }
  if (count - first >= <u32>LIMIT_OBJECT_KEYS) return KEY_TOO_MANY;
  if (count == capacity) {
    const wanted = capacity == 0 ? FIRST_ENTRIES : capacity * 2;
    const block = stack == 0 ? malloc(<usize>wanted * ENTRY_BYTES) : realloc(stack, <usize>wanted * ENTRY_BYTES);
    if (block == 0) return KEY_NO_MEMORY;
    stack = block;
    capacity = wanted;
  }
  const entry = stack + <usize>count * ENTRY_BYTES;
  store<u32>(entry, <u32>key);
  store<u32>(entry, <u32>length, 4);
  store<u32>(entry, hash, 8);
  count++;
  return KEY_NEW;
}

/** FNV-1a. */
function hashOf(key: usize, length: usize): u32 {
  let hash: u32 = 2166136261;
  for (let i: usize = 0; i < length; i++) hash = (hash ^ <u32>load<u8>(key + i)) * 16777619;
  return hash;
}
