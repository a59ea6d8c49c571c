"""The distribution of tests over the processes of a parallel run, and their order."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

ON_THE_TRIAL = (
    "tests/end_to_end/",
    "tests/browser/",
    "tests/edges/test_examples.py",
    "tests/edges/test_generated_clients.py",
    "tests/edges/test_http.py",
    "tests/security/test_a_person_can_be_erased.py",
)
TRIAL = "trial"
SERVERS = {"infrastructure", "trial"}
"""The fixtures that start servers."""


def group_of(nodeid: str) -> str:
    """Tests of one module share its databases; those of some folders share the one whole trial of a run."""
    return TRIAL if nodeid.startswith(ON_THE_TRIAL) else nodeid.partition("::")[0]


class ByGroup(LoadScopeScheduling):
    """Runs all tests of a group in one process."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByGroup:
    return ByGroup(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Runs the tests on the trial first, because they take longest; marks those that a broker and a database serve.

    Raises `UsageError` for one of another group: its process would delete the trial that the others stand on.
    """
    for item in items:
        if SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker("servers")
        if "trial" in getattr(item, "fixturenames", ()) and group_of(item.nodeid) != TRIAL:
            raise pytest.UsageError(f"{item.nodeid} uses the trial: name its file in ON_THE_TRIAL")
    items.sort(key=lambda item: group_of(item.nodeid) != TRIAL)
