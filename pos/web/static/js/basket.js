// What a shopper has chosen: kept in this tab until it is paid for or the shopper is gone.

const PLACE = "qrpay-basket";
const MOST = 99;

/** A basket; it holds quantities by stock keeping unit and outlives a reload. */
export class Basket {
  #quantities = new Map(JSON.parse(sessionStorage.getItem(PLACE) ?? "[]"));

  constructor(products) {
    this.products = new Map(products.map((each) => [each.sku, each]));
    for (const sku of this.#quantities.keys()) if (!this.products.has(sku)) this.#quantities.delete(sku);
  }

  add(sku, count) {
    const quantity = Math.min(MOST, Math.max(0, this.quantity(sku) + count));
    if (quantity === 0) this.#quantities.delete(sku);
    else this.#quantities.set(sku, quantity);
    this.#keep();
  }

  clear() {
    this.#quantities.clear();
    this.#keep();
  }

  quantity(sku) {
    return this.#quantities.get(sku) ?? 0;
  }

  get count() {
    return [...this.#quantities.values()].reduce((sum, each) => sum + each, 0);
  }

  /** The sum of the prices shown; what is to be paid, the till reckons. */
  get totalMinor() {
    return [...this.#quantities].reduce((sum, [sku, n]) => sum + n * this.products.get(sku).price_minor, 0);
  }

  get lines() {
    return [...this.#quantities].map(([sku, quantity]) => ({ sku, quantity }));
  }

  #keep() {
    sessionStorage.setItem(PLACE, JSON.stringify([...this.#quantities]));
  }
}
