// The kiosk: somebody touches it, chooses, pays with a phone, and leaves; then it is as before.

import { Refused, getJson } from "../../kit/js/ask.js";
import { element, icon, show } from "../../kit/js/dom.js";
import { follow, serverNow } from "../../kit/js/live.js";
import { scan } from "../../kit/js/scanner.js";
import { buzz, chime, speak, unlockSound } from "../../kit/js/sound.js";
import { listenToScanner } from "../../kit/js/wedge.js";
import { language, languageSwitch, loadWords, say } from "../../kit/js/words.js";
import { Basket } from "./basket.js";
import { drawGoods } from "./goods.js";
import { watchForAbsence } from "./idle.js";
import { Line } from "./line.js";
import { showReceipt } from "./receipt.js";
import { readingCard, sandboxCard } from "./sandbox_card.js";
import { SCENES, UNPAID, sceneOf } from "./scene.js";
import { drawScene } from "./scene_view.js";
import { abandon, openSale, priceList, readCode, showCode, wishKey } from "./till.js";

const QUIET_S = 45;
const GRACE_S = 20;
const PAID_FOR_S = 10;
const RENEW_FROM_S = 60;
const STEPS = [["attract.step1", "basket"], ["attract.step2", "camera"], ["attract.step3", "check"]];

const place = document.getElementById("screen");
const notices = element("div", { role: "status", class: "notices" });
const header = element("header", { class: "shop-head" });
const stage = element("div", { class: "stage" });
const home = document.documentElement.dataset.defaultLanguage;

// `at`: attract, goods, reading or sale. `wish`: the sale that is wanted, with its key and, once the
// till has opened it, its id. Both outlive a reload, so nobody pays twice for having pressed F5.
const kiosk = {
  at: "attract", wish: null, basket: null, sales: new Map(), line: new Line(),
  isBusy: false, trouble: "", drawn: "", scanner: null, renews: false, ends: null,
};

async function start() {
  await loadWords(sessionStorage.getItem("qrpay-language") ?? undefined);
  show(place, header, notices, stage);
  kiosk.basket = new Basket(await withPatience(priceList));
  kiosk.wish = JSON.parse(sessionStorage.getItem("qrpay-wish") ?? "null");
  if (kiosk.wish?.saleId) kiosk.at = "sale";
  else if (kiosk.basket.count) kiosk.at = "goods";
  follow("/api/live", { onState: hear, onLine: hearLine });
  listenToScanner(useCode);
  watchForAbsence({ quietS: QUIET_S, graceS: GRACE_S, onGone: leave, isWatched: mayBeLeft });
  document.addEventListener("pointerdown", unlockSound, { once: true });
  for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, stayLonger);
  setInterval(tick, 500);
  draw();
  document.documentElement.dataset.ready = "yes";
}

