"""The commands of these tests speak English."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from chassis.web import locale


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with locale.using(locale.Locale("en", ZoneInfo("America/Lima"))):
        yield
