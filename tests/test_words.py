"""Words that were retired do not come back: in names, docstrings, comments and the reasons of queries."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from deploy.trial.layout import REPOSITORY

FOLDERS = ("contracts", "chassis", "services", "deploy", "tests", "benchmarks")

RETIRED_NAMES = re.compile(
    r"^_?(hear|heard|hear_.*|heard_.*|hearing|go_on|persist|mend|mends|settling|folding|judge|judging|judged|doors?|"
    r"troubles?|people_pass|wholes|beside|.*_beside|letters?|(?!.*dead_letter|.*DEAD_LETTER).*_letters?|"
    r"Judge|Door|Trouble|Patient|Extent|Unacceptable|Impossible|Refused)$"
)
MEANT = {
    "hearing": "a public hearing of the demonstration's calendar",
    "_CHECK_LETTERS": "the letters with which an identity document is checked",
    "sex_letters": "the letters M and F of a sheet",
    "test_other_documents_have_letters": "letters of a document's number",
    "letter": "a letter of a name or of a column",
    "letters": "letters of a name or of a column",
}
RETIRED_PHRASES = {
    r"again changes nothing": "idempotent",
    r"\bsigns? of (the )?(code|text)": "character",
    r"^(Who|Whoever|Whose) (?!may\b)": "a sentence with its subject first",
    r"\bdead letter'?s? letters\b": "dead letters",
    r"\benrol(s|ment|ments)?\b": "enrollment",
}
EXCEPT = {"tests/test_words.py"}


def sources() -> list[Path]:
    found = [path for folder in FOLDERS for path in (REPOSITORY / folder).rglob("*.py")]
    return [path for path in found if str(path.relative_to(REPOSITORY)) not in EXCEPT and "vendor" not in path.parts]


def names_in(path: Path) -> Iterator[str]:
    """Names that the file defines: modules, classes, functions, arguments and variables."""
    yield path.stem
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name
        if isinstance(node, ast.arg):
            yield node.arg
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def sentences_in(path: Path) -> Iterator[str]:
    """Docstrings and comments."""
    text = path.read_text()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string.lstrip("# ")


def reasons() -> Iterator[tuple[Path, str]]:
    """The reasons of all named queries; an applied migration is never changed."""
    for folder in FOLDERS:
        for path in (REPOSITORY / folder).rglob("*.sql"):
            for line in path.read_text().splitlines() if "migrations" not in path.parts else ():
                if line.startswith("-- "):
                    yield path, line.removeprefix("-- ").removeprefix("Why: ")


def test_no_retired_name_is_used() -> None:
    used = {
        f"{path.relative_to(REPOSITORY)}: {name}"
        for path in sources()
        for name in names_in(path)
        if RETIRED_NAMES.match(name) and name not in MEANT
    }
    assert sorted(used) == [], "docs/glossary.md says what to write instead"


@cache
def written() -> list[tuple[Path, str]]:
    """Every docstring, comment and reason with its file."""
    return [(path, text) for path in sources() for text in sentences_in(path)] + list(reasons())


@pytest.mark.parametrize("phrase", RETIRED_PHRASES)
def test_no_retired_phrase_is_used(phrase: str) -> None:
    pattern = re.compile(phrase, re.MULTILINE)
    used = [f"{path.relative_to(REPOSITORY)}: {text[:80]}" for path, text in written() if pattern.search(text)]
    assert used == [], f"write instead: {RETIRED_PHRASES[phrase]}"


@pytest.mark.parametrize("name", ["hear_programme", "go_on", "Judge", "open_letters"])
def test_a_retired_name_is_found(name: str) -> None:
    assert RETIRED_NAMES.match(name)


def test_a_retired_phrase_is_found() -> None:
    assert re.search(r"again changes nothing", "Closes it; again changes nothing.")
