// Scans one card after the other: a scanner types them, or the camera sees them where the browser reads codes. The page
// works without this script; with it, an answer takes the place of the former one and the camera stays open.

import { fill } from "./names.js";

const SAME_CARD_MILLISECONDS = 4000;
const LOOK_MILLISECONDS = 200;

const scanning = document.querySelector("#scanning");
const view = document.querySelector("#view");
const texts = document.querySelector("#texts").content;
let last = { card: "", seen: 0 };

scanning.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target);
});
offerCamera();

/** Sends a form of the page, and shows what the page says then. @param {HTMLFormElement} form */
async function send(form) {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer) return tell("unsent");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#scanning");
  if (!page) return location.reload();
  show(page);
  navigator.vibrate?.(page.querySelector('[data-tone="good"]') ? 40 : [80, 60, 80]);
}

/** Takes over what changes; the camera's view stays. @param {HTMLElement} page */
async function show(page) {
  for (const part of ["#answer", "#ways-back", ".came"]) {
    scanning.querySelector(part)?.replaceChildren(...(page.querySelector(part)?.childNodes ?? []));
  }
  scanning.querySelectorAll(".errors").forEach((errors) => errors.remove());
  const [form, errors] = [page.querySelector("#next-card"), page.querySelector(".errors")];
  if (form) document.querySelector("#next-card").replaceWith(form);
  if (errors) form.before(errors);
  offerCamera();
  await fill(scanning);
  const field = document.querySelector("#card");
  if (field && !view.srcObject) {
    field.focus({ preventScroll: true });
    field.select();
  }
  scanning.scrollIntoView();
}

/** @param {string} name */
function tell(name) {
  const said = document.createElement("p");
  said.className = "notice";
  said.textContent = texts.querySelector(`[data-${name}]`).textContent;
  document.querySelector("#answer").replaceChildren(said);
}

function offerCamera() {
  const button = document.querySelector("#camera");
  if (!button || view.srcObject) return;
  if (!("BarcodeDetector" in window)) {
    document.querySelector("#no-camera").hidden = false;
    return;
  }
  button.hidden = false;
  button.addEventListener("click", openCamera, { once: true });
}

async function openCamera() {
  document.querySelector("#camera").hidden = true;
  try {
    view.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    view.hidden = false;
    await view.play();
    look(new BarcodeDetector({ formats: ["qr_code"] }));
  } catch {
    closeCamera();
    tell("no-camera");
    document.querySelector("#card").focus();
  }
}

/** Ends what has opened of it, so that it can be tried again. */
function closeCamera() {
  view.srcObject?.getTracks().forEach((track) => track.stop());
  view.srcObject = null;
  view.hidden = true;
  offerCamera();
}

/** Sends each card that comes before the camera once, until it has left. @param {BarcodeDetector} detector */
async function look(detector) {
  const [code] = await detector.detect(view).catch(() => []);
  if (code) await see(code.rawValue);
  setTimeout(() => look(detector), LOOK_MILLISECONDS);
}

/** @param {string} card */
async function see(card) {
  const isSame = card === last.card && performance.now() - last.seen < SAME_CARD_MILLISECONDS;
  last = { card, seen: performance.now() };
  if (isSame) return;
  document.querySelector("#card").value = card;
  await send(document.querySelector("#next-card"));
  last.seen = performance.now();
}
