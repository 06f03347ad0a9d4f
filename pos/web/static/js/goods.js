// The price list and the basket, as a shopper touches them.

import { element, icon, show } from "../../kit/js/dom.js";
import { amountText } from "../../kit/js/figures.js";
import { language, say } from "../../kit/js/words.js";
import { picture } from "./goods_pictures.js";

const MEASURE = /(\d) (?=(?:ml|m|g)$)/;

/** Name an article in the language of the page; a number and its unit stay on one line. */
export function nameOf(names) {
  return names[language().slice(0, 2)].replace(MEASURE, "$1\u00a0");
}

/**
 * Draw the price list with its basket. `onPay(mode)` is called with "show" or "read"; `onLeave`
 * when the shopper gives up.
 */
export function drawGoods(basket, { onPay, onLeave, notice = null }) {
  const side = element("aside", { class: "basket card", "aria-label": say("basket.title") });
  const cards = new Map();

  function change(sku, count) {
    basket.add(sku, count);
    refresh();
  }

  function refresh() {
    for (const [sku, card] of cards) {
      const quantity = basket.quantity(sku);
      card.classList.toggle("chosen", quantity > 0);
      card.querySelector(".quantity").textContent = quantity ? `× ${quantity}` : "";
    }
    drawBasket(side, basket, { change, onPay, onLeave });
  }

  for (const product of basket.products.values()) {
    cards.set(product.sku, drawProduct(product, () => change(product.sku, 1)));
  }
  const list = element("ul", { class: "products" }, [...cards.values()].map((each) => element("li", {}, each)));
  refresh();
  return element("div", { class: "shop" },
    element("section", { class: "goods" }, notice,
      element("h1", { tabindex: "-1" }, say("goods.title")), list),
    side);
}

function drawProduct(product, onclick) {
  return element("button", { class: "product", type: "button", onclick, "data-sku": product.sku },
    picture(product.sku),
    element("span", { class: "name" }, nameOf(product.name)),
    element("span", { class: "price digits" }, amountText(product.price_minor, product.currency)),
    element("span", { class: "fine" }, say("goods.vat", { percent: product.vat_percent })),
    element("span", { class: "quantity digits" }));
}

function drawBasket(side, basket, { change, onPay, onLeave }) {
  const products = [...basket.products.values()].filter((each) => basket.quantity(each.sku) > 0);
  const focused = side.contains(document.activeElement) ? document.activeElement.dataset.does : null;
  const currency = [...basket.products.values()][0]?.currency ?? "EUR";
  const total = amountText(basket.totalMinor, currency);
  show(side,
    element("h2", {}, icon("basket"), " ", say("basket.title")),
    products.length === 0
      ? element("p", { class: "fine grow" }, say("basket.empty"))
      : element("ul", { class: "list lines grow" }, products.map((each) => drawLine(each, basket, change))),
    element("p", { class: "total" }, element("span", {}, say("basket.total")),
      element("strong", { class: "digits", role: "status" }, total)),
    element("div", { class: "buttons column" },
      element("button", { class: "button big", type: "button", "data-does": "show", disabled: basket.count === 0, onclick: () => onPay("show") },
        icon("code"), say("basket.pay", { amount: total })),
      element("button", { class: "button quiet", type: "button", "data-does": "read", disabled: basket.count === 0, onclick: () => onPay("read") },
        icon("phone"), say("basket.pay_by_code")),
      element("button", { class: "button quiet", type: "button", "data-does": "leave", onclick: onLeave }, say("basket.leave"))));
  if (focused) side.querySelector(`[data-does="${focused}"]`)?.focus();
}

function drawLine(product, basket, change) {
  const quantity = basket.quantity(product.sku);
  const name = nameOf(product.name);
  const step = (count, sign, key) => element("button", {
    class: "button quiet step",
    type: "button",
    "data-does": `${sign}${product.sku}`,
    "aria-label": say(key, { name }),
    onclick: () => change(product.sku, count),
  }, icon(sign));
  return element("li", {},
    element("span", { class: "grow" }, name,
      element("span", { class: "fine digits" }, ` ${amountText(quantity * product.price_minor, product.currency)}`)),
    step(-1, "minus", "basket.less"),
    element("span", { class: "digits count" }, String(quantity)),
    step(1, "plus", "basket.more"));
}
