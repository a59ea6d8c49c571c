"""Every page that a person reaches answers, and says all its texts in the language that was asked for."""

from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

import pytest

from chassis.web import translate
from tests.end_to_end.crawling import HOMES, browser_of, pages_of, shape
from tests.support.trials import Trial

FEWEST_PAGES = {
    "coordinator": 32,
    "facilitator-0603": 9,
    "communications": 15,
    "delegate-patria-c": 2,
    "auditor": 6,
    "operator": 4,
}
SHORTEST = 5
"""Characters of the texts that are compared: shorter ones are often the same in both languages, or somebody's name."""
ATTRIBUTES = {"aria-label", "placeholder", "title", "alt", "data-label"}


class Texts(HTMLParser):
    """The texts of a page: what stands between tags, and in attributes that are read aloud or shown.

    What stands in `code` or in a cell of codes is for programs or another's words, and has no language of ours. A field
    or a quotation that says its language holds a text in it, as one that people are sent.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found = set[str]()
        self.is_code = False

    def handle_data(self, data: str) -> None:
        if not self.is_code:
            self.found.add(" ".join(data.split()))

    def handle_endtag(self, tag: str) -> None:
        self.is_code = self.is_code and tag not in {"code", "td", "th", "textarea", "blockquote"}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        says_its_language = tag in {"textarea", "blockquote"} and "lang" in has
        self.is_code = self.is_code or tag == "code" or says_its_language or "code" in (has.get("class") or "").split()
        self.found.update(value for name, value in attrs if name in ATTRIBUTES and value)


def texts_of(html: str) -> set[str]:
    reader = Texts()
    reader.feed(html)
    return reader.found


@cache
def catalogue() -> frozenset[tuple[str, str]]:
    """Each text of the catalogues in English and in Spanish."""
    return frozenset(_translated())


def _translated() -> Iterator[tuple[str, str]]:
    for package in translate.packages():
        for message in translate.read_catalogue(package, "es"):
            if isinstance(message.id, str) and isinstance(message.string, str):
                yield message.id, message.string


def other_language(language: str) -> set[str]:
    """The texts that a page in this language cannot have, because they are in the other alone."""
    english, spanish = ({pair[column] for pair in catalogue()} for column in (0, 1))
    others = english - spanish if language == "es" else spanish - english
    return {text for text in others if len(text) >= SHORTEST}


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("person", HOMES)
def test_every_page_answers_in_the_language_asked_for(demonstration_today: Trial, person: str, language: str) -> None:
    with browser_of(demonstration_today, person, language) as browser:
        answers = list(pages_of(browser, HOMES[person]))
    assert [str(answer.url) for answer in answers if answer.status_code != 200] == []
    pages = [answer for answer in answers if answer.headers["content-type"].startswith("text/html")]
    shapes = {shape(str(page.url)) for page in pages}
    assert len(shapes) >= FEWEST_PAGES[person], sorted(shapes)
    foreign = other_language(language)
    strange = {str(page.url.path): found for page in pages if (found := texts_of(page.text) & foreign)}
    assert strange == {}
    assert all(f'<html lang="{language}' in page.text for page in pages)


def test_a_page_in_the_other_language_is_found(demonstration: Trial) -> None:
    """Seeded: a page in Spanish where English was asked for."""
    with browser_of(demonstration, "coordinator", "es") as browser:
        assert texts_of(browser.get("/enrollment/cohorts").text) & other_language("en")
