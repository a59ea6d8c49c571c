"""PostgreSQL and Kafka of the tests from the local trial, which needs no installation."""

import shutil
from pathlib import Path

from deploy.trial import kafka, postgres, runner
from deploy.trial.layout import TrialLayout
from deploy.trial.start_mode import StartMode


def is_running(home: Path) -> bool:
    return runner.is_ready(home)


def start(layout: TrialLayout) -> None:
    """Starts both, sets them up, and records their layout."""
    runner.run_detached(layout, StartMode.INFRASTRUCTURE)


def end(home: Path) -> None:
    """Stops both and deletes their data, but not the jars."""
    runner.stop(home)
    postgres.remove_data(home)
    shutil.rmtree(kafka.data_folder(home), ignore_errors=True)