/** The till may start later than its screen: ask until it is there. */
async function withPatience(ask) {
  for (;;) {
    try {
      return await ask();
    } catch {
      show(stage, element("section", { class: "scene result warn" },
        element("div", { class: "sign" }, icon("offline")),
        element("h1", {}, say("line.closed")), element("p", {}, say("line.closed.till"))));
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }
}

function hear(state) {
  kiosk.line.hearProvider(state);
  kiosk.sales = new Map([...state].filter(([key]) => key.startsWith("sale:")).map(([key, sale]) => [key.slice(5), sale]));
  if (kiosk.at === "sale" && !kiosk.isBusy && !sale()) forgetIfUnknown(kiosk.wish.saleId);
  draw();
}

/** A till that was set up anew knows nothing of a sale that this tab remembers. */
async function forgetIfUnknown(saleId) {
  try {
    await getJson(`/api/sales/${saleId}`);
  } catch (error) {
    if (error.code === "SALE_NOT_FOUND") finish();
  }
}

function hearLine(line) {
  kiosk.line.hearTill(line);
  draw();
}

function sale() {
  return kiosk.wish?.saleId ? kiosk.sales.get(kiosk.wish.saleId) : undefined;
}

function scene() {
  const now = sale();
  return now ? sceneOf(now, serverNow()) : "preparing";
}

/** Whether the shopper could be gone: never while a payment is on its way. */
function mayBeLeft() {
  if (kiosk.at === "attract" || kiosk.isBusy) return false;
  return kiosk.at !== "sale" || UNPAID.has(scene()) || scene() === "review";
}

// Time passes: codes run out, a finished payment makes room for the next shopper.
function tick() {
  draw();
  if (kiosk.at !== "sale") return;
  if (scene() === "expired" && kiosk.renews) {
    kiosk.renews = false;
    act(() => showCode(kiosk.wish.saleId));
  }
  if (kiosk.ends !== null && performance.now() > kiosk.ends) finish();
}

// What the shopper does

function begin() {
  unlockSound();
  go("goods");
}

function pay(mode) {
  kiosk.wish ??= { key: wishKey("kiosk"), mode };
  kiosk.wish.mode = mode;
  act(async () => {
    const opened = await openSale({ lines: kiosk.basket.lines }, kiosk.wish.key);
    kiosk.wish.saleId = opened.sale_id;
    keep();
    if (mode === "read") return go("reading");
    go("sale");
    return showCode(opened.sale_id);
  });
}

function again() {
  if (scene() === "cancelled") kiosk.wish = null;
  if (kiosk.wish === null) return pay("show");
  return act(() => showCode(kiosk.wish.saleId));
}

function useCode(text) {
  if (kiosk.at === "sale" && UNPAID.has(scene()) && kiosk.wish.mode === "read") go("reading");
  if (kiosk.at !== "reading") return;
  act(async () => {
    await readCode(kiosk.wish.saleId, text);
    go("sale");
  });
}

function stop() {
  act(() => abandon(kiosk.wish.saleId));
}

/** Back to the goods with the same basket; the unpaid sale is given up behind the shopper's back. */
function change() {
  giveUp();
  go("goods");
}

function leave() {
  giveUp();
  finish();
}

function giveUp() {
  const left = kiosk.wish?.saleId;
  kiosk.wish = null;
  keep();
  if (left) abandon(left).catch(() => {}); // the till's resolver ends what nobody gives up
}

async function finish() {
  kiosk.wish = null;
  kiosk.basket.clear();
  keep();
  kiosk.trouble = "";
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  if (language() !== home) await loadWords(home);
  sessionStorage.removeItem("qrpay-language");
  go("attract");
}

async function act(work) {
  if (kiosk.isBusy) return; // a second tap
  kiosk.isBusy = true;
  kiosk.trouble = "";
  draw();
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    kiosk.trouble = error.sentence;
    buzz();
  } finally {
    kiosk.isBusy = false;
    draw();
  }
}

function keep() {
  if (kiosk.wish) sessionStorage.setItem("qrpay-wish", JSON.stringify(kiosk.wish));
  else sessionStorage.removeItem("qrpay-wish");
}

function go(at) {
  kiosk.at = at;
  kiosk.renews = false;
  kiosk.ends = null;
  draw();
}

// What the shopper sees

function draw() {
  if (!kiosk.basket) return;
  kiosk.line.draw(notices);
  const now = kiosk.at === "sale" ? `${scene()} ${sale()?.collection?.payment_id}` : "";
  const state = [kiosk.at, now, language(), kiosk.line.isVeiled, kiosk.trouble, kiosk.isBusy, offersTime(), kiosk.renews].join("|");
  if (state === kiosk.drawn) return;
  const moved = state.split("|")[0] !== kiosk.drawn.split("|")[0] || now !== kiosk.drawn.split("|")[1];
  kiosk.drawn = state;
  document.body.dataset.at = kiosk.at;
  drawHeader();
  if (kiosk.at !== "goods" || moved) kiosk.scanner?.stop();
  show(stage, { attract: drawAttract, goods: drawChoice, reading: drawReading, sale: drawSale }[kiosk.at]());
  if (moved) enter();
}

/** The first sight of a scene: focus goes to what it says, and it is heard. */
function enter() {
  window.scrollTo(0, 0);
  stage.querySelector("h1")?.focus({ preventScroll: true });
  kiosk.ends = null;
  if (kiosk.at !== "sale") return;
  if (scene() === "paid") {
    chime();
    speak([...stage.querySelectorAll("h1, .amount")].map((each) => each.textContent).join(" "), language());
    restartEnd();
    sessionStorage.removeItem("qrpay-basket");
  } else if (SCENES[scene()].tone === "bad") {
    buzz();
  }
}

function restartEnd() {
  kiosk.ends = performance.now() + PAID_FOR_S * 1000;
}

/** Who touches the screen is still reading what it says. */
function stayLonger() {
  if (kiosk.ends !== null) restartEnd();
}

