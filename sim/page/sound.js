// Sounds what the buzzers of the devices sound, when the visitor wants to hear it.

const VOLUME = 0.03;
const playing = new Map();
let context = null;

export function setUpSound(button) {
  button.addEventListener("click", () => {
    if (context) {
      context.close();
      context = null;
      playing.clear();
    } else {
      context = new AudioContext();
    }
    button.setAttribute("aria-pressed", String(context !== null));
  });
}

export function sound(device, hertz) {
  playing.get(device)?.stop();
  playing.delete(device);
  if (!context || !hertz) return;
  const oscillator = new OscillatorNode(context, { type: "square", frequency: hertz });
  oscillator.connect(new GainNode(context, { gain: VOLUME })).connect(context.destination);
  oscillator.start();
  playing.set(device, oscillator);
}
