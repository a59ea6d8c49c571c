"""What everybody may read of the calendar: what takes place next, in a district of choice, and nothing of a person."""

from datetime import timedelta

from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.known_sessions import STARTS, a_known_session
from services.enrollment.tests.stories import a_cohort
from tests.support.sites import Site


async def told(site: Site[EnrollmentResources], query: str = "") -> list[str]:
    async with site.browser() as nobody:
        answer = (await nobody.get(f"/api/public/sessions{query}")).json()
    return [one["title"] for one in answer["sessions"]]


async def test_the_next_sessions_are_told_by_district(site: Site[EnrollmentResources]) -> None:
    pool, cohort = site.resources.pool, await a_cohort(site.resources)
    await pool.execute("UPDATE cohorts SET ends_on = '2099-12-31'")
    await a_known_session(pool, cohort, title="Segunda", starts_at=STARTS + timedelta(days=1))
    await a_known_session(pool, cohort, title="Primera")
    await a_known_session(pool, cohort, title="Lejos", district="060201", starts_at=STARTS + timedelta(days=2))

    assert await told(site) == ["Primera", "Segunda", "Lejos"]
    assert await told(site, "?district=060201") == ["Lejos"]
    async with site.browser() as nobody:
        page = (await nobody.get("/public/sessions?district=060101", headers={"Accept": "text/html"})).text
        overview = (await nobody.get("/public/programmes", headers={"Accept": "text/html"})).text
    async with site.browser() as nobody:
        unknown = await nobody.get("/api/public/sessions?district=150101")
        everywhere = await nobody.get("/public/sessions?district=", headers={"Accept": "text/html"})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "district")
    assert "Lejos" in everywhere.text
    assert "Primera" in page and "Lejos" not in page and 'name="district"' in page
    assert "/enrollment/public/sessions" in overview


async def test_only_what_is_open_and_still_to_come_is_told(site: Site[EnrollmentResources]) -> None:
    pool = site.resources.pool
    cohort, closed = await a_cohort(site.resources), await a_cohort(site.resources)
    await pool.execute("UPDATE cohorts SET ends_on = '2099-12-31'")
    await pool.execute("UPDATE cohorts SET status = 'closed' WHERE cohort_id = $1", closed)
    await a_known_session(pool, cohort, title="Cancelada", status="cancelled")
    await a_known_session(pool, cohort, title="Pasada", starts_at=STARTS - timedelta(days=100 * 366))
    await a_known_session(pool, closed, title="De una cohorte cerrada")
    await a_known_session(pool, closed, title="Audiencia para todos", kind="hearing")

    assert await told(site) == ["Audiencia para todos"]
