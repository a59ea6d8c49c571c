"""Nine people are published as one is: nothing that is public tells how many they are. Ten are counted.

Each public route is asked, each with each parameter, and whatever was announced. The number that decides stands here as
a figure; a route or an indicator that comes later is asked, too.
"""

import json
import re
from datetime import date
from typing import Any

from chassis.store.database import Pool
from chassis.web.access import EVERYBODY
from contracts.event import Event
from contracts.reporting import OutcomePublished
from contracts.targets import GROUPS
from services.reporting.app import service
from services.reporting.indicators.registry import INDICATORS
from services.reporting.resources import ReportingResources
from services.reporting.tests import stories
from services.reporting.tests.stories import an_id
from services.reporting.tests.worker_steps import fold_count_publish
from tests.support.databases import FreshDatabases
from tests.support.sites import Site, serving

OF_PEOPLE = {
    "enrolled",
    "attendees",
    "attended",
    "trained",
    "trained_before",
    "organizations_trained",
    "visits",
    "first_party_reach",
}
"""The indicators whose small counts could tell of somebody."""

WHEN = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.+Z-]+|\d{1,2}:\d\d(?::\d\d)?")

Fields = dict[str, Any]

Surface = dict[str, str]
"""What the public is answered, by what it asked."""


def the_year_of(people: int) -> list[Event]:
    """So many people enroll, come, complete, each for an organization, and open a link."""
    several = [an_id(0x1000 + number) for number in range(people)]
    return [
        stories.a_programme(),
        stories.a_cohort(),
        *(event for person in several for event in (
            stories.a_consent(person), stories.an_enrollment(person),
            stories.an_attendance(person, an_id(0x300)), stories.a_stated_training(person),
            stories.a_completion(person, organization=stories.derived_id(person, "organization")),
            stories.an_organization(stories.derived_id(person, "organization")),
        )),
        *targets(),
        stories.a_day_of_reach(1, date(2025, 5, 12), range(people)),
    ]  # fmt: skip


def targets() -> list[Event]:
    """Targets of every indicator of people, by each thing that narrows one."""
    narrowed: list[Fields] = [
        {}, {"programme_id": stories.PROGRAMME}, {"first_month": "2025-05", "last_month": "2025-05"},
        {"province": "0601"}, {"district": "060101"}, {"dimension": "sex", "member": "female"},
        {"district": "060101", "dimension": "sex", "member": "female"},
    ]  # fmt: skip
    people = sorted(OF_PEOPLE & GROUPS.keys())
    asked = [(one, fields) for one in people for fields in narrowed if fields.get("dimension", "sex") in GROUPS[one]]
    return [
        stories.a_target(indicator=one, target_id=an_id(0x400 + number), **fields)
        for number, (one, fields) in enumerate(asked)
    ]


def addresses(site: Site[ReportingResources]) -> list[str]:
    """Everything that anybody may ask, with every value of a parameter that has few of them."""
    lines = [line.split(" ")[1] for line, roles in site.app.state.access.items() if EVERYBODY in roles]
    asked: list[str] = []
    for path in lines:
        match re.findall(r"{(\w+)}", path):
            case _ if path == "/api/stream" or path.startswith(("/health", "/metrics", "/static")):
                continue  # the stream never ends: what it sends is in `announced`
            case []:
                asked.append(path)
            case ["event_type", "number"]:
                asked.append(path.format(event_type=OutcomePublished.type, number=1))
            case ["number"]:
                asked.append(path.format(number=1))
            case ["indicator"]:
                asked += [path.format(indicator=one) + query for one in INDICATORS for query in queries_of(one)]
            case ["indicator", "dimension"]:
                asked += [
                    path.format(indicator=one.id, dimension=by) for one in INDICATORS.values() for by in one.dimensions
                ]
            case parameters:
                raise AssertionError(f"{path} has {parameters}: add the values that can be asked")
    return asked


def queries_of(indicator: str) -> list[str]:
    by = ["", *(f"by={dimension}" for dimension in INDICATORS[indicator].dimensions)]
    narrower = ["format=csv", "format=json", "programme=PECJA0001", "from=2025-05&to=2025-05"]
    return [f"?{'&'.join(filter(None, (one, other)))}" for one in by for other in narrower]


async def surface(databases: FreshDatabases, people: int, *asked: str) -> Surface:
    """The answers to everything, or to what is `asked`."""
    async with serving(service, databases.variables("reporting")) as site:
        await fold_count_publish(site.resources.pool, *the_year_of(people))
        async with site.browser() as anybody:
            found = {one: plain((await anybody.get(one)).text) for one in asked or addresses(site)}
        return found | {"announced": await announced(site.resources.pool)}


async def announced(pool: Pool) -> str:
    """What the stream and the topic have sent, without its ids and times."""
    changes = await pool.fetch("SELECT to_jsonb(c) - ARRAY['sequence', 'changed_at', 'recorded_at'] FROM changes c")
    events = await pool.fetch("SELECT aggregateid, payload FROM outbox")
    bodies = [{k: v for k, v in json.loads(row[1]).items() if k not in {"occurred_at", "sequence"}} for row in events]
    return plain(json.dumps([sorted(str(row[0]) for row in changes), sorted(map(str, bodies))]))


def plain(text: str) -> str:
    """Without times, and without what each problem is called by."""
    return re.sub(r'"reference": ?"\w+"', "", WHEN.sub("then", text))


async def test_nine_are_published_as_one_is(fresh_databases: FreshDatabases) -> None:
    one, nine = [await surface(fresh_databases, people) for people in (1, 9)]
    assert {asked for asked in one if one[asked] != nine[asked]} == set()
    assert any('"suppressed"' in answer for answer in one.values())


async def test_ten_are_counted(fresh_databases: FreshDatabases) -> None:
    totals = [f"/api/indicators/{indicator}?format=json" for indicator in sorted(OF_PEOPLE)]
    ten, eleven = [await surface(fresh_databases, people, *totals) for people in (10, 11)]
    for asked in totals:
        assert '"value":10' in ten[asked] and '"value":11' in eleven[asked], asked


def test_the_indicators_of_people_are_these() -> None:
    assert {name for name, indicator in INDICATORS.items() if indicator.of_people} == OF_PEOPLE
