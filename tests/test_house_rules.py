"""Rules of the house that no linter knows."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
# Written so that this file does not name them itself.
REGISTRIES = "pypi[.]org|python[h]osted|registry[.]npmjs|repo1?[.]maven|deb[.]debian"


def tracked(pattern: str) -> list[Path]:
    command = ["git", "ls-files", "-z", pattern]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True, text=True)
    return [REPOSITORY / name for name in listed.stdout.split("\0") if name and (REPOSITORY / name).is_file()]


def lines(paths: list[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        text = path.read_bytes()
        if b"\0" not in text:
            for number, line in enumerate(text.decode(errors="replace").splitlines(), 1):
                yield f"{path.relative_to(REPOSITORY)}:{number}", line


def subscriptions(source: str) -> Iterator[bool]:
    """For each FastStream subscription in a source text, whether its acknowledgement is MANUAL."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "subscriber":
            policies = [ast.unparse(keyword.value) for keyword in node.keywords if keyword.arg == "ack_policy"]
            yield policies == ["AckPolicy.MANUAL"]


def test_every_subscription_says_that_it_acknowledges_by_itself() -> None:
    """FastStream's default loses what is in work, and its others repeat for ever or commit even on error.

    Whom we are measured against may do as most would.
    """
    ours = [path for path in tracked("*.py") if "peers" not in path.parts]
    listening = [source for path in ours if "from faststream" in (source := path.read_text())]
    found = [policy for source in listening for policy in subscriptions(source)]

    assert found, "the check has lost its subject"
    assert all(found)


@pytest.mark.parametrize("call", ['broker.subscriber("t")', 'broker.subscriber("t", ack_policy=AckPolicy.ACK)'])
def test_the_check_refuses_another_policy(call: str) -> None:
    assert list(subscriptions(call)) == [False]


def test_no_file_names_a_package_registry() -> None:
    found = [place for place, line in lines(tracked("*")) if re.search(REGISTRIES, line)]
    assert found == []


def test_enrollment_is_spelled_one_way() -> None:
    other = re.compile(r"\b[Ee]nrol(s|ment|ments)?\b")
    found = [place for place, line in lines(tracked("*")) if other.search(line) and "test_house_rules" not in place]
    assert found == []


def test_every_decision_has_a_number_of_its_own() -> None:
    decisions = list((REPOSITORY / "docs" / "decisions").glob("[0-9]*.md"))
    numbers = [path.name[:4] for path in decisions]

    assert len(set(numbers)) == len(numbers) > 30
    assert [path.name for path in decisions if not path.read_text().startswith(f"# {int(path.name[:4])}. ")] == []
