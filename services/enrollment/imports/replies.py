"""What the interface answers about imports."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from chassis.web.pagination import Listing
from chassis.web.texts import _
from services.enrollment.imports.correction_service import REVIEW, CorrectedRow
from services.enrollment.imports.domain import ImportState, Obstacle
from services.enrollment.imports.faults import StoredFailure, StoredFault, told
from services.enrollment.imports.labels import FIELDS, OBSTACLES, REASONS, question_text
from services.enrollment.imports.preview_service import ShownPreview
from services.enrollment.imports.previews import (
    ColumnPreview,
    FaultyRows,
    LeftOutPreview,
    RowsPreview,
    TablePreview,
)
from services.enrollment.imports.results import ImportResults
from services.enrollment.imports.service import Import, QueuedImport, StoredOutcome
from services.enrollment.imports.undo import SHOWN_OBSTACLES, RequestedUndo, RowObstacle, UndoPlan
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.questions import Question, QuestionKind

TAB = "A tab is counted from 1, as in `tabs`: lists beside each other in one tab of the workbook count as a tab each."


class Links(BaseModel):
    self: str


class ImportQueued(BaseModel):
    """Follow `links.self` until its state is `done` or `failed`, or `previewed` where a preview was asked for."""

    import_id: UUID
    job_id: UUID
    status: ImportState
    links: Links

    @classmethod
    def of(cls, queued: QueuedImport, address: str) -> Self:
        links = Links(self=f"{address}/{queued.import_id}")
        return cls(import_id=queued.import_id, job_id=queued.job_id, status=queued.state, links=links)


class ImportDiscarded(BaseModel):
    """A sheet that was given up before anything of it was written."""

    import_id: UUID


class FaultView(BaseModel):
    """What is wrong with a row or with the whole sheet, and what to do about it."""

    column: int | None = Field(description="The column to correct, counted from 1.")
    heading: str | None = Field(description="The words of the heading that is meant, as far as they are still stored.")
    field: str | None
    code: str
    detail: str
    remedy: str | None

    @classmethod
    def of(cls, fault: StoredFault) -> Self:
        return cls(
            column=None if fault.column is None else fault.column + 1,
            heading=fault.heading or None,
            field=fault.field,
            code=fault.code,
            detail=fault.reason,
            remedy=fault.advice or None,
        )


class Failure(FaultView):
    """Why the file as a whole was not imported: the first of its `faults`, and all of them."""

    faults: list[FaultView]

    @classmethod
    def of_import(cls, failure: StoredFailure) -> Self:
        return cls(**dict(FaultView.of(failure)), faults=list(map(FaultView.of, failure.faults)))


class RefusedView(FaultView):
    """A fault, and how many rows have it."""

    rows: int
    places: list[tuple[int, int]] = Field(description=f"Tabs and lines of the first of these rows. {TAB}")

    @classmethod
    def of_preview(cls, one: FaultyRows) -> Self:
        return cls(**dict(FaultView.of(one.fault)), rows=one.rows, places=list(one.places))


class LeftOutView(LeftOutPreview):
    """Lines with their reason in the reader's language."""

    label: str

    @classmethod
    def of(cls, one: LeftOutPreview) -> Self:
        return cls(**dict(one), label=_(REASONS[one.reason]))


