"""Properties of docker-compose.yml that need no Docker. `tests/compose` runs it."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509

from deploy.operator.catalogue import DATABASES, SERVICES, principals
from deploy.trial.layout import REPOSITORY

COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
TLS: dict[str, Any] = yaml.safe_load((REPOSITORY / "deploy/compose/tls.yml").read_text())
"""The file beside it that has Kafka speak TLS."""

SECRETS = "deploy/compose/secrets"
CERTIFICATES = "deploy/compose/certificates"


def told(container: str) -> set[str]:
    """The names of the secrets of a container."""
    return {one if isinstance(one, str) else one["source"] for one in CONTAINERS[container].get("secrets", ())}


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder in which the command created the secrets."""
    subprocess.run([office_of(tmp_path) / SECRETS], check=True, capture_output=True)
    return tmp_path


def office_of(folder: Path) -> Path:
    """The folder, with the commands that make secrets in it."""
    (folder / "deploy/compose").mkdir(parents=True)
    for command in (SECRETS, CERTIFICATES):
        shutil.copy(REPOSITORY / command, folder / command)
    return folder


def secrets_in(office: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (office / "secrets").iterdir()}


def test_one_command_makes_every_secret_that_is_named(office: Path) -> None:
    assert set(secrets_in(office)) == set(COMPOSE["secrets"])
    assert set(COMPOSE["secrets"]) == {secret for container in CONTAINERS for secret in told(container)}
    assert (office / "secrets").stat().st_mode & 0o777 == 0o700


def test_a_secret_is_made_once_and_renewed_when_that_is_asked(office: Path) -> None:
    before = secrets_in(office)
    subprocess.run([office / SECRETS, "renew", "MINKA_MEDIA_KAFKA_PASSWORD"], check=True, capture_output=True)

    after = secrets_in(office)
    assert {name for name in after if after[name] != before[name]} == {"MINKA_MEDIA_KAFKA_PASSWORD"}


@pytest.mark.parametrize("name", ["MINKA_ENROLLMENT_MASTER_KEY", "POSTGRES_PASSWORD", "MINKA_ADMIN_KAFKA_PASSWORD"])
def test_what_would_lock_everybody_out_is_not_renewed(office: Path, name: str) -> None:
    before = secrets_in(office)
    result = subprocess.run([office / SECRETS, "renew", name], capture_output=True)

    assert result.returncode == 1
    assert secrets_in(office) == before


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_container_has_no_privilege_and_no_end_of_memory(container: str) -> None:
    settings = CONTAINERS[container]

    assert settings["read_only"] is True
    assert settings["cap_drop"] == ["ALL"]
    assert settings["security_opt"] == ["no-new-privileges:true"]
    assert "mem_limit" in settings


@pytest.mark.parametrize("service", SERVICES)
def test_a_process_is_told_its_own_secrets_and_no_more_than_it_needs(service: str) -> None:
    own = f"MINKA_{service.upper()}_"
    api, worker = told(f"{service}-api") - {"MINKA_CLIENT_SECRET"}, told(f"{service}-worker")

    assert all(name.startswith(own) for name in api | worker | told(f"{service}-migrations"))
    assert not any("MIGRATOR" in name for name in api | worker)
    assert worker - api == {f"{own}KAFKA_PASSWORD"}
    assert api <= worker


def test_databases_and_broker_are_told_everybody_whom_they_let_in() -> None:
    roles = [f"MINKA_{name.upper()}{kind}_DATABASE_URL" for name in DATABASES for kind in ("", "_MIGRATOR")]

    assert told("databases") == {"POSTGRES_PASSWORD", *roles}
    assert told("topics") == {f"MINKA_{name.upper()}_KAFKA_PASSWORD" for name in (*principals(), "admin")}


def test_what_runs_once_is_tried_again_for_minutes() -> None:
    """On a busy machine a store accepts connections long after its own check has found it healthy."""
    once = [name for name, settings in CONTAINERS.items() if settings["restart"] == "no"]
    assert len(once) == len(SERVICES) + 2
    assert all(Path(CONTAINERS[name]["entrypoint"][0]).name == "patiently" for name in once)


def test_metrics_are_shown_on_this_server_alone_and_only_where_that_is_asked() -> None:
    """Prometheus asks nobody who they are."""
    prometheus = CONTAINERS["prometheus"]

    assert prometheus["profiles"] == ["watch"]
    assert all(port.startswith("127.0.0.1:") for port in prometheus["ports"])
    assert "./deploy/prometheus:/etc/prometheus:ro" in prometheus["volumes"]


def test_every_image_is_named_by_a_tag() -> None:
    images = {settings["image"] for settings in CONTAINERS.values()}

    assert {"postgres:18", "apache/kafka:4.3.1", "nginx:stable"} <= images
    assert not [image for image in images if ":" not in image or image.endswith(":latest")]


def test_every_container_that_reaches_kafka_does_so_over_tls_where_the_office_wants_it() -> None:
    reaching = {
        name: "MINKA_ADMIN_KAFKA" if "MINKA_ADMIN_KAFKA_BOOTSTRAP" in settings["environment"] else "MINKA_KAFKA"
        for name, settings in CONTAINERS.items()
        if {"MINKA_ADMIN_KAFKA_BOOTSTRAP", "MINKA_KAFKA_USERNAME"} & settings.get("environment", {}).keys()
    }
    file = "/run/secrets/KAFKA_CA"
    told = {name: settings["environment"] for name, settings in TLS["services"].items() if name != "kafka"}

    assert told == {
        name: {f"{prefix}_SECURITY_PROTOCOL": "SASL_SSL", f"{prefix}_CA_FILE": file}
        for name, prefix in reaching.items()
    }
    assert all("KAFKA_CA" in settings["secrets"] for settings in TLS["services"].values())
    assert (
        "--override=listener.security.protocol.map=SERVICES:SASL_SSL,CONTROLLER:SASL_PLAINTEXT"
        in (TLS["services"]["kafka"]["command"])
    )


def test_certificates_are_of_one_authority_and_name_each_host(office: Path) -> None:
    before = secrets_in(office)
    for hosts in ([], ["kafka.example.org"]):
        subprocess.run([office / CERTIFICATES, *hosts], check=True, capture_output=True)
        made = {name: content for name, content in secrets_in(office).items() if name not in before}
        certificate, authority = (
            x509.load_pem_x509_certificate(made[name].encode()) for name in ("KAFKA_CERTIFICATE", "KAFKA_CA")
        )
        named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        certificate.verify_directly_issued_by(authority)
        assert named.get_values_for_type(x509.DNSName) == ["kafka", *hosts]
        assert set(made) == {*TLS["secrets"], "KAFKA_AUTHORITY_KEY"}
    assert (office / "secrets/KAFKA_AUTHORITY_KEY").stat().st_mode & 0o777 == 0o600


def test_a_certificate_of_another_authority_is_not_replaced(office: Path) -> None:
    (office / "secrets/KAFKA_CA").write_text("of the ministry")
    result = subprocess.run([office / CERTIFICATES], capture_output=True, text=True)

    assert (result.returncode, "of another authority" in result.stderr) == (1, True)
    assert (office / "secrets/KAFKA_CA").read_text() == "of the ministry"
