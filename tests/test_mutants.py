"""The entries of mistakes fit the code and the tests that they name, and their runner tells noticing from accidents."""

import ast
import asyncio
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from deploy.trial.layout import REPOSITORY
from tests.mutants import report
from tests.mutants.mistakes import Kind, Mistake, Severity, chosen, read
from tests.mutants.runner import Kept, Result, Runner, Verdict, verdict_of
from tests.mutants.trees import Tree

MISTAKES = read()

STATEMENTS = re.compile(r";\n(?=\n|--|[A-Z]+ (?!IF\b))")
"""Between the statements of a migration; what is within a function's body is indented, or ends a block."""

DEFINED = re.compile(
    r"(?:CREATE|CREATE OR REPLACE|DROP) (?:FUNCTION|VIEW|TRIGGER|INDEX|UNIQUE INDEX|TYPE) (?:IF EXISTS )?(\w+)"
)
"""What a statement defines or drops, by its name."""


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_can_be_made(mistake: Mistake) -> None:
    text = (REPOSITORY / mistake.file).read_text()

    mistaken = mistake.applied(text)

    assert mistaken != text
    if mistake.file.endswith(".py"):
        compile(mistaken, mistake.file, "exec")


def test_a_mistake_has_a_name_of_its_own() -> None:
    assert [name for name, count in Counter(mistake.name for mistake in MISTAKES).items() if count > 1] == []


def test_a_mistake_names_existing_tests_or_is_argued() -> None:
    assert [mistake.name for mistake in MISTAKES if bool(mistake.seen_by) == bool(mistake.argued)] == []
    named = {node for mistake in MISTAKES for node in mistake.seen_by}
    assert sorted(node for node in named if not exists(node)) == []


def test_a_mistake_stands_in_what_holds_and_not_in_what_a_later_migration_replaced() -> None:
    assert {mistake.name: found for mistake in MISTAKES if (found := later_definitions(mistake))} == {}


def test_a_mistake_says_its_harm_in_a_sentence() -> None:
    assert [mistake.name for mistake in MISTAKES if not mistake.harm.endswith(".")] == []


def later_definitions(mistake: Mistake) -> list[str]:
    """The migrations that define or drop again what the mistake's statement defines."""
    path = REPOSITORY / mistake.file
    if path.suffix != ".sql" or path.parent.name != "migrations":
        return []
    statement = STATEMENTS.split(path.read_text().partition(mistake.old)[0])[-1]
    defined = DEFINED.findall(statement + mistake.old)
    others = (other for other in sorted(path.parent.glob("*.sql")) if other.name > path.name)
    return [other.name for other in others if not set(defined).isdisjoint(DEFINED.findall(other.read_text()))]


def exists(node: str) -> bool:
    """Whether the file has such a test: a function, a method of a class, or a name like that of a state machine."""
    file, *names = node.partition("[")[0].split("::")
    return (REPOSITORY / file).is_file() and bool(names) and tuple(names) in names_in(file)


@cache
def names_in(file: str) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for node in ast.parse((REPOSITORY / file).read_text()).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add((node.name,))
        if isinstance(node, ast.Assign):
            found |= {(target.id,) for target in node.targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.ClassDef):
            methods = (ast.FunctionDef, ast.AsyncFunctionDef)
            found |= {(node.name, inner.name) for inner in node.body if isinstance(inner, methods)}
    return found


# A product with its tests, small enough to be run here.
PRODUCT = """
def share(apples, people):
    assert people != 0
    if people < 1:
        raise ValueError("nobody")
    return apples // people
"""
TESTS = """
import pytest

from orchard import share

def test_a_share_is_whole():
    assert share(7, 2) == 3

def test_nobody_gets_nothing():
    with pytest.raises(ValueError):
        share(7, -1)

def test_a_broken_one():
    assert share(7, 2) == 4

def test_an_endless_one():
    while share(7, 7):
        pass
"""


def a_mistake(name: str, old: str, new: str, *tests: str, argued: str = "") -> Mistake:
    nodes = tuple(f"test_orchard.py::{test}" for test in tests)
    return Mistake("orchard", name, "orchard.py", old, new, Kind.RULE, Severity.LOW, "Hunger.", nodes, argued)


