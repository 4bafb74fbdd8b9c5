// The clerk's page: F keys press its buttons, the second screen opens in a window of its own.

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (document.querySelector("dialog[open]")) return;
  const button = document.querySelector(`#main button[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  if (!button.disabled) button.click();
});

// The second click of a double click is no press: the key beneath it means something else by then.
document.addEventListener(
  "click",
  (event) => {
    if (event.detail < 2 || !event.target.closest("#main form[data-ask] button")) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-window]");
  if (!link) return;
  event.preventDefault();
  window.open(link.href, link.target, "popup,width=1280,height=800");
});
