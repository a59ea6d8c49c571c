"""The enrollment service on databases of its own."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from services.enrollment.app import service
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.people import domain
from services.enrollment.people.domain import Identity
from services.enrollment.resources import EnrollmentResources
from tests.support.databases import FreshDatabases
from tests.support.sites import Site, serving


@pytest.fixture
def environment(fresh_databases: FreshDatabases) -> dict[str, str]:
    return fresh_databases.variables("enrollment")


@pytest.fixture
async def site(environment: dict[str, str]) -> AsyncIterator[Site[EnrollmentResources]]:
    async with serving(service, environment) as site:
        yield site


@pytest.fixture
def resources(site: Site[EnrollmentResources]) -> EnrollmentResources:
    return site.resources


@pytest.fixture
def decrypted(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The people whose identity was decrypted, one after the other."""
    people: list[UUID] = []

    def counted(key: SubjectKey, sealed: bytes) -> Identity:
        people.append(key.subject)
        return unseal(key, sealed)

    unseal = domain.unseal
    monkeypatch.setattr(domain, "unseal", counted)
    return people
