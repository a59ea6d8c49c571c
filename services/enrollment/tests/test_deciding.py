"""Somebody decides whether two records are one person, and whatever waited for it gets its outcome."""

import re
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.runtime.rejections import RejectedError
from chassis.web.views import first_rows
from services.enrollment.cohorts.domain import WaitingList
from services.enrollment.enrollments.domain import Accepted, Application, ReviewDecision
from services.enrollment.identity.documents import Document, DocumentType
from services.enrollment.identity.names import Names
from services.enrollment.imports.correction_service import DecidedRow, RowPlace
from services.enrollment.imports.service import existing_import
from services.enrollment.people.domain import EVERYBODY, Visibility
from services.enrollment.people.service import find_entries
from services.enrollment.resources import EnrollmentResources
from services.enrollment.reviews.commands import DecideReview
from services.enrollment.reviews.comparisons import OPEN_REVIEWS, decisions_on, open_reviews
from services.enrollment.reviews.domain import ReviewReason
from services.enrollment.reviews.service import decide_import_row, decide_people
from services.enrollment.tests.stories import (
    LOOKING,
    a_cohort,
    an_application,
    applies,
    closes_cohort,
    event_bodies,
    seats,
    unit_of_work,
    withdraws,
)
from services.enrollment.tests.test_reviews import KNOWN, known, to_review
from tests.support.sites import Site

SAME, OTHER = ReviewDecision.SAME_PERSON, ReviewDecision.OTHER_PERSON
PLACE = RowPlace(0, 2)
CONTRADICTING = {"Nombres": "Segundo", "Sexo (M/F)": "M"}


async def a_row_to_review(resources: EnrollmentResources, cohort_id: UUID) -> tuple[UUID, UUID]:
    """The import of a row for the cohort that contradicts who has its document, and that person."""
    row = await known(resources, await a_cohort(resources))
    person_id: UUID = await resources.pool.fetchval("SELECT person_id FROM people")
    return await to_review(resources, cohort_id, row | CONTRADICTING), person_id


async def asks_about_row(resources: EnrollmentResources, import_id: UUID, decision: ReviewDecision) -> DecidedRow:
    command = DecideReview(decision=decision, reason=ReviewReason.CARDS_COMPARED)
    async with unit_of_work(resources, import_id) as unit:
        return await decide_import_row(unit, command, resources, import_id, PLACE)


async def decides_row(resources: EnrollmentResources, import_id: UUID, decision: ReviewDecision) -> DecidedRow:
    try:
        return await asks_about_row(resources, import_id, decision)
    except RejectedError as error:
        pytest.fail(error.rejection.code)


async def asks(
    resources: EnrollmentResources,
    one: UUID,
    other: UUID,
    decision: ReviewDecision,
    reason: ReviewReason = ReviewReason.CARDS_COMPARED,
) -> None:
    async with unit_of_work(resources, one, other) as unit:
        await decide_people(unit, DecideReview(decision=decision, reason=reason), resources, one, other)


async def decides(
    resources: EnrollmentResources,
    one: UUID,
    other: UUID,
    decision: ReviewDecision,
    reason: ReviewReason = ReviewReason.CARDS_COMPARED,
) -> None:
    try:
        await asks(resources, one, other, decision, reason)
    except RejectedError as error:
        pytest.fail(error.rejection.code)


async def registered(resources: EnrollmentResources, cohort_id: UUID, **changed: Any) -> tuple[Application, UUID]:
    application = an_application(cohort_id, **changed)
    outcome = await applies(resources, application)
    assert isinstance(outcome, Accepted)
    return application, outcome.person_id


async def waiting(resources: EnrollmentResources) -> list[str]:
    return [one.address for one in (await open_reviews(LOOKING, resources, first_rows(OPEN_REVIEWS))).rows]


async def counted(resources: EnrollmentResources) -> dict[UUID, UUID]:
    rows = await resources.pool.fetch("SELECT person_id, coalesce(counted_as, person_id) AS counted_as FROM people")
    return {row["person_id"]: row["counted_as"] for row in rows}


