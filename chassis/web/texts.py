"""Texts for people: English message ids in code and templates, translations in each package's `locale/*.po`."""

import gettext
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from markupsafe import Markup, escape

from chassis.web import locale

Command = TypeVar("Command", bound=Callable[..., Any])

ROOT = Path(__file__).parents[2]
SOURCE_LANGUAGE = "en"
"""The language of the message ids, which needs no catalogue."""

BETWEEN_BACKTICKS = re.compile("`([^`]+)`")


def N_(message: str) -> str:  # noqa: N802 (the name that gettext's tools know)
    """Marks a message for translation where it is declared; `_` translates it where it is shown."""
    return message


def command(function: Command) -> Command:
    """Marks a function whose docstring is the help of a command, for the tools that collect texts."""
    return function


def _(message: str, /, **values: object) -> str:
    """The message in the reader's language, with `%(name)s` places filled in."""
    text = translations().gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """As `_`, choosing by number; `%(num)d` is the number."""
    return translations().ngettext(singular, plural, number) % {"num": number, **values}


def with_code(text: str) -> Markup:
    """The text as HTML, in which what stands between backticks is code."""
    return Markup(BETWEEN_BACKTICKS.sub(r"<code>\1</code>", str(escape(text))))


def translations() -> gettext.NullTranslations:
    """The catalogue of the reader's language."""
    return catalogue(locale.current().language).translations


def known(message: str) -> bool:
    """Whether the message is one of our own, in whatever language it is shown; a library's is not."""
    return any(message in catalogue(language).messages for language in translated_languages())


@dataclass(frozen=True)
class Catalogue:
    """All packages' translations into one language, and the message ids that have one; both empty for English."""

    translations: gettext.NullTranslations
    messages: frozenset[str]


@cache
def translated_languages() -> frozenset[str]:
    """The languages that have a catalogue."""
    return frozenset(path.stem for path in catalogue_files("*"))


def catalogue_files(language: str) -> list[Path]:
    """The catalogues of every package of this installation, `package/locale` or `folder/package/locale`."""
    found = [path for depth in ("*", "*/*") for path in ROOT.glob(f"{depth}/locale/{language}.po")]
    return sorted(path for path in found if not path.relative_to(ROOT).parts[0].startswith("."))


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language; read once, from the committed text files."""
    merged = Translations(domain="messages")
    messages: set[str] = set()
    for path in catalogue_files(language):
        with path.open("rb") as source:
            read = read_po(source, locale=language)
        messages.update(message.id for message in read if isinstance(message.id, str))
        compiled = BytesIO()
        write_mo(compiled, read)
        compiled.seek(0)
        merged.merge(Translations(compiled, domain="messages"))
    return Catalogue(merged, frozenset(messages - {""}))
