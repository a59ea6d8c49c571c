// Brings the charts and tables of the page up to date after its numbers have moved, at most every half minute:
// behind one address there may be hundreds of readers, and breakdowns move seldom.
// Every [data-fresh] element takes the content of the element with its id on the page as it is now.

const PAUSE = 30_000;

let moved = false;

for (const number of document.querySelectorAll("[data-live]")) {
  new MutationObserver(() => { moved = true; }).observe(number, { childList: true, characterData: true, subtree: true });
}

setInterval(async () => {
  if (!moved || document.hidden) return;
  moved = false;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) {
    moved = true;
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of document.querySelectorAll("[data-fresh]")) {
    const now = page.getElementById(old.id);
    if (now && now.innerHTML !== old.innerHTML) old.replaceChildren(...now.childNodes);
  }
}, PAUSE);
