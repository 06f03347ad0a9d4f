// What pages say: the same files that Python reads (ledger/kit/pages/words.py).

import { element } from "./dom.js";

let sentences = {};
let spoken = document.documentElement.lang;

/** Fetch the words of a language (that of the page unless said otherwise) and speak it from now on. */
export async function loadWords(language = document.documentElement.lang) {
  const answer = await fetch(`${document.documentElement.dataset.assets}words/${language}.json`);
  sentences = await answer.json();
  spoken = language;
  document.documentElement.lang = language;
}

/** Which language is spoken, as `Intl` knows it. */
export function language() {
  return spoken;
}

/** Whether there are words for a key. */
export function has(key) {
  return key in sentences;
}

/** Say a sentence with its gaps filled; what is missing is said as its key and told on the console. */
export function say(key, values = {}) {
  let sentence = sentences[key];
  if (sentence === undefined) {
    console.error(`no words for ${key}`);
    return key;
  }
  if (typeof sentence !== "string") {
    sentence = sentence[new Intl.PluralRules(spoken).select(values.count)];
  }
  return sentence.replace(/\{(\w+)\}/g, (_, gap) => {
    if (!(gap in values)) console.error(`${key} needs ${gap}`);
    return String(values[gap]);
  });
}

const OWN_NAMES = { de: "Deutsch", en: "English", "zh-CN": "简体中文" };

/** Buttons for the three languages; `onChange` is called once the words are there. Without a network the language stays. */
export function languageSwitch(onChange) {
  const buttons = Object.entries(OWN_NAMES).map(([tag, name]) =>
    element("button", {
      class: "button quiet",
      type: "button",
      lang: tag,
      "aria-pressed": String(tag === spoken),
      onclick: async () => {
        if (await loadWords(tag).then(() => true, () => false)) onChange(tag);
      },
    }, name));
  return element("nav", { class: "languages", "aria-label": say("page.language") }, buttons);
}
