// Lets a visitor break what breaks in life, and mend it; what is broken now stays in sight.

import { send } from "./send.js";
import { nameOf, wordsOfDevice, wordsOfHall } from "./broken.js";

const BOXES = {
  "power-off": ["断电", (device) => !device.power],
  hangs: ["程序卡死", (device) => device.hangs],
  floods: ["狂发消息", (device) => device.flood_per_s > 0],
  cut: ["断网线", (device) => device.cable === "cut"],
  frozen: ["网络卡死", (device) => device.cable === "frozen"],
};
const LINKS = {
  "link-well": "正常",
  "link-slow": "延迟很大",
  "link-lossy": "丢包",
  "link-doubled": "报文重复",
  "link-shuffled": "报文乱序",
  "link-awful": "样样都差",
};
const PANELS = {
  "panel-well": "正常",
  "panel-dark": "全黑",
  "panel-garbled": "一块模组花屏",
  "panel-upset": "受干扰（自行恢复）",
};
const PRINTERS = {
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
const MENUS = {
  link: ["链路", LINKS, (device) => device.kind && LINKS, linkOf],
  panel: ["面板", PANELS, (device) => device.panel && PANELS, (device) => device.panel_fault],
  printer: ["打印机", PRINTERS, (device) => device.faults && PRINTERS, (device) => device.faults.now[0] ?? "printer-well"],
};

// Boxes whose answer is on its way: what else changes at the device meanwhile does not undo a click.
const asked = new WeakSet();
let shown = { devices: new Map(), hub: "starting", troubles: {} };

export function setUpFaults(hall) {
  shown = hall;
  const dialog = document.getElementById("faults");
  document.getElementById("open-faults").onclick = () => dialog.showModal();
  document.getElementById("close-faults").onclick = () => dialog.close();
  for (const button of dialog.querySelectorAll("button[data-act]")) button.onclick = () => act(button);
  for (const menu of dialog.querySelectorAll("select[data-act]")) menu.onchange = () => choose(menu);
  document.getElementById("fault-heads").replaceChildren(...heads());
  document.getElementById("fault-rows").replaceChildren(...[...hall.devices.values()].map(row));
  for (const device of hall.devices.values()) showFaults(device);
  showTroubles();
}

// The hall as a whole: what a button would do and cannot do now is no button.
export function showTroubles() {
  const { hub, troubles } = shown;
  const runs = hub === "ready" || hub === "frozen";
  const can = {
    "hub-kill": runs, "hub-power": runs, "hub-restart": hub === "ready", "hub-hang": hub === "ready",
    "hub-thaw": hub === "frozen", "hub-start": hub === "down", "broker-hang": !troubles.broker_hangs,
    "broker-thaw": troubles.broker_hangs, "journal-torn": hub === "down", "journal-tail": hub === "down",
    "journal-mend": troubles.journal, "clock-right": troubles.clock_s,
  };
  for (const [id, is] of Object.entries(can)) document.getElementById(id).disabled = !is;
  document.getElementById("disk").value = troubles.disk;
  document.getElementById("storm").value = String(troubles.storm_per_s);
  showBroken();
}

export function showFaults(device) {
  for (const menu of document.querySelectorAll(`#fault-rows select[data-device="${CSS.escape(device.name)}"]`)) {
    menu.value = MENUS[menu.dataset.menu][3](device);
  }
  for (const box of document.querySelectorAll(`#fault-rows input[data-device="${CSS.escape(device.name)}"]`)) {
    if (!asked.has(box)) box.checked = Boolean(BOXES[box.dataset.fault][1](device));
  }
  showBroken();
}

function showBroken() {
  const words = [...wordsOfHall(shown), ...[...shown.devices.values()].flatMap(wordsOfDevice)];
  const list = document.getElementById("broken-now");
  if (list.dataset.words !== words.join()) {
    list.dataset.words = words.join();
    list.replaceChildren(...words.map((one) => Object.assign(document.createElement("li"), { textContent: one })));
  }
  document.getElementById("broken-none").hidden = words.length > 0;
  document.getElementById("all-well").disabled = words.length === 0;
  const state = document.getElementById("state-faults");
  state.hidden = words.length === 0;
  state.textContent = `故障 ${words.length} 项`;
  state.title = words.join("；");
  state.dataset.mood = "bad";
}

function heads() {
  return ["设备", ...Object.values(BOXES).map(([words]) => words), ...Object.values(MENUS).map(([words]) => words)].map((words) =>
    Object.assign(document.createElement("th"), { scope: "col", textContent: words }));
}

function row(device) {
  const made = document.createElement("tr");
  made.append(Object.assign(document.createElement("th"), { scope: "row", textContent: nameOf(device) }));
  const parts = [...Object.keys(BOXES).map((fault) => box(device, fault)), ...Object.keys(MENUS).map((kind) => menu(device, kind))];
  for (const part of parts) {
    const cell = document.createElement("td");
    if (part) cell.append(part);
    made.append(cell);
  }
  return made;
}

function menu(device, kind) {
  const [words, choices, has] = MENUS[kind];
  if (!has(device)) return null;
  const made = document.createElement("select");
  made.dataset.device = device.name;
  made.dataset.menu = kind;
  made.setAttribute("aria-label", `${nameOf(device)} ${words}`);
  made.append(...Object.entries(choices).map(([fault, name]) => new Option(name, fault)));
  made.addEventListener("change", async () => {
    await send("/fault", { device: device.name, what: made.value, on: true });
    showFaults(shown.devices.get(device.name));
  });
  return made;
}

function box(device, fault) {
  if (fault === "hangs" && device.kind === "speaker") return null;
  const input = Object.assign(document.createElement("input"), { type: "checkbox" });
  Object.assign(input.dataset, { device: device.name, fault });
  input.setAttribute("aria-label", `${nameOf(device)} ${BOXES[fault][0]}`);
  input.addEventListener("change", () => ask(device, input));
  return input;
}

async function ask(device, input) {
  asked.add(input);
  const isDone = await send("/fault", { device: device.name, what: input.dataset.fault, on: input.checked });
  asked.delete(input);
  if (!isDone) showFaults(shown.devices.get(device.name));
}

async function act(button) {
  button.disabled = true;
  const { act: path, body } = button.dataset;
  await send(path, JSON.parse(body));
  button.disabled = false;
  showTroubles();
}

async function choose(menu) {
  const much = Number(menu.value);
  await send("/trouble", menu.id === "disk" ? { what: "disk", how: menu.value } : { what: "storm", on: much > 0, much });
  showTroubles();
}

function linkOf(device) {
  const { lag_ms, lost, doubled, shuffled } = device.link;
  if (lag_ms && (lost || doubled)) return "link-awful";
  return lag_ms ? "link-slow" : lost ? "link-lossy" : doubled ? "link-doubled" : shuffled ? "link-shuffled" : "link-well";
}

export function wordsOfFaults(device) {
  return device.faults.now.map((fault) => PRINTERS[fault]).join(" · ");
}
