"""The guide to adding an idea quotes the house: what it shows is what stands there."""

import re
from pathlib import Path

import pytest

from deploy.trial.layout import REPOSITORY

GUIDE = REPOSITORY / "docs" / "how-to" / "extend.md"


def quotes(guide: str) -> list[str]:
    """The blocks of code; what two empty lines divide are two quotes."""
    blocks = re.findall(r"```(?:python|sql|html)\n(.*?)```", guide, re.DOTALL)
    return [quote.strip("\n") for block in blocks for quote in block.split("\n\n\n")]


def is_in_a_service(quote: str) -> bool:
    files = (path for kind in ("py", "sql", "html") for path in (REPOSITORY / "services").rglob(f"*.{kind}"))
    return any(quote in path.read_text() for path in files)


@pytest.mark.parametrize("quote", quotes(GUIDE.read_text()), ids=lambda quote: quote.splitlines()[0])
def test_what_the_guide_quotes_stands_in_a_service(quote: str) -> None:
    assert is_in_a_service(quote), f"quote the service's code of today in {GUIDE.name}"


def test_a_quote_that_is_behind_is_seen() -> None:
    [quote] = quotes("```python\nclass StartCampaign(Command):\n    name: str\n```")

    assert not is_in_a_service(quote)


def test_every_path_that_the_guide_names_is_there() -> None:
    named = re.findall(r"`((?:chassis|contracts|deploy|services|tests)/[\w./-]+)`", GUIDE.read_text())

    assert named, "the check has lost its subject"
    assert [path for path in named if "X" not in path and not Path(REPOSITORY, path).exists()] == []