class ImportView(BaseModel):
    """How far an import is. Each row of the sheet has one of the six outcomes, or none yet."""

    model_config = ConfigDict(from_attributes=True)

    import_id: UUID
    state: ImportState
    rows: int | None = Field(description="Rows about a person; null until the file was read.")
    done: int
    accepted: int
    accepted_new_people: int = Field(
        description="Accepted people who had no other accepted enrollment: what `enrolled` grows by."
    )
    already_enrolled: int
    waitlisted: int
    review: int = Field(description="The document is known with another name, birth date or sex; nothing was changed.")
    refused: int
    undone: int = Field(description="Rows whose seat or place was withdrawn again, because the import was undone.")
    failure: Failure | None
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime = Field(description="When the rows to correct are erased.")
    tabs: list[str] = Field(
        [],
        description="As far as they are still stored, once the import has ended. Lists beside each other in one"
        " tab of the workbook count as a tab each.",
    )
    left_out: list[LeftOutView] = Field([], description="Lines that are no people; stored as long as `tabs`.")
    not_kept: list[RefusedView] = Field([], description="What was not kept of rows that were taken.")

    @classmethod
    def of(cls, found: Import, results: ImportResults) -> Self:
        told = cls.model_validate(found)
        left_out = list(map(LeftOutView.of, results.left_out))
        not_kept = list(map(RefusedView.of_preview, results.not_kept))
        more = {"tabs": list(results.tabs), "left_out": left_out, "not_kept": not_kept}
        return told.model_copy(update=more)

    @field_validator("failure", mode="before")
    @classmethod
    def _told(cls, failure: StoredFailure | None) -> Failure | None:
        return None if failure is None else Failure.of_import(failure)


class RowView(BaseModel):
    """What became of a row, without its cells."""

    tab: int = Field(description=TAB)
    line: int
    outcome: str
    enrollment_id: UUID | None
    faults: list[FaultView] = Field(
        description="All that is wrong with a refused row, why one is to be reviewed, or what is not kept of one that"
        " was taken."
    )
    version: str | None = Field(description="Of a row to correct; `If-Match` names it in quotes.")

    @classmethod
    def of(cls, row: StoredOutcome) -> Self:
        return cls(
            tab=row.tab + 1,
            line=row.line,
            outcome=row.outcome,
            enrollment_id=row.enrollment_id,
            faults=_faults(row.outcome, told(row.faults)),
            version=row.version,
        )

    @classmethod
    def of_corrected(cls, row: CorrectedRow) -> Self:
        return cls(
            tab=row.place.tab + 1,
            line=row.place.line,
            outcome=row.outcome,
            enrollment_id=row.enrollment_id,
            faults=_faults(row.outcome, row.faults),
            version=row.version,
        )


def _faults(outcome: str, found: Sequence[StoredFault]) -> list[FaultView]:
    """Returns what is wrong with a row; of one to review, that its person has to be compared."""
    return list(map(FaultView.of, [REVIEW] if outcome == "review" else found))


class Rows(Listing):
    rows: list[RowView]


class QuestionView(BaseModel):
    """A question about the whole sheet or one of its columns; `POST …/answers` takes the answer by the name `kind`, or
    in `columns` by the column's `heading`."""

    kind: QuestionKind
    question: str = Field(description="In the reader's language.")
    column: int | None = Field(description="Counted from 1; null for the whole sheet.")
    title: str
    options: list[str] = Field(description="What may be answered; without options, any value of the kind.")
    proposed: str | None = Field(description="`not_read` proposes null.")
    is_remembered: bool = Field(description="Whether a former sheet with these headings proposes it.")
    rows: int = Field(description="Rows that wait for the answer.")
    holds_all: bool = Field(description="Whether no row is imported without an answer.")

    @classmethod
    def of(cls, question: Question) -> Self:
        return cls(
            kind=question.kind,
            question=_(question_text(question)),
            column=None if question.column is None else question.column + 1,
            title=question.title,
            options=list(question.options),
            proposed=question.proposed,
            is_remembered=question.is_remembered,
            rows=question.rows,
            holds_all=question.refusal is not None,
        )


class ColumnView(ColumnPreview):
    """A column with the name of its field in the reader's language; null if it is not read."""

    label: str | None

    @classmethod
    def of(cls, column: ColumnPreview) -> Self:
        return cls(**dict(column), label=_(FIELDS[column.field]) if column.field else None)


class TableView(TablePreview):
    """A table with its columns as they are told."""

    columns: tuple[ColumnView, ...]

    @classmethod
    def of(cls, table: TablePreview) -> Self:
        return cls(**{**dict(table), "columns": tuple(map(ColumnView.of, table.columns))})


