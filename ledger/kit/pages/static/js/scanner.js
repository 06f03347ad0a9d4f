// Read a code: with the camera, from a picture, or typed, whichever a browser and a person allow.
// The browser's own detector goes first where there is one; ours is fetched when it is needed.

import { element, icon, show } from "./dom.js";
import { say } from "./words.js";

const FORMATS = ["qr_code", "code_128"];
const LOOK_EVERY_MS = 120;
const PICTURE_SIDE = 1600; // photos of phones are larger than any decoder needs
const SMALL_SIDE = 800;
const WHY_NOT = { NotAllowedError: "scan.denied", NotReadableError: "scan.busy" };

/**
 * Put a scanner in `place`. `onText(text)` gets each code; return true to go on scanning. `camera`
 * says whether to start it at once. Gives an object with `stop()`.
 */
export function scan(place, { onText, camera = false, typing = true, pattern = null, inputMode = "text" }) {
  const message = element("p", { role: "status", class: "fine" });
  const viewfinder = element("div", { class: "viewfinder", hidden: true });
  const hasCamera = Boolean(navigator.mediaDevices?.getUserMedia);
  let stream = null;
  let asking = false;
  let stopped = false;

  function turnOff() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    viewfinder.hidden = true;
    cameraButton.hidden = !hasCamera;
    offButton.hidden = true;
  }

  function found(text) {
    message.textContent = "";
    if (onText(text) === true) return true;
    turnOff();
    return false;
  }

  /** Say at once what no touch can change, and lead to what works. */
  function doWithout() {
    message.textContent = say(window.isSecureContext ? "scan.no_camera" : "scan.insecure");
    cameraButton.hidden = true;
    lead(pictureButton);
  }

  function lead(first) {
    for (const each of [cameraButton, pictureButton]) each.classList.toggle("quiet", each !== first);
  }

  async function turnOn() {
    if (asking) return; // a second touch would open a second stream, which nobody turned off
    asking = true;
    message.textContent = say("scan.asking");
    try {
      const wanted = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
      stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
    } catch (error) {
      message.textContent = say(WHY_NOT[error.name] ?? "scan.no_camera");
      lead(pictureButton);
      return;
    } finally {
      asking = false;
    }
    if (stopped) return turnOff();
    lead(cameraButton);
    const video = element("video", { playsinline: true, muted: true, "aria-label": say("scan.aim") });
    video.muted = true;
    video.srcObject = stream;
    show(viewfinder, video);
    viewfinder.hidden = false;
    cameraButton.hidden = true;
    offButton.hidden = false;
    message.textContent = say("scan.aim");
    await video.play();
    const read = await reader();
    while (stream !== null && video.isConnected) {
      const text = video.videoWidth ? await read(frame(video, video.videoWidth, video.videoHeight, PICTURE_SIDE)) : null;
      if (stream !== null && text && !found(text)) return undefined;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return turnOff();
  }

  async function takePicture(event) {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    const text = await readPicture(file);
    if (text === null) message.textContent = say("scan.nothing");
    else found(text);
  }

  const cameraButton = element("button", { class: "button", type: "button", onclick: turnOn },
    icon("camera"), say("scan.camera"));
  const offButton = element("button", { class: "button quiet", type: "button", hidden: true, onclick: () => { message.textContent = ""; turnOff(); } },
    say("scan.stop"));
  const file = element("input", { class: "visually-hidden", type: "file", accept: "image/*", capture: "environment", tabindex: "-1", "aria-hidden": "true", onchange: takePicture });
  const pictureButton = element("button", { class: "button quiet", type: "button", onclick: () => file.click() },
    icon("picture"), say("scan.picture"));

  show(place, viewfinder, message,
    element("div", { class: "buttons centre" }, cameraButton, offButton, pictureButton, file),
    typing && typedCode(found, pattern, inputMode));
  if (!hasCamera) doWithout();
  else if (camera) turnOn();
  return { stop: () => { stopped = true; turnOff(); } };
}

function typedCode(found, pattern, inputMode) {
  const input = element("input", { class: "input", id: "typed-code", name: "code", autocomplete: "off", spellcheck: "false", inputmode: inputMode, pattern, required: true });
  return element("form", { class: "field", onsubmit: (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text) found(text);
  } },
  element("label", { for: "typed-code" }, say("scan.type")),
  element("div", { class: "buttons" },
    element("span", { class: "grow" }, input),
    element("button", { class: "button quiet", type: "submit" }, say("scan.use"))));
}

/** Read the code in a picture file; null if there is none. */
export async function readPicture(file) {
  const read = await reader();
  try {
    const picture = await createImageBitmap(file);
    // A large photo reads better small when it is noisy, and better large when its code is small.
    for (const side of [SMALL_SIDE, PICTURE_SIDE]) {
      const text = await read(frame(picture, picture.width, picture.height, side));
      if (text) return text;
    }
    return null;
  } catch {
    return null; // not a picture
  }
}

const canvas = document.createElement("canvas");

function frame(source, width, height, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

let chosen = null;

/** Choose how to read frames: `(ImageData) => text or null`. */
function reader() {
  chosen ??= choose();
  return chosen;
}

async function choose() {
  const { decodeQR } = await import("../vendor/qr-decode.js");
  const ours = async (image) => {
    try {
      return decodeQR(image);
    } catch {
      return null; // it raises when there is no code
    }
  };
  if (!("BarcodeDetector" in window)) return ours;
  const formats = (await window.BarcodeDetector.getSupportedFormats()).filter((each) => FORMATS.includes(each));
  if (formats.length === 0) return ours;
  const detector = new window.BarcodeDetector({ formats });
  return async (image) => {
    try {
      const [code] = await detector.detect(image);
      return code?.rawValue ?? (await ours(image));
    } catch {
      return ours(image);
    }
  };
}
