// Draws who sits behind a window.

const SVG = "http://www.w3.org/2000/svg";
const HAIR = [
  "M-15 -3 C-16 -22 16 -22 15 -3 C11 -11 -9 -12 -15 -3 Z",
  "M-17 10 C-19 -24 19 -24 17 10 C15 12 12 8 13 -3 C6 -10 -6 -10 -13 -3 C-12 8 -15 12 -17 10 Z",
  "M-15 -2 C-18 -20 10 -25 15 -4 C8 -12 -4 -5 -15 -2 Z",
];

export function clerk(number) {
  const picture = make("svg", { class: "clerk", viewBox: "-60 -34 120 80", "aria-hidden": "true" });
  picture.append(
    make("path", { class: "chair", d: "M-30 50 V4 Q-30 -6 -20 -6 H20 Q30 -6 30 4 V50 Z" }),
    make("path", { class: "shirt", d: "M-38 50 C-38 24 -22 19 0 19 C22 19 38 24 38 50 Z" }),
    make("path", { class: "collar", d: "M-9 18 L0 30 L9 18 Z" }),
    make("path", { class: "tie", d: "M-2.5 26 H2.5 L4 44 L0 48 L-4 44 Z" }),
    make("path", { class: "badge-plate", d: "M12 32 H24 V36 H12 Z" }),
    make("circle", { class: "skin", cx: 0, cy: 1, r: 15 }),
    make("path", { class: "hair", d: HAIR[number % HAIR.length] }),
  );
  return picture;
}

function make(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
