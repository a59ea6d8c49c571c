// Shows the names of enrollments. Only enrollment stores names: this script requests them with the reader's own sign-in and
// keeps them in this page only. Without them the short codes remain.

/** @typedef {{enrollment_id: string, given_names: string | null, family_names: string | null}} Entry */

/** @type {Map<string, Promise<Map<string, string>>>} names by enrollment, by cohort */
const known = new Map();

/** @param {string} cohort */
function namesOf(cohort) {
  if (!known.has(cohort)) known.set(cohort, requestNames(cohort));
  return known.get(cohort);
}

/** @param {string} cohort @returns {Promise<Map<string, string>>} */
async function requestNames(cohort) {
  const answer = await fetch(`/enrollment/api/cohorts/${cohort}/enrollments`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`names: ${answer.status}`);
  /** @type {{enrollments: Entry[]}} */
  const { enrollments } = await answer.json();
  return new Map(enrollments.map((entry) => [entry.enrollment_id, fullName(entry)]));
}

/** @param {Entry} entry */
function fullName({ family_names, given_names }) {
  return [family_names, given_names].filter(Boolean).join(", ");
}

/** Shows the names within an area, also one that changed since. @param {HTMLElement} area */
export async function fill(area) {
  const names = await namesOf(area.dataset.names);
  const rows = [...area.querySelectorAll("[data-enrollment]")];
  for (const row of rows) {
    const name = names.get(row.dataset.enrollment);
    if (name) row.querySelector("[data-name]").textContent = name;
  }
  area.querySelector("[data-nameless]")?.remove();
}

/** Settles when every name that was received is shown. */
export const named = Promise.allSettled([...document.querySelectorAll("[data-names]")].map(fill));
