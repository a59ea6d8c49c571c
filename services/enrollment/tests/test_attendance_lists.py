"""The list of a session's people to sign: who has a seat, with the names that the reader may see, and nobody else."""

from uuid import UUID

from services.enrollment.attendance_lists.domain import code_length, code_of
from services.enrollment.enrollments.domain import Accepted
from services.enrollment.identity.names import Names
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.known_sessions import a_known_session
from services.enrollment.tests.stories import a_cohort, an_application, applies, withdraws
from tests.support.sites import Site

HTML = {"Accept": "text/html"}


async def listed_cohort(resources: EnrollmentResources) -> tuple[UUID, str]:
    """A cohort in which two have a seat, one left and one waits; the address of its session's list."""
    cohort = await a_cohort(resources, capacity=2)
    left = await applies(resources, an_application(cohort, names=Names("Left", "Aguilar")))
    assert isinstance(left, Accepted)
    await withdraws(resources, left.enrollment_id)
    for given, family in (("Rosa", "Quispe"), ("José", "Ñaupari"), ("Waits", "Zavaleta")):
        await applies(resources, an_application(cohort, names=Names(given, family)))
    session = await a_known_session(resources.pool, cohort)
    return cohort, f"/cohorts/{cohort}/sessions/{session}/list"


async def test_it_has_who_has_a_seat_by_family_name_with_the_code_of_the_card(
    site: Site[EnrollmentResources],
) -> None:
    _cohort, path = await listed_cohort(site.resources)
    async with site.browser("facilitator-0601") as facilitator:
        people = (await facilitator.get(f"/api{path}")).json()["people"]
        page = (await facilitator.get(path, headers=HTML)).text
        exported = (await facilitator.get(f"{path}?format=csv")).content.decode("utf-8-sig")
        printed = await facilitator.get(f"/api{path}.pdf")

    assert [one["names"] for one in people] == ["Ñaupari, José", "Quispe, Rosa"]
    assert not any(name in text for name in ("Aguilar", "Zavaleta") for text in (page, exported, str(people)))
    for one in people:
        assert one["code"] == one["enrollment_id"][-4:].upper()
        assert one["names"] in page and one["names"] in exported and one["code"] in page
    assert (printed.headers["content-type"], printed.content[:5]) == ("application/pdf", b"%PDF-")
    assert printed.headers["cache-control"] == "no-store"


async def test_whoever_reads_or_prints_it_is_in_the_trail(site: Site[EnrollmentResources]) -> None:
    _cohort, path = await listed_cohort(site.resources)
    async with site.browser("facilitator-0601") as facilitator:
        for address in (path, f"/api{path}", f"/api{path}.pdf", f"{path}?format=xlsx"):
            assert (await facilitator.get(address)).status_code == 200

    entries = await site.resources.pool.fetch(
        "SELECT shown, cardinality(people) AS people FROM audit_trail WHERE kind = 'read'"
    )
    assert [(one["shown"], one["people"]) for one in entries] == [(2, 2)] * 4


async def test_a_session_of_another_cohort_is_not_there(site: Site[EnrollmentResources]) -> None:
    cohort, _path = await listed_cohort(site.resources)
    other = await a_cohort(site.resources, facilitator="facilitator-0602")
    session = await a_known_session(site.resources.pool, other)
    async with site.browser("facilitator-0601") as facilitator, site.browser("coordinator") as coordinator:
        for path in (f"/cohorts/{cohort}/sessions/{session}/list", f"/cohorts/{other}/sessions/{session}/list"):
            for address in (path, f"/api{path}", f"/api{path}.pdf"):
                assert (await facilitator.get(address)).status_code == 404
        mixed = f"/api/cohorts/{cohort}/sessions/{session}/list"
        assert (await coordinator.get(mixed)).status_code == 404


async def test_a_name_that_is_not_shown_is_on_no_list(site: Site[EnrollmentResources]) -> None:
    _cohort, path = await listed_cohort(site.resources)
    await site.resources.pool.execute("UPDATE consents SET withdrawn_at = clock_timestamp()")
    async with site.browser("facilitator-0601") as facilitator:
        people = (await facilitator.get(f"/api{path}")).json()["people"]

    assert [(one["names"], one["document"]) for one in people] == [(None, None)] * 2


async def test_whose_name_is_not_shown_stands_last(site: Site[EnrollmentResources]) -> None:
    _cohort, path = await listed_cohort(site.resources)
    async with site.browser("facilitator-0601") as facilitator:
        first = (await facilitator.get(f"/api{path}")).json()["people"][0]
        await site.resources.pool.execute(
            "UPDATE consents SET withdrawn_at = clock_timestamp()"
            " WHERE person_id = (SELECT person_id FROM enrollments WHERE enrollment_id = $1)",
            UUID(first["enrollment_id"]),
        )
        people = (await facilitator.get(f"/api{path}")).json()["people"]
    assert [one["names"] for one in people] == ["Quispe, Rosa", None]


async def test_a_page_decrypts_those_whom_it_shows(site: Site[EnrollmentResources], decrypted: list[UUID]) -> None:
    _cohort, path = await listed_cohort(site.resources)
    async with site.browser("facilitator-0601") as facilitator:
        await facilitator.get(path, headers=HTML)
        decrypted.clear()
        first = (await facilitator.get(f"{path}?limit=1", headers=HTML)).text
    assert "Ñaupari" in first and "Quispe" not in first
    assert len(decrypted) == 1


async def test_each_word_of_a_search_is_in_the_names_or_in_the_code(site: Site[EnrollmentResources]) -> None:
    _cohort, path = await listed_cohort(site.resources)
    async with site.browser("facilitator-0601") as facilitator:
        codes = {one["names"]: one["code"] for one in (await facilitator.get(f"/api{path}")).json()["people"]}

        async def found(words: str) -> list[str]:
            page = (await facilitator.get(path, headers=HTML, params={"q": words})).text
            return [names for names in codes if names in page]

        quispe = codes["Quispe, Rosa"]
        assert [await found(words) for words in ("uispe", quispe.lower(), f"ROSA {quispe}", "nauparí")] == [
            ["Quispe, Rosa"],
            ["Quispe, Rosa"],
            ["Quispe, Rosa"],
            ["Ñaupari, José"],
        ]
        assert await found(f"ñaupari {quispe}") == []
        await site.resources.pool.execute("UPDATE consents SET withdrawn_at = clock_timestamp()")
        by_name, by_code = [
            (await facilitator.get(path, headers=HTML, params={"q": words})).text for words in ("quispe", quispe)
        ]
    assert quispe not in by_name.split("<table")[-1] and quispe in by_code.split("<table")[-1]


def test_a_code_is_as_long_as_it_takes() -> None:
    ids = {UUID(f"01960000-0000-7000-8000-0000000{number}abc") for number in (11, 21)}
    assert {code_of(one, code_length(ids)) for one in ids} == {"11ABC", "21ABC"}
