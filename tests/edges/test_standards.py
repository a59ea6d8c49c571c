"""Each line of the page of standards names a test that there is."""

import re

import pytest

from deploy.trial.layout import REPOSITORY

PAGE = REPOSITORY / "docs" / "reference" / "standards.md"
NAMED = re.findall(r"`(\S+\.py)(?:::(\w+))?` \|$", PAGE.read_text(), re.MULTILINE)


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_the_test_of_a_line_exists(file: str, test: str) -> None:
    assert f"def {test}" in (REPOSITORY / file).read_text()


def test_every_line_has_a_test() -> None:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    assert len(NAMED) == len(lines) - 2, "the headings and their rule have none"
