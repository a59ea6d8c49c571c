"""Somebody who reads their own data accepts there the seat that is offered to them, or leaves it to the next."""

import pytest

from services.enrollment.enrollments.domain import Application
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import REACHABLE, withdraws
from services.enrollment.tests.test_offers import a_full_cohort, offered
from services.enrollment.tests.test_own_data import looks, shown
from tests.support.sites import Site

Enrollment = Site[EnrollmentResources]


async def with_offer(site: Enrollment, until: str = "9000-01-01") -> tuple[Application, Application]:
    """Somebody to whom a seat is offered until then, and the next who waits."""
    holder, [first, second] = await a_full_cohort(site.resources, REACHABLE, REACHABLE)
    await withdraws(site.resources, holder.enrollment_id)
    query = "UPDATE enrollments SET offered_until = $1::text::date WHERE offered_until IS NOT NULL"
    await site.resources.pool.execute(query, until)
    return first, second


@pytest.mark.parametrize(
    ("answer", "statuses"), [("accept", ["accepted", "waitlisted"]), ("decline", ["withdrawn", "accepted"])]
)
async def test_the_person_answers_an_offer(site: Enrollment, answer: str, statuses: list[str]) -> None:
    """The cohort of the story is over by now, so that the next has a seat that is declined at once."""
    first, second = await with_offer(site)
    async with site.browser() as person:
        await looks(person, first)
        address = f"/my-data/offers/{first.enrollment_id}"
        assert f"{address}/accept" in await shown(person)
        answers = [await person.post(f"{address}/{answer}") for _ in range(2)]
        page = await shown(person)
    assert [one.status_code for one in answers] == [303, 303]
    assert [status for status, _until in await offered(site.resources, first, second)] == statuses
    assert address not in page


async def test_nobody_answers_an_offer_of_somebody_else(site: Enrollment) -> None:
    first, second = await with_offer(site)
    address = f"/my-data/offers/{first.enrollment_id}/accept"
    async with site.browser() as person:
        unrecognized = await person.post(address)
        await looks(person, second)
        assert address not in await shown(person)
        others = await person.post(address)
    assert unrecognized.headers["location"].endswith("/my-data")
    assert others.status_code == 404
    assert [status for status, _until in await offered(site.resources, first)] == ["waitlisted"]


async def test_an_offer_that_ended_is_not_shown(site: Enrollment) -> None:
    first, _second = await with_offer(site, "2001-01-01")
    async with site.browser() as person:
        await looks(person, first)
        assert "/my-data/offers/" not in await shown(person)
        late = await person.post(f"/my-data/offers/{first.enrollment_id}/accept")
    assert late.status_code == 409


async def test_somebody_who_has_the_seat_is_told_so_when_they_decline_on_an_old_page(site: Enrollment) -> None:
    first, _second = await with_offer(site)
    async with site.browser() as person:
        await looks(person, first)
        await person.post(f"/my-data/offers/{first.enrollment_id}/accept")
        declined = await person.post(f"/my-data/offers/{first.enrollment_id}/decline")
    assert declined.status_code == 409
    assert "Usted ya tomó la vacante. Si no puede asistir, avise a la oficina" in declined.text
    assert [status for status, _until in await offered(site.resources, first)] == ["accepted"]
