"""A pytest plugin that writes how each test ended, and whether an assertion of the test ended it.

    MINKA_MUTANT_REPORTS=FILE pytest -p tests.mutants.outcomes

Only such an assertion notices a mistake. A time-out, an error of a library or of the database, and a failure of a
fixture notice it by accident: the same tests would fail for many other reasons, or not at all on another day.
"""

import json
import os
import traceback
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

REPORTS = "MINKA_MUTANT_REPORTS"
"""The variable with the file of the reports: a line of JSON for each failure, and for each test that passed."""

MESSAGE_CHARACTERS = 300


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: "pytest.CallInfo[None]"):  # type: ignore[no-untyped-def]
    report = yield
    asserted = False
    if call.excinfo is not None:
        asserted = call.when == "call" and is_assertion(call.excinfo.value, item.config.rootpath)
    if report.failed or call.when == "call":
        _write(item.nodeid, str(call.when), bool(report.passed), asserted, call.excinfo and call.excinfo.value)
    return report


def is_assertion(error: BaseException, root: Path) -> bool:
    """Whether it comes from an assertion of a test: in its own code, by `pytest.raises`, or by the tests' database."""
    return any(_is_assertion(leaf, root) for leaf in _leaves(error))


def _is_assertion(error: BaseException, root: Path) -> bool:
    if isinstance(error, (pytest.fail.Exception, asyncpg.AssertError)):
        return True
    return isinstance(error, AssertionError) and _is_raised_by_a_test(error, root)


def _is_raised_by_a_test(error: BaseException, root: Path) -> bool:
    """Assertions of the product are errors like others. The innermost file below the root tells them apart."""
    files = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    own = [file.relative_to(root) for file in files if file.is_relative_to(root)]
    return bool(own) and ("tests" in own[-1].parts or own[-1].name.startswith("test_"))


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


def _write(test: str, phase: str, passed: bool, asserted: bool, error: BaseException | None) -> None:
    report = {
        "test": test,
        "phase": phase,
        "passed": passed,
        "asserted": asserted,
        "error": f"{type(error).__module__}.{type(error).__qualname__}" if error else "",
        "message": str(error)[:MESSAGE_CHARACTERS] if error else "",
    }
    with Path(os.environ[REPORTS]).open("a") as reports:
        reports.write(json.dumps(report) + "\n")
