// What stands around every view: the tabs, the line to the service, waiting.

import { element, icon, show } from "../../kit/js/dom.js";
import { say } from "../../kit/js/words.js";

const TABS = [["", "phone", "tab.home"], ["scan", "camera", "tab.scan"], ["pay", "code", "tab.pay"],
  ["history", "receipt", "tab.history"]];

/** Show the tabs, with the view that is open marked; strangers have none. */
export function showTabs(app, open) {
  const place = document.getElementById("tabs");
  place.hidden = app.wallet === null || open === "review"; // one thing to decide, nothing beside it
  show(place, TABS.map(([view, sign, key]) =>
    element("a", { href: `#/${view}`, "aria-current": view === (open ?? "") ? "page" : null }, icon(sign), say(key))));
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

/** Say when the browser has no network, and when it has one again. */
export function watchLine() {
  const line = document.getElementById("line");
  const tell = () => show(line, navigator.onLine ? null
    : element("p", { class: "notice warn narrow" }, icon("offline"), " ", say("wallet.offline")));
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
  tell();
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
