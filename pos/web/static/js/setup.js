// The page to set a stand up: each test does one thing and says what came of it.

import { Refused, getJson, postForPicture } from "../../kit/js/ask.js";
import { element, show } from "../../kit/js/dom.js";
import { scan } from "../../kit/js/scanner.js";
import { buzz, chime, setVolume, unlockSound, volume } from "../../kit/js/sound.js";
import { loadWords, say } from "../../kit/js/words.js";

const LOOK_EVERY_MS = 2_000;
const SILENT_TILL = { services: [{ name: "pos", answers: false }] };

const part = (id, selector) => document.querySelector(`#${id} ${selector}`);

async function start() {
  await loadWords();
  part("services", "button").addEventListener("click", lookAtServices);
  part("wifi", "form").addEventListener("submit", drawWifi);
  part("printer", "button").addEventListener("click", print);
  for (const button of document.querySelectorAll("[data-sound]")) {
    button.addEventListener("click", () => { unlockSound(); ({ chime, buzz })[button.dataset.sound](); });
  }
  const slider = part("sound", "input");
  slider.value = String(volume());
  slider.addEventListener("change", () => setVolume(Number(slider.value)));
  scan(part("camera", ".reader"), { onText: (text) => tell(part("camera", ".told"), say("setup.camera.read", { text })) });
  tellBrowser();
  await lookAround();
  document.documentElement.dataset.ready = "yes";
}

async function lookAround() {
  await Promise.all([lookAtServices(), lookForPhone()]);
  setTimeout(lookAround, LOOK_EVERY_MS);
}

let seen = "";

/** Whoever answers now; of the others only the till knows, so while it is away nothing is said. */
async function lookAtServices() {
  const { services } = await unlessRefused(getJson("/api/setup/services")) ?? SILENT_TILL;
  if (JSON.stringify(services) === seen) return;
  seen = JSON.stringify(services);
  show(part("services", ".list"), services.map(({ name, answers, version, clock_off_s: off }) =>
    element("li", {}, element("span", { class: "grow" }, say(`setup.service.${name}`)),
      element("span", { class: `badge ${answers ? "good" : "bad"}` },
        answers ? say("setup.answers", { version }) : say("setup.silent")),
      Math.abs(off) > 5 ? element("span", { class: "badge warn" }, say("setup.clock_off", { seconds: off })) : null)));
}

/** A phone that comes through proves that the Wi-Fi lets it. A till that was started anew asks it elsewhere. */
async function lookForPhone() {
  const told = await unlessRefused(getJson("/api/setup/phone"));
  if (told === null) return;
  const address = part("phone", "code");
  if (address.textContent !== told.url) {
    address.textContent = told.url;
    part("phone", ".qr img").src = `/setup/phone.svg?of=${encodeURIComponent(told.url)}`;
  }
  const notice = part("phone", ".told");
  if (told.arrived && !notice.classList.contains("good")) {
    notice.classList.add("good");
    notice.textContent = say("setup.phone.arrived");
  }
}

/** Give the answer, or null for none and for a refusal. */
async function unlessRefused(asked) {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return null;
  }
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
  told.hidden = true;
  try {
    frame.querySelector("img").src = URL.createObjectURL(await postForPicture(url, body));
    frame.hidden = false;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    frame.hidden = true;
    tell(told, error.sentence);
  }
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
