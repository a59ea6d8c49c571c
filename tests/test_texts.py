"""Every text people see is in a catalogue, every catalogue is whole, and no text is translated before it is shown."""

import ast
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from chassis.web import translate
from chassis.web.texts import ROOT, translated_languages

PACKAGES = translate.packages()
CATALOGUES = [(package, language) for package in PACKAGES for language in sorted(translated_languages())]
CATALOGUE_NAMES = [f"{package.relative_to(ROOT)}-{language}" for package, language in CATALOGUES]
CODE = re.compile(r"[a-z]+([_.][a-z]+)+|[A-Z_]{5,}")
TEMPLATES = sorted(
    path for package in PACKAGES for path in package.rglob("templates/*.html") if "tests" not in path.parts
)


@pytest.mark.parametrize(("package", "language"), CATALOGUES, ids=CATALOGUE_NAMES)
def test_every_text_has_its_translation_and_none_is_left_over(package: Path, language: str) -> None:
    in_code = {message.id for message in translate.texts_of(package) if message.id}
    catalogue = translate.read_catalogue(package, language)
    translated = {message.id for message in catalogue if message.id}
    assert translated == in_code, "run `python -m chassis.web.translate`"
    assert translate.untranslated(catalogue) == []
    assert [message.id for message in catalogue if message.fuzzy and message.id] == []


def test_the_command_ends_with_how_many_texts_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translate, "update", lambda package, _: ["Cleared"] if package.name == "sessions" else [])

    assert list(translate.main(["es"])) == [
        "services/sessions/locale/es.po: Cleared",
        "Texts without a translation: 1 in services/sessions/locale/es.po.",
    ]


@pytest.mark.parametrize(("package", "language"), CATALOGUES, ids=CATALOGUE_NAMES)
def test_translations_have_the_same_places_to_fill(package: Path, language: str) -> None:
    catalogue = translate.read_catalogue(package, language)
    wrong = [(message.id, error) for message in catalogue for error in message.check()]
    assert wrong == []


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: str(package.relative_to(ROOT)))
def test_every_english_text_reads_as_it_will_be_shown(package: Path) -> None:
    """English has no catalogue: what is shown is the message id, which must be a label or a sentence, not a code."""
    for message in translate.texts_of(package):
        for text in message.id if isinstance(message.id, tuple) else (str(message.id),):
            assert text == text.strip()
            assert not CODE.fullmatch(text), text


def _hidden_texts(tree: ast.Module) -> list[int]:
    """The lines where a text is marked inside an f-string, whose inside babel does not read."""
    inside = [node for found in ast.walk(tree) if isinstance(found, ast.JoinedStr) for node in ast.walk(found)]
    marks = [node for node in inside if isinstance(node, ast.Call) and _name(node) in translate.KEYWORDS]
    return [node.lineno for node in marks if node.args and isinstance(node.args[0], ast.Constant)]


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def test_no_text_is_hidden_in_an_f_string() -> None:
    paths = [path for package in PACKAGES for path in package.rglob("*.py") if "tests" not in path.parts]
    found = {str(path.relative_to(ROOT)): _hidden_texts(ast.parse(path.read_text())) for path in paths}
    assert {path: lines for path, lines in found.items() if lines} == {}
    assert _hidden_texts(ast.parse("f\"{told} {_('A text.')}\"")) == [1]


def test_no_text_is_translated_while_modules_are_imported() -> None:
    """The language is the reader's, so `_` belongs where a page is made; constants are marked with `N_`.

    A command line has one language for its whole life, so that its help may be translated at once.
    """
    modules = [path for package in PACKAGES for path in package.rglob("*.py") if package.name != "deploy"]
    early = [(str(path.relative_to(ROOT)), line) for path in modules for line in _translated_early(path)]
    assert early == []


def _translated_early(module: Path) -> list[int]:
    """The lines on which a module calls `_` or `ngettext` outside of functions."""
    nodes = list(ast.walk(ast.parse(module.read_text())))
    late = {inner for node in nodes for statement in _body(node) for inner in ast.walk(statement)}
    calls = [node for node in nodes if isinstance(node, ast.Call) and node not in late]
    return [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id in {"_", "ngettext"}]


def _body(node: ast.AST) -> Sequence[ast.AST]:
    """What a function does when it is called, decorators and defaults aside."""
    if isinstance(node, ast.Lambda):
        return [node.body]
    return node.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else []


def test_no_two_packages_translate_one_text_differently() -> None:
    seen: dict[object, object] = {}
    for package, language in CATALOGUES:
        for message in translate.read_catalogue(package, language):
            if message.id:
                assert seen.setdefault((language, message.id), message.string) == message.string


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: str(template.relative_to(ROOT)))
def test_no_template_shows_words_outside_the_catalogues(template: Path) -> None:
    assert translate.unmarked(template) == []
