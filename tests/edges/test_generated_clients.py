"""Clients that others' generators make of our descriptions do one job each: they read figures and enroll a person."""

import json
import subprocess
from pathlib import Path

import httpx
import pytest

from deploy.trial.layout import REPOSITORY
from tests.support.sheets import document
from tests.support.trials import Trial

pytestmark = pytest.mark.edges

INSTALLED = REPOSITORY / ".venv-edges"
"""What `make edges` installs."""

JOBS = Path(__file__).with_name("clients")

KEY = "0197a000-0000-7000-8000-00000000c0de"


def run(*command: str | Path, folder: Path) -> str:
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture
def descriptions(trial: Trial, tmp_path: Path) -> Path:
    """A folder with the descriptions as they are served."""
    for service, prefix in (("reporting", ""), ("enrollment", "/enrollment")):
        text = httpx.get(f"{trial.url}{prefix}/openapi.json").raise_for_status().text
        (tmp_path / f"{service}.json").write_text(text)
    return tmp_path


def job(trial: Trial, tmp_path: Path, language: str) -> Path:
    """What the client is told: where, as whom, into which cohort, whom, and under which key."""
    told = {
        "url": trial.url,
        "token": trial.token("coordinator"),
        "cohort_id": str(trial.cohort().cohort_id),
        "document": document(),
        "key": f"{KEY}-{language}",
    }
    path = tmp_path / "job.json"
    path.write_text(json.dumps(told))
    return path


def assert_done(printed: str) -> None:
    """Every indicator was listed; a person was enrolled once, though it was asked twice."""
    done = json.loads(printed)
    assert {"enrolled", "trained"} <= set(done["indicators"])
    assert done["first"]["outcome"] == "accepted"
    assert done["again"] == done["first"]


def test_a_python_client_enrolls_a_person(trial: Trial, descriptions: Path, tmp_path: Path) -> None:
    generator = INSTALLED / "bin" / "openapi-python-client"
    for service in ("reporting", "enrollment"):
        arguments = ("--path", f"{service}.json", "--output-path", service, "--meta", "none", "--fail-on-warning")
        run(generator, "generate", *arguments, "--config", JOBS / "python.yaml", folder=descriptions)
    assert_done(run(INSTALLED / "bin" / "python", JOBS / "job.py", job(trial, tmp_path, "py"), folder=descriptions))


def test_a_typescript_client_enrolls_a_person(trial: Trial, descriptions: Path, tmp_path: Path) -> None:
    programs = INSTALLED / "node_modules" / ".bin"
    for service in ("reporting", "enrollment"):
        run(
            programs / "openapi-typescript",
            f"{service}.json",
            "--output",
            f"{service}.ts",
            "--default-non-nullable",
            "false",
            folder=descriptions,
        )
    (descriptions / "node_modules").symlink_to(INSTALLED / "node_modules")
    (descriptions / "package.json").write_text('{"type": "module"}')
    (descriptions / "job.ts").write_text((JOBS / "job.ts").read_text())
    compiled = ("--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck", "job.ts")
    run(programs / "tsc", *compiled, folder=descriptions)
    assert_done(run("node", "job.js", str(job(trial, tmp_path, "ts")), folder=descriptions))
