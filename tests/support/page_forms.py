"""The forms of a page as a browser sees them, for tests that fill in all of them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

KEY = "idempotency_key"
VERSION = "if_match"

ANSWERS = {"text": "Escuela", "textarea": "Escuela", "url": "https://example.org/", "tel": "976543210", "number": "1"}
"""What a person would write into a field of each type; a day and a time depend on the others."""


@dataclass
class PageForm:
    """A form that is sent by POST: its address, its fields with their values, and those that a person fills in.

    `answers` has something acceptable for each field that is filled in or chosen, except for `days`.
    """

    action: str
    values: dict[str, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    days: set[str] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)
    has_file: bool = False

    @property
    def is_filled_in(self) -> bool:
        """Whether it is more than a button."""
        return self.has_file or bool(self.values.keys() - {KEY, VERSION})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.links: list[str] = []
        self.form: PageForm | None = None
        self.select = ""
        self.is_template = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.is_template = self.is_template or tag == "template"
        if tag == "a" and not self.is_template:
            self.links.append(named.get("href", ""))
        if tag == "form" and named.get("method", "").lower() == "post":
            self.form = PageForm(named.get("action", ""))
            self.forms.append(self.form)
        if self.form is not None and named.get("name") and tag in {"input", "select", "textarea"}:
            self._add(self.form, tag, named)
            self.select = named["name"] if tag == "select" else ""
        if self.form is not None and self.select and tag == "option" and named.get("value"):
            self.form.answers.setdefault(self.select, named["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if tag == "template":
            self.is_template = False

    def _add(self, form: PageForm, tag: str, named: dict[str, str]) -> None:
        name, kind = named["name"], named.get("type", "text") if tag == "input" else tag
        if kind == "file":
            form.has_file = True
        elif kind in {"radio", "checkbox"}:
            form.values.setdefault(name, "")
            form.answers.setdefault(name, named.get("value", ""))
        else:
            form.values[name] = named.get("value", "")
        if kind in {"text", "search", "textarea", "url", "email"} and name != KEY:
            form.typed.add(name)
        if kind == "date":
            form.days.add(name)
        if kind in ANSWERS:
            form.answers[name] = ANSWERS[kind]
        if kind == "time":
            form.answers[name] = f"{9 + len(form.answers):02}:00"


def read_page(html: str) -> tuple[list[PageForm], list[str]]:
    """The page's POST forms and the addresses of its links, without those that a script completes."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms, reader.links
