"""Texts for people: English message ids in code and templates, translations in each package's `locale/*.po`."""

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

ROOT = Path(__file__).parents[2]
LANGUAGE = "es"


def N_(message: str) -> str:  # noqa: N802 (the name that gettext's tools know)
    """Marks a message for translation where it is declared; `_` translates it where it is shown."""
    return message


def _(message: str, /, **values: object) -> str:
    """The message in the reader's language, with `%(name)s` places filled in."""
    text = catalogue().gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """As `_`, choosing by number; `%(num)d` is the number."""
    return catalogue().ngettext(singular, plural, number) % {"num": number, **values}


def known(message: str) -> bool:
    """Whether somebody has translated this message, so that it may be shown to people."""
    return catalogue().gettext(message) != message


def catalogue_files(language: str = LANGUAGE) -> list[Path]:
    """The catalogues of every package of this installation, `package/locale` or `folder/package/locale`."""
    found = [path for depth in ("*", "*/*") for path in ROOT.glob(f"{depth}/locale/{language}.po")]
    return sorted(path for path in found if not path.relative_to(ROOT).parts[0].startswith("."))


@cache
def catalogue(language: str = LANGUAGE) -> gettext.NullTranslations:
    """All packages' translations as one; read once, from the committed text files."""
    merged = Translations(domain="messages")
    for path in catalogue_files(language):
        with path.open("rb") as source:
            compiled = BytesIO()
            write_mo(compiled, read_po(source, locale=language))
        compiled.seek(0)
        merged.merge(Translations(compiled, domain="messages"))
    return merged
