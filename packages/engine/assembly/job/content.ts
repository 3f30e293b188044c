// What was drawn and measured, as parts of a result line or as a file: picture, metrics, boxes, glyphs, hash, font, text. In: what the stages left. Each job kind
// puts the parts it has.

import { putBase64, putCanvasBase64 } from "../encode/base64";
import { putExtendedPicture, putExtendedSet } from "../encode/extended";
import { OUT_OK, outLength, outPtr, outRewind, outStatus, putBytes } from "../encode/out";
import { putPgmBase64, putPgmHeader } from "../encode/pgm";
import { PNG_OK, pngFile, pngFileBytes, pngMake, putPngBase64 } from "../encode/png";
import {
  beginBoxes,
  beginCoordinates,
  beginData,
  beginFont,
  beginGlyphs,
  beginRendering,
  endBoxes,
  endCoordinates,
  endData,
  endFont,
  endGlyphs,
  endRendering,
  putBox,
  putCoordinate,
  putGlyph,
  putHash,
  putMetrics,
  putPath,
  putText,
} from "../encode/result";
import { sha256 } from "../encode/sha256";
import { svgBegin, svgEnd } from "../encode/svg";
import { axisTag } from "../font/face";
import { axisIndex } from "../font/instance";
import * as code from "../generated/contract";
import { beam, centroidX, centroidY, density, inkArea } from "../measure/measures";
import { arenaAlloc, hb_font_glyph_to_string } from "../native";
import { canvasPixels, inkBottom, inkTop } from "../raster/raster";
import { glyphCluster, glyphId, glyphTotal, usedDirection, usedLanguage, usedScript, xAdvance, xOffset, yAdvance, yOffset } from "../shape/shape";
import { ClusterBox, clusterBoxes, clusterCount } from "./boxes";
import { advanceVariation, bearingEnd, bearingStart, consistency, extendedPicture, renderedAspect, widthRhythm } from "./extended";
import { drawSvg, penHome, penSkip, penX, penY, scale } from "./place";
import { advanceX, advanceY, blankByte, job, measured, usedFace, usedInstance } from "./stages";

const digest = memory.data(32, 16);
const glyphName = memory.data(128, 16);
const GLYPH_NAME_BYTES: u32 = 128;

/** Whether the job's picture goes anywhere: format metrics and encoding none have none. */
export function hasPicture(): bool {
  return job().format != code.FORMAT_METRICS && job().encoding != code.ENCODING_NONE;
}

/** Puts the picture into the line as its encoding has it: base64 of the file or the canvas, or the SVG's text. Returns false where memory ran out. */
function putPicture(): bool {
  const j = job();
  const m = measured();
  beginData();
  if (j.format == code.FORMAT_PGM) putPgmBase64(canvasPixels(), j.width, j.height, m.left, m.top, m.right, m.bottom, blankByte());
  else if (j.format == code.FORMAT_RAW) putCanvasBase64(canvasPixels(), <usize>j.width * <usize>j.height, blankByte());
  else if (j.format == code.FORMAT_PNG) {
    if (putPngBase64(canvasPixels(), j.width, j.height, inkTop(), inkBottom(), blankByte()) != PNG_OK) return false;
  } else if (j.encoding == code.ENCODING_JSON) putSvgDocument();
  else {
    // written behind the line so far, then replaced by its own base64
    const before = outLength();
    putSvgDocument();
    const bytes = outLength() - before;
    const copy = arenaAlloc(bytes);
    if (copy == 0) return false;
    memory.copy(copy, outPtr() + before, bytes);
    outRewind(before);
    putBase64(copy, bytes);
  }
  endData();
  return true;
}

function putSvgDocument(): void {
  const j = job();
  svgBegin(j.width, j.height, j.invert != 0);
  drawSvg(usedInstance().hb);
  svgEnd();
}

export let imagePtr: usize = 0;
export let imageBytes: usize = 0;

/** Makes the picture's file as bytes for the host at imagePtr, behind what the line holds so far: outRewind takes it out again. Returns false where memory ran out. */
export function makeImage(): bool {
  const j = job();
  if (j.format == code.FORMAT_RAW) {
    imagePtr = canvasPixels();
    imageBytes = <usize>j.width * <usize>j.height;
    return true;
  }
  if (j.format == code.FORMAT_PNG) {
    if (pngMake(canvasPixels(), j.width, j.height, inkTop(), inkBottom(), blankByte()) != PNG_OK) return false;
    imagePtr = pngFile;
    imageBytes = pngFileBytes;
    return true;
  }
  const before = outLength();
  if (j.format == code.FORMAT_PGM) {
    putPgmHeader(j.width, j.height);
    putBytes(canvasPixels(), <usize>j.width * <usize>j.height);
  } else putSvgDocument();
  imagePtr = outPtr() + before;
  imageBytes = outLength() - before;
  return outStatus() == OUT_OK;
}

