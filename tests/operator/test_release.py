"""`minka --version`, where the trial is installed and where only the operator is."""

import subprocess
import sys

import pytest

from chassis.version import VERSION

TRIAL = "from deploy.trial.application import main; main()"


@pytest.mark.parametrize("command", [("-m", "deploy.operator"), ("-c", TRIAL)])
def test_the_release_is_told_without_anything_running(command: tuple[str, str]) -> None:
    told = subprocess.run([sys.executable, *command, "--version"], capture_output=True, text=True)
    assert (told.stdout, told.stderr, told.returncode) == (f"minka {VERSION}\n", "", 0)
