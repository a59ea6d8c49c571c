// Puts names on what shows enrollments. Only enrollment knows names: they are asked for with the reader's own sign-in,
// stay in this page, and go with it. Without them the short codes remain.

/** @typedef {{enrollment_id: string, given_names: string | null, family_names: string | null}} Entry */

/** @param {string} cohort @returns {Promise<Map<string, string>>} names by enrollment */
async function namesOf(cohort) {
  const answer = await fetch(`/enrollment/api/cohorts/${cohort}/enrollments`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`names: ${answer.status}`);
  /** @type {{enrollments: Entry[]}} */
  const { enrollments } = await answer.json();
  return new Map(enrollments.map((entry) => [entry.enrollment_id, spell(entry)]));
}

/** @param {Entry} entry */
function spell({ family_names, given_names }) {
  return [family_names, given_names].filter(Boolean).join(", ");
}

/** @param {HTMLElement} area */
async function fill(area) {
  const names = await namesOf(area.dataset.names);
  const places = [...area.querySelectorAll("[data-enrollment]")];
  for (const place of places) {
    const name = names.get(place.dataset.enrollment);
    if (name) place.querySelector("[data-name]").textContent = name;
  }
  area.querySelector("[data-nameless]")?.remove();
}

/** Settled when every name that can be shown is shown. */
export const named = Promise.allSettled([...document.querySelectorAll("[data-names]")].map(fill));