/** Puts `rendering`. `path`: where the host put the picture; pathBytes 0: it goes into the line. Returns false where memory ran out. */
export function putRendering(path: usize, pathBytes: u32): bool {
  const j = job();
  const m = measured();
  let complete = true;
  beginRendering(j.format, j.encoding);
  if (pathBytes > 0) putPath(path, pathBytes);
  else if (hasPicture()) complete = putPicture();
  endRendering(j.width, j.height, m.left, m.top, m.right, m.bottom);
  return complete;
}

/** Puts what the job includes: metrics, boxes, glyphs, hash. */
export function putIncluded(): void {
  const j = job();
  const m = measured();
  if ((j.include & code.INCLUDE_METRICS) != 0) {
    putMetrics(density(m, j.width, j.height), beam(m, j.width), inkArea(m), m.left, m.top, m.right, m.bottom, centroidX(m), centroidY(m), advanceX, advanceY);
    if ((j.include & code.INCLUDE_EXTENDED) != 0) putExtended();
  }
  if ((j.include & code.INCLUDE_BOXES) != 0) {
    beginBoxes();
    for (let i: u32 = 0; i < clusterCount; i++) {
      const box = changetype<ClusterBox>(clusterBoxes + <usize>i * offsetof<ClusterBox>());
      putBox(box.start, box.end, <f64>box.inkX, <f64>box.inkY, <f64>box.inkW, <f64>box.inkH, box.x, box.y, box.w, box.h);
    }
    endBoxes();
  }
  if ((j.include & code.INCLUDE_GLYPHS) != 0) putGlyphs();
  if ((j.include & code.INCLUDE_HASH) != 0) {
    sha256(canvasPixels(), <usize>j.width * <usize>j.height, digest);
    putHash(digest);
  }
}

function putExtended(): void {
  const e = extendedPicture();
  putExtendedPicture(e.inkDensity, e.momentXX, e.momentYY, e.momentXY, e.perimeter, bearingStart, bearingEnd, e.gapCount, e.gaps, e.gapsListed);
  putExtendedSet(e.gapVariation, advanceVariation, widthRhythm, renderedAspect, consistency);
}

function putGlyphs(): void {
  const font = usedInstance().hb;
  beginGlyphs();
  penHome();
  for (let i: u32 = 0; i < glyphTotal; i++) {
    const id = glyphId(i);
    hb_font_glyph_to_string(font, id, glyphName, GLYPH_NAME_BYTES);
    const x = penX;
    const y = penY;
    penSkip(i);
    putGlyph(
      id,
      glyphName,
      textLength(glyphName),
      glyphCluster(i),
      xAdvance(i),
      yAdvance(i),
      xOffset(i),
      yOffset(i),
      penX - x,
      penY - y,
      x + <f64>xOffset(i) * scale,
      y - <f64>yOffset(i) * scale,
    );
  }
  endGlyphs();
}

/** Puts `coordinates` (f32 × axisCount of the face) of an object, where the face has axes. */
export function putPoint(coords: usize): void {
  beginCoordinates();
  putCoordinates(coords);
  endCoordinates();
}

/** Puts design coordinates, each tag once; the caller begins and ends their object. */
function putCoordinates(coords: usize): void {
  const f = usedFace();
  for (let i: u32 = 0; i < f.axisCount; i++)
    if (axisIndex(f, axisTag(f, i)) == <i32>i) putCoordinate(axisTag(f, i), <f64>load<f32>(coords + ((<usize>i) << 2)));
}

/** Puts `font` with the coordinates (f32 × axisCount) and `text` of the last run. */
export function putUsed(coords: usize): void {
  const j = job();
  beginFont(j.path, j.pathLen, j.faceIndex);
  putCoordinates(coords);
  endFont();
  putText(usedScript, usedDirection, usedLanguage, j.languageLen != 0 ? textLength(usedLanguage) : 0);
}

function textLength(text: usize): usize {
  let n: usize = 0;
  if (text != 0) while (load<u8>(text + n) != 0) n++;
  return n;
}
