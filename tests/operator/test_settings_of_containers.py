"""Every setting of a service reaches its containers, so that an office sets it in `.env` or in `secrets/`."""

import re

import pytest

from chassis.runtime.kafka_security import KafkaSecurity
from chassis.runtime.settings import HttpSettings, ServiceSettings
from deploy.trial.layout import REPOSITORY
from deploy.trial.web import SERVICES
from tests.operator.test_compose_file import CONTAINERS, told

WITHOUT = {
    **dict.fromkeys(("migrator_database_url", "keys_migrator_database_url"), "the container of migrations alone"),
    **dict.fromkeys(KafkaSecurity.model_fields, "the broker is of the same file; another one needs an override"),
}
"""Settings that neither the interface nor the worker is given, with the reason."""

OF_ONE = {"client_secret": "api", "kafka_username": "worker", "kafka_password": "worker"}
"""Settings that only one process of a service uses: people sign in at one, and the other uses Kafka."""

VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")


def handed(container: str) -> set[str]:
    """The names of all variables of a container, its secrets included."""
    return {*CONTAINERS[container]["environment"], *told(container)}


def names(service: str, setting: str) -> set[str]:
    """The variables that say a setting: the service's own, and that of all services."""
    return {f"MINKA_{service.upper()}_{setting.upper()}", f"MINKA_{setting.upper()}"}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("process", ["api", "worker"])
def test_every_setting_is_handed_through(service: str, process: str) -> None:
    given = handed(f"{service}-{process}")
    expected = {
        setting
        for setting in SERVICES[service].settings.model_fields
        if setting not in WITHOUT and OF_ONE.get(setting, process) == process
    }
    assert {setting for setting in expected if not names(service, setting) & given} == set()


def test_only_settings_are_left_out() -> None:
    assert {*WITHOUT, *OF_ONE} <= {name for one in SERVICES.values() for name in one.settings.model_fields}


@pytest.mark.parametrize("service", SERVICES)
def test_a_services_own_settings_have_the_same_default_and_are_in_the_example(service: str) -> None:
    example = (REPOSITORY / "deploy/compose/example.env").read_text()
    environment = CONTAINERS[f"{service}-api"]["environment"]
    for setting, field in SERVICES[service].settings.model_fields.items():
        name = f"MINKA_{service.upper()}_{setting.upper()}"
        found = VARIABLE.fullmatch(str(environment.get(name, "")))
        if setting not in ServiceSettings.model_fields and found:
            assert found.groups() == (name, "" if field.default in {None, ""} else str(field.default))
            assert f"#{name}=" in example


def test_an_empty_variable_is_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RATE_FACTOR", "NAVIGATION_FILE", "LOG_LEVEL"):
        monkeypatch.setenv(f"MINKA_{name}", "")
    settings = HttpSettings(public_url="http://localhost", issuer_url="http://localhost", session_secret="s" * 32)
    assert (settings.rate_factor, settings.navigation_file, settings.log_level) == (1, None, "INFO")
