// Shows the names of colleagues beside what they did. Only enrollment stores names: this script requests those of the users on
// this page with the reader's own sign-in and keeps them in this page only. Whoever is not in its directory keeps the user.

/** @param {string[]} users @returns {Promise<Record<string, string>>} names by user */
async function requestNames(users) {
  const asked = new URLSearchParams({ users: users.join(",") });
  const answer = await fetch(`/enrollment/api/staff/names?${asked}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`colleagues: ${answer.status}`);
  return (await answer.json()).names;
}

const places = [...document.querySelectorAll("[data-user]")];
if (places.length) {
  const names = await requestNames([...new Set(places.map((place) => place.dataset.user))]);
  for (const place of places) place.textContent = names[place.dataset.user];
}
