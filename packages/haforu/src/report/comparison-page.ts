// The page around the cards of a comparison: overview, filters, and the script that draws a card's outlines when it comes into view. One file that asks nothing of the network:
// the policy in its head forbids every request and every script but its own.
import { createHash } from "node:crypto";
import type { ComparisonSummary, Difference, Level } from "../compare/index.ts";
import type { PairCounts } from "./comparison.ts";
import { escapeHtml, grouped } from "./html.ts";

export interface ComparisonPage {
  readonly title: string;
  readonly summary: ComparisonSummary;
  readonly pairs: readonly PairCounts[];
  readonly shown: readonly Difference[];
  readonly scripts: readonly string[];
}

const LEVELS: readonly Level[] = ["files", "tables", "glyphs", "shaping", "pixels"];
/** Fonts listed in the overview, the worst first. */
const FONTS_LISTED = 200;

const STYLE = `
:root{color-scheme:light dark;--back:#f6f6f4;--paper:#fff;--ink:#1c1c1e;--soft:#66666c;--line:#d9d9d6;--bad:#b3261e;--noticed:#9a6200;--slight:#1f7a4d;--old:#d6336c;--new:#1971c2}
@media (prefers-color-scheme:dark){:root{--back:#161618;--paper:#212124;--ink:#ececee;--soft:#a0a0a8;--line:#3a3a3f;--bad:#ff8a80;--noticed:#f0b429;--slight:#63d297;--old:#faa2c1;--new:#74c0fc}}
*{box-sizing:border-box}
body{margin:0;padding:1.25rem;background:var(--back);color:var(--ink);font:14px/1.45 system-ui,sans-serif}
h1{font-size:1.25rem;margin:0 0 .5rem;overflow-wrap:anywhere}
table{border-collapse:collapse;margin:.6rem 0;font-variant-numeric:tabular-nums}th,td{padding:.15rem .7rem .15rem 0;text-align:right;border-bottom:1px solid var(--line)}th:first-child,td:first-child{text-align:left;overflow-wrap:anywhere}
.overview p{margin:.2rem 0}.soft{color:var(--soft)}
.controls{display:flex;flex-wrap:wrap;gap:.4rem 1.1rem;align-items:center;position:sticky;top:0;z-index:1;background:var(--back);padding:.5rem 0;border-bottom:1px solid var(--line);margin-bottom:1rem}
.controls[hidden]{display:none}.controls label{cursor:pointer}.controls input[type=search]{width:11rem}
.controls input,.controls select{font:inherit}
.key i{display:inline-block;width:.8em;height:.8em;margin:0 .3em 0 .8em;vertical-align:-.1em}.key .o{background:var(--old)}.key .n{background:var(--new)}
.group{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,34rem),1fr));gap:1rem;margin-bottom:1rem;content-visibility:auto;contain-intrinsic-size:1px 225rem}
.group[hidden]{display:none}
.card{background:var(--paper);border:1px solid var(--line);border-left:4px solid var(--slight);border-radius:6px;padding:.75rem;min-width:0;contain:layout paint style}
.card[hidden]{display:none}.card.bad{border-left-color:var(--bad)}.card.noticed{border-left-color:var(--noticed)}
.card header{display:flex;gap:.5rem;justify-content:space-between;align-items:baseline}
h2{font-size:1.05rem;margin:0;overflow-wrap:anywhere}
.badge{font-size:.8rem;white-space:nowrap;color:var(--soft)}
.figures{display:grid;grid-template-columns:repeat(3,1fr);gap:.5rem;margin:.5rem 0}
figure{margin:0;border:1px solid var(--line);background:#fff;height:11rem;position:relative;contain:layout paint style}
figcaption{position:absolute;left:.3rem;top:.1rem;font-size:.75rem;color:#66666c}
figure svg{position:absolute;inset:0;width:100%;height:100%;isolation:isolate}
.overlay path+path{mix-blend-mode:multiply}
figure.both{cursor:pointer}
[data-view=old] .figures,[data-view=new] .figures,[data-view=both] .figures{grid-template-columns:1fr}
[data-view=old] figure:not(.old),[data-view=new] figure:not(.new),[data-view=both] figure:not(.both){display:none}
.blink .layer{animation:blink 1s steps(1) infinite}.blink .layer.n{animation-delay:-.5s}.blink .overlay{display:none}
figure:not(.blink) .layer{display:none}
@keyframes blink{0%{visibility:visible}50%{visibility:hidden}}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.05rem .8rem;margin:.4rem 0 0;font-size:.82rem}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
`;

