// The wallet's page: which view is shown, and the wallet behind it.
//
//     /p#TOKEN           what a till shows: read at once, then forgotten by the address bar
//     /#/pay             a view; the browser's own way back works
//     /page#http://…     a shop's page, in a frame (views/mini.js)
//
// A view is `async (app, argument) => nodes`. It may call `app.onLeave(stop)` for what has to end
// with it, `app.onNews(look)` to be told when something may have happened (what it gives looks at once), and `app.whenHeard(work)`
// for what has to wait until somebody answers again. `app.wallet` is a guest's wallet or one with its key in this browser, both alike.

import { show } from "../../kit/js/dom.js";
import { Refused } from "../../kit/js/ask.js";
import { language, loadWords, say } from "../../kit/js/words.js";
import { GuestWallet } from "./guest.js";
import { BrowserWallet } from "./own/wallet.js";
import * as frame from "./frame.js";
import { attentive, listen } from "./news.js";
import { keepPage, session } from "./offline.js";
import { code } from "./views/code.js";
import { history as activity, receipt } from "./views/history.js";
import { home, welcome } from "./views/home.js";
import { mini } from "./views/mini.js";
import { review } from "./views/review.js";
import { refusal } from "./views/outcome.js";
import { scanner, sticker } from "./views/scan.js";
import { settings } from "./views/settings.js";

const VIEWS = { "": home, home, scan: scanner, pay: code, history: activity, receipt, review, settings };
const HOSTS_PAGES = location.pathname === "/page";
const HEARD = ["live", "asking"];
const TRY_AGAIN_MS = 4_000;
const HOME_CURRENCY = { "zh-CN": "CNY" };

const place = document.getElementById("place");
let leaving = [];
let looking = [];
let waiting = [];
let stopNews = null;
let turn = 0;

const app = {
  wallet: null,
  session: null,
  go(view, argument) {
    const hash = argument === undefined ? `#/${view}` : `#/${view}/${argument}`;
    if (location.hash === hash) return render();
    location.hash = hash;
    return undefined;
  },
  onLeave(stop) {
    leaving.push(stop);
  },
  onNews(look) {
    const attending = attentive(look, () => !looking.includes(attending));
    looking.push(attending);
    return attending;
  },
  whenHeard(work) {
    waiting.push(work);
  },
  /** Begin with play money, unless this browser has a wallet already. */
  async begin() {
    if (app.wallet !== null) return;
    const kind = BrowserWallet.isPossible() ? BrowserWallet : GuestWallet;
    app.wallet = await kind.begin(HOME_CURRENCY[language()] ?? "EUR");
    app.session = await session();
  },
  /** Read a code and show what it asks for; raises `Refused`. */
  async open(text, amountMinor) {
    await app.begin();
    const read = await app.wallet.scan(text, amountMinor);
    if (!read.review) return draw(sticker(app, text, read.sticker_of));
    app.latest = read.review;
    return app.go("review", read.review.review_id);
  },
  latest: null,
  /** Whether the browser has thrown the key of its wallet away. */
  lost: false,
};

async function start() {
  await loadWords();
  const token = location.pathname === "/p" && location.hash.length > 2 && !location.hash.startsWith("#/");
  const scanned = token ? shown(location) : null;
  if (location.pathname !== "/" && !HOSTS_PAGES) history.replaceState(null, "", "/");
  frame.watchLine();
  keepPage();
  try {
    app.session = await session();
    if (app.session.kind === "guest") app.wallet = new GuestWallet();
    if (app.session.kind === "browser") app.wallet = await BrowserWallet.kept();
    app.lost = app.session.kind === "browser" && app.wallet === null;
    if (scanned !== null) return await openLink(scanned);
  } catch (error) {
    return draw(refusal(app, error, { again: () => location.reload() }));
  }
  return render();
}

/** What a link shows: itself, or behind # the whole code of a vendor's cashier. */
function shown({ hash, href }) {
  return hash.startsWith("#https://") ? hash.slice(1) : href;
}

async function openLink(text, { isUnasked = false } = {}) {
  const mine = (turn += 1);
  if (!isUnasked) draw(frame.waiting(say("wallet.reading")));
  try {
    await app.open(text);
  } catch (error) {
    if (mine !== turn) return;
    hearNews();
    const isStranger = app.wallet === null; // whom nobody tells when somebody answers again
    if (isStranger && error.isAway) setTimeout(() => mine === turn && openLink(text, { isUnasked: true }), TRY_AGAIN_MS);
    if (!isUnasked || !error.isAway) draw(refusal(app, error, error.isAway ? { again: () => openLink(text) } : {}));
  }
}

async function render() {
  const mine = (turn += 1);
  const [name, argument] = location.hash.replace(/^#\/?/, "").split("/");
  const view = HOSTS_PAGES ? mini : app.wallet === null ? welcome : VIEWS[name] ?? home;
  leaving.splice(0).forEach((stop) => stop());
  looking = [];
  waiting = [];
  hearNews();
  if (!HOSTS_PAGES) frame.showTabs(app, name);
  try {
    const nodes = await view(app, argument);
    if (mine === turn) draw(nodes);
  } catch (error) {
    if (mine !== turn) return;
    if (error.code === "SESSION_MISSING") return forgotten();
    if (!(error instanceof Refused)) console.error(error);
    draw(refusal(app, error, { again: render }));
  }
}

function hearNews() {
  if (app.wallet === null || stopNews !== null) return;
  let before = "live";
  stopNews = listen(app.wallet, {
    onNews: () => looking.forEach((look) => look()),
    onLine(line) {
      frame.showLine(line);
      const isBack = HEARD.includes(line) && !HEARD.includes(before);
      before = line;
      if (isBack) waiting.splice(0).forEach((work) => work());
    },
  });
}

function forgotten() {
  stopNews?.();
  stopNews = null;
  app.wallet = null;
  return render();
}

function draw(nodes) {
  show(place, nodes);
  place.querySelector("h1")?.focus();
  window.scrollTo(0, 0);
}

app.forgotten = forgotten;
app.hearNews = hearNews;
app.render = render;
window.addEventListener("hashchange", render);
start();
