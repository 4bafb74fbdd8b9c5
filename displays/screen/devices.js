/* Keeps the maintainers' page fresh without moving it under whoever reads: what has changed is put in place. */

const EVERY_MS = 10_000;
const LIMIT_MS = 5_000;

async function fresh() {
  const answer = await fetch("/devices", { signal: AbortSignal.timeout(LIMIT_MS) });
  if (!answer.ok) {
    throw new Error(String(answer.status));
  }
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function look() {
  try {
    const page = await fresh();
    const places = [...document.querySelectorAll(".wide")].map((table) => table.scrollLeft);
    for (const part of ["header", "main"]) {
      document.querySelector(part).replaceWith(document.adoptNode(page.querySelector(part)));
    }
    document.querySelectorAll(".wide").forEach((table, at) => (table.scrollLeft = places[at] ?? 0));
  } catch {
    document.querySelector("#state").textContent = "连接中断，以下不是最新";
  }
}

setInterval(look, EVERY_MS);
