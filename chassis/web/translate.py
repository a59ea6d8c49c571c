"""`python -m chassis.web.translate [LANGUAGE…]` brings catalogues into line with their packages' code and templates.

Without arguments it updates the catalogues that exist; a language that is named and has none gets them.
"""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment

from chassis.web.texts import ROOT, translated_languages

METHODS = [("**/tests/**", "ignore"), ("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
OPTIONS = {"**/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}}


def packages() -> list[Path]:
    """Every folder with texts of its own."""
    services = [path.parent for path in ROOT.glob("services/*/__init__.py")]
    return [ROOT / "contracts", ROOT / "chassis", ROOT / "deploy", *sorted(services)]


@cache
def texts_of(package: Path) -> Catalog:
    """The texts in a package's code and templates, without those that stand in the chassis' catalogue."""
    found = Catalog()
    shared = texts_of(ROOT / "chassis") if package.name != "chassis" else Catalog()
    for name, _line, message, comments, context in extract_from_dir(package, METHODS, OPTIONS, KEYWORDS):
        if message not in shared:
            place = (str(package.relative_to(ROOT) / name), 1)
            found.add(message, None, [place], auto_comments=comments, context=context)
    for module, text in _command_help(package):
        if text:
            found.add(text, None, [(str(module), 1)])
    return found


def _command_help(package: Path) -> Iterator[tuple[Path, str]]:
    """The docstrings of commands: of functions that are decorated with `command` or an application's `command(…)`."""
    for module in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.FunctionDef) and any(map(_makes_a_command, node.decorator_list)):
                yield module.relative_to(ROOT), ast.get_docstring(node) or ""


def _makes_a_command(decorator: ast.expr) -> bool:
    made = decorator.func if isinstance(decorator, ast.Call) else decorator
    return (made.id if isinstance(made, ast.Name) else getattr(made, "attr", "")) in {"command", "callback"}


def catalogue_of(package: Path, language: str) -> Path:
    """The file of the package's translations."""
    return package / "locale" / f"{language}.po"


def read_catalogue(package: Path, language: str) -> Catalog:
    """The package's committed translations."""
    path = catalogue_of(package, language)
    return read_po(BytesIO(path.read_bytes() if path.exists() else b""), locale=language)


def update(package: Path, language: str) -> list[str]:
    """Adds new texts to the package's catalogue and drops those that are gone. Returns those without a translation."""
    catalogue = read_catalogue(package, language)
    catalogue.update(texts_of(package), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    if len(catalogue):
        catalogue_of(package, language).parent.mkdir(exist_ok=True)
        with catalogue_of(package, language).open("wb") as target:
            write_po(target, catalogue, width=120, omit_header=True, sort_output=True, include_lineno=False)
    return untranslated(catalogue)


def untranslated(catalogue: Catalog) -> list[str]:
    """The messages without a (whole) translation."""
    return [str(message.id) for message in catalogue if message.id and not _is_whole(message.string)]


def _is_whole(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def unmarked(template: Path) -> list[str]:
    """Words that a template shows and no catalogue can translate."""
    finder = _Words()
    finder.feed("".join(_markup(template.read_text())))
    return finder.found


def _markup(source: str) -> Iterator[str]:
    """A template's own markup, without expressions, statements and translated blocks."""
    within_translation = False
    for _line, kind, value in Environment().lex(source):
        if kind == "name" and value in {"trans", "endtrans"}:
            within_translation = value == "trans"
        if kind == "data" and not within_translation:
            yield value


class _Words(HTMLParser):
    """Collects the texts and the spoken attributes that have a letter in them."""

    SPOKEN = ("alt", "title", "aria-label", "placeholder")
    NAMES = ("Minka",)

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in self.SPOKEN and value:
                self.handle_data(value)

    def handle_data(self, data: str) -> None:
        text = data
        for name in self.NAMES:
            text = text.replace(name, "")
        if any(character.isalpha() for character in text):
            self.found.append(data.strip())


def main(languages: list[str]) -> Iterator[str]:
    """Updates the catalogues of the languages; yields each text that waits for a translation, then how many do."""
    waiting = {
        catalogue_of(package, language).relative_to(ROOT): update(package, language)
        for language in languages
        for package in packages()
    }
    for path, messages in waiting.items():
        yield from (f"{path}: {message}" for message in messages)
    counts = [f"{len(messages)} in {path}" for path, messages in waiting.items() if messages]
    yield f"Texts without a translation: {', '.join(counts) or 'none'}."


if __name__ == "__main__":
    for line in main(sys.argv[1:] or sorted(translated_languages())):
        print(line)
