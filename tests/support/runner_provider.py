"""PostgreSQL and Kafka of the tests from the local trial, which needs no installation."""

import shutil
from pathlib import Path

from deploy.trial import data_folders, kafka, postgres, runner
from deploy.trial.credentials import credentials
from deploy.trial.layout import TrialLayout
from deploy.trial.start_mode import StartMode

WITHOUT_DURABILITY = Path(__file__).with_name("without_durability.sql")


def is_running(home: Path) -> bool:
    return runner.is_ready(home)


def start(layout: TrialLayout) -> None:
    """Starts both, sets them up, and records their layout."""
    runner.run_detached(layout, StartMode.INFRASTRUCTURE)
    give_up_durability(layout)


def give_up_durability(layout: TrialLayout) -> None:
    """Lets PostgreSQL answer before its data is on the disk, as long as this cluster exists."""
    postgres.psql(WITHOUT_DURABILITY, postgres.superuser_url(layout, credentials(layout.home)))


def end(home: Path) -> None:
    """Stops both and deletes their data, but not the jars."""
    runner.stop(home)
    data_folders.remove_data(home)
    shutil.rmtree(kafka.data_folder(home), ignore_errors=True)
