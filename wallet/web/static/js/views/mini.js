// A shop's page inside of the wallet: it asks to be paid, the payer decides, it is told.
//
//     /page#http://127.0.0.1:9000/      the page behind #
//
// The page is another site's, in a frame that can't reach out of itself (sandbox), and comes from the
// addresses that the policy of /page names, else the browser refuses it. What it says is believed by
// nobody: the provider checks the shop's signature, and what is shown is the provider's offer. It is
// told one of three words, as WeChat tells pages (bridge.js): ok, cancel, fail.

import { Refused } from "../../../kit/js/ask.js";
import { element, show } from "../../../kit/js/dom.js";
import { say } from "../../../kit/js/words.js";
import { heading, once, waiting } from "../frame.js";
import { refusal } from "./outcome.js";
import { review } from "./review.js";

const WORD = "get_brand_wcpay_request:";
const PAID = ["paid", "held"];

/** The page behind #, or a place to type the address of one. */
export function mini(app) {
  const address = URL.parse(location.hash.slice(1));
  if (!["http:", "https:"].includes(address?.protocol) || address.origin === location.origin) return asked();
  const frame = element("iframe", {
    src: address.href, class: "mini", title: say("mini.of", { host: address.host }),
    sandbox: "allow-scripts allow-forms allow-same-origin",
  });
  const sheet = element("div", { hidden: true });
  let answer = null;
  let ends = [];
  const hear = ({ data, origin, source }) => {
    if (source === frame.contentWindow && origin === address.origin && data?.qrpay === "pay") pay(data);
  };
  window.addEventListener("message", hear);
  app.onLeave(() => window.removeEventListener("message", hear));

  async function pay({ id, parameters }) {
    const tell = (how, error) => frame.contentWindow.postMessage({
      qrpay: "paid", id: String(id), err_msg: WORD + how,
      err_code: error?.code ?? "", err_desc: error?.detail || error?.title || "",
    }, address.origin);
    if (answer !== null) return tell("fail", { code: "BUSY", title: "another payment is being decided on" });
    answer = tell;
    raise(waiting(say("wallet.reading")));
    try {
      await app.begin();
      app.hearNews();
      const { review: asked } = await app.wallet.scan(JSON.stringify(parameters));
      const one = Object.assign(Object.create(app), { latest: asked, onLeave: (stop) => ends.push(stop) });
      raise(await review(one, asked.review_id, { leave }));
    } catch (error) {
      if (!(error instanceof Refused)) console.error(error);
      raise(refusal(app, error, { leave }));
    }
    return undefined;
  }

  /** Go back to the page and tell it how it ended; where nothing was decided, that it was left. */
  function leave({ outcome, refusal: code }, error) {
    const isRefused = error !== undefined || outcome === "refused";
    ends.forEach((stop) => stop());
    ends = [];
    show(sheet);
    sheet.hidden = true;
    frame.hidden = false;
    answer(PAID.includes(outcome) ? "ok" : isRefused ? "fail" : "cancel", error ?? { code });
    answer = null;
    frame.focus();
  }

  function raise(nodes) {
    frame.hidden = true;
    sheet.hidden = false;
    show(sheet, nodes);
    sheet.querySelector("h1")?.focus();
  }

  return [
    element("div", { class: "row" }, element("p", { class: "fine" }, address.host),
      element("a", { class: "button quiet", href: "/" }, say("mini.close"))),
    frame, sheet,
  ];
}

function asked() {
  const place = element("input", { id: "address", class: "input", type: "url", required: true, placeholder: "http://127.0.0.1:9000/" });
  const go = once(async (event) => {
    event.preventDefault();
    location.hash = place.value;
  });
  return [
    heading(say("mini.title")),
    element("p", {}, say("mini.text")),
    element("form", { onsubmit: go },
      element("p", { class: "field" }, element("label", { for: "address" }, say("mini.address")), place),
      element("div", { class: "buttons column" }, element("button", { class: "button big wide" }, say("mini.open")))),
  ];
}
