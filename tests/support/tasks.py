"""What a task costs its user, as docs/reference/tasks.md tells it: the table is true, or its test fails."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deploy.trial.layout import REPOSITORY
from tests.support.visitors import Visitor

TASKS = REPOSITORY / "docs" / "reference" / "tasks.md"

_LINE = re.compile(r"^\| (?P<task>[^|]+) \| (?P<clicks>\d+) \+ (?P<fields>\d+) \|", re.MULTILINE)


def told() -> dict[str, tuple[int, int]]:
    """Clicks and fields of each task, by its name."""
    return {line["task"]: (int(line["clicks"]), int(line["fields"])) for line in _LINE.finditer(TASKS.read_text())}


@asynccontextmanager
async def doing(visitor: Visitor, task: str) -> AsyncIterator[None]:
    """Expects that the visitor does the task with exactly as many clicks and fields as the table tells."""
    visitor.done.clear()
    yield
    assert (visitor.done["clicks"], visitor.done["fields"]) == told()[task], task
