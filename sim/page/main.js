// Keeps the page at one with the simulated hall: one stream in, everything that is shown follows from it.

import { applyDevice, buildRoom, redrawPanels } from "./room.js";
import { setUpFaults, showFaults, showTroubles } from "./faults.js";
import { setUpSlips, showSlips } from "./slips.js";
import { setUpSound, sound } from "./sound.js";
import { offerVoice, say, setUpVoice } from "./voice.js";

const SILENCE_LIMIT_MS = 12_000;
const RECONNECT_MS = 1_500;

const hall = { devices: new Map(), hub: "starting", zone: "Asia/Shanghai", ahead: 0, troubles: {} };
let source = null;
let silence = 0;

function connect() {
  source = new EventSource("/stream");
  source.onmessage = (message) => hear(JSON.parse(message.data));
  source.addEventListener("beat", heardSomething);
  source.onerror = lose;
  heardSomething();
}

function heardSomething() {
  clearTimeout(silence);
  silence = setTimeout(lose, SILENCE_LIMIT_MS);
}

function lose() {
  source.close();
  clearTimeout(silence);
  setStream("lost");
  setTimeout(connect, RECONNECT_MS);
}

function hear(news) {
  heardSomething();
  if (news.kind === "snapshot") {
    takeSnapshot(news);
  } else if (news.device) {
    takeDevice(news);
  } else {
    hall.hub = news.hub ?? hall.hub;
    hall.troubles = news.troubles ?? hall.troubles;
    showTroubles();
    if (news.at) hall.ahead = news.at - Date.now();
  }
  showStates();
}

function takeSnapshot(news) {
  hall.hub = news.hub;
  hall.zone = news.zone;
  hall.troubles = news.troubles;
  hall.devices = new Map(news.devices.map((device) => [device.name, device]));
  buildRoom(news);
  showScreenLink(news.screen);
  for (const device of news.devices) applyDevice(device, device);
  showSlips(hall.devices, { animate: false });
  setUpFaults(hall);
  offerVoice(document.getElementById("voice"), hall.devices);
  setStream("live");
}

// A window of its own, as the screen is a machine of its own; the same one when it is asked for again.
function showScreenLink(address) {
  const link = document.getElementById("open-screen");
  link.href = address;
  link.hidden = !address;
}

function takeDevice(news) {
  const device = hall.devices.get(news.device);
  const { kind: _kind, ...what } = news; // that of the message, not that of the device
  Object.assign(device, what);
  applyDevice(device, news);
  if (news.slips) showSlips(hall.devices, { animate: true });
  if (news.spoken) say(device.name, news.spoken);
  if (news.tone_hz !== undefined) sound(device.name, news.tone_hz);
  showFaults(device);
}

function setStream(state) {
  document.body.dataset.stream = state;
  document.getElementById("lost").hidden = state !== "lost";
  tell("state-page", state === "live" ? "页面 已连接" : "页面 已断开", state === "live" ? "good" : "bad");
}

function showStates() {
  const [words, mood] = { ready: ["运行中", "good"], starting: ["启动中", "busy"], frozen: ["无响应", "bad"], down: ["已停止", "bad"] }[hall.hub];
  tell("state-hub", `中枢 ${words}`, mood);
  const devices = [...hall.devices.values()];
  const online = devices.filter((device) => device.online && device.power).length;
  tell("state-devices", `设备 ${online}/${devices.length} 在线`, online === devices.length ? "good" : "busy");
}

function tell(id, words, mood) {
  const element = document.getElementById(id);
  if (element.textContent !== words) element.textContent = words;
  element.dataset.mood = mood;
}

function showClock() {
  const now = new Date(Date.now() + hall.ahead);
  const words = now.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: hall.zone });
  const clock = document.getElementById("clock");
  clock.textContent = words;
  clock.dateTime = now.toISOString();
}

setUpSound(document.getElementById("sound"));
setUpVoice(document.getElementById("voice"));
setUpSlips();
showClock();
setInterval(showClock, 1_000);
addEventListener("resize", redrawPanels);
connect();
