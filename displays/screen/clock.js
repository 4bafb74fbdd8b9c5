// Hall time, carried on from the last snapshot, so that it goes on when nothing comes any more.

let heardAt = 0;
let hallAt = 0;
let formats = null;
let zone = "";

export function setTime(at, timezone) {
  hallAt = at;
  heardAt = performance.now();
  if (timezone === zone) return;
  zone = timezone;
  const common = { timeZone: zone, hourCycle: "h23" };
  formats = {
    day: new Intl.DateTimeFormat("zh-CN", { ...common, month: "long", day: "numeric", weekday: "short" }),
    minute: new Intl.DateTimeFormat("zh-CN", { ...common, hour: "2-digit", minute: "2-digit" }),
    second: new Intl.DateTimeFormat("zh-CN", { ...common, hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  };
}

// Milliseconds since 1970, or 0 while nothing has been heard.
export function hallTime() {
  return hallAt && hallAt + performance.now() - heardAt;
}

export function clockWords() {
  const now = hallTime();
  return now ? `${formats.day.format(now)} ${formats.minute.format(now)}` : "";
}

export function lastHeardWords() {
  return hallAt ? formats.second.format(hallAt) : "";
}
