"""README and tutorial: their commands are run in order, as they stand, in one shell of a trial with nothing else in it.

Only the ports are others: two trials on one machine have different ones.
"""

import re
import subprocess
from dataclasses import dataclass

import pytest

from deploy.trial.layout import REPOSITORY
from tests.support.trials import Trial

LEFT_OUT = {
    "make up": "starts the trial that these tests run in",
    "make test": "is what runs this test",
    "make down": "would stop the trial under the other tests",
    "make clean": "would delete it",
}
"""The commands that are not run, by how they begin, and why."""

CODE = re.compile(r"^( *)```\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Page:
    """`holds` is what the trial must have printed, of what the page says that happens."""

    path: str
    holds: tuple[str, ...]


PAGES = (
    Page("README.md", ("40", "EnrollmentAccepted", '"indicator"', "reporting-worker")),
    Page("docs/tutorial.md", ("PECJA0001", "Cohorte Cajamarca", '"enrolled"', '"060101"', "EnrollmentAccepted")),
)


def script(path: str) -> str:
    """All code of a page that is run. A command that fails ends it."""
    blocks = [re.sub(rf"^{indent}", "", code, flags=re.MULTILINE) for indent, code in CODE.findall(text(path))]
    lines = "".join(blocks).splitlines()
    return "\n".join(["set -euo pipefail", *(line for line in lines if not line.startswith(tuple(LEFT_OUT)))])


def text(path: str) -> str:
    return (REPOSITORY / path).read_text()


@pytest.fixture(scope="module")
def as_after_the_demonstration(trial: Trial) -> None:
    """The cohort of the sheet that README imports, which the demonstration opens."""
    dates = {"starts_on": "2025-04-01", "ends_on": "2025-12-31"}
    programme = trial.make("/enrollment/api/programmes", {"code": "DOC-1", "title": "Documentation", **dates})
    cohort = {"programme_id": programme["programme_id"], "name": "Cajamarca 2025", "province": "0601", "capacity": 500}
    trial.make("/enrollment/api/cohorts", cohort | dates)


@pytest.mark.usefixtures("as_after_the_demonstration")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_the_commands_of_a_page_work_in_their_order(trial: Trial, page: Page) -> None:
    commands = script(page.path)
    commands = commands.replace("127.0.0.1:8000", trial.url.removeprefix("http://"))
    commands = commands.replace("127.0.0.1:9092", trial.layout.open_bootstrap)
    ended = subprocess.run(
        ["bash", "-c", commands], cwd=REPOSITORY, env=trial.environment, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert [one for one in page.holds if one not in ended.stdout] == []


def test_what_is_left_out_is_on_the_pages() -> None:
    written = "".join(text(page.path) for page in PAGES)
    assert [command for command in LEFT_OUT if command not in written] == []


def test_no_page_has_commands_within_its_sentences() -> None:
    """Such a command would not be run here."""
    for page in PAGES:
        sentences = CODE.sub("", text(page.path))
        assert re.findall(r"`(?:curl|kcat|(?:\.venv/bin/)?minka) [^`]+`", sentences) == [], page.path