function drawHeader() {
  const shop = place.dataset[`shop${{ de: "De", en: "En", "zh-CN": "Zh" }[language()]}`];
  show(header, element("p", { class: "shop-name" }, shop), languageSwitch((tag) => {
    sessionStorage.setItem("qrpay-language", tag);
    if (kiosk.at === "attract") begin();
    else draw();
  }));
}

function drawAttract() {
  if (kiosk.line.isVeiled) {
    return element("section", { class: "scene result warn" },
      element("div", { class: "sign" }, icon("offline")),
      element("h1", { tabindex: "-1" }, say("line.closed")), element("p", {}, say(`line.closed.${kiosk.line.cut}`)));
  }
  return element("section", { class: "attract", onclick: begin },
    element("div", { class: "attract-sign" }, icon("code"), icon("phone")),
    element("h1", { tabindex: "-1" }, say("attract.title")),
    element("p", { class: "lead" }, say("attract.text")),
    element("ol", { class: "steps" }, STEPS.map(([key, sign]) => element("li", {}, icon(sign), say(key)))),
    element("button", { class: "button big start", type: "button" }, say("attract.start")));
}

function trouble() {
  return kiosk.trouble ? element("p", { class: "notice bad", role: "alert" }, kiosk.trouble) : null;
}

function drawChoice() {
  return drawGoods(kiosk.basket, { onPay: pay, onLeave: leave, notice: trouble() });
}

function drawReading() {
  const reader = element("div", { class: "reader" });
  kiosk.scanner = scan(reader, { onText: (text) => { useCode(text); }, camera: true, inputMode: "numeric" });
  return element("section", { class: "scene narrow card appear" },
    element("h1", { tabindex: "-1" }, say("reading.title")),
    element("p", {}, say("reading.text")),
    trouble(), reader,
    element("div", { class: "buttons centre" },
      button("reading.show", "quiet", () => { go("sale"); again(); }, "code"),
      button("scene.change", "quiet", change, "back")),
    readingCard(kiosk.wish.saleId, useCode));
}

function drawSale() {
  const now = sale();
  const at = scene();
  if (!now || (at === "open" && kiosk.isBusy)) return waiting();
  return element("div", { class: "sale" }, trouble(),
    drawScene(now, at, { buttons: buttonsOf(at, now), isVeiled: kiosk.line.isVeiled, extra: extraOf(at, now) }),
    sandboxCard(now, at));
}

function waiting() {
  return element("section", { class: "scene result" }, element("div", { class: "spinner" }),
    element("h1", { tabindex: "-1" }, say("scene.preparing")), element("p", {}, say("scene.preparing.text")));
}

function extraOf(at, now) {
  if (at === "paid") return element("p", { class: "fine" }, say("paid.number", { code: now.sale_id.slice(-6) }));
  if (at === "presented" && kiosk.renews) return element("p", { class: "fine", role: "status" }, say("presented.renews"));
  return null;
}

function offersTime() {
  if (kiosk.at !== "sale" || scene() !== "presented" || kiosk.renews) return false;
  return (Date.parse(sale().collection.expires_at) - serverNow()) / 1000 <= RENEW_FROM_S;
}

function buttonsOf(at, now) {
  if (at === "presented") {
    return [
      offersTime() ? button("presented.more_time", "", () => { kiosk.renews = true; draw(); }, "clock") : null,
      button("scene.stop", "quiet", stop, "cross"),
    ];
  }
  if (at === "scanned" || at === "confirm") return [button("scene.stop", "quiet", stop, "cross")];
  if (at === "paid") {
    return [button("paid.done", "", finish, "check"), button("paid.receipt", "quiet", () => { kiosk.ends = null; showReceipt(now, restartEnd); }, "receipt")];
  }
  if (at === "review" || at === "refunded" || at === "held") return [button("paid.done", "", finish, "check")];
  if (UNPAID.has(at)) return unpaidButtons(at);
  return [];
}

function unpaidButtons(at) {
  const isRead = kiosk.wish?.mode === "read" && at !== "cancelled";
  return [
    button(at === "expired" ? "scene.new_code" : "scene.again", "", isRead ? () => go("reading") : again, "code"),
    button("scene.change", "quiet", change, "back"),
    button("basket.leave", "quiet", leave, "cross"),
  ];
}

function button(key, kind, onclick, sign) {
  return element("button", { class: `button big ${kind}`, type: "button", onclick, disabled: kiosk.isBusy },
    icon(sign), say(key));
}

start();
