// Shows the names of colleagues beside what they did. Only enrollment stores names: this script requests its directory with the
// reader's own sign-in and keeps it in this page only. Whoever is not in it, and who may not read it, keeps the user.

/** @typedef {{user_id: string, name: string}} Colleague */

/** @returns {Promise<Map<string, string>>} names by user */
async function requestNames() {
  const answer = await fetch("/enrollment/api/staff", { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`colleagues: ${answer.status}`);
  /** @type {{staff: Colleague[]}} */
  const { staff } = await answer.json();
  return new Map(staff.map(({ user_id, name }) => [user_id, name]));
}

const places = [...document.querySelectorAll("[data-colleagues] [data-user]")];
if (places.length) {
  const names = await requestNames();
  for (const place of places) place.textContent = names.get(place.dataset.user) ?? place.dataset.user;
}
