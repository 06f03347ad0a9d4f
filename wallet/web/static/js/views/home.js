// The first view: what there is to spend, and the three things one can do.

import { element, icon } from "../../../kit/js/dom.js";
import { amountText } from "../../../kit/js/figures.js";
import { languageSwitch, say } from "../../../kit/js/words.js";
import { button, fresh, heading, once } from "../frame.js";
import { entries } from "./history.js";
import { refusal } from "./outcome.js";

/** For whoever has no wallet yet: one button. */
export function welcome(app) {
  const place = element("div");
  const begin = once(async () => {
    try {
      await app.begin();
      app.render();
    } catch (error) {
      place.replaceChildren(...refusal(app, error));
    }
  });
  return [
    element("div", { class: "hero" }, icon("phone")),
    heading(say("welcome.title")),
    app.lost && element("p", { class: "notice warn" }, say("welcome.lost")),
    element("p", {}, say("welcome.text")),
    element("ul", { class: "promises" }, ["welcome.money", "welcome.nothing", "welcome.forget"].map((key) =>
      element("li", {}, icon("check"), element("span", {}, say(key))))),
    element("div", { class: "buttons column" }, button(say("welcome.begin"), begin, { class: "button big wide" })),
    place,
    languageSwitch(() => app.render()),
  ];
}

/** Balance, what to do, and what was done last. */
export async function home(app) {
  const read = () => Promise.all([app.wallet.me(), app.wallet.history()]);
  return [
    element("div", { class: "row" }, heading(say("wallet.title")),
      element("a", { class: "button quiet", href: "#/settings", "aria-label": say("settings.title") }, icon("globe"))),
    await fresh(app, read, ([me, receipts]) => standing(app, me, receipts)),
  ];
}

function standing(app, me, receipts) {
  const full = element("p", { class: "fine centre", role: "status" });
  const topUp = once(async () => {
    try {
      const after = await app.wallet.topUp();
      balance.textContent = money(after);
      full.textContent = say("home.topped_up");
    } catch (error) {
      full.textContent = error.sentence ?? String(error);
    }
  });
  const balance = element("p", { class: "amount", id: "balance" }, money(me));
  return [
    element("section", { class: "card balance" },
      element("p", { class: "fine" }, say("home.balance")),
      balance,
      full,
      element("div", { class: "buttons centre" }, button(say("home.top_up"), topUp, { class: "button quiet" }, "plus"))),
    element("div", { class: "buttons column" },
      element("a", { class: "button big wide", href: "#/scan" }, icon("camera"), say("home.scan")),
      element("a", { class: "button big wide quiet", href: "#/pay" }, icon("code"), say("home.pay"))),
    receipts.length > 0 && [element("h2", {}, say("home.latest")), entries(receipts.slice(0, 3))],
  ];
}

function money(me) {
  return me.balance_minor === null ? say("home.unknown") : amountText(me.balance_minor, me.currency);
}
