"""Strangers install the contracts alone: `pip wheel ./contracts`, then `import minka_contracts`."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.catalogue import EVENTS

CONTRACTS = Path(__file__).parents[2] / "contracts"
STRANGER = """
from importlib.resources import files
from minka_contracts import compatibility, examples, golden, labels
from minka_contracts.catalogue import BY_TYPE
from minka_contracts.envelope import from_headers
from minka_contracts.territory import districts, provinces

for event_type, event in BY_TYPE.items():
    for revision in golden.read(event_type):
        for message in revision.messages:
            assert from_headers(message.record_headers()).type == event_type
            assert event.model_validate_json(message.record_value())
assert (files("minka_contracts") / "asyncapi.yaml").is_file() and (files("minka_contracts") / "py.typed").is_file()
assert (len(districts()), len(provinces())) == (127, 13)
assert (files("minka_contracts") / "locale" / "es.po").is_file()
print(len(BY_TYPE))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the installed wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    source = shutil.copytree(
        CONTRACTS, folder / "contracts", ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info")
    )
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    subprocess.run([*pip, "wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", folder, source], check=True)
    (wheel,) = folder.glob("minka_contracts-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", folder / "installed", wheel], check=True)
    return folder / "installed"


def run(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a stranger's Python says, who has nothing but the wheel."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, env={"PYTHONPATH": str(installed)}, cwd=installed, capture_output=True, text=True)


def test_a_stranger_reads_every_sample_and_knows_the_districts(installed: Path) -> None:
    answer = run(installed, "-c", STRANGER)
    assert answer.returncode == 0, answer.stderr
    assert int(answer.stdout) == len(EVENTS)


def test_a_stranger_gets_each_schema(installed: Path) -> None:
    listed = run(installed, "-m", "minka_contracts", "types").stdout.splitlines()
    assert listed == [f"{event.type}  {event.topic}" for event in EVENTS]
    schema = json.loads(run(installed, "-m", "minka_contracts", "schema", EVENTS[0].type).stdout)
    assert schema["title"] == EVENTS[0].__name__


@pytest.mark.parametrize("arguments", [("schema", "minka.nothing.v1"), ("check",), ("generate",), ()])
def test_a_wrong_command_is_refused_in_a_sentence(installed: Path, arguments: tuple[str, ...]) -> None:
    files = sorted(installed.rglob("*.md"))
    answer = run(installed, "-m", "minka_contracts", *arguments)
    assert answer.returncode == (1 if arguments else 2)
    assert answer.stderr.count("\n") == 1
    assert sorted(installed.rglob("*.md")) == files


def test_the_wheel_has_the_licence_of_the_repository(installed: Path) -> None:
    (licence,) = installed.rglob("LICENSE")
    assert licence.read_text() == (CONTRACTS.parent / "LICENSE").read_text()
