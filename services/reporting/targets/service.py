"""The targets in force, each with its figure: exact, or as it was published."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from operator import attrgetter

from chassis.store.database import Pool
from chassis.store.queries import queries
from chassis.web import formats
from chassis.web.pagination import Page, fetch_page
from chassis.web.reads import ReadRequest
from chassis.web.tables import Column, Table
from chassis.web.texts import N_, _
from chassis.web.views import View
from contracts import territory
from contracts.labels import CELL_STATUSES, INDICATORS, Labels
from contracts.reporting import CellStatus
from services.reporting.answers.domain import Question
from services.reporting.answers.service import Found, answer
from services.reporting.facts.domain import Names
from services.reporting.facts.service import names
from services.reporting.indicators.members import label
from services.reporting.indicators.slices import DIMENSIONS
from services.reporting.publishing.disclosure import NO_DATA, Figure
from services.reporting.targets.domain import (
    Shown,
    Target,
    baseline_is_public,
    percent_of,
    question_of,
)

sql = queries(__package__)

SHOWN: Labels = {**CELL_STATUSES, Shown.NOT_PUBLISHED: N_("Not published so finely")}


@dataclass(frozen=True, slots=True)
class TargetProgress(Target):
    """A target with how far it is reached.

    `programme` is the programme's name. `now` and `percent` are None unless the `status` is published; the baseline and
    its source are None unless `baseline_status` is. `as_of`: when the figure holds.
    """

    programme: str | None
    now: int | None
    percent: int | None
    status: Shown
    baseline_status: Shown
    as_of: datetime | None


def _programme(target: TargetProgress) -> str:
    return target.programme or _("All programmes")


def _period(target: TargetProgress) -> str:
    if target.first_month is None or target.last_month is None:
        return _("All the time")
    first, last = (formats.month(date.fromisoformat(f"{one}-01")) for one in (target.first_month, target.last_month))
    return _("%(first)s to %(last)s", first=first, last=last)


def _place(target: TargetProgress) -> str:
    if target.district is not None:
        return _("District of %(name)s", name=territory.districts()[target.district].full_name)
    if target.province is not None:
        return _("Province of %(name)s", name=territory.provinces()[target.province])
    return _("All of Cajamarca")


def _group(target: TargetProgress) -> str:
    if target.dimension is None or target.member is None:
        return _("All groups")
    return f"{_(DIMENSIONS[target.dimension].label)}: {label(target.dimension, target.member, {})}"


def _about(target: TargetProgress) -> str:
    """What the target is about, in one text; what narrows nothing is left out, but for the programme."""
    narrowing = {
        _period: target.first_month, _place: target.province or target.district, _group: target.dimension,
    }  # fmt: skip
    return " · ".join([_programme(target), *(read(target) for read, narrows in narrowing.items() if narrows)])


def _shown(name: str, label: str) -> Column:
    return Column(name, label, labels=SHOWN, sortable=False, read=attrgetter(name))


_INDICATOR = Column("indicator", N_("Indicator"), labels=INDICATORS, filtered=True)
_NUMBERS = (
    Column("value", N_("Target"), "number"),
    Column("now", N_("Now"), "number", sortable=False, read=attrgetter("now"), drawn=True),
    Column("percent", N_("Percent reached"), "number", sortable=False, read=attrgetter("percent")),
)
_AS_OF = Column("as_of", N_("As of"), "instant", sortable=False, read=attrgetter("as_of"))
_BASELINE = Column("baseline", N_("Baseline"), "number", sortable=False, drawn=True)
_HIDDEN = (
    Column("programme_id", N_("Programme"), "identifier", filtered=True, shown=False),
    Column("target_id", N_("Target"), "identifier", shown=False),
)

TARGETS = Table(
    "targets",
    N_("Targets and progress"),
    key="target_id",
    order="indicator",
    columns=(
        _INDICATOR,
        Column("about", N_("For"), read=_about, sortable=False),
        *(replace(one, type="text") if one.drawn else one for one in (_BASELINE, *_NUMBERS)),
        _AS_OF,
        *_HIDDEN,
    ),
)
"""As a page shows it: what it draws may be words, which need their lines broken."""

TARGETS_IN_FULL = replace(
    TARGETS,
    columns=(
        _INDICATOR,
        Column("programme", N_("Programme"), read=_programme, sortable=False),
        Column("first_month", N_("First month"), "code", sortable=False),
        Column("last_month", N_("Last month"), "code", sortable=False),
        Column("place", N_("Place"), read=_place, sortable=False),
        Column("group", N_("Group"), read=_group, sortable=False),
        _BASELINE,
        Column("baseline_source", N_("Source of the baseline"), sortable=False),
        Column(
            "baseline_status",
            N_("State of the baseline"),
            labels=SHOWN,
            sortable=False,
            read=attrgetter("baseline_status"),
        ),
        *_NUMBERS,
        Column("status", N_("State of the figure"), labels=SHOWN, sortable=False, read=attrgetter("status")),
        _AS_OF,
        *_HIDDEN,
    ),
)
"""As a file has it."""


async def list_targets(read: ReadRequest | None, pool: Pool, view: View) -> Page[TargetProgress]:
    """A page of the targets in force. The figures are exact in a read of somebody who may see them so."""
    exact = read is not None
    page = await fetch_page(pool, sql.targets, view, Target)
    known = await names(pool)
    answers = await _answers(pool, page.rows, known, exact=exact)
    rows = [_progress(target, answers.get(question_of(target)), known, exact=exact) for target in page.rows]
    return Page(page.view, read.shows(rows) if read else rows, page.next)


async def _answers(pool: Pool, targets: list[Target], known: Names, *, exact: bool) -> Mapping[Question, Found]:
    """The answer to each question that may be asked. The targets of all districts are one question."""
    asked = dict.fromkeys(question_of(target) for target in targets)
    return {one: await answer(pool, one, known, exact=exact) for one in asked if exact or one.is_public}


def _figure(target: Target, found: Found, *, exact: bool) -> Figure:
    """The target's figure. An exact answer by two dimensions has no row for what nothing falls in."""
    missing = Figure(0, CellStatus.PUBLISHED) if exact else NO_DATA
    return next((row.figure for row in found.rows if row.members == target.members), missing)


def _progress(target: Target, found: Found | None, known: Names, *, exact: bool) -> TargetProgress:
    figure = _figure(target, found, exact=exact) if found else None
    status = Shown(figure.status) if figure else Shown.NOT_PUBLISHED
    value = figure.value if figure else None
    is_shown = exact or baseline_is_public(target, status)
    stated = target if is_shown else replace(target, baseline=None, baseline_source=None)
    return TargetProgress(
        **asdict(stated),
        programme=known.get("programme", {}).get(str(target.programme_id)),
        now=value,
        percent=percent_of(value, target.value),
        status=status,
        baseline_status=_baseline_status(target, is_shown=is_shown),
        as_of=found.as_of if found else None,
    )


def _baseline_status(target: Target, *, is_shown: bool) -> Shown:
    if target.baseline is None:
        return Shown.NO_DATA
    return Shown.PUBLISHED if is_shown else Shown.SUPPRESSED
