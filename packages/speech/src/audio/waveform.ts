// Samples in, a picture of them out: for each column the least and greatest sample, and the RMS in front. SVG, or PNG in four colours.

import { crc32, deflateSync } from "node:zlib";
import { SpeechError } from "../errors.ts";
import { type AudioData, checkNumber } from "./data.ts";

export interface WaveformOptions {
  /** Pixels, 1 to 16384. Defaults: 800 × 120. */
  readonly width?: number;
  readonly height?: number;
  /** "#rrggbb". Defaults: ink "#5b8def", rms "#1d4ed8", background "#ffffff". */
  readonly color?: string;
  readonly rmsColor?: string;
  readonly background?: string;
  /** What reaches top and bottom, as an amplitude. Default: 1, full scale. */
  readonly fullScale?: number;
}

interface Resolved extends Required<WaveformOptions> {}

const DEFAULTS: Resolved = { width: 800, height: 120, color: "#5b8def", rmsColor: "#1d4ed8", background: "#ffffff", fullScale: 1 };
/** Of a side: a picture of 16384² with one byte a pixel is 256 MiB, as much as should come of one call. */
const MOST_PIXELS = 16_384;

interface Column {
  readonly min: number;
  readonly max: number;
  readonly rms: number;
}

function resolve(options: WaveformOptions): Resolved {
  const resolved = { ...DEFAULTS, ...options };
  for (const field of ["width", "height"] as const) {
    checkNumber(field, resolved[field], 1, MOST_PIXELS, "px");
    if (!Number.isInteger(resolved[field]))
      throw new SpeechError("speech_option_invalid", `${field}: expected whole pixels, got ${resolved[field]}`, { field });
  }
  checkNumber("fullScale", resolved.fullScale, Number.MIN_VALUE, Number.POSITIVE_INFINITY, "");
  for (const field of ["color", "rmsColor", "background"] as const)
    if (!/^#[0-9a-f]{6}$/i.test(resolved[field]))
      throw new SpeechError("speech_option_invalid", `${field}: expected a colour such as "#5b8def", got ${JSON.stringify(resolved[field])}`, { field });
  return resolved;
}

/** A column holds the frames [n · frames / width, (n + 1) · frames / width), at least one; all channels together. */
function columnsOf({ samples, channels }: AudioData, { width, fullScale }: Resolved): Column[] {
  const frames = samples.length / channels;
  return Array.from({ length: width }, (_, column) => {
    const start = Math.floor((column * frames) / width);
    const end = Math.min(frames, Math.max(start + 1, Math.floor(((column + 1) * frames) / width)));
    let [min, max, sum] = [0, 0, 0];
    if (end > start) [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = start * channels; i < end * channels; i++) {
      const sample = samples[i] as number;
      min = Math.min(min, sample);
      max = Math.max(max, sample);
      sum += sample * sample;
    }
    const level = (value: number): number => Math.max(-1, Math.min(1, value / fullScale));
    return { min: level(min), max: level(max), rms: level(Math.sqrt(sum / Math.max(1, (end - start) * channels))) };
  });
}

/** An SVG document. @throws SpeechError speech_option_invalid. */
export function waveformSvg(audio: AudioData, options: WaveformOptions = {}): string {
  const resolved = resolve(options);
  const { width, height, color, rmsColor, background } = resolved;
  const columns = columnsOf(audio, resolved);
  const y = (level: number): string => (((1 - level) * height) / 2).toFixed(2).replace(/\.?0+$/, "");
  const path = (bounds: (column: Column) => readonly [number, number]): string =>
    columns
      .map((column, x) => {
        const [low, high] = bounds(column);
        return `M${x + 0.5} ${y(high)}V${y(low)}`;
      })
      .join("");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="${background}"/>`,
    `<path d="M0 ${height / 2}H${width}" stroke="${color}" stroke-width="1"/>`,
    `<path d="${path(({ min, max }) => [min, max])}" stroke="${color}" stroke-width="1"/>`,
    `<path d="${path(({ rms }) => [-rms, rms])}" stroke="${rmsColor}" stroke-width="1"/>`,
    "</svg>\n",
  ].join("");
}

const [BACKGROUND, INK, RMS] = [0, 1, 2];

/** A PNG file with a palette. @throws SpeechError speech_option_invalid. */
export function waveformPng(audio: AudioData, options: WaveformOptions = {}): Uint8Array {
  const resolved = resolve(options);
  const { width, height } = resolved;
  // Each row begins with its filter type, 0 (none).
  const rows = new Uint8Array(height * (width + 1));
  const row = (level: number): number => Math.max(0, Math.min(height - 1, Math.floor(((1 - level) * height) / 2)));
  const fill = (x: number, from: number, to: number, ink: number): void => {
    for (let y = from; y <= to; y++) rows[y * (width + 1) + 1 + x] = ink;
  };
  for (const [x, { min, max, rms }] of columnsOf(audio, resolved).entries()) {
    fill(x, row(0), row(0), INK);
    fill(x, row(max), row(min), INK);
    if (rms > 0) fill(x, row(rms), row(-rms), RMS);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // bits a sample; colour type 3 (palette), deflate, no filter, no interlace
  const palette = Buffer.alloc(9);
  for (const [index, color] of [
    [BACKGROUND, resolved.background],
    [INK, resolved.color],
    [RMS, resolved.rmsColor],
  ] as const)
    palette.writeUIntBE(Number.parseInt(color.slice(1), 16), index * 3, 3);
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("PLTE", palette), chunk("IDAT", deflateSync(rows)), chunk("IEND", new Uint8Array(0))]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8);
  return bytes;
}
