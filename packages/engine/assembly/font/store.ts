// The bounded cache of a module: font files by path, instances by face and coordinates; the least recently used goes first.
// The host brings bytes and vouches for a file once in an epoch; nothing here reads a file or a clock.
import * as code from "../generated/contract";
import { malloc } from "../native";
import { Face, FontFile, faceRenew, fileClose, fileOpen, planNote } from "./face";
import { fault, faultCode, faultNumber, faultTag } from "./fault";
import { coordsOf, Instance, instanceClose, instanceNew } from "./instance";

/** Buckets of the two hash tables: a few times the default number of instances, so that chains stay short. */
const BUCKETS: u32 = 2048;
const ENTRY_BYTES: u32 = 256; // what an entry takes beside its data, roughly
const files = memory.data(8192, 16);
const instances = memory.data(8192, 16);

let newestFile: usize = 0;
let oldestFile: usize = 0;
let newestInstance: usize = 0;
let oldestInstance: usize = 0;

let fontBudgetBytes: f64 = <f64>code.DEFAULT_FONT_CACHE_BYTES;
let instanceBudget: u32 = code.DEFAULT_MAX_FONTS;
let epoch: u32 = 1;
let justEntered: usize = 0;
let pinned: usize = 0;

export let fontBytes: f64 = 0;
export let fontCount: u32 = 0;
export let instanceCount: u32 = 0;
export let fontHits: f64 = 0;
export let fontMisses: f64 = 0;
export let instanceHits: f64 = 0;
export let instanceMisses: f64 = 0;
export let evictions: f64 = 0;

/** Result of fontFind: the file is here and vouched for. */
export const FOUND: i32 = 0;
/** The host has to bring the bytes. */
export const ABSENT: i32 = 1;
/** The file is here, but the host has not looked at it in this epoch. */
export const UNCHECKED: i32 = 2;

export function setFontBudget(bytes: f64): void {
  fontBudgetBytes = bytes;
  trimFiles(0);
}
export function setInstanceBudget(count: u32): void {
  instanceBudget = max(count, 1);
  while (instanceCount > instanceBudget) dropInstance(changetype<Instance>(oldestInstance));
}
/** From now on each file is looked at again by the host before its next use. */
export function nextEpoch(): void {
  epoch++;
}

export function currentEpoch(): u32 {
  return epoch;
}
/** The font file that stays whatever the budget is, for a job that needs two; 0: none. */
export function pinFont(file: usize): void {
  pinned = file;
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo): short keys, no seed, the same in every run. */
export function hashBytes(p: usize, n: usize, start: u32): u32 {
  let h = start;
  for (let i: usize = 0; i < n; i++) h = (h ^ <u32>load<u8>(p + i)) * 16777619;
  return h;
}

function fileBucket(hash: u32): usize {
  return files + <usize>((hash & (BUCKETS - 1)) << 2);
}
function instanceBucket(hash: u32): usize {
  return instances + <usize>((hash & (BUCKETS - 1)) << 2);
}

function lookup(path: usize, pathBytes: u32, hash: u32): FontFile {
  let at = <usize>load<u32>(fileBucket(hash));
  while (at != 0) {
    const file = changetype<FontFile>(at);
    if (file.hash == hash && file.pathBytes == pathBytes && memory.compare(file.path, path, pathBytes) == 0) return file;
    at = file.chain;
  }
  return changetype<FontFile>(0);
}

/** Looks a path up. On FOUND and UNCHECKED `out` gets the FontFile. */
export function fontFind(path: usize, pathBytes: u32, out: usize): i32 {
  const file = lookup(path, pathBytes, hashBytes(path, pathBytes, 2166136261));
  if (changetype<usize>(file) == 0) return ABSENT;
  store<u32>(out, <u32>changetype<usize>(file));
  if (file.epoch != epoch) return UNCHECKED;
  // the call after fontProvide is the same job again, and was counted as a miss
  if (justEntered == changetype<usize>(file)) justEntered = 0;
  else fontHits++;
  if (newestFile != changetype<usize>(file)) {
    unlinkFile(file);
    linkFile(file);
  }
  return FOUND;
}

