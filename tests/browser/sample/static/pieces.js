// Shows each piece of the shared front end once, for the tests.
import { postJson } from "../kit/js/ask.js";
import { countdown } from "../kit/js/countdown.js";
import { amountText } from "../kit/js/figures.js";
import { keypad } from "../kit/js/keypad.js";
import { follow } from "../kit/js/live.js";
import { scan } from "../kit/js/scanner.js";
import { listenToScanner } from "../kit/js/wedge.js";
import { loadWords, say } from "../kit/js/words.js";

const place = (id) => document.getElementById(id);

await loadWords();
place("javascript").textContent = amountText(123456, "EUR");
place("count").textContent = say("pieces.count", { count: 3 });
place("keypad").append(keypad({ most: 6, onChange: (digits) => { place("typed").textContent = digits; } }));
scan(place("scanner"), { onText: (text) => { place("scanned").textContent = text; } });
listenToScanner((text) => { place("scanned").textContent = `wedge ${text}`; });
follow("/live", {
  onState: (state) => {
    place("state").textContent = JSON.stringify(Object.fromEntries(state));
    if (state.has("ends_at")) countdown(place("left"), state.get("ends_at"));
  },
  onLine: (line) => { place("line").textContent = line; },
});
try {
  await postJson("/refuse");
} catch (refused) {
  place("refusal").textContent = refused.sentence;
}
document.documentElement.dataset.ready = "yes";
