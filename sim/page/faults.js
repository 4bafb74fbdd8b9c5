// Lets a visitor break what breaks in life, and mend it.

import { send } from "./send.js";

const KINDS = {
  dispenser: "取号机",
  pad: "呼叫器",
  lintel: "门楣屏",
  table: "桌面屏",
  rating: "评价器",
  guide: "引导台",
  duty: "值班台",
  printer: "打印机",
  face: "监督牌",
  speaker: "音箱",
};
const FAULTS = {
  "power-off": (device) => !device.power,
  cut: (device) => device.cable === "cut",
  frozen: (device) => device.cable === "frozen",
};
const OF_PRINTERS = {
  "printer-well": "正常",
  "paper-low": "纸将用尽",
  "paper-out": "缺纸",
  "paper-ends": "打到一半缺纸",
  "cover-open": "纸盖打开",
  cutter: "切刀卡住",
  jam: "卡纸",
  silent: "只打印，不应答",
  deaf: "没有反应",
  slow: "打印很慢",
  dying: "打到一半断电",
};

// Boxes whose answer is on its way: what else changes at the device meanwhile does not undo a click.
const asked = new WeakSet();

export function setUpFaults(devices) {
  const dialog = document.getElementById("faults");
  document.getElementById("open-faults").onclick = () => dialog.showModal();
  document.getElementById("close-faults").onclick = () => dialog.close();
  document.getElementById("hub-kill").onclick = () => send("/hub", { running: false });
  document.getElementById("hub-start").onclick = () => send("/hub", { running: true });
  document.getElementById("fault-rows").replaceChildren(...[...devices.values()].map(row));
  for (const device of devices.values()) showFaults(device);
}

export function wordsOfFaults(device) {
  return device.faults.now.map((fault) => OF_PRINTERS[fault]).join(" · ");
}

export function showFaults(device) {
  const menu = document.querySelector(`#fault-rows select[data-device="${CSS.escape(device.name)}"]`);
  if (menu) menu.value = device.faults.now[0] ?? "printer-well";
  for (const box of document.querySelectorAll(`#fault-rows input[data-device="${CSS.escape(device.name)}"]`)) {
    if (!asked.has(box)) box.checked = Boolean(FAULTS[box.dataset.fault](device));
  }
}

function row(device) {
  const made = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = nameOf(device);
  made.append(head);
  for (const fault of Object.keys(FAULTS)) {
    const cell = document.createElement("td");
    cell.append(box(device, fault));
    made.append(cell);
  }
  const cell = document.createElement("td");
  if (device.faults) cell.append(menu(device));
  made.append(cell);
  return made;
}

function menu(device) {
  const made = document.createElement("select");
  made.dataset.device = device.name;
  made.setAttribute("aria-label", `${nameOf(device)} 打印机`);
  made.append(...Object.entries(OF_PRINTERS).map(([fault, words]) => new Option(words, fault)));
  made.addEventListener("change", () => send("/fault", { device: device.name, what: made.value, on: true }));
  return made;
}

function box(device, fault) {
  const input = document.createElement("input");
  input.type = "checkbox";
  input.dataset.device = device.name;
  input.dataset.fault = fault;
  const column = Object.keys(FAULTS).indexOf(fault) + 1;
  input.setAttribute("aria-label", `${nameOf(device)} ${document.querySelectorAll("#faults thead th")[column].textContent}`);
  input.addEventListener("change", () => ask(device, input));
  return input;
}

async function ask(device, input) {
  asked.add(input);
  const isDone = await send("/fault", { device: device.name, what: input.dataset.fault, on: input.checked });
  asked.delete(input);
  if (!isDone) showFaults(device);
}

function nameOf(device) {
  return device.counter ? `${device.counter}号窗 ${KINDS[device.kind]}` : `${KINDS[device.kind]} ${device.name.replace(/^\D*/, "")}`;
}
