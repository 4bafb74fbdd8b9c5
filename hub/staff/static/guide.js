// The guide's pages: digits under a finger, for numbers that are looked for. Whoever has keys types in the field itself.

for (const one of document.querySelectorAll("[data-script]")) one.hidden = false;

document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-type]");
  if (!key) return;
  const field = document.getElementById("typed");
  const what = key.dataset.type;
  const isLetter = what >= "A" && what <= "Z";
  if (what === "back") field.value = field.value.slice(0, -1);
  else if (isLetter) field.value = what + field.value.replace(/[^0-9]/g, "");
  else if (field.value.length < field.maxLength) field.value += what;
});
