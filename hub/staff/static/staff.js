// What the staff's pages do by themselves: forms are answered on the spot, parts that changed are replaced.
// Without this script every form still works, by a page of its own.

const SILENT_MS = 12000;
const TAP_MS = 200;
const said = document.querySelector("#said");
const state = document.querySelector("#state");
const main = document.querySelector("#main");
export const proof = document.querySelector('meta[name="proof"]').content;

export function say(words, isDone = true) {
  said.hidden = !words;
  said.className = isDone ? "" : "wrong";
  said.setAttribute("role", isDone ? "status" : "alert");
  said.textContent = words;
}

function setState(words) {
  if (state.textContent === words) return;
  state.textContent = words;
  state.hidden = !words;
}

function saying(path, words) {
  return `${path}${path.includes("?") ? "&" : "?"}said=${encodeURIComponent(words)}`;
}

async function ask(form, button) {
  const body = new FormData(form, button);
  const buttons = form.querySelectorAll("button");
  for (const one of buttons) one.disabled = true;
  try {
    const address = (button && button.getAttribute("formaction")) || form.getAttribute("action");
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-Proof": proof },
    });
    const told = await answer.json();
    if (told.to && (answer.status === 401 || answer.status === 423)) {
      location.assign(`${told.to}?next=${encodeURIComponent(location.pathname)}`);
      return;
    }
    say(told.words, told.done);
    if (answer.status === 412) form.closest("dialog")?.close(); // what it was about is not there any more
    if (told.done) {
      form.reset();
      form.closest("dialog")?.close();
    }
    release(); // its tap was heard
    if (!(told.at < newest)) show(told.parts);
    if (!told.done) return;
    form.dispatchEvent(new CustomEvent("done", { bubbles: true }));
    if (told.to) location.assign(told.words ? saying(told.to, told.words) : told.to);
  } catch {
    say("没有收到主机的答复，请确认后再试", false);
  } finally {
    for (const one of buttons) one.disabled = false;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || !form.hasAttribute("data-ask")) return;
  event.preventDefault();
  const sure = event.submitter?.dataset.sure || form.dataset.sure;
  if (sure && !window.confirm(sure)) return;
  ask(form, event.submitter);
});

// <button data-opens="id"> opens the dialog of that id; a button of value "close" within closes it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  const closer = event.target.closest('dialog button[value="close"]');
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
});

// What came for a part while somebody filled in a form of it: shown when its dialog is closed.
const held = new Map();

document.addEventListener(
  "close",
  () => {
    const parts = [...held];
    held.clear();
    for (const [id, html] of parts) replace(id, html);
  },
  true,
);

// What is under a finger stays until it is lifted and the tap has been heard: a button that is replaced hears none.
let pressed = null;
const waiting = new Map();
document.addEventListener("pointerdown", (event) => {
  pressed = event.target;
});
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => setTimeout(release, TAP_MS));

function release() {
  pressed = null;
  for (const [id, html] of waiting) replace(id, html);
  waiting.clear();
}

function replace(id, html) {
  const place = document.getElementById(id);
  if (!place) return;
  if (pressed && place.contains(pressed)) {
    waiting.set(id, html);
    return;
  }
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  if (place.querySelector("dialog[open]")) {
    held.set(id, html);
    return;
  }
  held.delete(id);
  const name = focused && (focused.id || focused.getAttribute("name"));
  place.innerHTML = html;
  if (name) (document.getElementById(name) || place.querySelector(`[name="${CSS.escape(name)}"]`))?.focus();
}

// An answer may be older than what the stream has brought meanwhile; the count of changes tells.
let newest = 0;

function show(parts) {
  for (const [id, html] of Object.entries(parts ?? {})) replace(id, html);
}

function watch(address) {
  let heardAt = Date.now();
  let source = null;
  const open = () => {
    source = new EventSource(address);
    source.onmessage = (event) => {
      heardAt = Date.now();
      setState("");
      const news = JSON.parse(event.data);
      newest = news.at;
      show(news.parts);
    };
    source.addEventListener("locked", () => {
      source.close();
      location.reload();
    });
  };
  open();
  setInterval(() => {
    if (Date.now() - heardAt < SILENT_MS) return;
    setState("与主机失去联系，页面内容可能已过时");
    if (source.readyState === EventSource.CLOSED) open();
  }, 1000);
}

if (main?.dataset.live) watch(main.dataset.live);
