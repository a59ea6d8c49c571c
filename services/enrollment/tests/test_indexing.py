"""People whom a release with another index registered are found after the migration."""

from services.enrollment.enrollments.domain import Accepted
from services.enrollment.identity.names import Names
from services.enrollment.people.domain import EVERYBODY
from services.enrollment.people.service import find_entries, index_people
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import LOOKING, a_cohort, an_application, applies

WITHOUT_INDEX = """
    UPDATE people SET document_digest = NULL, shared_document_digest = NULL, name_digests = '{}'
    WHERE person_id = $1
"""


async def test_people_are_found_again(resources: EnrollmentResources) -> None:
    application = an_application(await a_cohort(resources), names=Names("Zenobia", "Ñaupa"))
    outcome = await applies(resources, application)
    assert isinstance(outcome, Accepted)
    await resources.pool.execute(WITHOUT_INDEX, outcome.person_id)
    texts = (application.document.number, "zenobia")
    assert [await find_entries(LOOKING, resources, text, EVERYBODY) for text in texts] == [[], []]

    for _ in range(2):
        await index_people(resources)
        for text in texts:
            found = await find_entries(LOOKING, resources, text, EVERYBODY)
            assert [entry.person_id for entry in found] == [outcome.person_id]
        rows = await resources.pool.fetch("SELECT document_digest, shared_document_digest FROM people")
        assert [tuple(row) for row in rows] == [(await resources.blind.document(application.document), None)]


async def test_whoever_was_registered_meanwhile_has_the_document(resources: EnrollmentResources) -> None:
    first, second = await a_cohort(resources), await a_cohort(resources)
    application = an_application(first)
    known = await applies(resources, application)
    assert isinstance(known, Accepted)
    await resources.pool.execute(WITHOUT_INDEX, known.person_id)
    again = await applies(resources, an_application(second, document=application.document))
    assert isinstance(again, Accepted)
    assert again.person_id != known.person_id

    await index_people(resources)

    found = await find_entries(LOOKING, resources, application.document.number, EVERYBODY)
    assert {entry.person_id for entry in found} == {known.person_id, again.person_id}
    rows = await resources.pool.fetch("SELECT person_id, document_digest, shared_document_digest FROM people")
    digest = await resources.blind.document(application.document)
    assert {tuple(row) for row in rows} == {(again.person_id, digest, None), (known.person_id, None, digest)}


async def test_an_erased_person_stays_without(resources: EnrollmentResources) -> None:
    application = an_application(await a_cohort(resources))
    outcome = await applies(resources, application)
    assert isinstance(outcome, Accepted)
    await resources.keyring.destroy(outcome.person_id)
    await resources.pool.execute(WITHOUT_INDEX, outcome.person_id)

    await index_people(resources)

    assert await find_entries(LOOKING, resources, application.document.number, EVERYBODY) == []