// Without it the page shows all cards with their numbers, and no pictures. A card's pictures are made when it comes near the screen and dropped when it leaves, groups far from the
// screen are neither laid out nor painted, and only the cards of groups near it are watched: that keeps thousands of cards smooth to scroll. Pictures are SVG and no canvases: each
// canvas is a layer of its own, and handing a hundred layers over to the compositor took most of a frame.
const SCRIPT = `
"use strict";
const $=(s,e=document)=>e.querySelector(s),$$=(s,e=document)=>[...e.querySelectorAll(s)];
const main=$("main"),groups=$$(".group").map(g=>({g,cards:$$(".card",g)})),cards=$$(".card"),data=JSON.parse($("#pictures").textContent),shown=$("#shown");
$(".controls").hidden=false;
const OLD="#d6336c",NEW="#1971c2",INK="#1c1c1e",ROW=23,CARD=35,NEAR={rootMargin:"300px"},blank=document.createElement("template");
// The parser knows SVG's namespace: the page holds no address, not even a name that looks like one.
blank.innerHTML="<svg></svg>";
const SVG=blank.content.firstChild.namespaceURI;
function picture(figure,name,box,paths){const s=document.createElementNS(SVG,"svg");s.setAttribute("class",name);s.setAttribute("viewBox",box.join(" "));
for(const [path,scale,color] of paths){if(path===null)continue;const e=document.createElementNS(SVG,"path");e.setAttribute("d",path);e.setAttribute("fill",color);if(scale!==1)e.setAttribute("transform","scale("+scale+")");s.append(e)}
figure.append(s)}
function draw(box){const [o,n,scale,...b]=data[box.dataset.picture],[f,g,h]=box.children,view=main.dataset.view;box.dataset.drawn="";
if(view==="all"||view==="old")picture(f,"",b,[[o,1,INK]]);
if(view==="all"||view==="new")picture(g,"",b,[[n,scale,INK]]);
if(view==="all"||view==="both"){picture(h,"overlay",b,[[o,1,OLD],[n,scale,NEW]]);if(h.classList.contains("blink"))layers(h)}}
function layers(h){const [o,n,scale,...b]=data[h.parentElement.dataset.picture];picture(h,"layer o",b,[[o,1,INK]]);picture(h,"layer n",b,[[n,scale,INK]])}
function drop(box){for(const s of $$("svg",box))s.remove();delete box.dataset.drawn}
const near=new IntersectionObserver(list=>{for(const {target,isIntersecting} of list){if(isIntersecting&&!("drawn" in target.dataset))draw(target);else if(!isIntersecting&&"drawn" in target.dataset)drop(target)}},NEAR);
const watch=new IntersectionObserver(list=>{for(const {target,isIntersecting} of list)for(const box of $$(".figures",target)){if(isIntersecting)near.observe(box);else{near.unobserve(box);if("drawn" in box.dataset)drop(box)}}},NEAR);
for(const {g} of groups)watch.observe(g);
function redraw(){for(const b of $$("[data-drawn]")){drop(b);draw(b)}}
const levels=$$("input[name=level]"),script=$("#script"),font=$("#font"),search=$("#search");
function estimate(){const rem=parseFloat(getComputedStyle(document.documentElement).fontSize),columns=Math.max(1,Math.floor(main.clientWidth/(CARD*rem)));
for(const {g,cards} of groups){const n=cards.filter(c=>!c.hidden).length;g.hidden=n===0;g.style.containIntrinsicSize="1px "+Math.ceil(n/columns)*ROW+"rem"}}
function filter(){const on=new Set(levels.filter(l=>l.checked).map(l=>l.value)),s=script.value,f=font.value,q=search.value.toLowerCase();let count=0;
for(const c of cards){const d=c.dataset,ok=on.has(d.level)&&(s==="*"||d.script===s)&&(f==="*"||d.font===f)&&(q===""||c.textContent.toLowerCase().includes(q));c.hidden=!ok;if(ok)count++}
shown.textContent=count+" of "+cards.length+" shown";estimate()}
for(const l of levels)l.onchange=filter;script.onchange=filter;font.onchange=filter;search.oninput=filter;
for(const r of $$("input[name=view]"))r.onchange=()=>{main.dataset.view=r.value;redraw()};
let resized;addEventListener("resize",()=>{clearTimeout(resized);resized=setTimeout(estimate,200)});
$("#blink").onchange=e=>{for(const h of $$("figure.both"))set(h,e.target.checked)};
function set(h,on){h.classList.toggle("blink",on);$("figcaption",h).textContent=on?"blink":"overlay";if(on&&"drawn" in h.parentElement.dataset&&!$(".layer",h))layers(h)}
main.onclick=e=>{const h=e.target.closest("figure.both");if(h)set(h,!h.classList.contains("blink"))};
filter();
`;

