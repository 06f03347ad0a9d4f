// What stands around every view: the tabs, the line to the service, waiting.

import { element, icon, show } from "../../kit/js/dom.js";
import { say } from "../../kit/js/words.js";

const TABS = [["home", "phone", "tab.home"], ["scan", "camera", "tab.scan"], ["pay", "code", "tab.pay"],
  ["history", "receipt", "tab.history"]];

/** Show the tabs, with the view that is open marked; strangers have none. */
export function showTabs(app, open) {
  const place = document.getElementById("tabs");
  place.hidden = app.wallet === null || open === "review"; // one thing to decide, nothing beside it
  show(place, TABS.map(([view, sign, key]) =>
    element("a", { href: `#/${view}`, "aria-current": view === (open || "home") ? "page" : null }, icon(sign), say(key))));
}

/** A heading that takes the focus when its view is drawn. */
export function heading(text, attributes = {}) {
  return element("h1", { tabindex: "-1", ...attributes }, text);
}

/** A button. */
export function button(text, onclick, attributes = {}, sign = null) {
  return element("button", { class: "button", type: "button", onclick, ...attributes }, sign && icon(sign), text);
}

/** Terms and what they are. */
export function facts(pairs) {
  return element("dl", { class: "facts" }, pairs.filter((pair) => pair && pair[1] !== "").map(([term, what]) =>
    [element("dt", {}, term), element("dd", {}, what)]));
}

/** Something is on its way. */
export function waiting(text) {
  return element("div", { class: "result" }, element("div", { class: "spinner" }), heading(text));
}

let line = "";
let isBehind = false;

/** Say when nothing reaches us, and when it does again: `line` is what `news.js` calls it. */
export function showLine(now = line) {
  line = now;
  document.documentElement.dataset.line = line;
  const named = { lost: "wallet.lost", away: "wallet.away" }[line] ?? (isBehind && "wallet.behind");
  const key = navigator.onLine ? named : "wallet.offline";
  show(document.getElementById("line"), key
    && element("p", { class: "notice warn narrow" }, icon("offline"), " ", say(key)));
}

function showBehind(now) {
  isBehind = now;
  showLine();
}

/** Say when the browser has no network, and when it has one again. */
export function watchLine() {
  window.addEventListener("online", () => showLine());
  window.addEventListener("offline", () => showLine());
  showLine();
}

/**
 * Draw what `read` gives, and anew whenever news has changed it; what had the focus keeps it. What
 * the wallet gave without an answer is said to be old, and asked for again until there is one.
 */
export async function fresh(app, read, draw) {
  const place = element("div");
  let known = "";

  async function look() {
    app.wallet.isBehind = false;
    const told = await read();
    const text = JSON.stringify(told);
    if (text !== known) redraw(told);
    known = text;
    showBehind(app.wallet.isBehind);
  }

  async function lookAgain() {
    await look();
    if (app.wallet.isBehind) throw new Error("nobody has answered");
  }

  function redraw(told) {
    const held = place.contains(document.activeElement) ? document.activeElement.textContent : null;
    show(place, draw(told));
    [...place.querySelectorAll("a, button")].find((each) => each.textContent === held)?.focus();
  }

  const first = look();
  const heed = app.onNews(() => first.then(lookAgain, () => {})); // from now on: news may come before the first answer
  app.onLeave(() => showBehind(false));
  await first;
  if (app.wallet.isBehind) heed();
  return place;
}

/** Run what a press of a button does; pressing again meanwhile does nothing. */
export function once(work) {
  let running = false;
  return async (...given) => {
    if (running) return;
    running = true;
    try {
      await work(...given);
    } finally {
      running = false;
    }
  };
}
