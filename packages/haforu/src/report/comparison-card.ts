// One difference to one card of HTML: what differs, where, by how much, and a place for the script to draw the old and the new outline in.
import type { Difference, Failure, Value } from "../compare/index.ts";
import { escapeHtml } from "./html.ts";

/** Characters of a value shown; the rest is said to be there. */
const VALUE_SHOWN = 400;
/** A card's colour by how bad its difference is. */
const BAD = 0.5;
const NOTICED = 0.02;

/** `picture`: the index of its data; undefined: it has none. */
export function differenceCard(record: Difference, index: number, picture: number | undefined): string {
  const state = record.score >= BAD ? "bad" : record.score >= NOTICED ? "noticed" : "slight";
  const script = record.script ?? "";
  const figures =
    picture === undefined
      ? ""
      : `<div class="figures" data-picture="${picture}"><figure class="old"><figcaption>old</figcaption></figure><figure class="new"><figcaption>new</figcaption></figure><figure class="both"><figcaption>overlay</figcaption></figure></div>`;
  return `<article class="card ${state}" id="d${index + 1}" data-level="${record.level}" data-kind="${record.kind}" data-script="${escapeHtml(script)}" data-font="${escapeHtml(record.font)}">
<header><h2>${escapeHtml(record.item)}</h2><span class="badge">${record.level} · ${record.kind} ${record.change}</span></header>
${figures}<dl>${facts(record)}</dl></article>
`;
}

export function failureCard(failure: Failure): string {
  return `<article class="card bad failure" data-level="files" data-kind="error" data-script="" data-font="${escapeHtml(failure.font)}">
<header><h2>${escapeHtml(failure.font)}</h2><span class="badge">could not be compared</span></header>
<p><code>${escapeHtml(failure.code)}</code> ${escapeHtml(failure.message)}</p></article>
`;
}

function facts(record: Difference): string {
  const rows: [string, string][] = [["font", record.face_index === undefined ? record.font : `${record.font}, face ${record.face_index}`]];
  if (record.old !== undefined) rows.push(["old", shown(record.old)]);
  if (record.new !== undefined) rows.push(["new", shown(record.new)]);
  if (record.delta !== undefined) rows.push(["moved by", `${record.delta} units`]);
  else if (record.kind === "outline") rows.push(["outline", "made of other segments"]);
  for (const measure of ["pixel_delta", "rmse", "iou", "ssim"] as const) if (record[measure] !== undefined) rows.push([measure, String(record[measure])]);
  if (record.words !== undefined) rows.push(["words", String(record.words)]);
  const at = Object.entries(record.at ?? {}).map(([tag, value]) => `${tag} ${value}`);
  if (record.size !== undefined) at.push(`${record.size} px`);
  if (at.length > 0) rows.push([(record.places ?? 1) > 1 ? "worst at" : "at", at.join(", ")]);
  if (record.places !== undefined && record.places > 1) rows.push(["places", String(record.places)]);
  if (record.script !== undefined) rows.push(["script", record.script]);
  return rows.map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`).join("");
}

function shown(value: Value): string {
  let text: string;
  if (Array.isArray(value)) text = `[${value.join(" ")}]`;
  else if (typeof value === "object") {
    text = Object.entries(value as Readonly<Record<string, unknown>>)
      .map(([key, one]) => `${key} ${one}`)
      .join(", ");
  } else text = String(value);
  const characters = [...text];
  return characters.length > VALUE_SHOWN ? `${characters.slice(0, VALUE_SHOWN).join("")}… (${characters.length} characters)` : text;
}