export function comparisonHead({ title, summary, pairs, shown, scripts }: ComparisonPage): string {
  const allowed = createHash("sha256").update(SCRIPT).digest("base64");
  const fonts = [...new Set(shown.map((record) => record.font))].sort();
  const options = (values: readonly string[], all: string): string =>
    `<option value="*">${all}</option>${values.map((value) => `<option value="${escapeHtml(value)}">${escapeHtml(value === "" ? "(none)" : value)}</option>`).join("")}`;
  const levels = LEVELS.map((level) => `<label><input type="checkbox" name="level" value="${level}" checked> ${level}</label>`).join(" ");
  const views = [
    ["all", "side by side"],
    ["old", "old"],
    ["new", "new"],
    ["both", "overlay"],
  ].map(([value, words]) => `<label><input type="radio" name="view" value="${value}"${value === "all" ? " checked" : ""}> ${words}</label>`);
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${allowed}'">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><h1>${escapeHtml(title)}</h1>
${overview(summary, pairs, shown.length)}
<div class="controls" hidden>${levels} <label>script <select id="script">${options(scripts, "all")}</select></label> <label>font <select id="font">${options(fonts, "all")}</select></label>
<input type="search" id="search" placeholder="search" aria-label="search"> <span>${views.join(" ")}</span> <label><input type="checkbox" id="blink"> blink</label> <span class="soft" id="shown"></span><span class="key soft"><i class="o"></i>old<i class="n"></i>new</span></div>
<main data-view="all">
`;
}

function overview(summary: ComparisonSummary, pairs: readonly PairCounts[], shown: number): string {
  const { differences, identical, failures, glyph_pairs, places, words, words_not_covered, pictures } = summary;
  const lines = [
    `${count(differences, "difference")} in ${count(summary.pairs, "pair")} of fonts${identical > 0 ? `, ${grouped(identical)} identical` : ""}${failures > 0 ? `, ${grouped(failures)} could not be compared` : ""}.`,
    `Compared: ${count(glyph_pairs, "pair")} of glyphs at ${count(places, "place")}, ${count(words, "word")} (${grouped(words_not_covered)} not covered), ${count(pictures, "pair")} of pictures.`,
  ];
  if (shown < differences) lines.push(`The worst ${grouped(shown)} of ${grouped(differences)} differences are shown.`);
  const sorted = [...pairs].sort((a, b) => b.worst - a.worst || total(b) - total(a) || (a.font < b.font ? -1 : 1));
  const row = (name: string, cells: readonly (string | number)[]): string =>
    `<tr><td>${escapeHtml(name)}</td>${cells.map((cell) => `<td>${typeof cell === "number" ? grouped(cell) : cell}</td>`).join("")}</tr>`;
  const rows = sorted.slice(0, FONTS_LISTED).map((pair) => row(pair.font, [...LEVELS.map((level) => pair.levels[level]), String(pair.worst)]));
  if (sorted.length > FONTS_LISTED) lines.push(`${grouped(sorted.length - FONTS_LISTED)} fonts with differences are not in the table.`);
  const table = `<table><thead><tr><th>font</th>${LEVELS.map((level) => `<th>${level}</th>`).join("")}<th>worst</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
  return `<section class="overview">${lines.map((line) => `<p>${escapeHtml(line)}</p>`).join("")}${rows.length > 0 ? table : ""}</section>`;
}

function count(n: number, noun: string): string {
  return `${grouped(n)} ${noun}${n === 1 ? "" : "s"}`;
}

function total(pair: PairCounts): number {
  return LEVELS.reduce((sum, level) => sum + pair.levels[level], 0);
}

/** `data`: JSON of the pictures, in the order of their indices. */
export function* comparisonTail(data: readonly string[], spent: boolean): Generator<string, void, undefined> {
  yield "</main>\n";
  if (spent) yield '<p class="soft">Some cards have no picture: the budget for pictures is spent.</p>\n';
  yield '<script type="application/json" id="pictures">[';
  for (const [i, one] of data.entries()) yield i === 0 ? one : `,\n${one}`;
  yield `]</script>
<script>${SCRIPT}</script></body></html>
`;
}
