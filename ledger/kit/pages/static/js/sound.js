// Short sounds made on the spot (Web Audio): no file, and none before somebody has touched the page.
// A sentence is spoken where the browser has a voice for its language.

const VOLUME = "qrpay-volume";
const LOUDEST = 0.8;

let context = null;

/** How loud this browser's pages are, 0 to 1; half unless somebody has chosen. */
export function volume() {
  return Number(localStorage.getItem(VOLUME) ?? 0.5);
}

/** Choose how loud this browser's pages are, 0 to 1. */
export function setVolume(chosen) {
  localStorage.setItem(VOLUME, String(chosen));
}

/** Speak a sentence; browsers without a voice for its language stay silent. */
export function speak(text, language) {
  const voices = window.speechSynthesis?.getVoices() ?? [];
  if (!voices.some((each) => each.lang.slice(0, 2) === language.slice(0, 2))) return;
  const spoken = new SpeechSynthesisUtterance(text);
  spoken.lang = language;
  spoken.volume = volume();
  window.speechSynthesis.speak(spoken);
}

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
  if (context?.state !== "running" || volume() === 0) return;
  for (const [pitch, delay, length] of notes) {
    const starts = context.currentTime + delay;
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.0001, starts);
    loudness.gain.exponentialRampToValueAtTime(LOUDEST * volume(), starts + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, starts + length);
    tone.connect(loudness).connect(context.destination);
    tone.start(starts);
    tone.stop(starts + length + 0.05);
  }
}
