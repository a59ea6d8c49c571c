"""How imports stand, for the interface and the pages."""

from dataclasses import dataclass
from uuid import UUID

from chassis.store.database import Row
from chassis.web.problems import Problem
from chassis.web.texts import _
from services.enrollment.encryption import SubjectKey
from services.enrollment.imports.receiving import NAME, sql
from services.enrollment.imports.refused_rows import RefusedRow, opened
from services.enrollment.resources import EnrollmentResources

PAGE = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """An import in the list; its file's name is empty once it was erased."""

    row: Row
    name: str


async def status_of(resources: EnrollmentResources, import_id: UUID) -> Row:
    """The import with its counts. Raises a 404."""
    row = await resources.pool.fetchrow(sql.import_status.text, import_id)
    if row is None:
        raise Problem(404, "import_unknown", _("There is no such import."))
    return row


async def name_of(resources: EnrollmentResources, row: Row) -> str:
    """The file's name; empty once it was erased."""
    keys = await resources.keyring.fetch([row["import_id"]])
    return _name(keys, row)


async def latest(resources: EnrollmentResources, after: UUID | None) -> list[Listed]:
    """A page of imports, the latest first."""
    rows = await resources.pool.fetch(sql.import_list.text, after, PAGE)
    keys = await resources.keyring.fetch([row["import_id"] for row in rows])
    return [Listed(row, _name(keys, row)) for row in rows]


async def to_look_at(
    resources: EnrollmentResources, status: Row, most: int | None = None
) -> tuple[list[str], list[RefusedRow]]:
    """The sheet's headings and its rows that were refused or need a look. Raises a 410 once they were erased."""
    if status["headings"] is None and status["erased_at"] is None:
        return [], []
    key = (await resources.keyring.fetch([status["import_id"]])).get(status["import_id"])
    if key is None or status["headings"] is None:
        raise Problem(410, "import_erased", _("The rows of this import were erased after 30 days."))
    records = await resources.pool.fetch(sql.import_rows_to_look_at.text, status["import_id"], most)
    return opened(key, status["headings"], records)


def _name(keys: dict[UUID, SubjectKey], row: Row) -> str:
    key = keys.get(row["import_id"])
    return key.open(NAME, row["name"]).decode() if key and row["name"] else ""
