"""A list of the sample service: the trees of an orchard, as a page, as JSON and as a file."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from chassis.store.database import Connection, Pool
from chassis.store.queries import Query
from chassis.web.access import Anybody
from chassis.web.pagination import Listing, Page, fetch_page, page_of, render_list
from chassis.web.tables import Column, Table
from chassis.web.views import View, view_of

KINDS = {"queñual": "Queñual", "aliso": "Aliso", "molle": "Molle"}
STATES = {"planted": "Planted", "grown": "Grown", "felled": "Felled"}

ORCHARD = Table(
    "orchard",
    "Orchard",
    key="tree_id",
    order="-planted_on",
    columns=(
        Column("name", "Name", link="/orchard/{row.tree_id}", searched=True),
        Column("kind", "Kind", labels=KINDS, filtered=True, searched=True),
        Column("place", "Place", "code", searched=True),
        Column("height", "Height", "number"),
        Column("planted_on", "Planted", "date"),
        Column("seen_at", "Seen", "instant"),
        Column("native", "Native", "flag", filtered=True),
        Column(
            "state",
            "State",
            labels=STATES,
            badges={"planted": "waiting", "grown": "good", "felled": "bad"},
            filtered=True,
        ),
        Column("garden_id", "Garden", "identifier", filtered=True, shown=False),
        Column("actions", "Actions", "action"),
    ),
    rows=10,
)

ORCHARD_FOR_VISITORS = replace(
    ORCHARD, columns=tuple(column for column in ORCHARD.columns if column.name in {"name", "planted_on", "native"})
)

ALL = Query(
    "SELECT tree_id, name, kind, place, height, planted_on, seen_at, native, state, garden_id FROM orchard\n"
    "WHERE :garden_id::uuid IS NULL OR garden_id = :garden_id;"
)
ADD = Query(
    "INSERT INTO orchard VALUES"
    " (:tree_id, :name, :kind, :place, :height, :planted_on, :seen_at, :native, :state, :garden_id)"
)


@dataclass(frozen=True, slots=True)
class Tree:
    tree_id: UUID
    name: str
    kind: str
    place: str | None = None
    height: int | None = None
    planted_on: date | None = None
    seen_at: datetime | None = None
    native: bool | None = None
    state: str = "planted"
    garden_id: UUID | None = None


class TreeReply(BaseModel):
    tree_id: UUID
    name: str
    height: int | None


class Trees(Listing):
    trees: list[TreeReply]


router = APIRouter()


async def create_orchard(connection: Connection) -> None:
    """Adds the table, and lets the service use it."""
    await connection.execute("""
        CREATE TYPE tree_state AS ENUM ('planted', 'grown', 'felled');
        CREATE TABLE orchard (
            tree_id uuid PRIMARY KEY, name text NOT NULL, kind text NOT NULL, place text, height integer,
            planted_on date, seen_at timestamptz, native boolean, state tree_state NOT NULL, garden_id uuid
        );
    """)


async def list_trees(pool: Pool | None, view: View, stored: list[Tree]) -> Page[Tree]:
    """From the database, or without one from memory."""
    return page_of(stored, view) if pool is None else await fetch_page(pool, ALL, view, Tree, garden_id=None)


@router.get("/orchard", include_in_schema=False)
async def show_orchard(request: Request, view: Annotated[View, Depends(view_of(ORCHARD, exports=True))]) -> Response:
    resources = request.app.state.resources
    return await render_list(request, "orchard.html", await list_trees(resources.pool, view, resources.trees))


def orchard_for(principal: Anybody) -> Table:
    return ORCHARD if principal else ORCHARD_FOR_VISITORS


@router.get("/api/visits")
async def answer_visitor(
    request: Request, view: Annotated[View, Depends(view_of(ORCHARD, chosen_by=orchard_for))]
) -> Trees:
    return await answer_orchard(request, view)


@router.get("/api/orchard")
async def answer_orchard(request: Request, view: Annotated[View, Depends(view_of(ORCHARD))]) -> Trees:
    resources = request.app.state.resources
    page = await list_trees(resources.pool, view, resources.trees)
    trees = [TreeReply(tree_id=tree.tree_id, name=tree.name, height=tree.height) for tree in page.rows]
    return Trees(trees=trees, next=page.next)


NAMES = """
San Bernardino|Oxamarca|Chalamarca|José Sabogal|Ángel|Ñaupa|Nuñuma|nogal viejo
|La Encañada, cerca de la acequia principal|Huasmín|Zarumilla|abedul
|Ébanoebanoebanoebanoebanoebanoebanoebanoebanoebano|Jaén|Sócota
""".replace("\n", "").split("|")


def some_trees(number: int = 23) -> list[Tree]:
    """The same trees each time."""
    return [_tree(n) for n in range(number)]


def _tree(n: int) -> Tree:
    return Tree(
        tree_id=UUID(int=n),
        name=NAMES[n % len(NAMES)],
        kind=list(KINDS)[n % 3],
        place=None if n % 7 == 3 else f"06{n % 13 + 1:02}{n % 9 + 1:02}",
        height=None if n % 5 == 2 else n * 137 % 1500,
        planted_on=None if n % 11 == 6 else date(2025, n % 12 + 1, n % 28 + 1),
        seen_at=None if n % 4 == 1 else datetime(2026, 5, n % 28 + 1, 15, n % 60, tzinfo=UTC),
        native=[True, False, None][n % 3],
        state=list(STATES)[n % 3],
        garden_id=UUID(int=n % 2),
    )