/** The host says that the file behind a path is still the one that is loaded. */
export function fontKeep(path: usize, pathBytes: u32): void {
  const file = lookup(path, pathBytes, hashBytes(path, pathBytes, 2166136261));
  if (changetype<usize>(file) != 0) file.epoch = epoch;
}

/**
 * Takes over the bytes of the file behind a path, in place of what was loaded from there before. A file that cannot be used is kept as such: jobs that name it get its fault.
 * Returns 0, or out_of_memory where not even that can be kept.
 */
export function fontProvide(path: usize, pathBytes: u32, data: usize, bytes: u32): i32 {
  fontMisses++;
  const status = fileOpen(data, bytes, opened);
  if (status != 0) return keepFault(path, pathBytes, 0, 0);
  return enter(changetype<FontFile>(<usize>load<u32>(opened)), path, pathBytes);
}

/** The host cannot bring a file: `errorCode` of the contract, and its own words. Returns as fontProvide. */
export function fontRefuse(path: usize, pathBytes: u32, errorCode: i32, detail: usize, detailBytes: u32): i32 {
  fontMisses++;
  fault(errorCode);
  return keepFault(path, pathBytes, detail, detailBytes);
}

// an entry without data that holds the fault at hand
function keepFault(path: usize, pathBytes: u32, detail: usize, detailBytes: u32): i32 {
  const at = malloc(offsetof<FontFile>());
  if (at == 0) return -code.E_OUT_OF_MEMORY;
  memory.fill(at, 0, offsetof<FontFile>());
  const file = changetype<FontFile>(at);
  file.faultCode = faultCode;
  file.faultTag = faultTag;
  file.faultNumber = faultNumber;
  if (detailBytes > 0) {
    file.faultDetail = malloc(detailBytes);
    if (file.faultDetail != 0) {
      memory.copy(file.faultDetail, detail, detailBytes);
      file.faultDetailBytes = detailBytes;
    }
  }
  return enter(file, path, pathBytes);
}

function enter(file: FontFile, path: usize, pathBytes: u32): i32 {
  const hash = hashBytes(path, pathBytes, 2166136261);
  const copy = malloc(max<usize>(pathBytes, 1));
  if (copy == 0) {
    fileClose(file);
    return -code.E_OUT_OF_MEMORY;
  }
  memory.copy(copy, path, pathBytes); // before the old entry goes: `path` may lie in it
  const old = lookup(path, pathBytes, hash);
  if (changetype<usize>(old) != 0) dropFile(old);
  file.path = copy;
  file.pathBytes = pathBytes;
  file.hash = hash;
  file.epoch = epoch;
  const bucket = fileBucket(hash);
  file.chain = <usize>load<u32>(bucket);
  store<u32>(bucket, <u32>changetype<usize>(file));
  fontBytes += costOf(file);
  fontCount++;
  linkFile(file);
  justEntered = changetype<usize>(file);
  trimFiles(changetype<usize>(file));
  return 0;
}

// entries without data cost too: a stream of paths that do not exist must stay bounded
function costOf(file: FontFile): f64 {
  return <f64>(file.bytes + file.pathBytes + file.faultDetailBytes + ENTRY_BYTES);
}
const opened = memory.data(4, 4);

/**
 * The instance of a face at `coords` (axisCount values), from the cache or new. `out` gets the Instance, which lives until the next call of any function here.
 * Returns 0 or out_of_memory.
 */
