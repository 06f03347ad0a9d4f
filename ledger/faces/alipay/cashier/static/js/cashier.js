// The cashier's page looks every second how the order stands, and shows itself anew when it changed.

import { getJson } from "../../kit/js/ask.js";

const EVERY_MS = 1000;
const page = document.getElementById("cashier");

async function look() {
  try {
    const { stand } = await getJson(`${page.dataset.here}/state`);
    if (stand !== page.dataset.stand) return location.reload();
  } catch {
    // No answer says nothing; the next look may have one.
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
