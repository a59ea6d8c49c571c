"""Strangers install the contracts alone: `pip wheel ./contracts`, then `import minka_contracts`."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONTRACTS = Path(__file__).parents[2] / "contracts"
STRANGER = """
from importlib.resources import files
from minka_contracts import compatibility, examples, golden
from minka_contracts.catalogue import BY_TYPE
from minka_contracts.envelope import from_headers

for event_type, event in BY_TYPE.items():
    for revision in golden.read(event_type):
        for message in revision.messages:
            assert from_headers(message.record_headers()).type == event_type
            assert event.model_validate_json(message.record_value())
assert (files("minka_contracts") / "asyncapi.yaml").is_file() and (files("minka_contracts") / "py.typed").is_file()
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


def test_a_stranger_reads_every_sample(installed: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", STRANGER],
        env={"PYTHONPATH": str(installed)},
        cwd=installed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert int(answer.stdout) > 0
