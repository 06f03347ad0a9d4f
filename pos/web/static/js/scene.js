// What a sale looks like to the people in front of it: each state of the till is one scene.

const DECLINED = new Set(["DECLINED", "NOT_ENOUGH_FUNDS", "DAILY_LIMIT", "MONTHLY_LIMIT",
  "PAYER_BLOCKED", "PIN_WRONG", "PIN_BLOCKED", "PIN_USED_UP"]);
const CODE_REFUSED = /^(PAYMENT_)?AUTH_CODE|^PAYMENT_CODE/;

/** Name the scene of a sale, as the service's time says: see `SCENES` for all of them. */
export function sceneOf(sale, nowMs) {
  const collection = sale.collection;
  switch (sale.state) {
    case "OPEN": return collection === null ? "open" : endOf(collection);
    case "COLLECTING": return collectingScene(collection, nowMs);
    case "OUTCOME_UNKNOWN": return collection?.reason === "ABANDONED" ? "undoing" : "unknown";
    case "PAID": return "paid";
    case "HELD": return "held";
    case "REFUNDED": return "refunded";
    case "RELEASED":
    case "ABANDONED": return "cancelled";
    default: return "review";
  }
}

function collectingScene(collection, nowMs) {
  if (collection.mode === "read") return collection.told === "AUTHORISING" ? "confirm" : "processing";
  if (collection.told === "AUTHORISING") return "scanned";
  if (collection.code === null) return "preparing";
  return Date.parse(collection.expires_at) <= nowMs ? "expiring" : "presented";
}

function endOf({ reason, mode }) {
  if (reason === "EXPIRED" || reason === "TIMED_OUT") return mode === "read" ? "unanswered" : "expired";
  if (reason === "ABANDONED" || reason === "CLOSED") return "cancelled";
  if (CODE_REFUSED.test(reason)) return "code_refused";
  return DECLINED.has(reason) ? "declined" : "failed";
}

/** Each scene: its tone, its sign, whether it waits for something, and whether nobody may stop it. */
export const SCENES = {
  open: { tone: "", sign: "basket" },
  preparing: { tone: "", waits: true },
  presented: { tone: "", sign: "phone" },
  scanned: { tone: "", sign: "check" },
  expiring: { tone: "warn", waits: true },
  processing: { tone: "", waits: true, stays: true },
  confirm: { tone: "", sign: "phone" },
  unknown: { tone: "warn", sign: "question", waits: true, stays: true },
  undoing: { tone: "warn", waits: true, stays: true },
  paid: { tone: "good", sign: "check" },
  held: { tone: "good", sign: "lock" },
  refunded: { tone: "good", sign: "check" },
  expired: { tone: "warn", sign: "clock" },
  unanswered: { tone: "warn", sign: "clock" },
  cancelled: { tone: "", sign: "cross" },
  declined: { tone: "bad", sign: "cross" },
  code_refused: { tone: "bad", sign: "cross" },
  failed: { tone: "bad", sign: "warning" },
  review: { tone: "warn", sign: "warning" },
};

/** The scenes after which a shopper may try again. */
export const UNPAID = new Set(["open", "expired", "unanswered", "cancelled", "declined", "code_refused", "failed"]);
