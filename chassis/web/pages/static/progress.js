// Follows work under way: polls the address in [data-progress], shows its counts, and loads the page again when it ends.

import { numbers } from "./formats.js";

const UNDER_WAY = ["waiting", "running"];

/** @param {HTMLElement} area */
export async function follow(area) {
  const bar = area.querySelector("progress");
  for (let pause = 500; ; pause = Math.min(pause * 1.2, 5000)) {
    const state = await read(area.dataset.progress);
    if (state && !UNDER_WAY.includes(state.status)) return location.reload();
    if (state?.total) {
      bar.max = state.total;
      bar.value = state.done;
      area.querySelector("p").hidden = false;
      area.querySelectorAll("[data-field]").forEach((field) => show(field, state[field.dataset.field]));
    }
    await new Promise((resume) => setTimeout(resume, pause));
  }
}

/** The job's state, or null while the connection is gone. @param {string} address */
async function read(address) {
  try {
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** @param {HTMLElement} field @param {number | undefined} value */
function show(field, value) {
  if (value !== undefined) field.textContent = numbers.format(value);
}

document.querySelectorAll("[data-progress]").forEach(follow);
