// The sheet around the cards: one HTML file that asks nothing of the network. The policy in its head forbids every
// request and every script but its own, so that nothing from a job can ever run.

import { createHash } from "node:crypto";
import type { CardKind } from "./card.ts";
import { escapeHtml, grouped } from "./html.ts";

export interface SheetSummary {
  readonly counts: Readonly<Record<CardKind, number>>;
  readonly shown: number;
  /** Results by error or warning code. */
  readonly codes: ReadonlyMap<string, number>;
  readonly shownLimit: number;
  readonly pictureBudgetSpent: boolean;
}

const STYLE = `
:root{color-scheme:light dark;--back:#f6f6f4;--paper:#fff;--ink:#1c1c1e;--soft:#66666c;--line:#d9d9d6;--ok:#1f7a4d;--warned:#9a6200;--failed:#b3261e;--bbox:#d6336c;--ink-box:#1971c2;--advance:#2f9e44}
@media (prefers-color-scheme:dark){:root{--back:#161618;--paper:#212124;--ink:#ececee;--soft:#a0a0a8;--line:#3a3a3f;--ok:#63d297;--warned:#f0b429;--failed:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;padding:1.25rem;background:var(--back);color:var(--ink);font:14px/1.45 system-ui,sans-serif;display:flex;flex-direction:column;gap:1rem}
h1{font-size:1.25rem;margin:0;order:-3}
.summary{order:-2;margin:0}.summary p{margin:.2rem 0}.summary code{margin-right:.8em}
.controls{order:-1;display:flex;flex-wrap:wrap;gap:.4rem 1.2rem;align-items:center;position:sticky;top:0;z-index:1;background:var(--back);padding:.4rem 0;border-bottom:1px solid var(--line)}
.controls[hidden]{display:none}.controls label{cursor:pointer}
.keys span{margin-right:1.2em;color:var(--soft)}
.key{display:inline-block;width:.8em;height:.8em;border:2px solid;margin-right:.3em;vertical-align:-.1em}
.key.bbox{border-color:var(--bbox)}.key.ink{border-color:var(--ink-box)}.key.advance{border-color:var(--advance);border-style:dashed}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr));gap:1rem}
.card{background:var(--paper);border:1px solid var(--line);border-top:3px solid var(--ok);border-radius:6px;padding:.75rem;min-width:0;content-visibility:auto;contain-intrinsic-size:auto 26rem}
.card.warned{border-top-color:var(--warned)}.card.failed{border-top-color:var(--failed)}
.card header{display:flex;gap:.5rem;justify-content:space-between;align-items:baseline}
h2{font-size:1rem;margin:0;overflow-wrap:anywhere}
.badge{font-size:.8rem;white-space:nowrap;color:var(--ok)}.warned .badge,.warning b{color:var(--warned)}.failed .badge,.error b{color:var(--failed)}
figure{margin:.5rem 0;border:1px solid var(--line);background:#e9e9ec;color:#333}
figure svg{display:block;width:100%;height:13rem}
figcaption{padding:.2rem .5rem;font-size:.8rem}
rect{fill:none;vector-effect:non-scaling-stroke}
rect.canvas{stroke:#8a8a90;stroke-width:1}
rect.bbox{stroke:var(--bbox);stroke-width:1.5}rect.ink{stroke:var(--ink-box);stroke-width:1}rect.advance{stroke:var(--advance);stroke-width:1;stroke-dasharray:4 3}
.no-boxes .boxes{display:none}
.text{font-size:1.15rem;margin:.4rem 0;overflow-wrap:anywhere}.text small{color:var(--soft)}
.problems{margin:.4rem 0;padding-left:1.1rem;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.05rem .8rem;margin:.4rem 0 0;font-size:.82rem}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
[data-show=warned] .ok,[data-show=warned] .failed,[data-show=failed] .ok,[data-show=failed] .warned{display:none}
`;

// Works without it: then all cards and boxes are shown, cropped to the ink, and there are no controls.
const SCRIPT = `
document.querySelector(".controls").hidden=false;
const main=document.querySelector("main");
for(const r of document.querySelectorAll("input[name=show]"))r.onchange=()=>{main.dataset.show=r.value};
const on=(id,f)=>{const c=document.getElementById(id);c.onchange=()=>f(c.checked)};
on("boxes",c=>main.classList.toggle("no-boxes",!c));
on("whole",c=>{for(const s of main.querySelectorAll("svg"))s.setAttribute("viewBox",c?s.dataset.canvas:s.dataset.ink)});
`;

export function pageHead(title: string): string {
  const allowed = createHash("sha256").update(SCRIPT).digest("base64");
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${allowed}'">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><h1>${escapeHtml(title)}</h1>
<main>
`;
}

/** Comes after the cards, because only then the counts are known; the style puts it above them. */
export function pageTail(summary: SheetSummary): string {
  const { ok, warned, failed } = summary.counts;
  const total = ok + warned + failed;
  const notes: string[] = [];
  if (summary.shown < total) {
    notes.push(`${grouped(summary.shown)} of ${grouped(total)} are shown: at most ${grouped(summary.shownLimit)} successes and as many failures.`);
  }
  if (summary.pictureBudgetSpent) notes.push("Later cards have no picture: the budget for pictures is spent.");
  const codes = [...summary.codes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const list = codes.map(([code, count]) => `<code>${escapeHtml(code)} × ${grouped(count)}</code>`).join(" ");
  const choice = (value: string, words: string, checked = ""): string => `<label><input type="radio" name="show" value="${value}"${checked}> ${words}</label>`;
  return `</main>
<section class="summary"><p>${grouped(total)} results: ${grouped(ok)} ok, ${grouped(warned)} with warnings, ${grouped(failed)} failed.</p>
${list === "" ? "" : `<p>${list}</p>`}${notes.map((note) => `<p>${escapeHtml(note)}</p>`).join("")}
<p class="keys"><span><i class="key bbox"></i>ink of the picture</span><span><i class="key ink"></i>ink of a cluster</span><span><i class="key advance"></i>advance of a cluster</span></p></section>
<div class="controls" hidden>${choice("all", "all", " checked")}${choice("warned", "with warnings")}${choice("failed", "failed")}
<label><input type="checkbox" id="boxes" checked> boxes</label><label><input type="checkbox" id="whole"> whole canvas</label></div>
<script>${SCRIPT}</script></body></html>
`;
}
