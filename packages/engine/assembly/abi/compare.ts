// The comparing calls: pictures by address, or canvases by handle; resized, or measured against each other. For hosts in tight loops, without JSON.
// Layouts are written at each struct; all fields are little-endian, pointers 32 bits. Addresses are of memory from hf_alloc or hf_canvas_pixels.

import {
  ALIGN_INK,
  COMPARE_CANCELLED,
  COMPARE_OK,
  COMPARE_TOO_LARGE,
  Comparison,
  compare,
  comparePictures,
  isPlain,
  MEASURE_ALL,
  plainDelta,
} from "../compare/compare";
import { findInk, Picture } from "../compare/plane";
import { resizeBilinear } from "../compare/resize";
import * as code from "../generated/contract";
import { PICTURE_NO_COLOUR, pictureFault, pictureReason, pictureReasonBytes } from "../job/pictures";
import { hfn_picture } from "../native";
import { Canvas } from "../raster/raster";
import { handleGet, KIND_CANVAS } from "./handles";
import { failWith, failWithText } from "./last-error";

const first = changetype<Picture>(memory.data(32, 16));
const second = changetype<Picture>(memory.data(32, 16));

function sizeFits(width: u32, height: u32): bool {
  return width <= <u32>code.LIMIT_CANVAS_SIDE_PX && height <= <u32>code.LIMIT_CANVAS_SIDE_PX && <u64>width * <u64>height <= <u64>code.LIMIT_CANVAS_AREA_PX;
}

/** Bilinear resizing with half-pixel centres: `from` (rows of fromWidth bytes) to `to` (rows of toWidth bytes), which must not overlap. 0, invalid_argument, canvas_too_large or out_of_memory. */
export function hf_resize(from: usize, fromWidth: u32, fromHeight: u32, to: usize, toWidth: u32, toHeight: u32): i32 {
  if (from == 0 || to == 0 || fromWidth == 0 || fromHeight == 0 || toWidth == 0 || toHeight == 0) return failWith(code.E_INVALID_ARGUMENT);
  if (!sizeFits(fromWidth, fromHeight) || !sizeFits(toWidth, toHeight)) return failWith(code.E_CANVAS_TOO_LARGE);
  return resizeBilinear(from, <i32>fromWidth, <i32>fromHeight, to, <i32>toWidth, <i32>toHeight) ? 0 : failWith(code.E_OUT_OF_MEMORY);
}

function openPicture(picture: Picture, pixels: usize, width: u32, height: u32, inverted: bool): i32 {
  if (pixels == 0 || width == 0 || height == 0) return failWith(code.E_INVALID_ARGUMENT);
  if (!sizeFits(width, height)) return failWith(code.E_CANVAS_TOO_LARGE);
  picture.pixels = pixels;
  picture.width = <i32>width;
  picture.height = <i32>height;
  picture.blank = inverted ? 0 : 255;
  return 0;
}

function checkOptions(options: usize): bool {
  const wanted = load<u32>(options, 8);
  return load<u32>(options) <= ALIGN_INK && load<u32>(options, 4) <= <u32>code.LIMIT_ALIGN_REACH_PX && wanted != 0 && (wanted & ~MEASURE_ALL) == 0;
}

function finish(status: i32): i32 {
  if (status == COMPARE_OK) return 0;
  return failWith(status == COMPARE_TOO_LARGE ? code.E_CANVAS_TOO_LARGE : status == COMPARE_CANCELLED ? code.E_CANCELLED : code.E_OUT_OF_MEMORY);
}

/**
 * Compares two pictures. `pictures`: twice {u32 pixels, u32 width, u32 height, u32 flags (bit 0: inverted, 0 is blank)}. `options`: {u32 mode (0 corner, 1 center, 2 ink), u32 reach in px (mode ink),
 * u32 measures (bit 0 pixel_delta, 1 pixel_delta_center, 2 rmse, 3 ssim, 4 iou)}. `out` gets 9 × f64: those five (0 where not asked for), shift x and y, the frame's width and height.
 * 0, invalid_argument, canvas_too_large (the frame, too), out_of_memory or cancelled.
 */
export function hf_compare(pictures: usize, options: usize, out: usize): i32 {
  if (pictures == 0 || options == 0 || out == 0 || !checkOptions(options)) return failWith(code.E_INVALID_ARGUMENT);
  let status = openPicture(first, <usize>load<u32>(pictures), load<u32>(pictures, 4), load<u32>(pictures, 8), (load<u32>(pictures, 12) & 1) != 0);
  if (status == 0)
    status = openPicture(second, <usize>load<u32>(pictures, 16), load<u32>(pictures, 20), load<u32>(pictures, 24), (load<u32>(pictures, 28) & 1) != 0);
  if (status != 0) return status;
  return finish(comparePictures(first, second, load<u32>(options), <i32>load<u32>(options, 4), load<u32>(options, 8), changetype<Comparison>(out)));
}

/** As hf_compare, of two canvases as the last render left them: where their ink lies is known, so blank rows are not read. */
export function hf_compare_canvases(canvasA: u32, canvasB: u32, options: usize, out: usize): i32 {
  if (options == 0 || out == 0 || !checkOptions(options)) return failWith(code.E_INVALID_ARGUMENT);
  const a = changetype<Canvas>(handleGet(KIND_CANVAS, canvasA));
  const b = changetype<Canvas>(handleGet(KIND_CANVAS, canvasB));
  if (changetype<usize>(a) == 0 || changetype<usize>(b) == 0) return failWith(code.E_INVALID_HANDLE);
  openCanvas(first, a);
  openCanvas(second, b);
  if (isPlain(first, second, load<u32>(options), load<u32>(options, 8))) {
    // a canvas without ink has written no row
    const top = a.inkBottom > a.inkTop && b.inkBottom > b.inkTop ? min(a.inkTop, b.inkTop) : a.inkBottom > a.inkTop ? a.inkTop : b.inkTop;
    plainDelta(first, second, top, max(max(a.inkBottom, b.inkBottom), top), changetype<Comparison>(out));
    return 0;
  }
  findInk(first, a.inkTop, a.inkBottom);
  findInk(second, b.inkTop, b.inkBottom);
  return finish(compare(first, second, load<u32>(options), <i32>load<u32>(options, 4), load<u32>(options, 8), changetype<Comparison>(out)));
}

function openCanvas(picture: Picture, canvas: Canvas): void {
  picture.pixels = canvas.pixels;
  picture.width = canvas.width;
  picture.height = canvas.height;
  picture.blank = canvas.blank;
}

/**
 * Decodes a picture file, PNG or binary PGM, to 8-bit grey (255 white). `data` stays the caller's. `out` gets {u32 pixels (the caller's, for hf_free), u32 width, u32 height}.
 * 0, invalid_argument, image_invalid, image_too_large, image_unsupported or out_of_memory.
 */
export function hf_picture(data: usize, bytes: u32, out: usize): i32 {
  if (data == 0 || out == 0) return failWith(code.E_INVALID_ARGUMENT);
  const status = hfn_picture(data, bytes, <u32>code.LIMIT_CANVAS_SIDE_PX, <u32>code.LIMIT_CANVAS_AREA_PX, out);
  if (status == 0) return 0;
  if (status == PICTURE_NO_COLOUR) {
    const text = pictureReason(out);
    store<u64>(out, 0, 4);
    return failWithText(pictureFault(status), text, pictureReasonBytes);
  }
  return failWith(pictureFault(status));
}
