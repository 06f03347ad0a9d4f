// Amounts and times as people write them; to the letter what ledger/kit/pages/figures.py gives.

import { language } from "./words.js";

const REGION = { de: "de-DE", en: "en-GB", "zh-CN": "zh-CN" };

/** How many digits of a currency stand behind the point (ISO 4217). */
export function exponentOf(currency) {
  const options = { style: "currency", currency };
  return new Intl.NumberFormat("en", options).resolvedOptions().maximumFractionDigits;
}

/** Give the exact decimal text of minor units, which `Intl` takes without making it a fraction. */
function exact(minor, digits) {
  const text = String(Math.abs(minor)).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  return `${minor < 0 ? "-" : ""}${whole}${digits ? "." : ""}${text.slice(whole.length)}`;
}

/** Write an amount of minor units. */
export function amountText(minor, currency, spoken = language()) {
  return new Intl.NumberFormat(REGION[spoken] ?? spoken, {
    style: "currency",
    currency,
    currencyDisplay: currency === "JPY" ? "code" : "symbol",
  }).format(exact(minor, exponentOf(currency)));
}

/** Write an amount for a field that a person may change: no currency, no grouping. */
export function fieldText(minor, currency, spoken = language()) {
  const digits = exponentOf(currency);
  const options = { minimumFractionDigits: digits, useGrouping: false };
  return new Intl.NumberFormat(REGION[spoken] ?? spoken, options).format(exact(minor, digits));
}

/** Read an amount as people type it, 12,34 or 12.34 or 12, in minor units; null for anything else. */
export function minorOf(text, currency) {
  const digits = exponentOf(currency);
  const [, whole, , part = ""] = /^([0-9]{1,9})([.,]([0-9]+))?$/.exec(text.trim()) ?? [];
  if (whole === undefined || part.length > digits) return null;
  return Number(whole + part.padEnd(digits, "0"));
}

/** Write an instant (RFC 3339) as date and time of day in this machine's time zone. */
export function timeText(instant, spoken = language()) {
  const at = new Date(instant);
  const time = new Intl.DateTimeFormat("de", { hour: "2-digit", minute: "2-digit" }).format(at);
  if (spoken === "de") {
    const date = { day: "2-digit", month: "2-digit", year: "numeric" };
    return `${new Intl.DateTimeFormat("de", date).format(at)}, ${time}`;
  }
  if (spoken === "en") {
    const date = { day: "numeric", month: "short", year: "numeric" };
    return `${new Intl.DateTimeFormat("en-GB", date).format(at)}, ${time}`;
  }
  return `${new Intl.DateTimeFormat("zh-CN", { dateStyle: "long" }).format(at)} ${time}`;
}

/** Write seconds as a clock: 2:05. */
export function clockText(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