export function instanceFind(face: Face, coords: usize, out: usize): i32 {
  const bytes = (<usize>face.axisCount) << 2;
  const hash = hashBytes(coords, bytes, 2166136261 ^ (face.serial * 0x9e3779b1));
  const bucket = instanceBucket(hash ^ (hash >> 15));
  let at = <usize>load<u32>(bucket);
  while (at != 0) {
    const instance = changetype<Instance>(at);
    if (instance.hash == hash && instance.face == changetype<usize>(face) && memory.compare(coordsOf(instance), coords, bytes) == 0) {
      instanceHits++;
      if (newestInstance != at) {
        unlinkInstance(instance);
        linkInstance(instance);
      }
      store<u32>(out, <u32>at);
      return 0;
    }
    at = instance.chain;
  }
  instanceMisses++;
  while (instanceCount >= instanceBudget) {
    evictions++;
    dropInstance(changetype<Instance>(oldestInstance));
  }
  const status = instanceNew(face, coords, opened);
  if (status != 0) return status;
  const instance = changetype<Instance>(<usize>load<u32>(opened));
  instance.hash = hash;
  instance.chain = <usize>load<u32>(bucket);
  store<u32>(bucket, <u32>changetype<usize>(instance));
  instanceCount++;
  linkInstance(instance);
  store<u32>(out, <u32>changetype<usize>(instance));
  return 0;
}

// the file in use stays even where it alone is over the budget: the job at hand needs it
function trimFiles(keep: usize): void {
  for (let at = oldestFile; fontBytes > fontBudgetBytes && at != 0 && at != keep; ) {
    const file = changetype<FontFile>(at);
    at = file.newer;
    if (changetype<usize>(file) == pinned) continue;
    evictions++;
    dropFile(file);
  }
}

/** Notes the shaping plan a stored face is about to need; a face with too many of them is opened anew, its instances closed. */
export function notePlan(face: Face, hash: u32): void {
  if (!planNote(face, hash)) return;
  for (let at = oldestInstance; at != 0; ) {
    const instance = changetype<Instance>(at);
    at = instance.newer;
    if (instance.face == changetype<usize>(face)) dropInstance(instance);
  }
  faceRenew(face);
  planNote(face, hash);
}

function dropFile(file: FontFile): void {
  if (pinned == changetype<usize>(file)) pinned = 0;
  for (let at = oldestInstance; at != 0; ) {
    const instance = changetype<Instance>(at);
    at = instance.newer;
    if (changetype<Face>(instance.face).file == changetype<usize>(file)) dropInstance(instance);
  }
  unchain(fileBucket(file.hash), changetype<usize>(file), offsetof<FontFile>("chain"));
  unlinkFile(file);
  fontBytes -= costOf(file);
  fontCount--;
  fileClose(file);
}

function dropInstance(instance: Instance): void {
  unchain(instanceBucket(instance.hash ^ (instance.hash >> 15)), changetype<usize>(instance), offsetof<Instance>("chain"));
  unlinkInstance(instance);
  instanceCount--;
  instanceClose(instance);
}

// takes `item` out of a bucket's chain, whose links lie `link` bytes into each item
function unchain(bucket: usize, item: usize, link: usize): void {
  let slot = bucket;
  while (load<u32>(slot) != 0) {
    const at = <usize>load<u32>(slot);
    if (at == item) {
      store<u32>(slot, load<u32>(item + link));
      return;
    }
    slot = at + link;
  }
}

function linkFile(file: FontFile): void {
  file.older = newestFile;
  file.newer = 0;
  if (newestFile != 0) changetype<FontFile>(newestFile).newer = changetype<usize>(file);
  else oldestFile = changetype<usize>(file);
  newestFile = changetype<usize>(file);
}
function unlinkFile(file: FontFile): void {
  if (file.newer != 0) changetype<FontFile>(file.newer).older = file.older;
  else newestFile = file.older;
  if (file.older != 0) changetype<FontFile>(file.older).newer = file.newer;
  else oldestFile = file.newer;
}
function linkInstance(instance: Instance): void {
  instance.older = newestInstance;
  instance.newer = 0;
  if (newestInstance != 0) changetype<Instance>(newestInstance).newer = changetype<usize>(instance);
  else oldestInstance = changetype<usize>(instance);
  newestInstance = changetype<usize>(instance);
}
function unlinkInstance(instance: Instance): void {
  if (instance.newer != 0) changetype<Instance>(instance.newer).older = instance.older;
  else newestInstance = instance.older;
  if (instance.older != 0) changetype<Instance>(instance.older).newer = instance.newer;
  else oldestInstance = instance.newer;
}
