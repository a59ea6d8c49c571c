"""People who look like one person under two documents are found, and compared until somebody decided about them."""

from datetime import date

import pytest

from chassis.runtime.jobs import Job
from chassis.store.identifiers import new_id
from chassis.web.views import first_rows
from contracts.event import Sex
from services.enrollment.enrollments.domain import ReviewDecision
from services.enrollment.identity.documents import Document, DocumentType
from services.enrollment.identity.names import Names
from services.enrollment.people.domain import Identity
from services.enrollment.resources import EnrollmentResources
from services.enrollment.reviews.comparisons import OPEN_REVIEWS, open_reviews
from services.enrollment.reviews.domain import ReviewKind, pair_of
from services.enrollment.reviews.jobs import find_similar
from services.enrollment.reviews.similarity import Candidate, are_alike, similar_pairs
from services.enrollment.rights.commands import ErasePerson
from services.enrollment.rights.domain import ErasureReason
from services.enrollment.rights.service import erase_person
from services.enrollment.tests.stories import LOOKING, a_cohort, unit_of_work
from services.enrollment.tests.test_deciding import decides, registered

ROSA = Names("Rosa Elena", "Quispe Huamán")
BORN = date(1987, 5, 12)


def a_candidate(
    number: str, names: Names = ROSA, born: date | None = BORN, sex: Sex = Sex.FEMALE, district: str = "060101"
) -> Candidate:
    return Candidate(new_id(), Identity(Document(DocumentType.DNI, number), names, born), sex, district)


ONE = a_candidate("40000001")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (a_candidate("40000010"), True),
        (a_candidate("40000010", Names("Rosa", "Quispe")), True),
        (a_candidate("40000010", Names("Rosa Elena", "Quizpe Huamán"), district="060102"), True),
        (a_candidate("40000010", sex=Sex.NOT_STATED), True),
        (a_candidate("40000010", born=None), True),
        (a_candidate("40000010", born=date(1987, 12, 5)), True),
        (a_candidate("40000010", born=date(1981, 5, 12)), True),
        (a_candidate("40000010", sex=Sex.MALE), False),
        (a_candidate("40000010", Names("Segundo", "Quispe Huamán")), False),
        (a_candidate("40000010", born=date(1981, 5, 13)), False),
        (a_candidate("40000010", born=None, district="060102"), False),
        (a_candidate("40000010", Names("Rosa", "Quispe"), born=None), False),
        (a_candidate("40000001"), False),
    ],
)
def test_who_looks_alike(other: Candidate, expected: bool) -> None:
    assert are_alike(ONE, other) == are_alike(other, ONE) == expected
    assert similar_pairs([ONE, other]) == ({pair_of(ONE.person_id, other.person_id)} if expected else set())


async def found(resources: EnrollmentResources) -> list[str]:
    await find_similar(resources, Job(new_id(), "", {}, 1))
    reviews = (await open_reviews(LOOKING, resources, first_rows(OPEN_REVIEWS))).rows
    return [one.address for one in reviews if one.kind is ReviewKind.SIMILAR]


@pytest.mark.parametrize("decision", ReviewDecision)
async def test_people_who_look_alike_are_reviewed_until_it_is_decided(
    resources: EnrollmentResources, decision: ReviewDecision
) -> None:
    _one, first = await registered(resources, await a_cohort(resources))
    _other, second = await registered(resources, await a_cohort(resources))
    await registered(resources, await a_cohort(resources), names=Names("Segundo", "Chilón"))
    one, other = pair_of(first, second)
    assert await found(resources) == await found(resources) == [f"/reviews/people/{one}/{other}"]
    await decides(resources, first, second, decision)
    assert await found(resources) == []


async def test_a_copy_of_the_table_does_not_tell_who_look_alike(resources: EnrollmentResources) -> None:
    people = [(await registered(resources, await a_cohort(resources)))[1] for _ in range(2)]
    assert await found(resources)
    [row] = await resources.pool.fetch("SELECT person_id, others FROM similar_people")
    assert row["person_id"] == min(people)
    assert not any(form in row["others"] for form in (max(people).bytes, str(max(people)).encode()))


async def test_who_was_erased_looks_like_nobody(resources: EnrollmentResources) -> None:
    people = [(await registered(resources, await a_cohort(resources)))[1] for _ in range(2)]
    assert await found(resources)
    command = ErasePerson(reason=ErasureReason.PERSON_ASKED, confirmed=True)
    async with unit_of_work(resources, min(people)) as unit:
        await erase_person(unit, command, resources, min(people))
    assert await resources.pool.fetchval("SELECT count(*) FROM similar_people") == 0
    assert await found(resources) == []


async def test_who_was_corrected_looks_like_nobody_any_more(resources: EnrollmentResources) -> None:
    _one, first = await registered(resources, await a_cohort(resources))
    _other, second = await registered(resources, await a_cohort(resources))
    assert await found(resources)
    for person_id, sex in ((first, Sex.MALE), (second, Sex.FEMALE)):
        await resources.pool.execute(
            "UPDATE people SET profile = profile || jsonb_build_object('sex', $2::text) WHERE person_id = $1",
            person_id,
            sex,
        )
    assert await found(resources) == []
