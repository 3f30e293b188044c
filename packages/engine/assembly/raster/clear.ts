// Clearing: makes blank again what the last sweep wrote, by its list of runs, not by the canvas's size.
import { Canvas, target } from "./canvas";

/** Makes the canvas that is drawn on blank. Costs nothing when it is. */
export function rasterClear(): void {
  if (changetype<usize>(target) != 0) clearCanvas(target);
}

/** Makes any canvas blank. */
export function clearCanvas(canvas: Canvas): void {
  if (canvas.runCount == 0) return;
  const pixels = canvas.pixels;
  const pitch = <usize>canvas.width;
  const end = pixels + pitch * <usize>canvas.height;
  const blank = i8x16.splat(<i8>canvas.blank);
  const listEnd = canvas.runs + ((<usize>canvas.runCount) << 3);
  for (let run = canvas.runs; run < listEnd; run += 8) {
    let p = pixels + <usize>load<u32>(run);
    const bytes = load<u32>(run, 4) - load<u32>(run);
    // A store may run over into what is blank or about to be; only the end of the canvas is a border.
    if (p + 3 * pitch + bytes + 64 <= end) {
      let q = (p + pitch) & ~15;
      let r = (p + 2 * pitch) & ~15;
      let s = (p + 3 * pitch) & ~15;
      p &= ~15;
      let left = <i32>bytes + 15;
      while (left > 48) {
        v128.store(p, blank);
        v128.store(p, blank, 16);
        v128.store(p, blank, 32);
        v128.store(p, blank, 48);
        v128.store(q, blank);
        v128.store(q, blank, 16);
        v128.store(q, blank, 32);
        v128.store(q, blank, 48);
        v128.store(r, blank);
        v128.store(r, blank, 16);
        v128.store(r, blank, 32);
        v128.store(r, blank, 48);
        v128.store(s, blank);
        v128.store(s, blank, 16);
        v128.store(s, blank, 32);
        v128.store(s, blank, 48);
        p += 64;
        q += 64;
        r += 64;
        s += 64;
        left -= 64;
      }
      while (left > 0) {
        v128.store(p, blank);
        v128.store(q, blank);
        v128.store(r, blank);
        v128.store(s, blank);
        p += 16;
        q += 16;
        r += 16;
        s += 16;
        left -= 16;
      }
    } else {
      for (let row = 0; row < 4 && p < end; row++) {
        memory.fill(p, <u8>canvas.blank, min(<usize>bytes, end - p));
        p += pitch;
      }
    }
  }
  canvas.runCount = 0;
  canvas.inkTop = 0;
  canvas.inkBottom = 0;
}
