// The cashier's screen: ring up, collect, look after payments, close the day.

import { follow, serverNow } from "../../kit/js/live.js";
import { element, icon, show } from "../../kit/js/dom.js";
import { unlockSound } from "../../kit/js/sound.js";
import { languageSwitch, loadWords, say } from "../../kit/js/words.js";
import { Day } from "./cashier_day.js";
import { Payments } from "./cashier_payments.js";
import { Selling } from "./cashier_selling.js";
import { Line } from "./line.js";

const place = document.getElementById("screen");
const tabs = element("nav", { class: "tabs" });
const notices = element("div", { role: "status" });
const pane = element("div", { class: "pane" });
const TABS = { sell: "basket", payments: "receipt", day: "clock" };

const line = new Line();
const till = { sales: new Map(), alarms: 0, at: "sell", line };
const panes = { sell: new Selling(till), payments: new Payments(till), day: new Day(till) };

async function start() {
  await loadWords();
  show(place, tabs, notices, pane);
  follow("/api/live", {
    onState: (state) => {
      line.hearProvider(state);
      line.draw(notices);
      till.alarms = state.get("till")?.alarms ?? 0;
      till.sales = new Map([...state].filter(([key]) => key.startsWith("sale:"))
        .map(([key, sale]) => [key.slice(5), sale])
        .sort(([one], [other]) => (one < other ? 1 : -1)));
      panes[till.at].refresh(serverNow());
      drawTabs();
    },
    onLine: (heard) => {
      line.hearTill(heard);
      line.draw(notices);
    },
  });
  window.addEventListener("hashchange", turn);
  document.addEventListener("pointerdown", unlockSound, { once: true });
  setInterval(() => panes[till.at].refresh(serverNow()), 500);
  turn();
  document.documentElement.dataset.ready = "yes";
}

function turn() {
  const [at, detail] = location.hash.slice(1).split("/");
  panes[till.at].leave?.();
  till.at = at in TABS ? at : "sell";
  drawTabs();
  panes[till.at].enter(pane, detail);
  panes[till.at].refresh(serverNow());
}

function drawTabs() {
  const links = Object.entries(TABS).map(([name, sign]) => element("a", {
    class: "button quiet",
    href: `#${name}`,
    "aria-current": name === till.at ? "true" : null,
  }, icon(sign), say(`tab.${name}`), name === "payments" && till.alarms ? element("span", { class: "badge bad" }, say("tab.alarms", { count: till.alarms })) : null));
  const state = `${till.at} ${till.alarms} ${document.documentElement.lang}`;
  if (tabs.dataset.state === state) return;
  tabs.dataset.state = state;
  tabs.setAttribute("aria-label", say("tab.label"));
  show(tabs, links, languageSwitch(() => turn()));
}

start();
