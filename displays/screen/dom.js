// Touches the document only where something is different, so that a week of snapshots leaves nothing behind.

export function byId(id) {
  return document.getElementById(id);
}

export function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

export function sayOrHide(element, words) {
  say(element, words);
  if (element.hidden !== !words) element.hidden = !words;
}

export function element(tag, name = "", words = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (words) made.textContent = words;
  return made;
}

const STEPS = 4;

// Makes type smaller, step by step, until it fits; the steps are those of info.css.
export function fit(sized, fits) {
  for (let step = 0; step <= STEPS; step += 1) {
    sized.dataset.step = step;
    if (fits()) return;
  }
}

// A photo, or the first character of the name where there is none or it cannot be had.
export function photo(address, name) {
  const frame = element("div", "photo");
  const stand = () => frame.replaceChildren(name.slice(0, 1));
  if (!address) {
    stand();
    return frame;
  }
  const picture = element("img");
  picture.alt = name;
  picture.addEventListener("error", stand, { once: true });
  picture.src = address;
  frame.append(picture);
  return frame;
}
