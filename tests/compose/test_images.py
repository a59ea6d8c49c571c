"""The contents of images and the permissions of containers."""

import json
from pathlib import Path
from typing import Any

import pytest

from deploy.trial.layout import REPOSITORY
from tests.compose.office import SERVICES, Office, run

IMAGES = ("enrollment", "sessions", "media", "reporting", "operator", "demonstration")


def inspected(minka: Office, image: str) -> dict[str, Any]:
    [found] = json.loads(run(minka.folder, "docker", "image", "inspect", f"minka/{image}:test"))
    configuration: dict[str, Any] = found["Config"]
    return configuration


def folders(minka: Office, image: str) -> set[Path]:
    look = ("docker", "run", "--rm", "--entrypoint=find", f"minka/{image}:test", "/app", "-type", "d")
    return {Path(path) for path in run(minka.folder, *look).split()}


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_says_what_it_is_and_runs_as_nobody_special(minka: Office, image: str) -> None:
    configuration = inspected(minka, image)
    labels = configuration["Labels"]

    assert configuration["User"] == "10001", "Kubernetes refuses a name where it must not be root"
    assert labels["org.opencontainers.image.version"] == "test"
    assert labels["org.opencontainers.image.revision"] == run(REPOSITORY, "git", "rev-parse", "HEAD").strip()


@pytest.mark.parametrize("image", IMAGES[:4])
def test_an_image_holds_one_service_and_no_tests(minka: Office, image: str) -> None:
    found = folders(minka, image)

    assert {path.name for path in found if path.parent.name == "services"} - {"__pycache__"} == {image}
    assert not any(path.name == "tests" for path in found)


def test_the_operators_image_holds_no_service_and_no_trial(minka: Office) -> None:
    found = {path.name for path in folders(minka, "operator")}

    assert {"contracts", "chassis", "operator"} <= found
    assert not {"services", "trial", "tests"} & found


@pytest.mark.parametrize("service", [*SERVICES, "front-door", "kafka", "postgres"])
def test_a_container_writes_nowhere_but_where_it_must(minka: Office, service: str) -> None:
    attempt = "if touch /usr/written 2>/dev/null; then echo written; else echo refused; fi"

    assert minka.compose("exec", "--no-TTY", service, "sh", "-c", attempt).strip() == "refused"


@pytest.mark.parametrize("service", SERVICES)
def test_no_secret_is_in_what_docker_tells_about_a_container(minka: Office, service: str) -> None:
    [container] = minka.compose("ps", "--quiet", service).split()
    told = run(minka.folder, "docker", "inspect", container)

    secrets = [text for path in (minka.folder / "secrets").iterdir() if (text := path.read_text().strip())]
    assert secrets
    assert [secret for secret in secrets if secret in told] == []
