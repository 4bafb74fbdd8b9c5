// Makes keys that go down and up as fingers, mouse and keyboard do.

import { send } from "./send.js";

export function makeKey(device, key, name) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "key";
  button.dataset.device = device.name;
  button.dataset.key = key.key;
  button.dataset.lamp = "off";
  button.setAttribute("aria-label", name);
  button.classList.toggle("unused", !key.used);
  listen(button, { device: device.name, key: key.key });
  return button;
}

function listen(button, press) {
  let held = false;
  const down = () => { if (!held) { held = true; send("/down", press); } };
  const up = () => { if (held) { held = false; send("/up", press); } };
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    down();
  });
  button.addEventListener("pointerup", up);
  button.addEventListener("pointercancel", up);
  button.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (!event.repeat) down();
  });
  button.addEventListener("keyup", (event) => {
    if (event.key === " ") event.preventDefault(); // otherwise the browser makes a click of it
    up();
  });
  button.addEventListener("blur", up);
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  button.addEventListener("click", (event) => {
    // A click that no pointer and no keyboard made comes from a screen reader.
    if (event.detail === 0 && !event.pointerType) send("/press", press);
  });
}

export function showKeys(root, device) {
  for (const button of root.querySelectorAll("button.key")) {
    button.dataset.lamp = device.lamps[button.dataset.key] ? "on" : "off";
    button.classList.toggle("down", device.pressed.includes(button.dataset.key));
  }
}
