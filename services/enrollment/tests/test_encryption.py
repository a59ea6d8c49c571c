"""Nothing that identifies anybody leaves the process in clear: not to the disk, not to the bus, not to the logs."""

import asyncio
from datetime import date

import pytest
from cryptography.exceptions import InvalidTag

from chassis.store.identifiers import new_id
from contracts.enrollment import Purpose
from services.enrollment.consent.domain import Agreement
from services.enrollment.enrollments.domain import Accepted
from services.enrollment.identity.blind_index import DIGESTS_OF_THREAD, BlindIndex
from services.enrollment.identity.documents import Document, DocumentType
from services.enrollment.identity.encryption import MasterKey, SubjectKey
from services.enrollment.identity.keyring import INDEX, Keyring
from services.enrollment.identity.names import Names
from services.enrollment.people import domain as people
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import AGREES, LOOKING, a_cohort, an_application, applies
from tests.support.dumps import dump
from tests.support.sites import Site

PLAIN = ["Zenobia", "Ñaupa", "Naupa", "naupa", "zenobia", "47850293", "1983-11-07", "976543218", "zenobia@correo.pe"]


def zenobia() -> dict[str, object]:
    return {
        "document": Document(DocumentType.DNI, "47850293"),
        "names": Names("Zenobia", "Ñaupa Cercado"),
        "birth_date": date(1983, 11, 7),
        "phone": "976543218",
        "email": "zenobia@correo.pe",
        "consents": (*AGREES, Agreement(Purpose.CONTACT, "2025-04")),
    }


async def test_a_dump_of_both_databases_tells_nobody(
    site: Site[EnrollmentResources],
    environment: dict[str, str],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    cohort = await a_cohort(site.resources)
    body = {
        "cohort_id": str(cohort),
        "document": {"type": "dni", "number": "47850293"},
        "given_names": "Zenobia",
        "family_names": "Ñaupa Cercado",
        "birth_date": "1983-11-07",
        "phone": "976543218",
        "email": "zenobia@correo.pe",
        "district": {"scheme": "inei", "code": "060101"},
        "consents": [{"purpose": "training"}, {"purpose": "contact"}],
    }
    async with site.browser("coordinator", **{"Idempotency-Key": "an-idempotency-key"}) as coordinator:
        assert (await coordinator.post("/api/enrollments", json=body)).status_code == 201
        assert (await coordinator.post("/api/people/search", json={"text": "zenobia"})).json()["enrollments"]
        assert (await coordinator.post("/api/enrollments", json=body | {"district": "Zenobia"})).status_code == 422

    text = dump(environment["MINKA_ENROLLMENT_DATABASE_URL"]) + dump(environment["MINKA_ENROLLMENT_KEYS_DATABASE_URL"])
    logs = "".join(capfd.readouterr()) + caplog.text  # wherever earlier tests have sent them
    assert "request" in logs
    for plain in PLAIN:
        assert plain not in text
        assert plain.encode().hex() not in text
        assert plain not in logs


async def test_a_destroyed_key_leaves_nothing_to_open(resources: EnrollmentResources) -> None:
    application = an_application(await a_cohort(resources), **zenobia())
    outcome = await applies(resources, application)
    assert isinstance(outcome, Accepted)

    await resources.keyring.destroy(outcome.person_id)

    assert await resources.keyring.fetch(LOOKING, [outcome.person_id]) == {}


async def test_keys_are_made_once_for_a_subject(resources: EnrollmentResources) -> None:
    subject = new_id()
    first = await resources.keyring.create([subject])
    assert await resources.keyring.create([subject]) == first


async def test_stock_is_made_in_one_statement(resources: EnrollmentResources) -> None:
    await resources.keyring.prepare(5)
    drawn = [await resources.keyring.draw() for _ in range(6)]
    assert len({key.subject for key in drawn}) == 6
    assert await resources.keyring.fetch(LOOKING, [key.subject for key in drawn]) == {key.subject: key for key in drawn}


def test_what_is_sealed_opens_in_its_place_only() -> None:
    key, other = SubjectKey(new_id(), b"k" * 32), SubjectKey(new_id(), b"k" * 32)
    identity = an_application(new_id(), **zenobia()).identity
    sealed = people.seal(key, identity)

    assert people.unseal(key, sealed) == identity
    assert people.seal(key, identity) != sealed
    with pytest.raises(InvalidTag):
        people.unseal(other, sealed)
    with pytest.raises(InvalidTag):
        key.open("another.field", sealed)


def test_the_key_database_alone_opens_nothing() -> None:
    subject = new_id()
    wrapped = MasterKey(b"m" * 32).new_key(subject)
    assert MasterKey(b"m" * 32).unwrap(subject, wrapped).subject == subject
    with pytest.raises(InvalidTag):
        MasterKey(b"x" * 32).unwrap(subject, wrapped)
    with pytest.raises(InvalidTag):
        MasterKey(b"m" * 32).unwrap(new_id(), wrapped)


async def test_a_digest_depends_on_its_key() -> None:
    document = Document(DocumentType.DNI, "47850293")
    one, other = BlindIndex(b"a" * 32), BlindIndex(b"b" * 32)
    assert await one.document(document) == await BlindIndex(b"a" * 32).document(document)
    assert await one.document(document) != await other.document(document)
    assert one.searched_names("Quispe") != other.searched_names("Quispe")


async def test_digests_of_many_documents_are_those_of_each() -> None:
    documents = [Document(DocumentType.DNI, f"478502{number:02}") for number in range(DIGESTS_OF_THREAD + 2)]
    blind = BlindIndex(b"a" * 32)
    assert await blind.documents(documents) == [await blind.document(document) for document in documents]
    assert await blind.documents([]) == []


async def test_what_is_stored_is_found_by_every_later_release() -> None:
    """A digest of other parameters finds nobody: whoever changes them has to compute what is stored anew."""
    document = Document(DocumentType.DNI, "47850293")
    assert (await BlindIndex(b"a" * 32).document(document)).hex() == "2432d4e1a46630615c12b495a2616c21"


def test_names_that_begin_alike_are_found_together() -> None:
    blind, person = BlindIndex(b"a" * 32), new_id()
    assert blind.stored_names(person, "Quispe") == blind.stored_names(person, "QUISPITUPAC")
    assert len(blind.stored_names(person, "Zenobia Ñaupa Cercado")) == 3


async def test_no_erasure_destroys_the_key_of_the_index(resources: EnrollmentResources) -> None:
    key = await resources.keyring.index_key()
    with pytest.raises(ValueError, match="blind index"):
        await resources.keyring.destroy(INDEX)
    assert await resources.keyring.index_key() == key


async def test_a_process_without_its_keys_is_not_ready(
    resources: EnrollmentResources, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def is_away(_keyring: Keyring) -> None:
        raise ConnectionError

    monkeypatch.setattr(Keyring, "answers", is_away)
    failed = await asyncio.gather(*(check() for check in resources.checks().values()), return_exceptions=True)
    assert [type(one) for one in failed if one] == [ConnectionError]
