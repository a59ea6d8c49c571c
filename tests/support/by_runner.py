"""PostgreSQL and Kafka of the tests from the local runner: nothing needs to be installed."""

import shutil
from pathlib import Path

from deploy.local import kafka, postgres, runner
from deploy.local.extent import Extent
from deploy.local.places import Places


def is_running(home: Path) -> bool:
    return runner.is_ready(home)


def start(places: Places) -> None:
    """Starts both, sets them up, and records where they are."""
    runner.run_detached(places, Extent.INFRASTRUCTURE)


def end(home: Path) -> None:
    """Stops both, and forgets all but the jars."""
    runner.stop(home)
    postgres.remove_data(home)
    shutil.rmtree(kafka.data_folder(home), ignore_errors=True)
