"""The auditor's view of the audit trail: what is shown, what is searched, and that looking leaves an entry too."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from chassis.store.database import Connection, Pool
from chassis.tests.serving import Site, serve

LIST, INTERFACE = "/sample/audit-trail", "/sample/api/audit-trail"
NOW = datetime.now(UTC)
SUBJECT = str(uuid4())
PERSON = uuid4()


@pytest.fixture
def site(pool: Pool) -> Site:
    return serve(pool)


@pytest.fixture(autouse=True)
async def _entries(migrator: Connection) -> None:
    """Three entries, one of each of the last days."""
    await migrator.executemany(
        """INSERT INTO audit_trail (kind, author, action, subject, people, shown, reason, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        [
            ("read", "ada", "list_entries_of_cohort", SUBJECT, [], 25, None, NOW - timedelta(days=2)),
            ("write", "grace", "close_cohort", SUBJECT, [], None, "no seats left", NOW - timedelta(days=1)),
            ("read", "grace", "search_people", None, [PERSON, uuid4()], 2, None, NOW),
        ],
    )


def auditor(site: Site) -> httpx.AsyncClient:
    return site.gardener(sub="katherine", roles=["auditor"])


async def actions(site: Site, **asked: Any) -> list[str]:
    """The actions of the entries that the interface answers, without those of looking at the trail."""
    async with auditor(site) as somebody:
        answer = await somebody.get(INTERFACE, params=asked)
    assert answer.status_code == 200, answer.text
    return [entry["action"] for entry in answer.json()["entries"] if entry["author"] != "katherine"]


async def test_the_newest_entries_come_first(site: Site) -> None:
    assert await actions(site) == ["search_people", "close_cohort", "list_entries_of_cohort"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"author": "ada"}, ["list_entries_of_cohort"]),
        ({"subject": SUBJECT}, ["close_cohort", "list_entries_of_cohort"]),
        ({"action": "search_people"}, ["search_people"]),
        ({"kind": "write"}, ["close_cohort"]),
        ({"q": "cohort grace"}, ["close_cohort"]),
        ({"q": SUBJECT[:8]}, ["close_cohort", "list_entries_of_cohort"]),
        ({"person": str(PERSON)}, ["search_people"]),
        ({"person": SUBJECT}, ["close_cohort", "list_entries_of_cohort"]),
        ({"person": ""}, ["search_people", "close_cohort", "list_entries_of_cohort"]),
        ({"person": "ada"}, 422),
        ({"from": "2100-01-01"}, 422),
        ({"from": "", "to": ""}, ["search_people", "close_cohort", "list_entries_of_cohort"]),
    ],
)
async def test_it_is_narrowed(site: Site, asked: dict[str, str], found: list[str] | int) -> None:
    if isinstance(found, int):
        async with auditor(site) as somebody:
            assert (await somebody.get(INTERFACE, params=asked)).status_code == found
    else:
        assert await actions(site, **asked) == found


async def test_days_are_those_of_the_installation_and_both_are_included(site: Site, pool: Pool) -> None:
    zone = site.app.state.settings.time_zone
    days = [(NOW - timedelta(days=age)).astimezone(zone).date().isoformat() for age in range(3)]
    assert await actions(site, **{"from": days[1]}) == ["search_people", "close_cohort"]
    assert await actions(site, **{"from": days[2], "to": days[1]}) == ["close_cohort", "list_entries_of_cohort"]


async def test_an_answer_has_all_of_an_entry_and_goes_on_by_its_cursor(site: Site) -> None:
    async with auditor(site) as somebody:
        first = (await somebody.get(INTERFACE, params={"limit": 2})).json()
        second = (await somebody.get(INTERFACE, params={"limit": 2, "after": first["next"]})).json()
    assert [entry["action"] for entry in first["entries"]] == ["search_people", "close_cohort"]
    (entry,) = second["entries"]
    described = {name: entry[name] for name in ("kind", "author", "subject", "shown", "format", "reason")}
    assert described == {
        "kind": "read", "author": "ada", "subject": SUBJECT, "shown": 25, "format": None, "reason": None
    }  # fmt: skip


async def test_the_page_shows_it_and_leads_to_each_entry(site: Site, pool: Pool) -> None:
    entry_id = await pool.fetchval("SELECT entry_id FROM audit_trail WHERE action = 'close_cohort'")
    async with auditor(site) as somebody:
        page = (await somebody.get(LIST, params={"author": "grace", "from": "2025-01-01"})).text
        details = (await somebody.get(f"{LIST}/{entry_id}")).text
        unknown = await somebody.get(f"{LIST}/{uuid4()}")
    assert f'href="{LIST}/{entry_id}"' in page and "list_entries_of_cohort" not in page
    assert 'value="2025-01-01"' in page and 'href="?author=grace"' in page
    entry_id = await pool.fetchval("SELECT entry_id FROM audit_trail WHERE action = 'search_people'")
    async with auditor(site) as somebody:
        of_search = (await somebody.get(f"{LIST}/{entry_id}")).text
    assert f'href="{LIST}?person={PERSON}"' in of_search
    assert "no seats left" in details and f'href="{LIST}?subject={SUBJECT}"' in details
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no_entry")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_it_is_exported(site: Site, kind: str) -> None:
    async with auditor(site) as somebody:
        answer = await somebody.get(LIST, params={"format": kind})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="registro-de-auditoria.{kind}"'
    if kind == "csv":
        assert answer.content.decode("utf-8-sig").count("\n") == 4


async def test_looking_at_it_leaves_an_entry_for_each_page(site: Site, pool: Pool) -> None:
    async with auditor(site) as somebody:
        await somebody.get(LIST)
        await somebody.get(LIST, params={"format": "csv"})
        await somebody.get(INTERFACE)
    rows = await pool.fetch(
        "SELECT kind, action, shown, format FROM audit_trail WHERE author = 'katherine' ORDER BY entry_id"
    )
    assert [tuple(row) for row in rows] == [
        ("read", "list_audit_trail", 3, None),
        ("read", "list_audit_trail", 4, "csv"),
        ("read", "list_audit_trail", 5, None),
    ]
