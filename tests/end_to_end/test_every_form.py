"""Every form of every page, sent with mistakes, comes back with its errors and with what was typed, never as a 500."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.support.page_forms import KEY, PageForm, read_page
from tests.support.trials import Trial

HOMES = {
    "coordinator": ("/enrollment/", "/sessions/", "/media/"),
    "facilitator-0601": ("/enrollment/", "/sessions/"),
    "communications": ("/media/",),
    "delegate-patria-c": ("/enrollment/",),
    "operator": tuple(f"{prefix}/operator/dead-letters" for prefix in ("", "/enrollment", "/sessions", "/media")),
}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TYPED = "¿zorro?"
FEWEST_FORMS = {"coordinator": 8, "facilitator-0601": 2, "communications": 4}


def browser_of(trial: Trial, person: str) -> httpx.Client:
    headers = {"Accept": "text/html", "Origin": trial.url}
    return httpx.Client(base_url=trial.url, cookies={"minka_token": trial.token(person)}, headers=headers, timeout=60)


def shape(address: str) -> str:
    return UUID.sub("{}", urlsplit(address).path)


def forms_of(browser: httpx.Client, homes: tuple[str, ...]) -> Iterator[PageForm]:
    """One form of each shape that is reached by links from a person's own pages."""
    waiting, pages, forms = list(homes), set(map(shape, homes)), set[str]()
    while waiting:
        address = waiting.pop()
        answer = browser.get(address, follow_redirects=True)
        assert answer.status_code < 500, address
        found, links = read_page(answer.text)
        for form in found:
            form.action = urljoin(str(answer.url), form.action or str(answer.url))
            if shape(form.action) not in forms and not form.action.endswith("/sign-out"):
                forms.add(shape(form.action))
                yield form
        for link in (urlsplit(urljoin(str(answer.url), link)) for link in links):
            inside = link.path.startswith(homes) and "sign-" not in link.path and not link.query.startswith("format")
            if inside and shape(link.path) not in pages:
                pages.add(shape(link.path))
                waiting.append(link.path)


def mistakes(form: PageForm) -> Iterator[dict[str, str]]:
    """The form with nothing in it, with nonsense everywhere, and with references to things that do not exist."""
    yield dict.fromkeys(form.values, "")
    yield dict.fromkeys(form.values, TYPED)
    unknown = {name: str(uuid4()) if name.endswith("_id") else value for name, value in form.values.items()}
    yield unknown | dict.fromkeys(form.typed, TYPED)


@pytest.mark.parametrize("person", HOMES)
def test_a_form_with_mistakes_comes_back(demonstration: Trial, person: str) -> None:
    with browser_of(demonstration, person) as browser:
        forms = [form for form in forms_of(browser, HOMES[person]) if form.values.keys() - {KEY} or form.has_file]
        for form in forms:
            for number, values in enumerate(mistakes(form)):
                answer = browser.post(form.action, data=values | {KEY: str(uuid4())})
                place = f"{form.action} {number}: {answer.status_code}"
                assert answer.status_code < 500, place
                if answer.status_code >= 400:
                    assert 'role="alert"' in answer.text, f"{place}: a bare page, what was typed is lost"
                    for name in form.typed:
                        assert values[name] in answer.text, f"{place}: {name} is lost"
                again = browser.get(form.action)
                assert again.status_code not in (405, 500), f"{place}: a reload is a dead end"
    assert len(forms) >= FEWEST_FORMS.get(person, 0), [form.action for form in forms]
