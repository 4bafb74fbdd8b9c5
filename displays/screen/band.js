// The band of notices: one text that goes by evenly, about as fast as it is read aloud.

import { byId, say } from "./dom.js";

const SECONDS_A_CHARACTER = 0.28;
const GAP = "　　　　";
let running = null;
let shown = "";

export function showNotices(notices) {
  const words = notices.join(GAP);
  if (words === shown) return;
  shown = words;
  byId("band").hidden = !words;
  say(byId("notices"), words);
  runBand();
}

export function runBand() {
  running?.cancel();
  running = null;
  if (!shown) return;
  const text = byId("notices");
  const room = byId("band").clientWidth;
  const characters = (room + text.offsetWidth) / parseFloat(getComputedStyle(text).fontSize);
  running = text.animate(
    [{ transform: `translateX(${room}px)` }, { transform: `translateX(${-text.offsetWidth}px)` }],
    { duration: characters * SECONDS_A_CHARACTER * 1_000, iterations: Infinity },
  );
}
