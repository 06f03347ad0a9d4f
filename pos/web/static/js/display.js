// The second screen: what the payer sees while the cashier works. It follows and touches nothing.

import { element, icon, show } from "../../kit/js/dom.js";
import { amountText } from "../../kit/js/figures.js";
import { follow, serverNow } from "../../kit/js/live.js";
import { language, loadWords, say } from "../../kit/js/words.js";
import { nameOf } from "./goods.js";
import { Line } from "./line.js";
import { sceneOf } from "./scene.js";
import { drawScene } from "./scene_view.js";

const SHOWN_AFTERWARDS_MS = 15_000;
const LASTING = new Set(["open", "preparing", "presented", "scanned", "expiring", "processing", "confirm", "unknown", "undoing"]);

const place = document.getElementById("screen");
const notices = element("div", { role: "status" });
const stage = element("div", { class: "stage" });
// Of several screens at one till this one follows the cashier's, or the one its address names.
const followed = new URLSearchParams(location.search).get("screen") ?? "cashier";
const display = { sales: [], line: new Line(), drawn: "", ended: new Map() };

async function start() {
  await loadWords();
  show(place, notices, stage);
  follow("/api/live", {
    onState: (state) => {
      display.line.hearProvider(state);
      display.sales = [...state].filter(([key, each]) => key.startsWith("sale:") && each.asked_key.startsWith(`${followed}-`)).map(([, each]) => each);
      display.sales.sort((one, other) => (one.sale_id < other.sale_id ? 1 : -1));
      draw();
    },
    onLine: (line) => {
      display.line.hearTill(line);
      draw();
    },
  });
  setInterval(draw, 500);
  draw();
  document.documentElement.dataset.ready = "yes";
}

/** The latest sale, for as long as it goes on, and a while longer. */
function current() {
  const [latest] = display.sales;
  if (!latest) return null;
  const scene = sceneOf(latest, serverNow());
  const name = `${latest.sale_id} ${scene} ${latest.collection?.payment_id ?? ""}`;
  if (LASTING.has(scene)) return { sale: latest, scene, name };
  if (!display.ended.has(name)) display.ended = new Map([[name, performance.now()]]);
  const isFresh = performance.now() - display.ended.get(name) < SHOWN_AFTERWARDS_MS;
  return isFresh ? { sale: latest, scene, name } : null;
}

function draw() {
  const { isVeiled } = display.line;
  display.line.draw(notices);
  const now = current();
  const state = `${now?.name} ${isVeiled} ${language()}`;
  if (state === display.drawn) return;
  display.drawn = state;
  show(stage, now
    ? element("div", { class: "two" }, drawLines(now.sale), drawScene(now.sale, now.scene, { isVeiled }))
    : welcome(isVeiled));
}

function drawLines(sale) {
  if (sale.lines.length === 0) return null;
  return element("ul", { class: "list card lines", "aria-label": say("basket.title") }, sale.lines.map((line) =>
    element("li", {}, element("span", { class: "digits" }, `${line.quantity} ×`),
      element("span", { class: "grow" }, nameOf(line.name)),
      element("span", { class: "end" }, amountText(line.gross_minor, sale.currency)))));
}

function welcome(isVeiled) {
  return element("section", { class: `scene result${isVeiled ? " warn" : ""}` },
    element("div", { class: "sign" }, icon(isVeiled ? "offline" : "basket")),
    element("h1", {}, say(isVeiled ? "line.closed" : "display.welcome")),
    element("p", { class: "scene-text" }, say(isVeiled ? `line.closed.${display.line.cut}` : "display.welcome.text")));
}

start();
