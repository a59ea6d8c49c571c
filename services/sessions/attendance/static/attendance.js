// Takes attendance by one tap each. The form works without this script. With it, an answer is shown at once, is sent in
// the background, can be undone for a minute, and survives a lost connection.

import { clock, language } from "./formats.js";
import { named } from "./names.js";
import { Queue } from "./queue.js";

const UNDO_MILLISECONDS = 60_000;

/** @typedef {import("./queue.js").Scan} Scan */
/** @typedef {import("./queue.js").Result} Result */

/** @type {HTMLFormElement} */
const form = document.querySelector("#roster");
const people = new Map([...form.querySelectorAll(".person")].map((person) => [person.dataset.enrollment, person]));
const marks = new Map([...people].map(([id, person]) => [id, person.querySelector(".marks")]));
const labels = new Map([...form.querySelectorAll(".marks label")].map((label) => [label.dataset.state, label.lastElementChild]));
const texts = document.querySelector("#texts").content;

/** @param {string} name */
const textOf = (name) => texts.querySelector(`[data-${name}]`).textContent;

const api = `${form.dataset.root}/api`;
const address = `${api}/sessions/${form.dataset.session}/attendance`;
const queue = new Queue(form.dataset.session, address, clockOffset(), form.dataset.fromList === "yes", {
  answered: showResult,
  changed: tally,
});

form.classList.add("live");
form.addEventListener("change", ({ target }) => {
  if (target.type !== "radio") return;
  navigator.vibrate?.(30);
  const person = target.closest(".person");
  show(queue.add(person.dataset.enrollment, target.value));
});
form.addEventListener("click", ({ target }) => {
  if (target.dataset.undo) undo(target);
});
queue.scans.forEach(show);
queue.send();
tally(queue.scans.length, false);
named.then(arrange);

/** Milliseconds that the server's clock is ahead of this device's, measured when the page arrived. */
function clockOffset() {
  const [arrival] = performance.getEntriesByType("navigation");
  return Date.parse(form.dataset.now) - (performance.timeOrigin + arrival.responseStart);
}

/** Shows the answer in place of the marks, before the server has replied. @param {Scan} scan */
function show(scan) {
  const person = people.get(scan.enrollment_id);
  if (!person?.querySelector(".marks")) return;
  const answer = document.querySelector("#answered").content.cloneNode(true);
  answer.querySelector("time").textContent = clock.format(new Date(scan.scanned_at));
  person.querySelector(".marks").replaceWith(answer);
  person.dataset.standing = "sending";
  showState(person, scan.state);
  person.querySelectorAll(".answer a, .answer button").forEach((element) => (element.hidden = true));
}

/** @param {HTMLElement} person @param {string} state */
function showState(person, state) {
  const answer = person.querySelector(".answer");
  answer.dataset.state = state;
  answer.querySelector("b").replaceChildren(...labels.get(state).cloneNode(true).childNodes);
}

/** @param {Scan} scan @param {Result} result */
function showResult(scan, result) {
  const person = people.get(scan.enrollment_id);
  const answer = person?.querySelector(".answer");
  if (!answer) return;
  person.dataset.standing = result.outcome === "repeated" ? "recorded" : result.outcome;
  if (result.attendance_id) return offerUndo(answer, result);
  if (result.outcome === "refused") return restore(person);
  answer.dataset.state = result.outcome;
  answer.querySelector("time").textContent = textOf(result.outcome);
}

/** @param {HTMLElement} answer @param {Result} result */
function offerUndo(answer, result) {
  const [link, button] = answer.querySelectorAll("a, button");
  link.href += result.attendance_id;
  button.dataset.undo = result.scan_id;
  link.hidden = button.hidden = false;
  setTimeout(() => (button.hidden = true), UNDO_MILLISECONDS);
}

/** What was undone stays in the history, and the person can be marked again at the door. @param {HTMLButtonElement} button */
async function undo(button) {
  button.disabled = true;
  const undone = `${api}/sessions/${form.dataset.session}/scans/${button.dataset.undo}/undo`;
  const answer = await fetch(undone, { method: "POST" }).catch(() => ({ ok: false }));
  button.disabled = false;
  if (!answer.ok) return;
  showState(button.closest(".person"), "absent");
  button.hidden = true;
}

/** @param {HTMLElement} person */
function restore(person) {
  const fieldset = marks.get(person.dataset.enrollment);
  fieldset.querySelectorAll("input").forEach((input) => (input.checked = false));
  person.querySelector(".answer").replaceWith(fieldset);
  person.dataset.standing = "expected";
  form.querySelector("[data-unsent]").textContent = textOf("refused");
}

/** @param {number} unsent @param {boolean} isSignedOut */
function tally(unsent, isSignedOut) {
  const status = form.querySelector("[data-unsent]");
  if (!status) return;
  const marked = form.querySelectorAll(".person .answer").length;
  form.querySelector("[data-recorded]").textContent = String(marked);
  form.querySelector("progress").value = marked;
  status.textContent = isSignedOut ? textOf("signed-out") : unsent ? `${unsent} ${textOf("unsent")}` : textOf("sent");
  status.dataset.state = unsent ? "unsent" : "sent";
  tellUnmarked(form.querySelectorAll(".person .marks").length);
}

/** Says above the button that closes the session how many people have no mark. @param {number} people */
function tellUnmarked(people) {
  const amount = document.querySelector("[data-unmarked]");
  if (!amount) return;
  amount.textContent = String(people);
  amount.parentElement.hidden = !people;
}

/** Sorts the people by name and offers the search, once the names have arrived. */
function arrange() {
  const sorted = [...people.values()].sort((one, other) => text(one).localeCompare(text(other), language));
  form.querySelector(".people").append(...sorted);
  const finder = form.querySelector(".finder");
  finder.hidden = people.size < 8;
  finder.addEventListener("input", ({ target }) => {
    const sought = plain(target.value);
    people.forEach((person) => (person.hidden = !plain(text(person)).includes(sought)));
  });
  finder.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

/** @param {HTMLElement} person */
function text(person) {
  return person.querySelector("h2").textContent.trim();
}

/** The text without accents and capitals. @param {string} value */
function plain(value) {
  return value.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase().trim();
}
