"""Sheets that are sent continuously while containers are restarted."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from tests.compose.office import Office
from tests.support.sheets import document, row, sheet
from tests.support.trials import NewCohort

ROWS = 5
"""People per sheet."""
SHEETS = 400
"""The largest number of sheets."""
PAUSE = 0.5
"""Seconds between two sheets, and between two attempts to send one."""


@dataclass
class Load:
    """The sheets that were sent and accepted."""

    office: Office
    cohort: NewCohort
    people: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    def send_all(self) -> None:
        """Sends one sheet after the other until stopped, each repeatedly until it is accepted."""
        for _ in range(SHEETS):
            content = sheet(row(self.cohort.name, document()) for _ in range(ROWS))
            while not self._accepted(content):
                if self.stopped.wait(PAUSE):
                    return
            self.people += ROWS
            if self.stopped.wait(PAUSE):
                return

    def _accepted(self, content: bytes) -> bool:
        try:
            answer = self.office.post("/enrollment/api/imports", files={"file": ("sheet.csv", content)})
        except httpx.TransportError:
            return False
        except httpx.HTTPStatusError as error:  # no token, while the front door has just started
            if not error.response.is_server_error:
                raise
            return False
        assert answer.is_success or answer.is_server_error, f"{answer.status_code} {answer.text}"
        return answer.is_success


@contextmanager
def under_load(office: Office) -> Iterator[Load]:
    """Sends sheets until the block ends; `people` is the number of people on accepted ones."""
    load = Load(office, office.cohort(capacity=SHEETS * ROWS))
    failures: list[BaseException] = []

    def send() -> None:
        try:
            load.send_all()
        except BaseException as failure:  # it ends the test below
            failures.append(failure)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield load
    finally:
        load.stopped.set()
        sender.join()
    for failure in failures:
        raise failure
