// Keeps the screen at one with the hub: one stream of whole snapshots in, everything that is shown follows from it.
// Silence is shown, never hidden: what may be old is grey and says since when.

import { runBand, showNotices } from "./band.js";
import { clockWords, hallTime, lastHeardWords, setTime } from "./clock.js";
import { arrangeAll, showCounters, showServices } from "./counters.js";
import { byId, say, sayOrHide } from "./dom.js";
import { showHero } from "./hero.js";
import { arrangePage, showPages } from "./info.js";

const SILENCE_LIMIT_MS = 12_000;
const LOST_AFTER_MS = 3_000;
const RECONNECT_MS = 1_500;
const LONG_NAME = 18;

const query = new URLSearchParams(location.search);
let source = null;
let news = null;
let silence = 0;
let doubt = 0;
let again = 0;
let structure = "";

function connect() {
  const zone = query.get("zone");
  source = new EventSource(zone ? `events?zone=${encodeURIComponent(zone)}` : "events");
  source.onmessage = (message) => hear(JSON.parse(message.data));
  source.onerror = reconnect;
  clearTimeout(silence);
  silence = setTimeout(fallSilent, SILENCE_LIMIT_MS);
}

function reconnect() {
  source.close();
  clearTimeout(again);
  again = setTimeout(connect, RECONNECT_MS);
  doubt ||= setTimeout(lose, LOST_AFTER_MS);
}

function fallSilent() {
  lose();
  reconnect();
}

function lose() {
  document.body.dataset.stream = news ? "lost" : "opening";
  const since = news ? `（最后数据 ${lastHeardWords()}）` : "";
  sayOrHide(byId("link"), news ? `连接中断，数据可能不是最新${since}` : "正在连接，请稍候");
  arrangeIfMoved();
}

function hear(heard) {
  if (news && news.version !== heard.version) {
    location.reload();
    return;
  }
  news = heard;
  clearTimeout(silence);
  clearTimeout(doubt);
  doubt = 0;
  silence = setTimeout(fallSilent, SILENCE_LIMIT_MS);
  setTime(news.at, news.timezone);
  show();
}

// A long name takes two lines of smaller type, and breaks after an office that is named in it.
function sayName(element, words) {
  const isLong = words.length > LONG_NAME;
  say(element, isLong ? words.replace(/([局所队处])(?=.{3})/g, "$1\u200b") : words);
  element.classList.toggle("long", isLong);
}

function show() {
  if (document.body.dataset.stream !== "live") document.body.dataset.stream = "live";
  sayOrHide(byId("link"), "");
  sayName(byId("hall"), [news.hall, news.zone].filter(Boolean).join(" · "));
  say(byId("phase"), news.phase_words);
  say(byId("hours"), news.hours);
  sayOrHide(byId("banner"), news.banner);
  sayOrHide(byId("troubles"), news.troubles.join("　　"));
  sayOrHide(byId("fault"), news.fault);
  showSign(news.has_sign);
  showHero(news, hallTime());
  showCounters(news.counters);
  showServices(news.services);
  showNotices(news.notices);
  showPages(news.pages);
  tick();
  arrangeIfMoved();
}

function showSign(isThere) {
  const sign = byId("sign");
  if (sign.hidden !== !isThere) sign.hidden = !isThere;
  if (isThere && !sign.firstElementChild.src) sign.firstElementChild.src = "sign";
}

// A line that comes or goes leaves less or more room for the lists below it.
function arrangeIfMoved() {
  const sizes = ["counters", "services", "info-blocks"].map((id) => `${byId(id).clientWidth}x${byId(id).clientHeight}`);
  if (sizes.join() === structure) return;
  structure = sizes.join();
  arrangeAll();
  arrangePage();
}

function tick() {
  say(byId("clock"), clockWords());
  if (news) showHero(news, hallTime());
}

document.body.classList.toggle("quiet", query.has("quiet"));
addEventListener("resize", () => {
  arrangeIfMoved();
  runBand();
});
setInterval(tick, 1_000);
connect();
