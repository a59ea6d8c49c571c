"""The pages of the trial that each kind of person reaches by links from their own first pages."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import httpx

from tests.support.page_forms import PageForm, read_page
from tests.support.trials import Trial

HOMES = {
    "coordinator": ("/enrollment/", "/sessions/", "/media/"),
    "facilitator-0603": ("/enrollment/", "/sessions/"),
    "communications": ("/media/",),
    "delegate-patria-c": ("/enrollment/",),
    "auditor": tuple(f"{prefix}/audit-trail" for prefix in ("", "/enrollment", "/sessions", "/media")),
    "operator": tuple(f"{prefix}/operator/dead-letters" for prefix in ("", "/enrollment", "/sessions", "/media")),
}
OF_A_SHAPE = 3
"""Pages of one shape that are opened: one may have nothing to fill in, such as a session with everybody marked."""

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def browser_of(trial: Trial, person: str, language: str = "es") -> httpx.Client:
    headers = {"Accept": "text/html", "Accept-Language": language, "Origin": trial.url}
    cookies = {"minka_token": trial.token(person)}
    return httpx.Client(base_url=trial.url, cookies=cookies, headers=headers, timeout=180)


def pages_of(browser: httpx.Client, homes: tuple[str, ...]) -> Iterator[httpx.Response]:
    """Some pages of each shape: addresses that differ in their identifiers or queries alone have one shape."""
    waiting, seen = list(homes), set(homes)
    while waiting:
        answer = opened(browser, waiting.pop())
        if answer.has_redirect_location:  # a tracked link leads out of the house
            continue
        yield answer
        for link in (urlsplit(urljoin(str(answer.url), link)) for link in read_page(answer.text)[1]):
            inside = link.path.startswith(homes) and "sign-" not in link.path and not link.query.startswith("format")
            if inside and link.path not in seen and sum(shape(link.path) == shape(one) for one in seen) < OF_A_SHAPE:
                seen.add(link.path)
                waiting.append(link.path)


def opened(browser: httpx.Client, address: str) -> httpx.Response:
    """The page to which an address leads; a redirect to another host is not followed."""
    answer = browser.get(address)
    while answer.next_request is not None and answer.next_request.url.host == browser.base_url.host:
        answer = browser.send(answer.next_request)
    return answer


def forms_of(browser: httpx.Client, homes: tuple[str, ...]) -> Iterator[PageForm]:
    """One form of each shape on these pages, of those that have something to fill in."""
    seen = set[str]()
    for page in pages_of(browser, homes):
        assert page.status_code < 500, page.url
        for form in read_page(page.text)[0]:
            form.action = urljoin(str(page.url), form.action or str(page.url))
            if form.is_filled_in and shape(form.action) not in seen:
                seen.add(shape(form.action))
                yield form


def shape(address: str) -> str:
    return UUID.sub("{}", urlsplit(address).path)
