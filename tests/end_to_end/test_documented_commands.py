"""README and tutorial: their commands are run in order, as they stand, in one shell of a trial as the page starts it.

Only the ports are others: two trials on one machine have different ones.
"""

import re
import subprocess
from dataclasses import dataclass

from deploy.trial.layout import REPOSITORY
from tests.support.trials import Trial, running_trial

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


README = Page("README.md", ("40", "EnrollmentAccepted", '"indicator"', "reporting-worker"))
TUTORIAL = Page("docs/tutorial.md", ("PECJA0001", "Cohorte Cajamarca", '"enrolled"', '"060101"', "EnrollmentAccepted"))
PAGES = (README, TUTORIAL)


def script(path: str) -> str:
    """All code of a page that is run. A command that fails ends it."""
    blocks = [re.sub(rf"^{indent}", "", code, flags=re.MULTILINE) for indent, code in CODE.findall(text(path))]
    lines = "".join(blocks).splitlines()
    return "\n".join(["set -euo pipefail", *(line for line in lines if not line.startswith(tuple(LEFT_OUT)))])


def text(path: str) -> str:
    return (REPOSITORY / path).read_text()


def test_the_commands_of_the_readme_work_in_their_order(demonstration: Trial) -> None:
    work(demonstration, README)


def test_the_commands_of_the_tutorial_work_in_their_order() -> None:
    with running_trial("empty") as empty:
        work(empty, TUTORIAL)


def work(trial: Trial, page: Page) -> None:
    """Runs all that the page says, and looks for what it says that happens."""
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
