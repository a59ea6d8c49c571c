"""What every process of a service does before its work begins."""

import gc
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest
import uvicorn

from chassis import command
from chassis.tests.serving import serve


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_an_interface_keeps_its_modules_and_routes_from_the_garbage_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []

    def run(work: Coroutine[Any, Any, None]) -> None:
        work.close()
        kept.append(gc.get_freeze_count())

    monkeypatch.setattr(command, "_run", run)
    command.serve(uvicorn.Config(serve().app))
    [objects] = kept
    assert objects > 10_000
