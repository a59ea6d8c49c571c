// Filters without loading the page again: a form with data-results="#id" replaces that part as its fields change.

const PAUSE = 250; // milliseconds without typing

/** @param {HTMLFormElement} form */
export function filter(form) {
  let waiting, latest;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, PAUSE);
  });

  async function refresh() {
    const address = new URL(form.action || location.href);
    address.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== "")).toString();
    latest?.abort();
    latest = new AbortController();
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: latest.signal });
      if (!answer.ok) return form.submit();
      replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
      history.replaceState(null, "", address);
    } catch (error) {
      if (error.name !== "AbortError") form.submit();
    }
  }

  /** @param {Document} page */
  function replace(page) {
    document.querySelector(form.dataset.results)?.replaceWith(page.querySelector(form.dataset.results));
  }
}

document.querySelectorAll("form[data-results]").forEach(filter);
