// Picture files that compare jobs name, decoded to 8-bit grey by native/shim/picture.c and kept by path, the least recently used going first. The host brings the bytes.
// A file that cannot be used is kept as such: jobs that name it get its fault until the next epoch.

import { writeUnsigned } from "../encode/number";
import { currentEpoch } from "../font/store";
import * as code from "../generated/contract";
import { free, hfn_picture, malloc } from "../native";
import { argsClear, argText } from "./message";
import { problem } from "./problems";
import { ascii } from "./report";

/** A target is compared with many renders, and few targets are in turn. */
const PICTURES: u32 = 32;
/** Decoded pixels kept beside the one in use. */
const KEEP_BYTES: f64 = 64 * 1024 * 1024;
const DETAIL_BYTES: u32 = 512;

@unmanaged
export class StoredPicture {
  path: usize;
  pathBytes: u32;
  pixels: usize;
  width: i32;
  height: i32;
  epoch: u32;
  used: u32;
  faultCode: i32;
  detail: usize;
  detailBytes: u32;
}

const slots = memory.data(2048, 8);
const decoded = memory.data(12, 4);
let clock: u32 = 0;

function slot(i: u32): StoredPicture {
  return changetype<StoredPicture>(slots + <usize>i * 64);
}

/** hfn_picture: a pixel's palette index is beyond the palette; both numbers stand where width and height would. */
export const PICTURE_NO_COLOUR: i32 = -5;
const reason = memory.data(96, 1);
/** Bytes of the last pictureReason. */
export let pictureReasonBytes: usize = 0;

/** The error of the contract for a status of hfn_picture other than 0. */
export function pictureFault(status: i32): i32 {
  if (status == -2) return code.E_IMAGE_TOO_LARGE;
  if (status == -3) return code.E_OUT_OF_MEMORY;
  return status == -4 ? code.E_IMAGE_UNSUPPORTED : code.E_IMAGE_INVALID;
}

/** What hfn_picture found, in words that stay until the next call. `out`: what it wrote. */
export function pictureReason(out: usize): usize {
  let at = writeUnsigned(ascii(reason, "a pixel has palette index "), load<u32>(out, 4));
  at = writeUnsigned(ascii(at, ", and the palette has "), load<u32>(out, 8));
  at = ascii(at, load<u32>(out, 8) == 1 ? " colour" : " colours");
  pictureReasonBytes = at - reason;
  return reason;
}

/** The picture at a path, vouched for in this epoch; 0: the host has to bring it. */
export function pictureFind(path: usize, pathBytes: u32): usize {
  for (let i: u32 = 0; i < PICTURES; i++) {
    const picture = slot(i);
    if (picture.path == 0 || picture.pathBytes != pathBytes || memory.compare(picture.path, path, pathBytes) != 0) continue;
    if (picture.epoch != currentEpoch()) return 0;
    picture.used = ++clock;
    return changetype<usize>(picture);
  }
  return 0;
}

/** Decodes and takes over the bytes of the file at a path. 0, or out_of_memory where not even the fault can be kept. */
export function pictureProvide(path: usize, pathBytes: u32, data: usize, bytes: u32): i32 {
  const status = hfn_picture(data, bytes, <u32>code.LIMIT_CANVAS_SIDE_PX, <u32>code.LIMIT_CANVAS_AREA_PX, decoded);
  free(data);
  const picture = open(path, pathBytes);
  if (changetype<usize>(picture) == 0) {
    free(<usize>load<u32>(decoded));
    return -code.E_OUT_OF_MEMORY;
  }
  if (status == 0) {
    picture.pixels = <usize>load<u32>(decoded);
    picture.width = load<i32>(decoded, 4);
    picture.height = load<i32>(decoded, 8);
    trim(changetype<usize>(picture));
  } else picture.faultCode = pictureFault(status);
  if (status == PICTURE_NO_COLOUR) {
    const text = pictureReason(decoded);
    keepDetail(picture, text, <u32>pictureReasonBytes);
  }
  return 0;
}

/** The host cannot bring the file: an error code of the contract and the host's words. As pictureProvide. */
export function pictureRefuse(path: usize, pathBytes: u32, errorCode: i32, detail: usize, detailBytes: u32): i32 {
  const picture = open(path, pathBytes);
  if (changetype<usize>(picture) == 0) return -code.E_OUT_OF_MEMORY;
  picture.faultCode = errorCode > 0 && errorCode <= code.E_IMAGE_UNSUPPORTED ? errorCode : code.E_INTERNAL;
  keepDetail(picture, detail, min(detailBytes, DETAIL_BYTES));
  return 0;
}

/** A copy of words about the picture's fault; with no memory left the fault has none. */
function keepDetail(picture: StoredPicture, detail: usize, bytes: u32): void {
  if (bytes > 0) picture.detail = malloc(bytes);
  if (picture.detail == 0) return;
  memory.copy(picture.detail, detail, bytes);
  picture.detailBytes = bytes;
}

/** "compare.image" */
const FIELD = memory.data<u8>([0x63, 0x6f, 0x6d, 0x70, 0x61, 0x72, 0x65, 0x2e, 0x69, 0x6d, 0x61, 0x67, 0x65]);
const FIELD_BYTES: usize = 13;

/** Notes the fault of a picture as the job's problem; returns its status. */
export function pictureProblem(picture: StoredPicture): i32 {
  argsClear();
  if (picture.faultCode == code.E_OUT_OF_MEMORY) argText(1, picture.detail, picture.detailBytes);
  else {
    argText(1, picture.path, picture.pathBytes);
    argText(2, picture.detail, picture.detailBytes);
    argText(3, FIELD, FIELD_BYTES);
  }
  return problem(picture.faultCode, FIELD, FIELD_BYTES);
}

/** An empty slot for a path, in place of what was there of it or of the least recently used one. */
function open(path: usize, pathBytes: u32): StoredPicture {
  let best = slot(0);
  for (let i: u32 = 0; i < PICTURES; i++) {
    const picture = slot(i);
    if (picture.path != 0 && picture.pathBytes == pathBytes && memory.compare(picture.path, path, pathBytes) == 0) {
      best = picture;
      break;
    }
    if (picture.used < best.used) best = picture;
  }
  const copy = malloc(max<usize>(pathBytes, 1));
  if (copy == 0) return changetype<StoredPicture>(0);
  memory.copy(copy, path, pathBytes); // before the old one goes: `path` may lie in it
  drop(best);
  best.path = copy;
  best.pathBytes = pathBytes;
  best.epoch = currentEpoch();
  best.used = ++clock;
  return best;
}

function drop(picture: StoredPicture): void {
  if (picture.path != 0) free(picture.path);
  if (picture.pixels != 0) free(picture.pixels);
  if (picture.detail != 0) free(picture.detail);
  memory.fill(changetype<usize>(picture), 0, offsetof<StoredPicture>());
}

function trim(keep: usize): void {
  while (true) {
    let bytes: f64 = 0;
    let oldest: usize = 0;
    for (let i: u32 = 0; i < PICTURES; i++) {
      const picture = slot(i);
      if (picture.pixels == 0) continue;
      bytes += <f64>picture.width * <f64>picture.height;
      if (changetype<usize>(picture) == keep) continue;
      if (oldest == 0 || picture.used < changetype<StoredPicture>(oldest).used) oldest = changetype<usize>(picture);
    }
    if (bytes <= KEEP_BYTES || oldest == 0) return;
    drop(changetype<StoredPicture>(oldest));
  }
}
