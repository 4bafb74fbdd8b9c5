// The public pages take turns; one that is too long for the room has several parts, and none is cut.

import { byId, element, fit, photo, say } from "./dom.js";
import { groupsOf } from "./pager.js";

let pages = [];
let at = -1;
let part = 0;
let groups = [];
let key = "";
let shown = "";
let timer = 0;

export function showPages(news) {
  pages = news;
  if (!timer) {
    turn();
    return;
  }
  const same = pages.findIndex((page) => keyOf(page) === key);
  if (same < 0) {
    groups = [];
    at = Math.min(at, pages.length) - 1;
    turn();
  } else {
    at = same;
    if (JSON.stringify(pages[at]) !== shown) render();
  }
}

export function arrangePage() {
  if (pages[at]) render();
}

function keyOf(page) {
  return `${page.kind} ${page.title}`;
}

function turn() {
  clearTimeout(timer);
  if (pages.length === 0) {
    timer = 0;
    say(byId("info-title"), "");
    byId("info-blocks").replaceChildren();
    return;
  }
  if (at >= 0 && part + 1 < groups.length) {
    part += 1;
    showPart();
  } else {
    at = (at + 1) % pages.length;
    part = 0;
    render();
  }
  timer = setTimeout(turn, pages[at].dwell_ms);
}

function render() {
  const page = pages[at];
  key = keyOf(page);
  shown = JSON.stringify(page);
  const blocks = byId("info-blocks");
  byId("info").dataset.kind = page.kind;
  say(byId("info-title"), page.title);
  say(byId("info-foot"), page.foot);
  blocks.replaceChildren(...page.blocks.map((block) => makeBlock(page.kind, block)));
  groups = fitted(blocks);
  part = Math.min(part, groups.length - 1);
  showPart();
}

// Type becomes smaller only in a piece that alone would not fit.
function fitted(blocks) {
  const room = blocks.clientHeight;
  const children = [...blocks.children];
  for (const child of children) fit(child, () => child.offsetHeight <= room + 1);
  return groupsOf(children, room);
}

function showPart() {
  for (const child of byId("info-blocks").children) child.hidden = !groups[part]?.includes(child);
  const words = pages[at].title + (groups.length > 1 ? `（${part + 1}/${groups.length}）` : "");
  say(byId("info-title"), words);
}

function makeBlock(kind, block) {
  const root = element("div", "block");
  if (kind === "staff") {
    const words = element("div");
    words.append(element("b", "", block.label), element("span", "", block.text));
    root.append(photo(block.image === "none" ? "" : block.image, block.text.split(/\s/)[1] ?? ""), words);
    return root;
  }
  if (block.image) {
    const picture = element("img");
    picture.alt = block.label;
    picture.src = block.image;
    root.append(picture);
  }
  if (block.label) root.append(element("b", "", block.label));
  root.append(element("span", "", block.text));
  return root;
}
