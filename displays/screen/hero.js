// The newest call, large, as long as it is news; a welcome or the hall's hours while nobody is called.

import { byId, element, say } from "./dom.js";

const RECENT = 3;
const LONG = 9;
let shown = "";

// now: hall time in ms. Calls leave by themselves when they are no news any more, with or without a connection.
export function showHero(news, now) {
  const calls = news.calls.filter((call) => call.until > now);
  showCall(calls[0]);
  showRecent(calls.slice(1, 1 + RECENT));
  const welcome = byId("welcome");
  say(welcome, calls.length ? "" : idleWords(news));
  welcome.classList.toggle("long", welcome.textContent.length > LONG);
  welcome.hidden = calls.length > 0;
}

function idleWords(news) {
  if (news.phase === "open") return news.welcome;
  // What the banner says stands above already.
  return [news.banner ? "延时服务" : news.phase_words, news.hours].filter(Boolean).join("\n");
}

function showCall(call) {
  const key = call ? `${call.words} ${call.at}` : "";
  if (key === shown) return;
  const isNew = Boolean(call) && key !== shown;
  shown = key;
  const hero = byId("hero");
  hero.dataset.shows = call ? "call" : "welcome";
  byId("call").hidden = !call;
  byId("call").replaceChildren(...(call ? parts(call) : []));
  hero.classList.remove("fresh");
  if (isNew) requestAnimationFrame(() => hero.classList.add("fresh"));
}

// 请A012号 | 到3号窗口 → : two halves, side by side or one above the other.
function parts(call) {
  const who = element("span");
  who.append("请", element("b", "number", call.number), "号");
  const where = element("span");
  where.append("到", element("b", "counter", String(call.counter)), "号窗口");
  if (call.arrow) where.append(element("b", "arrow", call.arrow));
  return [who, where];
}

function showRecent(calls) {
  const list = byId("recent");
  const words = calls.map((call) => `${call.number} 到 ${call.counter}号窗口`);
  if (words.join() === [...list.children].map((one) => one.textContent).join()) return;
  list.replaceChildren(...words.map((one) => element("li", "", one)));
}
