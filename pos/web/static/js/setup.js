// The page to set a stand up: each test does one thing and says what came of it.

import { Refused, getJson } from "../../kit/js/ask.js";
import { element, show } from "../../kit/js/dom.js";
import { scan } from "../../kit/js/scanner.js";
import { buzz, chime, unlockSound } from "../../kit/js/sound.js";
import { loadWords, say } from "../../kit/js/words.js";

const PHONE_EVERY_MS = 2_000;

const part = (id, selector) => document.querySelector(`#${id} ${selector}`);

async function start() {
  await loadWords();
  part("services", "button").addEventListener("click", lookAtServices);
  part("wifi", "form").addEventListener("submit", drawWifi);
  part("printer", "button").addEventListener("click", print);
  for (const button of document.querySelectorAll("[data-sound]")) {
    button.addEventListener("click", () => { unlockSound(); ({ chime, buzz })[button.dataset.sound](); });
  }
  scan(part("camera", ".reader"), { onText: (text) => tell(part("camera", ".told"), say("setup.camera.read", { text })) });
  tellBrowser();
  await lookAtServices();
  waitForPhone();
  document.documentElement.dataset.ready = "yes";
}

async function lookAtServices() {
  const { services } = await getJson("/api/setup/services");
  show(part("services", ".list"), services.map(({ name, answers, version, clock_off_s: off }) =>
    element("li", {}, element("span", { class: "grow" }, say(`setup.service.${name}`)),
      element("span", { class: `badge ${answers ? "good" : "bad"}` },
        answers ? say("setup.answers", { version }) : say("setup.silent")),
      Math.abs(off) > 5 ? element("span", { class: "badge warn" }, say("setup.clock_off", { seconds: off })) : null)));
}

/** A phone that comes through proves that the Wi-Fi lets it. */
async function waitForPhone() {
  const told = part("phone", ".told");
  try {
    const { arrived } = await getJson("/api/setup/phone");
    if (arrived) {
      told.classList.add("good");
      told.textContent = say("setup.phone.arrived");
      return;
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  setTimeout(waitForPhone, PHONE_EVERY_MS);
}

async function drawWifi(event) {
  event.preventDefault();
  const wanted = { name: part("wifi", "#wifi-name").value, password: part("wifi", "#wifi-password").value };
  await drawn("wifi", "/api/setup/wifi", wanted, part("wifi", ".qr"));
}

async function print() {
  await drawn("printer", "/api/setup/paper", {}, part("printer", ".roll"));
}

/** Ask for a picture and show it, or say why there is none. */
async function drawn(id, url, body, frame) {
  const told = part(id, ".told");
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json, image/*" },
    body: JSON.stringify(body),
  });
  frame.hidden = !answer.ok;
  told.hidden = answer.ok;
  if (!answer.ok) {
    tell(told, new Refused(await answer.json()).sentence);
    return;
  }
  frame.querySelector("img").src = URL.createObjectURL(await answer.blob());
}

function tell(place, sentence) {
  place.hidden = false;
  place.textContent = sentence;
}

/** What this browser gives a page here; people who test other devices copy it into a report. */
function tellBrowser() {
  const found = {
    secure: window.isSecureContext,
    camera: Boolean(navigator.mediaDevices?.getUserMedia),
    keys: Boolean(window.crypto?.subtle),
    passkeys: "PublicKeyCredential" in window,
    worker: "serviceWorker" in navigator,
    awake: "wakeLock" in navigator,
    detector: "BarcodeDetector" in window,
  };
  show(part("browser", ".facts"), Object.entries(found).flatMap(([name, there]) => [
    element("dt", {}, say(`setup.browser.${name}`)),
    element("dd", {}, there ? say("setup.browser.yes") : say("setup.browser.no"))]));
}

start();
