// A scene as people see it, on the kiosk and on the second screen.

import { countUp, countdown } from "../../kit/js/countdown.js";
import { element, icon } from "../../kit/js/dom.js";
import { amountText } from "../../kit/js/figures.js";
import { say } from "../../kit/js/words.js";
import { SCENES } from "./scene.js";

const TIMER_FROM_S = 60;

/** Draw a scene: sign, what it says, the amount, and the code where one is shown. */
export function drawScene(sale, scene, { buttons = [], isVeiled = false, extra = null } = {}) {
  const { tone, sign, waits, stays } = SCENES[scene];
  const shown = scene === "presented" || scene === "scanned";
  const amount = amountText(sale.captured_minor ?? sale.total_minor, sale.currency);
  return element("section", { class: `scene result ${tone} appear`, "data-scene": scene },
    shown ? null : drawSign(sign, waits),
    element("h1", { tabindex: "-1" }, say(`scene.${scene}`)),
    element("p", { class: "amount" }, amount),
    scene === "scanned" || scene === "presented" ? drawCode(sale, scene, isVeiled) : null,
    element("p", { class: "scene-text" }, say(`scene.${scene}.text`)),
    scene === "failed" ? element("p", { class: "fine" }, element("code", {}, sale.collection.reason)) : null,
    scene === "presented" ? drawTime(sale) : null,
    stays ? drawElapsed(sale, scene) : null,
    extra,
    buttons.length ? element("div", { class: "buttons centre" }, buttons) : null);
}

function drawSign(sign, waits) {
  if (waits) return element("div", { class: "spinner", role: "presentation" });
  return element("div", { class: "sign" }, icon(sign));
}

function drawCode(sale, scene, isVeiled) {
  const short = shortCode(sale);
  const picture = element("img", {
    src: `/api/sales/${sale.sale_id}/code.svg?of=${sale.collection.payment_id}`,
    alt: say("scene.code_alt", { code: short }),
  });
  const isScanned = scene === "scanned";
  const classes = `qr${isScanned ? " dimmed" : ""}${isVeiled ? " veiled" : ""}`;
  return element("figure", {},
    element("div", { class: classes }, picture,
      isScanned ? element("div", { class: "over" }, icon("check")) : null,
      isVeiled ? element("div", { class: "over" }, icon("offline")) : null),
    element("figcaption", { class: "fine digits" }, short));
}

/** The last characters of the payment's id: enough for people to tell two payments apart. */
export function shortCode(sale) {
  return sale.collection ? sale.collection.payment_id.slice(-6) : sale.sale_id.slice(-6);
}

let since = { what: "", at: 0 };

/** How long it has been going on, as seen here; for the eye, so that nobody hears each second. */
function drawElapsed(sale, scene) {
  const what = `${scene} ${sale.collection?.payment_id}`;
  if (since.what !== what) since = { what, at: performance.now() };
  const place = element("p", { class: "fine digits", "aria-hidden": "true" });
  countUp(place, since.at);
  return place;
}

function drawTime(sale) {
  const place = element("p", { class: "time-left" });
  countdown(place, sale.collection.expires_at, { from: TIMER_FROM_S });
  return place;
}
