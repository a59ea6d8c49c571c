"""Which tests of a parallel run go to the same process, and which come first."""

import pytest

TRIAL = "trial"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one module share its databases; those that use the one whole trial come first, as they take longest."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=lambda item: _group(item) != TRIAL)


def _group(item: pytest.Item) -> str:
    return TRIAL if TRIAL in getattr(item, "fixturenames", ()) else item.nodeid.partition("::")[0]
