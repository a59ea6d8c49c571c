"""An application before encryption and after decryption, and how long it waits. Pure."""

from datetime import timedelta

from pydantic import TypeAdapter

from services.enrollment.enrollments.domain import Application
from services.enrollment.identity.encryption import SubjectKey

KEPT_FOR = timedelta(days=180)
"""Time after which an application is erased about which nobody decided."""


def seal(key: SubjectKey, application: Application) -> bytes:
    """Encrypts an application for storage."""
    return key.seal(_FIELD, _APPLICATION.dump_json(application))


def unseal(key: SubjectKey, sealed: bytes) -> Application:
    """Decrypts a stored application."""
    return _APPLICATION.validate_json(key.open(_FIELD, sealed))


_FIELD = "applications.application"
_APPLICATION = TypeAdapter(Application)
