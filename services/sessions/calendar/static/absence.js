// Tells a facilitator who is absent until when, and who has the cohorts. Only enrollment knows: this script asks it with the
// reader's own sign-in.

import { day } from "./formats.js";

/** @returns {Promise<{ends_on: string, substitute: string} | null>} */
async function requestAbsence() {
  const answer = await fetch("/enrollment/api/staff/absence", { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`absence: ${answer.status}`);
  return (await answer.json()).absence;
}

const absence = await requestAbsence();
if (absence) {
  const told = document.querySelector("[data-absence]");
  told.querySelector("[data-until]").textContent = day.format(new Date(`${absence.ends_on}T12:00Z`));
  told.querySelector("[data-substitute]").textContent = absence.substitute;
  told.hidden = false;
}
