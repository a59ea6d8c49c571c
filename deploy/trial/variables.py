"""The services' settings as environment variables."""

import os
from collections.abc import Mapping

from deploy.operator.catalogue import SERVICES
from deploy.trial import databases
from deploy.trial.credentials import Credentials
from deploy.trial.layout import REPOSITORY, TrialLayout

LOCALE = {"LANGUAGES": "es-PE,en", "TIME_ZONE": "America/Lima"}

RATE_FACTOR = "100"
"""Unless the environment has another one: the demonstration enters a year within minutes, from one address."""


def variables(layout: TrialLayout, credentials: Credentials, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables of all services of the trial; each service reads those with its own prefix."""
    every = {
        f"MINKA_{service.upper()}_{name}": value
        for service in SERVICES
        for name, value in _of_service(layout, credentials, service).items()
    }
    return {
        **every,
        **{f"MINKA_{name}": value for name, value in LOCALE.items()},
        "MINKA_ENROLLMENT_KEYS_DATABASE_URL": databases.application_url(layout, credentials, "enrollment_keys"),
        "MINKA_ENROLLMENT_KEYS_MIGRATOR_DATABASE_URL": databases.migrator_url(layout, credentials, "enrollment_keys"),
        "MINKA_ENROLLMENT_MASTER_KEY": credentials["enrollment.master"],
        "MINKA_MEDIA_STORAGE": str(layout.home / "media"),
        "MINKA_ENVIRONMENT": "trial",
        "MINKA_ISSUER_SECRET": credentials["issuer"],
        "MINKA_HOME": str(layout.home),
        "MINKA_PORT": str(layout.port),
        "MINKA_RATE_FACTOR": environ.get("MINKA_RATE_FACTOR", RATE_FACTOR),
    }


def of_worker(environment: Mapping[str, str], service: str) -> dict[str, str]:
    """A worker's variables: no other service's secrets, and not the migrator's."""
    prefix = f"MINKA_{service.upper()}_"
    return {name: value for name, value in environment.items() if name.startswith(prefix) and "MIGRATOR" not in name}


def _of_service(layout: TrialLayout, credentials: Credentials, service: str) -> dict[str, str]:
    """The settings that every service has, without the prefix."""
    return LOCALE | {
        "DATABASE_URL": databases.application_url(layout, credentials, service),
        "MIGRATOR_DATABASE_URL": databases.migrator_url(layout, credentials, service),
        "KAFKA_BOOTSTRAP": layout.services_bootstrap,
        "KAFKA_USERNAME": service,
        "KAFKA_PASSWORD": credentials[f"kafka.{service}"],
        "PUBLIC_URL": layout.public_url,
        "ISSUER_URL": f"{layout.public_url}/issuer",
        "CLIENT_ID": "minka",
        "SESSION_SECRET": credentials[f"{service}.session"],
        "NAVIGATION_FILE": str(REPOSITORY / "deploy" / "navigation.json"),
        "WORKER_PORT": str(layout.inner_ports[f"{service}-worker"]),
        "ENVIRONMENT": "trial",
    }