class PreviewView(BaseModel):
    """What was understood of a sheet, and what becomes of its rows if it is committed as it is."""

    tabs: list[str]
    tables: list[TableView]
    left_out: list[LeftOutView]
    faults: list[FaultView] = Field(description="What is wrong with the whole sheet, and has to be corrected in it.")
    questions: list[QuestionView]
    notes: list[FaultView] = Field(description="What is taken otherwise than it may seem; it holds no row back.")
    declaration: Declaration
    previewed_at: datetime = Field(description="When its rows were looked at.")
    is_outdated: bool = Field(
        description="Whether anything happened since, by which some rows may be decided otherwise."
        " `POST …/answers` with `{}` has the sheet judged again; a commit decides on each row anew."
    )
    is_remembered: bool = Field(description="Whether a former sheet with these headings was declared so.")
    rows: RowsPreview = Field(description="What would become of the rows if the sheet were committed now.")
    reasons: list[RefusedView]
    not_kept: list[RefusedView] = Field(description="What is not kept of rows that would be taken.")

    @classmethod
    def of(cls, shown: ShownPreview) -> Self:
        preview = shown.preview
        return cls(
            tabs=list(preview.tabs),
            tables=list(map(TableView.of, preview.tables)),
            left_out=list(map(LeftOutView.of, preview.left_out)),
            faults=list(map(FaultView.of, preview.faults)),
            questions=list(map(QuestionView.of, preview.questions)),
            notes=list(map(FaultView.of, preview.notes)),
            declaration=shown.declaration,
            previewed_at=shown.previewed_at,
            is_outdated=shown.is_outdated,
            is_remembered=preview.is_remembered,
            rows=preview.rows,
            reasons=list(map(RefusedView.of_preview, preview.reasons)),
            not_kept=list(map(RefusedView.of_preview, preview.not_kept)),
        )


class ObstacleView(BaseModel):
    """What depends on a row of an import, or has changed since. `link` is the page that shows it."""

    tab: int = Field(description=TAB)
    line: int
    enrollment_id: UUID
    obstacle: Obstacle
    detail: str
    link: str

    @classmethod
    def of(cls, one: RowObstacle, prefix: str) -> Self:
        return cls(
            tab=one.tab + 1,
            line=one.line,
            enrollment_id=one.enrollment_id,
            obstacle=one.obstacle,
            detail=_(OBSTACLES[one.obstacle]),
            link=one.link(prefix),
        )


class UndoView(BaseModel):
    """What undoing an import would do."""

    import_id: UUID
    state: ImportState
    accepted: int = Field(description="Rows whose seats would be given back.")
    waitlisted: int = Field(description="Rows whose places in the waiting list would be given up.")
    consents: int = Field(description="Consents that only this import gave, and that would be withdrawn.")
    obstructed: int = Field(description="Rows that something depends on by now.")
    obstacles: list[ObstacleView] = Field(description=f"What stands in the way; the first {SHOWN_OBSTACLES}.")
    recorded_since: list[ObstacleView] = Field(
        description="Attendance and completion of rows that were undone before either was heard."
    )

    @classmethod
    def of(cls, plan: UndoPlan, prefix: str) -> Self:
        return cls(
            import_id=plan.found.import_id,
            state=plan.found.state,
            accepted=plan.accepted,
            waitlisted=plan.waiting,
            consents=plan.consents,
            obstructed=plan.obstructed,
            obstacles=[ObstacleView.of(one, prefix) for one in plan.shown_obstacles],
            recorded_since=[ObstacleView.of(one, prefix) for one in plan.shown_recorded_since],
        )


class UndoRequested(BaseModel):
    """Follow `links.self` until its state is `undone`."""

    import_id: UUID
    status: ImportState
    links: Links

    @classmethod
    def of(cls, requested: RequestedUndo, address: str) -> Self:
        links = Links(self=f"{address}/{requested.import_id}")
        return cls(import_id=requested.import_id, status=requested.state, links=links)
