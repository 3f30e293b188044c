// What font and instance handles stand for, and when it goes: a font with its last instance, an instance with the last stream that uses it.
import { Face, FontFile, fileClose } from "../font/face";
import { Instance, instanceClose } from "../font/instance";
import { free } from "../native";
import { hasMachine } from "../shape/stream/machine";
import { handleGet, KIND_INSTANCE } from "./handles";

/** What a font handle stands for: a file of its own with one face. */
@unmanaged
export class OpenFont {
  file: usize;
  face: usize;
  instances: u32; // open handles on it: the font outlives them
  released: u32;
}

/** What an instance handle stands for. `uses` and `machine` come first: streams look there (shape/stream/settings.ts). */
@unmanaged
export class OpenInstance {
  uses: u32;
  machine: u32; // 1: the face has a state machine; known once a stream has asked
  font: usize;
  instance: usize;
  next: usize; // of the released ones that are still in use
}

/** Released instances that streams still use. */
let released: usize = 0;

/** Closes a font whose handle and instances are gone. */
export function closeFont(font: OpenFont): void {
  fileClose(changetype<FontFile>(font.file));
  free(changetype<usize>(font));
}

/** Closes an instance whose handle is gone, now or when no stream uses it any more. */
export function releaseInstance(open: OpenInstance): void {
  if (open.uses > 0) {
    open.next = released;
    released = changetype<usize>(open);
    return;
  }
  instanceClose(changetype<Instance>(open.instance));
  const font = changetype<OpenFont>(open.font);
  free(changetype<usize>(open));
  font.instances--;
  if (font.released != 0 && font.instances == 0) closeFont(font);
}

/** Closes the released instances that no stream uses any more. Called when streams let go of runs. */
export function sweepReleased(): void {
  let at = released;
  released = 0;
  while (at != 0) {
    const open = changetype<OpenInstance>(at);
    at = open.next;
    releaseInstance(open);
  }
}

/** What a stream counts its uses of an instance in; 0: not a living handle. */
export function instanceOwner(handle: u32): usize {
  const owner = handleGet(KIND_INSTANCE, handle);
  if (owner != 0) {
    const open = changetype<OpenInstance>(owner);
    open.machine = hasMachine(changetype<Face>(changetype<OpenFont>(open.font).face)) ? 1 : 0;
  }
  return owner;
}
/** The hb_font_t of an owner. */
export function ownerFont(owner: usize): usize {
  return changetype<Instance>(changetype<OpenInstance>(owner).instance).hb;
}
