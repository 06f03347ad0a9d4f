// A USB scanner is a keyboard: it types a code very fast and ends with Enter.

/** No scanner types more slowly, and hardly a person faster. */
export const SLOWEST_MS = 80;

/** What is shorter than this, typed ever so fast, is a PIN or an amount. */
export const SHORTEST = 12;

/**
 * Call `onText` with what a scanner typed. A person's typing is left alone: keys in a field, and
 * those that come slower than any scanner. Gives a function that stops it.
 */
export function listenToScanner(onText) {
  let text = "";
  let lastAt = 0;

  function hear(event) {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
    const now = event.timeStamp;
    if (now - lastAt > SLOWEST_MS) text = "";
    lastAt = now;
    if (event.key === "Enter") {
      if (text.length >= SHORTEST) {
        event.preventDefault();
        event.stopPropagation();
        onText(text);
      }
      text = "";
    } else if (event.key.length === 1) {
      text += event.key;
    }
  }

  document.addEventListener("keydown", hear, { capture: true });
  return () => document.removeEventListener("keydown", hear, { capture: true });
}
