"""What the services are told through their environment."""

from collections.abc import Mapping

from deploy.local import databases
from deploy.local.catalogue import SERVICES
from deploy.local.credentials import Credentials
from deploy.local.places import REPOSITORY, Places

LOCALE = {"LANGUAGES": "es-PE,en", "TIME_ZONE": "America/Lima"}


def variables(places: Places, credentials: Credentials) -> dict[str, str]:
    """The environment of the trial, of all its services; each reads its own prefix."""
    every = {
        f"MINKA_{service.upper()}_{name}": value
        for service in SERVICES
        for name, value in _of_service(places, credentials, service).items()
    }
    return {
        **every,
        **{f"MINKA_{name}": value for name, value in LOCALE.items()},
        "MINKA_ENROLLMENT_KEYS_DATABASE_URL": databases.application_url(places, credentials, "enrollment_keys"),
        "MINKA_ENROLLMENT_KEYS_MIGRATOR_DATABASE_URL": databases.migrator_url(places, credentials, "enrollment_keys"),
        "MINKA_ENROLLMENT_MASTER_KEY": credentials["enrollment.master"],
        "MINKA_ENROLLMENT_INDEX_KEY": credentials["enrollment.index"],
        "MINKA_MEDIA_STORAGE": str(places.home / "media"),
        "MINKA_ENVIRONMENT": "trial",
        "MINKA_ISSUER_SECRET": credentials["issuer"],
        "MINKA_HOME": str(places.home),
        "MINKA_PORT": str(places.port),
    }


def of_worker(environment: Mapping[str, str], service: str) -> dict[str, str]:
    """A worker's share: nobody else's secrets, and not those of who may change tables."""
    prefix = f"MINKA_{service.upper()}_"
    return {name: value for name, value in environment.items() if name.startswith(prefix) and "MIGRATOR" not in name}


def _of_service(places: Places, credentials: Credentials, service: str) -> dict[str, str]:
    """What every service needs to know, without its prefix."""
    return LOCALE | {
        "DATABASE_URL": databases.application_url(places, credentials, service),
        "MIGRATOR_DATABASE_URL": databases.migrator_url(places, credentials, service),
        "KAFKA_BOOTSTRAP": places.services_bootstrap,
        "KAFKA_USERNAME": service,
        "KAFKA_PASSWORD": credentials[f"kafka.{service}"],
        "PUBLIC_URL": places.public_url,
        "ISSUER_URL": f"{places.public_url}/issuer",
        "CLIENT_ID": "minka",
        "SESSION_SECRET": credentials[f"{service}.session"],
        "NAVIGATION_FILE": str(REPOSITORY / "deploy" / "navigation.json"),
        "WORKER_PORT": str(places.inner_ports[f"{service}-worker"]),
        "ENVIRONMENT": "trial",
    }
