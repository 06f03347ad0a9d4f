// Language, what this is, and being forgotten.

import { element, icon, show } from "../../../kit/js/dom.js";
import { languageSwitch, say } from "../../../kit/js/words.js";
import { button, heading, once } from "../frame.js";
import { arePossible } from "../own/passkeys.js";

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
      return app.forgotten();
    } catch (error) {
      sure.close();
      if (error.code === "SESSION_MISSING") return app.forgotten();
      message.textContent = error.sentence ?? String(error);
      message.className = "notice bad";
      return undefined;
    }
  }

  return [
    heading(say("settings.title")),
    element("h2", {}, say("page.language")),
    languageSwitch(async (tag) => {
      await fetch(`/?lang=${tag}`).catch(() => {}); // the choice is kept by the service, if it answers
      app.render();
    }),
    element("h2", {}, say("settings.about")),
    element("p", {}, app.wallet.kind === "guest" ? say("settings.guest_text") : say("settings.browser_text")),
    app.session.has_trust_page && element("p", {}, element("a", { class: "button quiet wide", href: "/trust" }, icon("lock"), say("settings.trust"))),
    app.wallet.kind === "browser" && arePossible() && passkey(app, message),
    element("h2", {}, say("settings.forget")),
    element("p", {}, say("settings.forget_text")),
    message,
    button(say("settings.forget"), () => sure.showModal(), { class: "button danger wide" }),
    sure,
  ];
}

function passkey(app, message) {
  const told = element("p", { role: "status", id: "passkey" });
  const make = button("", once(async () => {
    try {
      await app.wallet.makePasskey();
      tell();
      message.textContent = message.className = "";
    } catch (error) {
      message.textContent = error.sentence ?? say("settings.passkey_failed");
      message.className = "notice bad";
    }
  }), { class: "button quiet wide", id: "make-passkey" });

  function tell() {
    const has = app.wallet.hasPasskey;
    told.textContent = say(has ? "settings.passkey_there" : "settings.passkey_text");
    show(make, icon("lock"), say(has ? "settings.passkey_anew" : "settings.passkey_make"));
  }

  tell();
  return [element("h2", {}, say("settings.passkey")), told, make];
}