SAMPLES = {
    a_mistake("rounded up", "apples // people", "-(-apples // people)", "test_a_share_is_whole"): Verdict.NOTICED,
    a_mistake("nobody is one", "people < 1", "people < -9", "test_nobody_gets_nothing"): Verdict.NOTICED,
    a_mistake("nobody is two", "people < 1", "people < 2", "test_a_share_is_whole"): Verdict.UNNOTICED,
    a_mistake("a name is lost", "apples // people", "apple // people", "test_a_share_is_whole"): Verdict.BY_ACCIDENT,
    a_mistake("the product asserts", "people != 0", "people != 2", "test_a_share_is_whole"): Verdict.BY_ACCIDENT,
    a_mistake("it does not compile", "return apples", "return return", "test_a_share_is_whole"): Verdict.BY_ACCIDENT,
    a_mistake("no baseline", "apples // people", "apples", "test_a_broken_one"): Verdict.UNSOUND,
    a_mistake("nobody could", "apples // people", "int(apples / people)", argued="The same."): Verdict.ARGUED,
}


def run(repository: Path, home: Path) -> list[Result]:
    tree = Tree.copied(repository, home)
    return asyncio.run(Runner(repository, [tree], Kept(home / "kept.jsonl")).run(list(SAMPLES)))


@pytest.fixture(scope="module")
def orchard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repository = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "--quiet"], cwd=repository, check=True)
    (repository / "orchard.py").write_text(PRODUCT)
    (repository / "test_orchard.py").write_text(TESTS)
    return repository


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def results(orchard: Path, home: Path) -> Iterator[list[Result]]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        yield run(orchard, home)


def test_only_an_assertion_of_a_test_notices_a_mistake(results: list[Result]) -> None:
    assert {result.mistake.name: result.verdict for result in results} == {
        mistake.name: verdict for mistake, verdict in SAMPLES.items()
    }


def test_the_tree_is_left_as_it_was(results: list[Result], home: Path) -> None:
    assert results
    assert (home / "tree" / "orchard.py").read_text() == PRODUCT


async def test_tests_that_take_too_long_are_ended_and_notice_nothing(orchard: Path, tmp_path: Path) -> None:
    tree = Tree.copied(orchard, tmp_path)
    reports = await tree.run(["test_orchard.py::test_an_endless_one"], seconds=1)
    await tree.close()

    assert reports is None
    assert verdict_of(reports) == (Verdict.BY_ACCIDENT, "the tests took too long")


def test_what_is_kept_is_not_run_again(
    results: list[Result], orchard: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_self: Tree, tests: tuple[str, ...], _seconds: float) -> None:
        assert all("broken" in test for test in tests), "only what has no result is run"

    monkeypatch.setattr(Tree, "run", fail)
    kept = [result for result in run(orchard, home) if result.verdict is not Verdict.UNSOUND]
    assert [(each.mistake, each.verdict, each.why) for each in kept] == [
        (each.mistake, each.verdict, each.why) for each in results if each.verdict is not Verdict.UNSOUND
    ]


def test_the_findings_are_written_between_their_marks(results: list[Result]) -> None:
    document = report.written_into(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n", results)

    assert document.startswith(f"before\n{report.BEGIN}\n| area | rule |")
    assert document.endswith(f"{report.END}\nafter\n")
    assert "| orchard | 2 of 8 |" in document
    assert "- orchard, *nobody is two* (not noticed): Hunger." in document
    assert "(argued): Hunger. The same." in document
    assert "(25.0% noticed)" in document
    assert "old" not in document


def test_nineteen_of_twenty_are_enough() -> None:
    mistake = a_mistake("rounded up", "//", "/")
    noticed, other = Result(mistake, Verdict.NOTICED), Result(mistake, Verdict.ARGUED)
    assert report.is_enough([*[noticed] * 19, other])
    assert not report.is_enough([*[noticed] * 18, other])


def test_mistakes_are_chosen_by_name_or_area() -> None:
    known = list(SAMPLES)
    assert chosen(known, ["rounded up"]) == known[:1]
    assert chosen(known, ["orchard"]) == chosen(known, []) == known
    with pytest.raises(AssertionError, match="pear"):
        chosen(known, ["pear"])
