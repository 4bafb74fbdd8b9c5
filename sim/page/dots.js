// Draws a panel as LED dots: lit ones glow, dark ones stay faintly visible.

const DARK = "#3d1411";
const LIT = "#ff4526";
const HEART = "#ffd7c4";
const GLOW = "rgba(255, 60, 24, 0.9)";

export function drawDots(canvas, panel) {
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  if (!width) return;
  const pitch = width / panel.w;
  canvas.width = width;
  canvas.height = Math.round(pitch * panel.h);
  const context = canvas.getContext("2d");
  const lit = bitsOf(panel);
  context.fillStyle = DARK;
  context.fill(dots(panel, pitch, 0.34, (at) => !lit[at]));
  context.shadowColor = GLOW;
  context.shadowBlur = pitch * 1.3;
  context.fillStyle = LIT;
  context.fill(dots(panel, pitch, 0.5, (at) => lit[at]));
  context.shadowBlur = 0;
  context.fillStyle = HEART;
  context.fill(dots(panel, pitch, 0.24, (at) => lit[at]));
}

function dots(panel, pitch, radius, wanted) {
  const path = new Path2D();
  for (let at = 0; at < panel.w * panel.h; at += 1) {
    if (!wanted(at)) continue;
    const x = ((at % panel.w) + 0.5) * pitch;
    const y = (Math.floor(at / panel.w) + 0.5) * pitch;
    path.moveTo(x + radius * pitch, y);
    path.arc(x, y, radius * pitch, 0, 2 * Math.PI);
  }
  return path;
}

function bitsOf(panel) {
  const bytes = Uint8Array.from(atob(panel.bits), (letter) => letter.charCodeAt(0));
  const stride = (panel.w + 7) >> 3;
  const lit = new Array(panel.w * panel.h);
  for (let at = 0; at < lit.length; at += 1) {
    const x = at % panel.w;
    const y = (at - x) / panel.w;
    lit[at] = (bytes[y * stride + (x >> 3)] >> (7 - (x & 7))) & 1;
  }
  return lit;
}
