// One result to one card of HTML: the picture with its boxes drawn over it, what was asked, what was measured, and
// every warning and error. Two layers of one SVG keep the boxes on the pixels at any zoom.

import type { Box, SheetEntry, SheetProblem, SheetResult } from "./entry.ts";
import { escapeHtml } from "./html.ts";
import { type Picture, pictureOf } from "./picture.ts";

/** Around the ink, so that boxes at its edge stay visible: a share of the larger side. */
const PADDING = 0.06;
/** Characters of a text shown; the rest is said to be there. */
const TEXT_SHOWN = 300;
/** Warnings listed on a card; the rest is counted. */
const PROBLEMS_SHOWN = 20;
/** Boxes drawn over one picture; the rest is counted. */
const BOXES_SHOWN = 2000;

export type CardKind = "ok" | "warned" | "failed";

export function kindOf(result: SheetResult): CardKind {
  if (result.status !== "success") return "failed";
  return (result.warnings?.length ?? 0) > 0 ? "warned" : "ok";
}

/** `withPicture` false: the sheet's budget for pictures is spent, which the card says. */
export function card(entry: SheetEntry, withPicture: boolean): string {
  const { result } = entry;
  const kind = kindOf(result);
  const picture: Picture = withPicture ? pictureOf(entry) : { absent: "left out: the sheet's budget for pictures is spent" };
  return `<article class="card ${kind}"><header><h2>${escapeHtml(result.id ?? "(no id)")}</h2>${badge(kind, result)}</header>
${kind === "failed" ? "" : figure(result, picture)}${sample(entry)}${problems(result)}${facts(entry)}</article>
`;
}

function badge(kind: CardKind, result: SheetResult): string {
  const count = result.warnings?.length ?? 0;
  const said = kind === "ok" ? "ok" : kind === "warned" ? `${count} warning${count === 1 ? "" : "s"}` : "error";
  return `<span class="badge">${said}</span>`;
}

function figure(result: SheetResult, picture: Picture): string {
  const { width = 0, height = 0 } = result.rendering ?? {};
  if (!(width > 0 && height > 0)) return "";
  const boxes = result.boxes ?? [];
  const [x, y, w, h] = viewed(result, width, height);
  // Half a pixel of the screen would vanish on a large canvas: lines do not scale with the picture.
  const rect = (box: Box | undefined, name: string): string => (box === undefined || box.length !== 4 ? "" : `<rect class="${name}" ${place(box)}/>`);
  const image = "uri" in picture ? `<image href="${picture.uri}" ${place([0, 0, width, height])}/>` : "";
  const drawn = boxes
    .slice(0, BOXES_SHOWN)
    .map((box) => rect(box.advance, "advance") + rect(box.ink, "ink"))
    .join("");
  const note = "absent" in picture ? `<figcaption>${escapeHtml(picture.absent)}</figcaption>` : "";
  const more = boxes.length > BOXES_SHOWN ? `<figcaption>${boxes.length - BOXES_SHOWN} boxes not drawn</figcaption>` : "";
  return `<figure><svg viewBox="${numbers([x, y, w, h])}" data-ink="${numbers([x, y, w, h])}" data-canvas="0 0 ${num(width)} ${num(height)}" role="img" aria-label="picture of ${escapeHtml(result.id ?? "")}">${image}${rect([0, 0, width, height], "canvas")}<g class="boxes">${drawn}${rect(result.rendering?.actual_bbox, "bbox")}</g></svg>${note}${more}</figure>
`;
}

/** The part of the canvas that holds ink and boxes; without either, all of it. */
function viewed(result: SheetResult, width: number, height: number): Box {
  const all = [result.rendering?.actual_bbox, ...(result.boxes ?? []).flatMap((box) => [box.ink, box.advance])];
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of all) {
    if (box === undefined || box.length !== 4 || !(box[2] > 0 && box[3] > 0)) continue;
    left = Math.min(left, box[0]);
    top = Math.min(top, box[1]);
    right = Math.max(right, box[0] + box[2]);
    bottom = Math.max(bottom, box[1] + box[3]);
  }
  if (!(right > left && bottom > top)) return [0, 0, width, height];
  const around = Math.max(2, PADDING * Math.max(right - left, bottom - top));
  return [left - around, top - around, right - left + 2 * around, bottom - top + 2 * around];
}

