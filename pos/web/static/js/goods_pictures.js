// A picture for each article: lines in a square of 24, as our signs are (dom.js), so that somebody
// who reads none of the languages finds the toothbrush as well.

import { drawing, icon } from "../../kit/js/dom.js";

const TABLETS = "M6 7h7v14H6zM5 3h9v4H5zM18.500 14a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM16.500 17h4";
const PUMP = "M7.500 10h9v11h-9zM10 10V7h4v3M12 7V4H8M7.500 14h9";

const PICTURES = {
  "toothpaste-75ml": "M7 3h10l-1.500 14h-7zM9.500 17h5v4h-5zM10 8h4",
  "toothbrush-soft": "M12 22V11M10 3h4v8h-4zM10 4.500H7M10 7H7M10 9.500H7",
  "dental-floss-50m": "M5 8h14v11a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2zM8 8V4h8v4M12 12a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z",
  "shampoo-300ml": PUMP,
  "shower-gel-250ml": "M7 8h10v11a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2zM9 3h6v5H9zM12 12c2 2.200 2 4.500 0 4.500s-2-2.300 0-4.500z",
  "hand-cream-100ml": "M5 10h14v9a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2zM4 5h16v5H4zM9 15h6",
  "face-mask-sheet": "M12 3c4.500 0 7 3 7 8s-3 10-7 10-7-5-7-10 2.500-8 7-8zM8 10.500h2.500M13.500 10.500H16M10 16h4",
  "sun-lotion-spf50-200ml": "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2.500M12 19.500V22M2 12h2.500M19.500 12H22M5 5l1.800 1.800M17.200 17.200L19 19M19 5l-1.800 1.800M6.800 17.200L5 19",
  "deodorant-50ml": "M8 11h8v8a2 2 0 0 1-2 2h-4a2 2 0 0 1-2-2zM8 11V8a4 4 0 0 1 8 0v3M8 15h8",
  "plasters-20": "M15.500 3.500a3.540 3.540 0 0 1 5 5l-12 12a3.540 3.540 0 0 1-5-5zM9.500 9.500l5 5M12 10.800v.1M13.200 12v.1M10.800 12v.1M12 13.200v.1",
  "vitamin-c-tablets-20": TABLETS,
  "magnesium-tablets-20": TABLETS,
  "herbal-tea-20": "M4 9h13v6a5 5 0 0 1-5 5H9a5 5 0 0 1-5-5zM17 11h1.500a2.500 2.500 0 0 1 0 5H17M8 3v3M12.500 3v3",
  "baby-formula-600g": "M8 10h8v9a2 2 0 0 1-2 2h-4a2 2 0 0 1-2-2zM7 7.500h10V10H7zM10 7.500c0-2 1-2.500 1-4.500h2c0 2 1 2.500 1 4.500M12.500 14H16M12.500 17H16",
  "baby-porridge-250g": "M3 11h18a9 9 0 0 1-6 8.500H9A9 9 0 0 1 3 11zM13 11l6-7",
  "nappies-size-3-44": "M3 6h18v3.500c-3.500.5-5 2.500-5.500 5.500-.4 2-1.500 3-3.500 3s-3.100-1-3.500-3C8 12 6.500 10 3 9.500zM3 8h4M17 8h4",
  "wet-wipes-80": "M3 10h18v10H3zM9 10c0-3.500 1-5 3-6.500 2 1.500 3 3 3 6.500M3 14h18",
  "sanitary-pads-16": "M12 2.500c3 0 4 2 4 5 0 2-.5 3-.5 4.500s.5 2.500.5 4.500c0 3-1 5-4 5s-4-2-4-5c0-2 .5-3 .5-4.500S8 9.500 8 7.500c0-3 1-5 4-5zM12 6.500v11",
  "tissues-10": "M4 6h16v12H4zM10 6v12M4 12h6M14 10h3",
  "toilet-paper-8": "M8 4c2.500 0 4 2.500 4 6s-1.500 6-4 6-4-2.500-4-6 1.500-6 4-6zM8 8.500v3M8 4h8c2.500 0 4 2.500 4 6v10h-8V10",
  "laundry-liquid-1l": "M6 10l4-3V3h4v4l4 3v11H6zM10 3h4M14.500 12.500v4.500",
  "oat-cookies-125g": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9 9v.1M14 8v.1M15.500 13v.1M11 15.500v.1M7.800 13v.1",
  "chocolate-100g": "M5 3h14v18H5zM12 3v18M5 9h14M5 15h14",
  "phone-cable-usb-c": "M8 2.500h8v5.500H8zM10 8h4v3h-4zM12 11c0 5-6 3-6 6.500s5 4 6 1 6 1 6-4.500",
};

/** Draw an article; a shop's own that nobody has drawn yet is a basket. */
export function picture(sku) {
  return PICTURES[sku] ? drawing(PICTURES[sku]) : icon("basket");
}
