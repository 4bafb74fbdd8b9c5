// Lets slips slide out of the slot, be taken, be read at full size and be laid on the table.

import { send } from "./send.js";

const seen = new Set();
let open = null;

export function setUpSlips() {
  const dialog = document.getElementById("slip-dialog");
  document.getElementById("slip-keep").addEventListener("click", () => dialog.close());
  document.getElementById("slip-discard").addEventListener("click", () => {
    send("/discard", { slip: open });
    dialog.close();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}

export function showSlips(devices, { animate }) {
  const onTable = [];
  for (const device of devices.values()) {
    const tray = document.querySelector(`#device-${CSS.escape(device.name)} .tray`);
    if (!tray) continue;
    fill(tray, device.slips.filter(({ place }) => place === "slot"), animate);
    onTable.push(...device.slips.filter(({ place }) => place === "table"));
  }
  onTable.sort((one, other) => one.id - other.id);
  fill(document.getElementById("table-slips"), onTable, false);
  document.getElementById("table-empty").hidden = onTable.length > 0;
  for (const device of devices.values()) for (const slip of device.slips) seen.add(slip.id);
}

function fill(list, slips, animate) {
  const wanted = new Map(slips.map((slip) => [String(slip.id), slip]));
  for (const item of [...list.children]) if (!wanted.delete(item.dataset.slip)) item.remove();
  for (const slip of wanted.values()) list.append(item(slip, animate && !seen.has(slip.id)));
}

function item(slip, slides) {
  const made = document.createElement("li");
  made.dataset.slip = slip.id;
  made.dataset.tilt = slip.id % 5;
  made.classList.toggle("sliding", slides);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "slip";
  button.setAttribute("aria-label", slip.place === "slot" ? "取走号票" : "查看号票");
  button.append(picture(slip, document.createElement("img")));
  button.addEventListener("click", () => look(slip));
  made.append(button);
  return made;
}

function picture(slip, image) {
  image.src = `/slips/${slip.id}.png`;
  image.width = slip.w;
  image.height = slip.h;
  image.alt = slip.text.join("\n");
  return image;
}

function look(slip) {
  open = slip.id;
  picture(slip, document.getElementById("slip-large"));
  document.getElementById("slip-dialog").showModal();
  if (slip.place === "slot") send("/take", { slip: slip.id });
}
