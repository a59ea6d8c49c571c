"""Announced, opened and withdrawn in any order, twice and in any batches, things end in the state of a replay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4, uuid5

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contracts.enrollment import ProgrammeAnnounced, ProgrammeStatus
from contracts.media import VisitorClass, VisitRecorded
from services.media.reach.domain import COUNTED_VISITS_OF_AN_ADDRESS, estimate
from services.media.replicas.reactions import reactions
from services.media.resources import MediaResources
from services.media.tests.stories import a_link, a_publication, an_asset
from services.media.tests.test_reach_projection import NOON, fold_batches, publish_due
from tests.support.reactions import deliver
from tests.support.records import record_of
from tests.support.sites import Site

LINKS, DAYS, VISITORS, PROGRAMMES = 2, 2, 3, 2

LAST_ANNOUNCED = """
SELECT DISTINCT ON (aggregateid) payload::jsonb AS body FROM outbox
WHERE payload::jsonb ->> $1 = ANY($2) AND type NOT LIKE '%.LinkCreated.%' ORDER BY aggregateid, aggregateversion DESC
"""


@dataclass(frozen=True)
class Announced:
    """A version of a programme, with a title of its own."""

    programme: int
    version: int


@dataclass(frozen=True)
class Visited:
    """A visit to a link; each visitor has an address of their own at each link. The same number is the same visit."""

    number: int
    link: int
    day: int
    visitor: int
    visitor_class: VisitorClass


@dataclass(frozen=True)
class Withdrawn:
    """The content, or its publication, is taken down."""

    what: str


Step = Announced | Visited | Withdrawn

TOLD: list[Step] = [
    *(Announced(programme, version) for programme in range(PROGRAMMES) for version in (1, 2, 3)),
    *(Withdrawn(what) for what in ("assets", "publications")),
]
visits = st.lists(
    st.tuples(*(st.integers(0, n - 1) for n in (LINKS, DAYS, VISITORS)), st.sampled_from(VisitorClass)), max_size=12
)
busy = st.integers(0, COUNTED_VISITS_OF_AN_ADDRESS + 3).map(lambda number: [(0, 0, 0, VisitorClass.PERSON)] * number)
visited = st.tuples(visits, busy).map(lambda both: [Visited(n, *one) for n, one in enumerate([*both[0], *both[1]])])
steps = visited.map(lambda made: [*TOLD, *made]).flatmap(
    lambda made: st.permutations([*made, *made[-4:]]).map(lambda order: (made, order))
)
cuts = st.lists(st.integers(1, 40), max_size=4).map(lambda found: [0, *sorted(found)])


class Run:
    """Two links, two programmes and a publication with ids of their own. The results are keyed by numbers, not ids."""

    def __init__(self, site: Site[MediaResources]) -> None:
        self.site = site
        self.pool = site.resources.pool
        self.id = uuid4()
        self.links: list[UUID] = []
        self.paths: dict[str, str] = {}

    async def take(self, order: Sequence[Step], cuts: Sequence[int]) -> dict[str, Any]:
        """Takes the steps in batches that begin at these places; after each, reach is announced."""
        self.links = [UUID((await a_link(self.site))["link_id"]) for _ in range(LINKS)]
        asset = await an_asset(self.site, title=str(self.id))
        self.paths = {"assets": asset, "publications": await a_publication(self.site, asset)}
        for first, end in pairwise([*cuts, max(len(order), *cuts)]):
            await self._batch(order[first:end])
            await publish_due(self.pool)
        return await self._state()

    async def _batch(self, order: Sequence[Step]) -> None:
        await fold_batches(self.pool, [self._visit(one) for one in order if isinstance(one, Visited)])
        for one in order:
            match one:
                case Announced():
                    record = record_of(self._programme(one), one.version)
                    assert await deliver(reactions, self.pool, record) == "handled"
                case Withdrawn():
                    path = f"/api/{one.what}/{self.paths[one.what]}/withdraw"
                    assert (await self.site.browser("communications").post(path)).is_success

    def _visit(self, one: Visited) -> VisitRecorded:
        address = uuid5(self.id, f"{one.link}/{one.visitor}").hex
        return VisitRecorded(
            occurred_at=NOON + timedelta(days=one.day, minutes=one.number),
            visit_id=uuid5(self.id, str(one.number)),
            link_id=self.links[one.link],
            visitor_class=one.visitor_class,
            visitor_digest=address,
            address_digest=address,
        )

    def _programme(self, one: Announced) -> ProgrammeAnnounced:
        return ProgrammeAnnounced(
            occurred_at=NOON,
            programme_id=self._programme_ids()[one.programme],
            code="PECJA0001",
            title=f"Edition {one.version}",
            starts_on=date(2025, 4, 1),
            ends_on=date(2025, 12, 31),
            status=ProgrammeStatus.PUBLISHED,
        )

    def _programme_ids(self) -> list[UUID]:
        return [uuid5(self.id, f"programme {number}") for number in range(PROGRAMMES)]

    async def _state(self) -> dict[str, Any]:
        reach = [dict(row) for row in await self.pool.fetch("SELECT * FROM reach WHERE link_id = ANY($1)", self.links)]
        programmes = "SELECT programme_id, title FROM known_programmes WHERE programme_id = ANY($1)"
        titles = {row["programme_id"]: row["title"] for row in await self.pool.fetch(programmes, self._programme_ids())}
        about_asset = await self._last("asset_id", self.paths["assets"])
        return {
            "programmes": [titles[one] for one in self._programme_ids()],
            "reach": {self._place(row): _counts(row) for row in reach},
            "people": {self._place(row): estimate(row["people_sketch"]) for row in reach},
            "announced": {self._place(body): _counts(body) for body in await self._last("link_id", *self.links)},
            "shown": sorted(str(body.get("status", body.get("active"))) for body in about_asset),
        }

    async def _last(self, field: str, *ids: UUID | str) -> list[dict[str, Any]]:
        """The bodies of what was announced last of each subject that names one of these."""
        return [row["body"] for row in await self.pool.fetch(LAST_ANNOUNCED, field, [str(one) for one in ids])]

    def _place(self, row: Mapping[str, Any]) -> tuple[int, int]:
        """The numbers of the link and of the day."""
        return [str(one) for one in self.links].index(str(row["link_id"])), (_day(row["day"]) - NOON.date()).days


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _counts(row: Mapping[str, Any]) -> list[int]:
    return [row[f"{kind}_visits"] for kind in ("people", "bot", "preview", "suspected")]


@given(steps, cuts)
@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # against a database, a smaller example would take minutes to find
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_any_order_ends_in_the_state_of_a_replay(
    site: Site[MediaResources], steps: tuple[Sequence[Step], Sequence[Step]], cuts: Sequence[int]
) -> None:
    made, order = steps

    replayed = await Run(site).take(made, [0])
    assert await Run(site).take(order, cuts) == replayed
    assert await Run(site).take([*order, *made], cuts) == replayed, "all of it was sent again"
    assert replayed["announced"] == replayed["reach"]
