/* Keeps the page of a ticket fresh without moving it under whoever reads, and says so when the hall is silent. */

const LIMIT_MS = 5_000;
const SILENT_MS = 20_000;
let heardAt = Date.now();

async function fresh() {
  const answer = await fetch(location.pathname, { signal: AbortSignal.timeout(LIMIT_MS) });
  if (!answer.ok && answer.status !== 404) {
    throw new Error(String(answer.status));
  }
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function takeOver(page) {
  const old = document.querySelector("main");
  const found = page.querySelector("main");
  const isTyping = [...old.querySelectorAll("input")].some((field) => field.value);
  if (old.outerHTML !== found.outerHTML && !isTyping) {
    old.replaceWith(document.adoptNode(found));
    document.title = page.title;
  }
}

function saySilent() {
  const words = document.querySelector("#fresh");
  if (words) {
    words.textContent = "与大厅的连接中断，以上不是最新。请留意大厅屏幕和叫号。";
    words.classList.add("silent");
  }
}

async function look() {
  if (document.visibilityState === "visible") {
    try {
      takeOver(await fresh());
      heardAt = Date.now();
    } catch {
      if (Date.now() - heardAt >= SILENT_MS) {
        saySilent();
      }
    }
  }
  next();
}

let timer;

function next() {
  const again_s = Number(document.querySelector("main").dataset.again);
  clearTimeout(timer);
  if (again_s) {
    timer = setTimeout(look, again_s * 1000);
  }
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") {
    clearTimeout(timer);
    look();
  }
});
next();
