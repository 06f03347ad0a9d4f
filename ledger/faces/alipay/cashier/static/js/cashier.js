// The cashier's page looks every second how the order stands, and shows itself anew when it changed.
// Who has paid is led back to the shop a moment later; whoever touches the page goes by the button.

import { getJson } from "../../kit/js/ask.js";

const EVERY_MS = 1000;
const page = document.getElementById("cashier");
const { here, stand, returnsAfter } = page.dataset;

async function look() {
  try {
    const now = await getJson(`${here}/state`);
    if (now.stand !== stand) return location.reload();
  } catch {
    // No answer says nothing; the next look may have one.
  }
  setTimeout(look, EVERY_MS);
}

function leadBack() {
  const leaves = setTimeout(() => location.assign(`${here}/return`), Number(returnsAfter) * 1000);
  for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, () => clearTimeout(leaves));
}

if (returnsAfter) leadBack();
else setTimeout(look, EVERY_MS);
