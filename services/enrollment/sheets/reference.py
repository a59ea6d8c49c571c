"""The reference page of headings and answers that are understood, in Markdown, from `wordings.toml`."""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files

_SECTIONS = {
    "headings": ("Headings", "field", "headings"),
    "letterhead": ("Lines above a table or between its rows", "field", "labels"),
    "yes_or_no": ("Consents", "answer", "wordings"),
    "sex": ("Sex", "answer", "wordings"),
    "mother_tongue": ("Mother tongue", "answer", "wordings"),
    "ethnicity": ("Ethnicity", "answer", "wordings"),
    "organization_type": ("Type of organization", "answer", "wordings"),
    "document_type": ("Type of document", "answer", "wordings"),
}
"""A section's title, and those of its two columns. Other sections come last, under their own names."""


def page() -> str:
    """The text of `docs/reference/sheet-wordings.md`."""
    return "\n".join(_lines())


_HEAD = """\
# Headings and answers that are understood

Generated from `services/enrollment/sheets/wordings.toml`. They are compared without accents, capitals and punctuation;
in headings, remarks in parentheses, numbers of questions and little words such as *de* or *N°* do not
count either. An answer that is not here is refused, never guessed.
A heading that is not here is named before anything is written, with the fields that it resembles."""


def _lines() -> Iterator[str]:
    yield _HEAD
    text = files(__package__).joinpath("wordings.toml").read_text(encoding="utf-8")
    sections: Mapping[str, Mapping[str, list[str]]] = tomllib.loads(text)
    for section in [*_SECTIONS, *(one for one in sections if one not in _SECTIONS)]:
        if section in sections:
            yield from _table(section, sections[section])
    yield ""


def _table(section: str, wordings: Mapping[str, list[str]]) -> Iterator[str]:
    title, meaning, written = _SECTIONS.get(section, (section.replace("_", " ").capitalize(), "meaning", "wordings"))
    yield f"\n## {title}\n\n| {meaning} | {written} |\n| --- | --- |"
    for one, some in wordings.items():
        yield f"| `{one}` | {', '.join(some)} |"
