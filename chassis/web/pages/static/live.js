// Keeps numbers fresh: every element with [data-stream] listens to that address and updates its [data-live] descendants.
// A message is one Change or a list of them, as JSON.

import { clock, day, numbers } from "./formats.js";

const REOPENED_AFTER = 30_000; // milliseconds

/** @typedef {{key: string, value: number | null, status: string, as_of: string}} Change */

/** @param {HTMLElement} element @param {Change} change */
export function show(element, { value, status }) {
  const words = document.body.dataset;
  const kind = status === "suppressed" ? "suppressed" : value === null ? "no-data" : "";
  const text = { suppressed: words.withheld, "no-data": words.unknown }[kind] ?? numbers.format(value);
  if (element.textContent === text) return;
  element.className = kind;
  element.setAttribute("value", value ?? "");
  element.textContent = text;
  element.removeAttribute("title");
  element.removeAttribute("data-changed");
  requestAnimationFrame(() => element.setAttribute("data-changed", ""));
}

/** @param {HTMLElement} area */
export function listen(area) {
  const freshness = area.querySelector("[data-freshness]");
  const stream = new EventSource(area.dataset.stream);
  stream.onopen = () => state("live");
  stream.onerror = () => {
    state("stale");
    // A browser itself asks again for a stream that was lost, but not for one that was refused.
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => listen(area), REOPENED_AFTER);
  };
  stream.addEventListener("reset", () => location.reload());
  stream.onmessage = (message) => [JSON.parse(message.data)].flat().forEach(apply);

  /** @param {Change} change */
  function apply(change) {
    area.querySelectorAll(`[data-live="${CSS.escape(change.key)}"]`).forEach((element) => show(element, change));
    const time = freshness?.querySelector("time");
    if (time && change.as_of) {
      time.dateTime = change.as_of;
      const instant = new Date(change.as_of);
      time.textContent = `${day.format(instant)}, ${clock.format(instant)}`;
    }
  }

  /** @param {"live" | "stale"} now */
  function state(now) {
    if (!freshness) return;
    freshness.dataset.state = now;
    freshness.querySelector(".stale").hidden = now !== "stale";
  }
  return stream;
}

document.querySelectorAll("[data-stream]").forEach(listen);
