// Language, what this is, and being forgotten.

import { element } from "../../../kit/js/dom.js";
import { languageSwitch, say } from "../../../kit/js/words.js";
import { button, heading, once } from "../frame.js";

/** Settings of this wallet. */
export function settings(app) {
  const message = element("p", { role: "alert" });
  const sure = element("dialog", { class: "sheet", "aria-labelledby": "sure" },
    element("h2", { id: "sure" }, say("settings.sure")),
    element("p", {}, say("settings.forget_text")),
    element("div", { class: "buttons column" },
      button(say("settings.forget_yes"), once(forget), { class: "button danger wide" }),
      button(say("settings.keep"), () => sure.close(), { class: "button quiet wide" })));

  async function forget() {
    try {
      await app.wallet.forget();
      sure.close();
      app.forgotten();
    } catch (error) {
      sure.close();
      message.textContent = error.sentence ?? String(error);
      message.className = "notice bad";
    }
  }

  return [
    heading(say("settings.title")),
    element("h2", {}, say("page.language")),
    languageSwitch(async (tag) => {
      await fetch(`/?lang=${tag}`);
      app.render();
    }),
    element("h2", {}, say("settings.about")),
    element("p", {}, say("settings.guest_text")),
    element("h2", {}, say("settings.forget")),
    element("p", {}, say("settings.forget_text")),
    message,
    button(say("settings.forget"), () => sure.showModal(), { class: "button danger wide" }),
    sure,
  ];
}