async def replayed(resources: EnrollmentResources) -> dict[UUID, UUID]:
    """As whom a reader of the events counts each person: by the highest version of each merge."""
    told = "Person(Registered|Merged|Unmerged)"
    rows = await resources.pool.fetch(
        "SELECT payload::jsonb AS body FROM outbox WHERE type ~ $1 ORDER BY aggregateversion", told
    )
    bodies = [row["body"] for row in rows]
    known = {UUID(body["person_id"]): UUID(body["person_id"]) for body in bodies}
    return known | {UUID(body["person_id"]): UUID(body["counted_as"]) for body in bodies if "counted_as" in body}


# A row ---------------------------------------------------------------------------------------------------------------


async def test_a_row_of_the_same_person_gives_them_the_seat(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    import_id, person_id = await a_row_to_review(resources, cohort)

    decided = await decides_row(resources, import_id, SAME)

    assert isinstance(decided.outcome, Accepted)
    assert decided.outcome.person_id == person_id
    assert await seats(resources, cohort) == {"accepted": 1}
    found = await existing_import(resources.pool, import_id)
    assert (found.review, found.accepted) == (0, 1)
    [enrolled] = [one for one in await event_bodies(resources, "EnrollmentAccepted") if one["cohort_id"] == str(cohort)]
    assert enrolled["profile"]["sex"] == "female", "what Minka has stands"
    [kept] = await decisions_on(resources, [person_id])
    assert (kept.decision, kept.reason, kept.decided_by, kept.enrollment_id) == (
        SAME, ReviewReason.CARDS_COMPARED, "coordinator", decided.outcome.enrollment_id,
    )  # fmt: skip
    assert await waiting(resources) == []


async def test_a_row_of_another_person_registers_them_with_the_seat(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    import_id, person_id = await a_row_to_review(resources, cohort)

    decided = await decides_row(resources, import_id, OTHER)

    assert isinstance(decided.outcome, Accepted)
    assert decided.outcome.person_id != person_id
    assert len(set((await counted(resources)).values())) == 2
    assert await waiting(resources) == [], "nobody has to compare them again"


async def test_a_row_gets_a_place_in_the_list_of_a_full_cohort(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=1)
    import_id, _person_id = await a_row_to_review(resources, cohort)
    await registered(resources, cohort)
    decided = await decides_row(resources, import_id, SAME)
    assert decided.outcome.outcome == "waitlisted"
    assert (await existing_import(resources.pool, import_id)).waitlisted == 1


async def test_a_row_waits_on_where_nobody_can_be_enrolled_by_it(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    import_id, person_id = await a_row_to_review(resources, cohort)
    await closes_cohort(resources, cohort, WaitingList.KEEP)
    with pytest.raises(RejectedError) as refused:
        await asks_about_row(resources, import_id, SAME)
    assert refused.value.rejection.code == "cohort_closed"
    assert len(await waiting(resources)) == 1
    assert await decisions_on(resources, [person_id]) == []


async def test_a_row_is_decided_once(resources: EnrollmentResources) -> None:
    import_id, _person_id = await a_row_to_review(resources, await a_cohort(resources))
    await decides_row(resources, import_id, SAME)
    with pytest.raises(RejectedError) as refused:
        await asks_about_row(resources, import_id, OTHER)
    assert refused.value.rejection.code == "row_not_to_correct"


# Two people ----------------------------------------------------------------------------------------------------------


async def two_people(resources: EnrollmentResources) -> tuple[UUID, UUID]:
    """Somebody, and the same person under a number with a slip."""
    (_one, first), (_other, second) = [await registered(resources, await a_cohort(resources)) for _ in range(2)]
    return first, second


async def test_two_people_are_counted_as_the_first_registered_and_nothing_moves(resources: EnrollmentResources) -> None:
    first, second = await two_people(resources)
    before = await resources.pool.fetch("SELECT * FROM enrollments ORDER BY enrollment_id")

    await decides(resources, second, first, SAME)

    [merged] = await event_bodies(resources, "PersonMerged")
    assert (merged["person_id"], merged["counted_as"]) == (str(second), str(first))
    assert await resources.pool.fetch("SELECT * FROM enrollments ORDER BY enrollment_id") == before
    await decides(resources, first, second, SAME)
    assert len(await event_bodies(resources, "PersonMerged")) == 1, "deciding it again changes nothing"


async def test_two_people_again_are_found_by_their_own_documents(resources: EnrollmentResources) -> None:
    one, first = await registered(resources, await a_cohort(resources))
    other, second = await registered(resources, await a_cohort(resources))
    await decides(resources, first, second, SAME)
    found = [entry.person_id for entry in await find_entries(LOOKING, resources, one.document.number, EVERYBODY)]
    assert sorted(found) == sorted([first, second]), "both are found by one document"
    assert await find_entries(LOOKING, resources, other.document.number, EVERYBODY) == []

    await decides(resources, first, second, OTHER, ReviewReason.DECIDED_BY_MISTAKE)

    [unmerged] = await event_bodies(resources, "PersonUnmerged")
    [merged] = await event_bodies(resources, "PersonMerged")
    assert (unmerged["merge_id"], unmerged["counted_as"]) == (merged["merge_id"], str(second))
    for application, person_id in ((one, first), (other, second)):
        entries = await find_entries(LOOKING, resources, application.document.number, EVERYBODY)
        assert [entry.person_id for entry in entries] == [person_id]
    assert [one.decision for one in await decisions_on(resources, [first])] == [OTHER, SAME]


async def test_whoever_has_two_seats_of_a_cohort_since_is_told_to_give_one_back(
    site: Site[EnrollmentResources], resources: EnrollmentResources
) -> None:
    cohort, elsewhere = await a_cohort(resources), await a_cohort(resources)
    _one, first = await registered(resources, cohort)
    again, second = await registered(resources, cohort, names=Names("Rosa Elena", "Quispe Huamani"))
    await applies(resources, replace(again, cohort_id=elsewhere, enrollment_id=uuid4()))
    shown = []
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        address = f"/reviews/people/{first}/{second}"
        shown.append((await coordinator.get(address)).text)
        await decides(resources, first, second, SAME)
        shown.append((await coordinator.get(address)).text)
        await withdraws(resources, again.enrollment_id)
        shown.append((await coordinator.get(address)).text)
    assert ["Retire uno de ellos" in page for page in shown] == [False, True, False]
    assert f'href="/enrollment/cohorts/{cohort}"' in shown[1]
    assert f'href="/enrollment/cohorts/{elsewhere}"' not in shown[1]


async def test_whoever_applied_since_stands_in_the_way_until_they_withdraw(resources: EnrollmentResources) -> None:
    one, first = await registered(resources, await a_cohort(resources))
    cohort = await a_cohort(resources)
    _other, second = await registered(resources, cohort, names=Names("Rosa Elena", "Quispe Huamani"))
    await decides(resources, first, second, SAME)
    names = Names("Rosa Elena", "Quispe Huamani")
    since = an_application(await a_cohort(resources), document=one.document, names=names, birth_date=None)
    outcome = await applies(resources, since)
    assert isinstance(outcome, Accepted)
    assert outcome.person_id == second

    with pytest.raises(RejectedError) as refused:
        await asks(resources, first, second, OTHER)
    assert refused.value.rejection.code == "enrolled_since"
    await withdraws(resources, outcome.enrollment_id)
    await decides(resources, first, second, OTHER)
    assert len(set((await counted(resources)).values())) == 2


async def test_who_was_registered_apart_as_the_same_person_can_be_another(resources: EnrollmentResources) -> None:
    """Also where the registration itself counted both as one."""
    one, first = await registered(resources, await a_cohort(resources))
    apart = an_application(await a_cohort(resources, facilitator="facilitator-0602"), document=one.document)
    outcome = await applies(resources, apart, visibility=Visibility(facilitator="facilitator-0602"))
    assert isinstance(outcome, Accepted)
    assert await counted(resources) == {first: first, outcome.person_id: first}

    await decides(resources, first, outcome.person_id, OTHER)

    assert await counted(resources) == await replayed(resources) == {first: first, outcome.person_id: outcome.person_id}
    assert await waiting(resources) == []


async def test_decisions_contradict_no_other(resources: EnrollmentResources) -> None:
    people = [(await registered(resources, await a_cohort(resources)))[1] for _ in range(3)]
    first, second, third = people
    await decides(resources, first, second, OTHER)
    await decides(resources, first, third, SAME)
    with pytest.raises(RejectedError) as refused:
        await asks(resources, third, second, SAME)
    assert refused.value.rejection.code == "decided_otherwise"
    await decides(resources, first, second, SAME)
    await decides(resources, third, second, SAME)
    with pytest.raises(RejectedError) as refused:
        await asks(resources, first, second, OTHER)
    assert refused.value.rejection.code == "still_counted_as_one"
    assert set((await counted(resources)).values()) == {first}


async def test_an_erased_person_is_compared_with_nobody(resources: EnrollmentResources) -> None:
    first, second = await two_people(resources)
    await resources.pool.execute("UPDATE people SET identity = NULL WHERE person_id = $1", second)
    with pytest.raises(RejectedError) as refused:
        await asks(resources, first, second, SAME)
    assert refused.value.rejection.code == "person_erased"


# Pages ---------------------------------------------------------------------------------------------------------------


async def test_two_people_are_shown_side_by_side_and_decided(
    site: Site[EnrollmentResources], resources: EnrollmentResources
) -> None:
    document = Document(DocumentType.DNI, "45678912")
    _one, first = await registered(resources, await a_cohort(resources), document=document)
    _other, second = await registered(
        resources, await a_cohort(resources), names=Names("Rosa", "Quispe"), birth_date=date(1987, 5, 21)
    )
    address = f"/reviews/people/{first}/{second}"
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        page = re.sub(r">\s+|\s+<", lambda found: found[0].strip(), (await coordinator.get(address)).text)
        sent = {"decision": "same_person", "reason": "person_asked"}
        unexplained = await coordinator.post(address, data={"decision": "same_person"})
        decided = await coordinator.post(address, data=sent, follow_redirects=True)
    trail = await resources.pool.fetch("SELECT kind, reason, people FROM audit_trail WHERE action ~ 'people'")

    cells = re.findall(r'<t[hd] role="(?:rowheader|cell)"[^>]*>(.*?)</t[hd]>', page)
    assert cells[cells.index("12 de mayo de 1987") + 1] == "21 de mayo de 1987"
    assert page.count('<span class="badge waiting">Sí</span>') == 2, "the birth date and the document differ"
    assert unexplained.status_code == 422
    assert "se cuentan como una sola" in decided.text
    assert [(one["kind"], one["reason"], set(one["people"])) for one in trail if one["kind"] == "write"] == [
        ("write", "person_asked", {first, second})
    ]
    assert all({first, second} == set(one["people"]) for one in trail)


async def test_a_row_is_shown_beside_its_person_and_decided(
    site: Site[EnrollmentResources], resources: EnrollmentResources
) -> None:
    cohort = await a_cohort(resources)
    import_id, person_id = await a_row_to_review(resources, cohort)
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        listed = (await coordinator.get("/reviews")).text
        address = f"/reviews/rows/{import_id}/1/2"
        page = (await coordinator.get(address)).text
        page = re.sub(r">\s+|\s+<", lambda found: found[0].strip(), page)
        sent = {"decision": "other_person", "reason": "cards_compared"}
        stale = await coordinator.post(address, data=sent | {"if_match": '"1"'})
        decided = await coordinator.post(address, data=sent, follow_redirects=True)
        again = await coordinator.get(address, follow_redirects=False)
    read = await resources.pool.fetch("SELECT people FROM audit_trail WHERE action = 'show_row' AND kind = 'read'")
    assert {person for one in read for person in one["people"]} == {person_id}, "whom it was compared with"
    assert f"/enrollment{address}" in listed
    assert all(f">{name}</td>" in page for name in ("Segundo", KNOWN["Nombres"]))
    assert f"/people/{person_id}/rectify" in page
    assert stale.status_code == 412
    assert "Fila 2: aceptada" in decided.text
    assert again.status_code == 303, "an address of what was decided leads on"
