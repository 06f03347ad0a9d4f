// Short sounds made on the spot (Web Audio): no file, and none before somebody has touched the page.

let context = null;

/** Let this page make sounds; call it from a touch or a key, or browsers keep it silent. */
export function unlockSound() {
  context ??= new (window.AudioContext ?? window.webkitAudioContext)();
  if (context.state === "suspended") context.resume();
}

/** Paid: two rising notes. */
export function chime() {
  play([[660, 0, 0.14], [990, 0.13, 0.3]]);
}

/** Not paid: one low note. */
export function buzz() {
  play([[220, 0, 0.35]]);
}

function play(notes) {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(notes.length > 1 ? [60, 40, 120] : [200]);
  if (context?.state !== "running") return;
  for (const [pitch, delay, length] of notes) {
    const starts = context.currentTime + delay;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, starts);
    volume.gain.exponentialRampToValueAtTime(0.4, starts + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, starts + length);
    tone.connect(volume).connect(context.destination);
    tone.start(starts);
    tone.stop(starts + length + 0.05);
  }
}
