// Checked handles for the struct calls: what a host holds is a number that says slot, generation and kind, so that a stale, foreign or
// mistyped one is an error and never an address.
import { malloc, realloc } from "../native";

/** Kinds of what a handle stands for. */
export const KIND_FONT: u32 = 1;
export const KIND_INSTANCE: u32 = 2;
export const KIND_CANVAS: u32 = 3;
export const KIND_STREAM: u32 = 4;

// handle = kind (3 bits, 28–30) | generation (12 bits, 16–27) | slot + 1 (16 bits); bit 31 stays clear, so that a handle is a positive status
const SLOT_BITS: u32 = 16;
const SLOT_MASK: u32 = 0xffff;
const GENERATION_MASK: u32 = 0xfff;
/** Open handles of one engine: what 16 bits of slots can say. */
const SLOTS_MAX: u32 = 65535;
const SLOT_BYTES: usize = 16; // {pointer, generation, kind (0: free), next free slot + 1}

let slots: usize = 0;
let slotCount: u32 = 0;
let slotCapacity: u32 = 0;
let freeSlot: u32 = 0;
export let openHandles: u32 = 0;

/** A handle for `pointer`; 0: no slot or no memory left. */
export function handleOpen(kind: u32, pointer: usize): u32 {
  let slot: u32;
  if (freeSlot != 0) {
    slot = freeSlot - 1;
    freeSlot = load<u32>(at(slot), 12);
  } else {
    if (slotCount == SLOTS_MAX) return 0;
    if (slotCount == slotCapacity) {
      const capacity = slotCapacity == 0 ? 64 : slotCapacity * 2;
      const grown = slots == 0 ? malloc(<usize>capacity * SLOT_BYTES) : realloc(slots, <usize>capacity * SLOT_BYTES);
      if (grown == 0) return 0;
      slots = grown;
      slotCapacity = capacity;
    }
    slot = slotCount++;
    store<u32>(at(slot), 0, 4);
  }
  store<u32>(at(slot), <u32>pointer);
  store<u32>(at(slot), kind, 8);
  openHandles++;
  return (kind << 28) | (load<u32>(at(slot), 4) << SLOT_BITS) | (slot + 1);
}

/** What a handle of this kind stands for; 0: it is stale, foreign or of another kind. */
export function handleGet(kind: u32, handle: u32): usize {
  const slot = (handle & SLOT_MASK) - 1; // slot 0 wraps to a number over every count
  if (slot >= slotCount || handle >> 28 != kind) return 0;
  if (load<u32>(at(slot), 8) != kind || load<u32>(at(slot), 4) != ((handle >> SLOT_BITS) & GENERATION_MASK)) return 0;
  return <usize>load<u32>(at(slot));
}

/** Makes a handle stale. The caller has checked it with handleGet. */
export function handleClose(handle: u32): void {
  const slot = (handle & SLOT_MASK) - 1;
  store<u32>(at(slot), (load<u32>(at(slot), 4) + 1) & GENERATION_MASK, 4);
  store<u32>(at(slot), 0, 8);
  store<u32>(at(slot), freeSlot, 12);
  freeSlot = slot + 1;
  openHandles--;
}

function at(slot: u32): usize {
  return slots + <usize>slot * SLOT_BYTES;
}
