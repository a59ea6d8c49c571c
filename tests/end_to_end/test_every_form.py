"""Every form of every page, sent with mistakes, comes back with its errors and with what was typed, never as a 500."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.end_to_end.crawling import HOMES, browser_of, forms_of
from tests.support.page_forms import KEY, PageForm
from tests.support.trials import Trial

TYPED, HIDDEN = "¿zorro?", "¿perro?"
"""Two texts, because a hidden field can say what a field was before somebody typed into it."""
MISTYPED_DAYS = ("1999-01-01", "0026-11-28", "9999-12-31")
FEWEST_FORMS = {"coordinator": 13, "facilitator-0603": 4, "communications": 5}


def mistakes(form: PageForm) -> Iterator[dict[str, str]]:
    """The form with nothing in it, with nonsense everywhere, with references to nothing, and with mistyped years."""
    yield dict.fromkeys(form.values, "")
    yield dict.fromkeys(form.values, HIDDEN) | dict.fromkeys(form.typed, TYPED)
    unknown = {name: str(uuid4()) if name.endswith("_id") else value for name, value in form.values.items()}
    yield unknown | dict.fromkeys(form.typed, TYPED)
    if form.days:
        yield from (form.values | form.answers | dict.fromkeys(form.days, day) for day in MISTYPED_DAYS)


@pytest.mark.parametrize("person", HOMES)
def test_a_form_with_mistakes_comes_back(demonstration_today: Trial, person: str) -> None:
    with browser_of(demonstration_today, person) as browser:
        forms = list(forms_of(browser, HOMES[person]))
        for form in forms:
            for number, values in enumerate(mistakes(form)):
                answer = browser.post(form.action, data=values | {KEY: str(uuid4())}, follow_redirects=False)
                place = f"{form.action} {number}: {answer.status_code}"
                assert answer.status_code < 500, place
                if answer.status_code >= 400:
                    assert 'role="alert"' in answer.text, f"{place}: a bare page, what was typed is lost"
                    for name in form.typed:
                        assert values[name] in answer.text, f"{place}: {name} is lost"
                again = browser.get(form.action, follow_redirects=False)
                assert again.status_code not in (405, 500), f"{place}: a reload is a dead end"
    assert len(forms) >= FEWEST_FORMS.get(person, 0), [form.action for form in forms]