function sample({ job, result }: SheetEntry): string {
  const content = job?.text?.content;
  if (typeof content !== "string") return "";
  const direction = result.text?.direction ?? job?.text?.direction;
  const dir = direction === "rtl" || direction === "ltr" ? direction : "auto";
  const lang = result.text?.language ?? job?.text?.language;
  const characters = [...content];
  const more = characters.length > TEXT_SHOWN ? ` <small>… ${characters.length} characters</small>` : "";
  const shown = escapeHtml(characters.slice(0, TEXT_SHOWN).join(""));
  return `<p class="text" dir="${dir}"${typeof lang !== "string" ? "" : ` lang="${escapeHtml(lang)}"`}><bdi>${shown}</bdi>${more}</p>
`;
}

function problems(result: SheetResult): string {
  const all = [...(result.error === undefined ? [] : [{ ...result.error, fatal: true }]), ...(result.warnings ?? [])];
  if (all.length === 0) return "";
  const items = all.slice(0, PROBLEMS_SHOWN).map((one: SheetProblem & { fatal?: boolean }) => {
    const where = one.field === undefined ? "" : ` <code>${escapeHtml(one.field)}</code>`;
    const inner = (one.problems ?? []).map((p) => `<li><code>${escapeHtml(p.field ?? "")}</code> ${escapeHtml(p.message ?? "")}</li>`);
    const list = inner.length === 0 ? "" : `<ul>${inner.join("")}</ul>`;
    return `<li class="${one.fatal === true ? "error" : "warning"}"><b>${escapeHtml(String(one.code))}</b>${where} ${escapeHtml(one.message ?? "")}${list}</li>`;
  });
  const more = all.length > PROBLEMS_SHOWN ? `<li>… and ${all.length - PROBLEMS_SHOWN} more</li>` : "";
  return `<ul class="problems">${items.join("")}${more}</ul>
`;
}

function facts({ job, result }: SheetEntry): string {
  const rows: [string, string][] = [];
  const font = result.font?.path ?? job?.font?.path;
  if (font !== undefined) rows.push(["font", font]);
  const coordinates = Object.entries(result.font?.coordinates ?? {});
  if (coordinates.length > 0) rows.push(["at", coordinates.map(([tag, value]) => `${tag} ${num(value)}`).join(", ")]);
  if (job?.font?.size !== undefined) rows.push(["size", `${num(job.font.size)} px`]);
  const rendering = result.rendering;
  if (rendering !== undefined) rows.push(["canvas", `${rendering.width} × ${rendering.height} px, ${rendering.format}`]);
  const used = [result.text?.script, result.text?.direction, result.text?.language].filter((part) => typeof part === "string" && part !== "");
  if (used.length > 0) rows.push(["shaped as", used.join(", ")]);
  for (const [name, value] of Object.entries(result.metrics ?? {})) {
    rows.push([name.replaceAll("_", " "), shown(value)]);
  }
  if (result.hash !== undefined) rows.push(["hash", result.hash]);
  const timing = Object.entries(result.timing ?? {});
  if (timing.length > 0) rows.push(["time", timing.map(([k, v]) => `${k.replace(/_ms$/, "")} ${num(v)} ms`).join(", ")]);
  const list = rows.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join("");
  return list === ""
    ? ""
    : `<dl>${list}</dl>
`;
}

function place([x, y, w, h]: Box): string {
  return `x="${num(x)}" y="${num(y)}" width="${num(w)}" height="${num(h)}"`;
}

function numbers(values: readonly number[]): string {
  return values.map(num).join(" ");
}

function shown(value: number | readonly number[] | null): string {
  if (value === null) return "none";
  return Array.isArray(value) ? value.map(num).join(", ") : num(value);
}

/** At most five decimals; what is not a finite number (a foreign file's) is written as 0. */
function num(value: unknown): string {
  return typeof value === "number" && Number.isFinite(value) ? String(Math.round(value * 1e5) / 1e5) : "0";
}
