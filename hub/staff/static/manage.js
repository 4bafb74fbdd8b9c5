// The managers' forms (data-change): what would change is shown before it is saved, and what was typed is not lost
// when the page has been locked meanwhile: it waits in this tab, without PINs, for the same person to come back.

import { proof, say } from "./staff.js";

const dialog = document.querySelector("#preview");
const shown = document.querySelector("#preview-words");
const yes = document.querySelector("#preview-yes");
const person = document.querySelector(".manage")?.dataset.person;
const PLACE = `lintel-typed ${location.pathname}`;
let pending = null;

function typed(form) {
  return [...form.elements]
    .filter((one) => one.name && one.type !== "password" && one.type !== "hidden" && one.type !== "submit")
    .map((one) => [one.name, one.type === "checkbox" || one.type === "radio" ? one.value : "", value(one)]);
}

function value(one) {
  return one.type === "checkbox" || one.type === "radio" ? one.checked : one.value;
}

function keep(form) {
  const text = JSON.stringify({ person, action: form.getAttribute("action"), fields: typed(form) });
  sessionStorage.setItem(PLACE, text);
}

function restore() {
  const text = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  if (!text) return;
  const kept = JSON.parse(text);
  if (kept.person !== person) return;
  const form = document.querySelector(`form[data-change][action="${CSS.escape(kept.action)}"]`);
  if (!form) return;
  for (const [name, of, was] of kept.fields) {
    for (const one of form.elements) {
      if (one.name !== name) continue;
      if (one.type !== "checkbox" && one.type !== "radio") one.value = was;
      else if (one.value === of) one.checked = was;
    }
  }
  form.closest("dialog")?.showModal();
  form.closest("details")?.setAttribute("open", "");
  say("登录前填写的内容已恢复，尚未保存；密码请重新填写");
}

async function send(form, step) {
  const body = new FormData(form);
  if (step) body.set("step", step);
  const headers = { Accept: "application/json", "X-Proof": proof };
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers });
  const told = await answer.json();
  if (told.to && (answer.status === 401 || answer.status === 423)) {
    keep(form);
    location.assign(`${told.to}?next=${encodeURIComponent(location.pathname)}`);
    return null;
  }
  return told;
}

async function ask(form, step) {
  const buttons = [...form.querySelectorAll("button"), yes];
  for (const one of buttons) one.disabled = true;
  try {
    const told = await send(form, step);
    if (!told) return;
    if (told.done && step) return show(form, told.words);
    dialog.close();
    if (!told.done) return said(form, told.words);
    say(told.words);
    location.assign(told.to || location.pathname);
  } catch {
    dialog.close();
    said(form, "没有收到主机的答复，所填内容还在，请确认后再试");
  } finally {
    for (const one of buttons) one.disabled = false;
  }
}

// A refusal stands beside the button that was pressed: the top of a long form is out of sight.
function said(form, words) {
  let place = form.querySelector(".refusal");
  if (!place) {
    place = document.createElement("p");
    place.className = "refusal wrong";
    place.setAttribute("role", "alert");
    form.append(place);
  }
  place.textContent = words;
  place.scrollIntoView({ block: "nearest" });
}

function show(form, words) {
  form.querySelector(".refusal")?.remove();
  pending = form;
  shown.textContent = words;
  dialog.showModal();
  yes.disabled = false;
  yes.focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-change")) return;
  event.preventDefault();
  ask(form, form.dataset.change === "at-once" ? "" : "preview");
});
yes?.addEventListener("click", () => ask(pending, ""));
restore();
