// Keeps numbers fresh: every element with [data-stream] listens to that address and updates its [data-live] descendants.
// A message is {"key", "value", "as_of"} or a list of them, as JSON.

const numbers = new Intl.NumberFormat("es-PE");
const clock = new Intl.DateTimeFormat("es-PE", { dateStyle: "long", timeStyle: "short", timeZone: "America/Lima" });

/** @param {HTMLElement} element @param {number} value */
export function show(element, value) {
  if (element.getAttribute("value") === String(value)) return;
  element.setAttribute("value", String(value));
  element.textContent = numbers.format(value);
  element.removeAttribute("data-changed");
  requestAnimationFrame(() => element.setAttribute("data-changed", ""));
}

/** @param {HTMLElement} area */
export function listen(area) {
  const freshness = area.querySelector("[data-freshness]");
  const stream = new EventSource(area.dataset.stream);
  stream.onopen = () => state("live");
  stream.onerror = () => state("stale");
  stream.onmessage = (message) => [JSON.parse(message.data)].flat().forEach(apply);

  /** @param {{key: string, value: number, as_of: string}} change */
  function apply(change) {
    area.querySelectorAll(`[data-live="${CSS.escape(change.key)}"]`).forEach((element) => show(element, change.value));
    const time = freshness?.querySelector("time");
    if (time && change.as_of) {
      time.dateTime = change.as_of;
      time.textContent = clock.format(new Date(change.as_of));
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
