// Plays what the hall's speakers say, when the visitor wants to hear it, and writes it out for everybody.

const CAPTION_MS = 1_500;
const LANGUAGES = { zh: "普通话", yue: "粤语" };
const players = new Map();
let isOn = false;
let hiding = 0;

export function setUpVoice(button) {
  button.addEventListener("click", () => {
    isOn = !isOn;
    for (const player of players.values()) player.pause();
    players.clear();
    button.setAttribute("aria-pressed", String(isOn));
  });
}

export function offerVoice(button, devices) {
  button.hidden = ![...devices.values()].some(({ kind }) => kind === "speaker");
}

export function say(device, spoken) {
  const latest = spoken.at(-1);
  if (!latest) return;
  caption(latest);
  if (!isOn || isHeardAlready(device, latest.text)) return;
  const player = players.get(device) ?? new Audio();
  players.set(device, player);
  player.dataset.says = latest.text;
  player.src = `/spoken/${encodeURIComponent(device)}/${latest.id}.wav`;
  player.play().catch((error) => {
    if (error.name !== "AbortError") console.warn(`${latest.text}: ${error.message}`);
  });
}

// The speakers of a hall say the same at the same time; in one room of one visitor that would be an echo.
function isHeardAlready(device, text) {
  return [...players].some(([name, player]) => name !== device && !player.ended && !player.paused && player.dataset.says === text);
}

function caption(said) {
  const line = document.getElementById("caption");
  const languages = [...new Set(said.langs)].map((language) => LANGUAGES[language] ?? language).join("、");
  line.textContent = `播报（${languages}）：${said.text}`;
  line.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { line.hidden = true; }, said.length_s * 1_000 + CAPTION_MS);
}
