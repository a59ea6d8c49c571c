"""What ends the command of a service, as one sentence for its operator in the language of the environment."""

import os
import signal
from collections.abc import Mapping
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import asyncpg
from pydantic import SecretStr, ValidationError

from chassis.store.migrations import HalfMissing, MigrationChanged
from chassis.web import locale
from chassis.web.texts import N_, _

INTERRUPTED = 128 + signal.SIGINT
"""The exit status of a command that Ctrl-C ended."""

ADDRESS = N_(
    "The migrator's address of %(service)s is no address of a database; "
    "write it as postgresql://USER:PASSWORD@HOST:PORT/NAME."
)

MESSAGES: dict[type[Exception], str] = {
    asyncpg.InvalidAuthorizationSpecificationError: N_(
        "The database of %(service)s refuses the migrator's user or password; correct its address."
    ),
    asyncpg.InvalidCatalogNameError: N_("The database of %(service)s has another name; correct its address."),
    asyncpg.InsufficientPrivilegeError: N_(
        "The migrator's user may not change the database of %(service)s; name the owner of its tables."
    ),
    asyncpg.ClientConfigurationError: ADDRESS,
    asyncpg.LockNotAvailableError: N_("The database of %(service)s is busy and was not migrated; try again."),
    asyncpg.PostgresConnectionError: N_("The database of %(service)s does not answer; is it running?"),
    asyncpg.OperatorInterventionError: N_("The database of %(service)s does not answer; is it running?"),
    OSError: N_("The database of %(service)s does not answer; is it running?"),
    HalfMissing: N_(
        "%(service)s was not migrated, for these come first: %(names)s. "
        "Run `migrate --before`, then replace every process."
    ),
    MigrationChanged: N_(
        "%(service)s was not migrated, for the text of %(names)s was changed after it was applied; "
        "install the release as it was published."
    ),
}
"""The sentence for each error of a migration."""

FAILURES = tuple(MESSAGES)


def message_of(error: Exception, messages: Mapping[type[Exception], str]) -> str:
    """The first message whose class the error is of; the particular ones stand before the general."""
    return next(message for kind, message in messages.items() if isinstance(error, kind))


def in_the_language_of_the_operator() -> AbstractContextManager[None]:
    """The language of the environment. No sentence tells a time, so that a zone that there is not is no matter."""
    return locale.using(locale.of_environment({**os.environ, "MINKA_TIME_ZONE": "UTC"}))


def check_address(url: SecretStr | None) -> None:
    """Raises `ClientConfigurationError` where the port is no number, for which asyncpg has no error of its own."""
    try:
        _port = urlsplit(url.get_secret_value() if url else "").port
    except ValueError:
        raise asyncpg.ClientConfigurationError("the port is no number") from None


def sentence_of_migration(service: str, error: Exception) -> str:
    """What the operator can do about an error in `FAILURES`."""
    message = message_of(error, MESSAGES)
    with in_the_language_of_the_operator():
        return _(message, service=service, names=", ".join(getattr(error, "names", ())))


def sentence_of_absent_migrator(service: str) -> str:
    """What a migration lacks that nobody told the migrator's address."""
    with in_the_language_of_the_operator():
        return _("Set MINKA_%(service)s_MIGRATOR_DATABASE_URL to migrate.", service=service.upper())


def sentence_of_settings(service: str, error: ValidationError) -> str:
    """The variables that are missing, those with a value that cannot be, and what does not fit together; no value is
    quoted."""
    prefix = f"MINKA_{service.upper()}_"
    faults = [(prefix + "_".join(map(str, one["loc"])).upper(), one["type"]) for one in error.errors() if one["loc"]]
    missing = ", ".join(name for name, kind in faults if kind == "missing")
    wrong = ", ".join(name for name, kind in faults if kind != "missing")
    with in_the_language_of_the_operator():
        parts = (
            missing and _("These variables are not set: %(names)s.", names=missing),
            wrong and _("These variables have no valid value: %(names)s.", names=wrong),
            *(_(str(one["ctx"]["error"])) for one in error.errors() if not one["loc"]),
            _("docs/reference/settings.md says what each is."),
        )
        return " ".join(filter(None, parts))
