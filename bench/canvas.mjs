// Row: one 1000 px glyph on 3000×1200, a session's renderToBytes ÷ @napi-rs/canvas (Skia) fillText + getImageData, in one process, interleaved.
// Both clear the canvas each time and give the pixels; Skia's come as RGBA, which is what its users get.
import { createCanvas, GlobalFonts } from "@napi-rs/canvas";
import { createSession } from "haforu";

const WIDTH = 3000;
const HEIGHT = 1200;
const SIZE_PX = 1000;

export function canvasRows({ font }) {
  if (!GlobalFonts.registerFromPath(font, "Peer")) throw new Error(`@napi-rs/canvas cannot read ${font}`);
  const canvas = createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext("2d");
  context.font = `${SIZE_PX}px Peer`;
  const session = createSession({ timing: false });
  const request = { font, text: "g", size: SIZE_PX, width: WIDTH, height: HEIGHT };
  const skia = () => {
    context.fillStyle = "white";
    context.fillRect(0, 0, WIDTH, HEIGHT);
    context.fillStyle = "black";
    context.fillText("g", 0, HEIGHT * 0.75);
    return context.getImageData(0, 0, WIDTH, HEIGHT).data;
  };
  const ours = () => session.renderToBytes(request);
  const ink = (data, step) => {
    let sum = 0;
    for (let i = 0; i < data.length; i += step) sum += 255 - data[i];
    return sum;
  };
  const [skiaInk, ourInk] = [ink(skia(), 4), ink(ours(), 1)];
  if (Math.abs(skiaInk / ourInk - 1) > 0.02) throw new Error(`the pictures differ: ink ${skiaInk} and ${ourInk}`);
  let [bestSkia, bestOurs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 15; round++) {
    let start = performance.now();
    skia();
    bestSkia = Math.min(bestSkia, performance.now() - start);
    start = performance.now();
    for (let k = 0; k < 200; k++) ours();
    bestOurs = Math.min(bestOurs, (performance.now() - start) / 200);
  }
  session.dispose();
  return [
    {
      name: "renderToBytes 3000×1200 ÷ @napi-rs/canvas",
      ratio: bestOurs / bestSkia,
      must: 0.05,
      aim: 0.02,
      note: `${(bestOurs * 1000).toFixed(1)} µs ÷ ${bestSkia.toFixed(2)} ms`,
    },
  ];
}
