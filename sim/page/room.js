// Builds the room from a snapshot, and shows in it what a device shows.

import { drawDots } from "./dots.js";
import { makeKey, showKeys } from "./keys.js";
import { clerk } from "./clerk.js";
import { wordsOfFaults } from "./faults.js";

const SIGNS = { lintel: "门楣屏", table: "桌面屏", face: "监督牌" };
const DESKS = { guide: "引导台", duty: "值班台" };
const CABLES = { cut: "网线已断", frozen: "网络卡死" };
const panels = new Map();
let built = "";

export function buildRoom(hall) {
  const plan = JSON.stringify([hall.hall, hall.counters, hall.devices.map(({ name, keys, counter }) => [name, keys, counter])]);
  if (plan === built) return;
  built = plan;
  panels.clear();
  document.title = `模拟大厅 · ${hall.hall}`;
  document.getElementById("hall-name").textContent = hall.hall;
  document.getElementById("kiosks").replaceChildren(...kiosks(hall));
  const counters = document.getElementById("counters");
  const perRow = hall.counters.length <= 6 ? hall.counters.length : Math.ceil(hall.counters.length / 2);
  counters.style.setProperty("--bays", perRow);
  document.body.classList.toggle("long", hall.counters.length > 6);
  document.body.classList.toggle("desked", hall.devices.some(({ kind }) => kind in DESKS));
  counters.replaceChildren(...hall.counters.map((counter) => bay(counter, hall.devices)));
}

export function applyDevice(device, news) {
  const root = document.getElementById(`device-${device.name}`);
  if (!root) return;
  if (news.lamps || news.pressed) showKeys(root, device);
  if (news.panel) showPanel(root, device);
  root.classList.toggle("dead", !device.power);
  const trouble = troubleOf(device);
  const badge = root.querySelector(".badge");
  badge.textContent = trouble;
  badge.hidden = !trouble;
  showPrinter(root, device);
}

export function redrawPanels() {
  for (const [canvas, panel] of panels) drawDots(canvas, panel);
}

function showPanel(root, device) {
  const canvas = root.querySelector("canvas");
  if (canvas.getAttribute("aria-label") !== device.panel.text) canvas.setAttribute("aria-label", device.panel.text);
  panels.set(canvas, device.panel);
  drawDots(canvas, device.panel);
}

function troubleOf(device) {
  if (!device.power) return "已断电";
  return CABLES[device.cable] ?? (device.online ? "" : "离线");
}

function showPrinter(root, device) {
  const printer = root.querySelector(".printer");
  if (!printer || !device.faults) return;
  printer.classList.toggle("open", device.faults.now.includes("cover-open"));
  const words = wordsOfFaults(device);
  printer.querySelector(".printer-note").textContent = words || "请取走号票";
  printer.classList.toggle("wrong", Boolean(words));
  const lamp = printer.querySelector(".fault-lamp");
  lamp.hidden = !("fault" in device.lamps);
  lamp.dataset.lamp = device.lamps.fault ? "on" : "off";
}

function bay(counter, devices) {
  const own = devices.filter((device) => device.counter === counter.number);
  const article = element("article", "bay");
  article.setAttribute("aria-label", `${counter.number}号窗 ${counter.name}`);
  const booth = element("div", "booth");
  booth.append(clerk(counter.number), ...own.filter(({ kind }) => kind === "pad").map(pad), element("div", "glass"));
  const front = element("div", "front");
  front.append(element("b", "plate", String(counter.number)), element("span", "", counter.name));
  const signs = own.filter(({ kind }) => kind in SIGNS).map(lintel);
  const ratings = own.filter(({ kind }) => kind === "rating").map(ratingPad);
  article.classList.toggle("rated", ratings.length > 0);
  article.append(...signs, booth, front, ...ratings, element("div", "stool"));
  return article;
}

function lintel(device) {
  const root = deviceRoot(device, "lintel");
  root.append(dotPanel(device, `${device.counter}号窗 ${SIGNS[device.kind]}`));
  return root;
}

function ratingPad(device) {
  return keyedDevice(device, "rating", `${device.counter}号窗`, "评价器屏");
}

function deskPad(device) {
  const root = keyedDevice(device, "desk", DESKS[device.kind], `${DESKS[device.kind]}屏`);
  root.prepend(element("h2", "", DESKS[device.kind]));
  return root;
}

function pad(device) {
  return keyedDevice(device, "pad", `${device.counter}号窗`, "呼叫器屏");
}

function keyedDevice(device, kind, place, panelName) {
  const root = deviceRoot(device, `pad ${kind}`);
  root.classList.toggle("many", device.keys.length > 5);
  if (device.panel) root.append(dotPanel(device, `${place} ${panelName}`));
  const keys = element("div", "pad-keys");
  keys.style.setProperty("--keys", device.keys.length > 5 ? 8 : device.keys.length);
  for (const key of device.keys) {
    const button = makeKey(device, key, `${place} ${key.label}`);
    if (key.key in device.lamps) button.append(element("i", "lamp"));
    if (key.cap) button.append(element("b", "", key.cap));
    button.append(element("span", "", key.label));
    keys.append(button);
  }
  root.append(keys);
  return root;
}

function kiosks(hall) {
  const dispensers = hall.devices.filter(({ kind }) => kind === "dispenser");
  const desks = hall.devices.filter(({ kind }) => kind in DESKS);
  const printers = hall.devices.filter(({ kind }) => kind === "printer");
  return [
    ...dispensers.map((device, at) => kiosk(device, dispensers.length > 1 ? `取号机${at + 1}` : "取号机")),
    ...printers.map((device, at) => kiosk(device, printers.length > 1 ? `打印机${at + 1}` : "打印机")),
    ...(desks.length ? [deskColumn(desks)] : []),
  ];
}

function deskColumn(desks) {
  const column = element("div", "desks");
  column.append(...desks.map(deskPad));
  return column;
}

function kiosk(device, name) {
  const root = deviceRoot(device, "kiosk");
  const face = element("div", "kiosk-face");
  face.append(element("h2", "", `自助${name}`));
  if (device.panel) face.append(dotPanel(device, `${name}屏`));
  const keys = element("div", "kiosk-keys");
  for (const key of device.keys) {
    const button = makeKey(device, key, `${name} ${key.cap} ${key.label}`);
    button.append(element("i", "lamp"), element("b", "", key.cap), element("span", "", key.label));
    keys.append(button);
  }
  face.append(keys);
  root.append(face, printer(name));
  return root;
}

function printer(name) {
  const part = element("div", "printer");
  const tray = element("ul", "tray");
  tray.setAttribute("aria-label", `${name} 出票口`);
  const lamp = element("i", "fault-lamp");
  lamp.hidden = true;
  part.append(lamp, element("p", "printer-title", "出票口"), element("div", "slot"), tray, element("p", "printer-note", "请取走号票"));
  return part;
}

function deviceRoot(device, kind) {
  const root = element("div", `device ${kind}`);
  root.id = `device-${device.name}`;
  const badge = element("span", "badge");
  badge.hidden = true;
  root.append(badge);
  return root;
}

function dotPanel(device, name) {
  const frame = element("div", "panel");
  const canvas = document.createElement("canvas");
  canvas.dataset.device = device.name;
  canvas.dataset.panel = name;
  canvas.setAttribute("role", "img");
  canvas.style.aspectRatio = `${device.panel.w} / ${device.panel.h}`;
  frame.title = name;
  frame.append(canvas);
  return frame;
}

function element(tag, name, words) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (words) made.textContent = words;
  return made;
}
