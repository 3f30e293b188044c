// Changed cases to one HTML page: the picture as it was, as it is, and both laid over each other, with the lines beside. Needs nothing from elsewhere.

const escaped = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

function image(picture, words) {
  return picture === undefined ? `<span class="none">${words}</span>` : `<img alt="${words}" src="data:image/png;base64,${picture}">`;
}

/** @param {{ group: string, old?: any, now?: any }} change */
function card({ group, old, now }) {
  const what = old === undefined ? "new" : now === undefined ? "gone" : "changed";
  const both = old?.picture !== undefined && now?.picture !== undefined;
  // The difference of two equal pictures is black: what is lit has changed.
  const over = both ? `<span class="over">${image(old.picture, "old")}${image(now.picture, "new")}</span>` : "";
  const lines = [
    ["job", now?.line ?? old?.line],
    ["old", old?.answer],
    ["new", now?.answer],
  ]
    .filter(([, line]) => line !== undefined)
    .map(([name, line]) => `<dt>${name}</dt><dd>${escaped(line)}</dd>`)
    .join("");
  const pictures = `<figure>${image(old?.picture, "no picture before")}<figcaption>old</figcaption></figure>
<figure>${image(now?.picture, "no picture now")}<figcaption>new</figcaption></figure>
<figure>${over}<figcaption>${both ? "difference: black where both are alike" : ""}</figcaption></figure>`;
  return `<section><h2>${escaped(group)}: ${escaped((now ?? old).name)} <small>${what}</small></h2><div class="pictures">${pictures}</div><dl>${lines}</dl></section>`;
}

/**
 * @param {readonly { group: string, old?: any, now?: any }[]} changes
 * @returns {string} the page
 */
export function changesPage(changes) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Conformance: ${changes.length} changed cases</title><style>
body { font: 14px/1.4 system-ui, sans-serif; margin: 2em; background: #fff; color: #222 }
.pictures { display: flex; gap: 1em; align-items: start }
figure { margin: 0 } figcaption, small, .none { color: #666 }
img { image-rendering: pixelated; min-width: 128px; max-width: 30vw; border: 1px solid #ccc; display: block }
.over { display: grid; isolation: isolate } .over img { grid-area: 1 / 1 } .over img + img { mix-blend-mode: difference }
dt { font-weight: 600 } dd { margin: 0; font: 12px monospace; overflow-wrap: anywhere; max-height: 8em; overflow-y: auto }
</style><h1>${changes.length} changed cases</h1>
${changes.map(card).join("\n")}
</html>
`;
}
