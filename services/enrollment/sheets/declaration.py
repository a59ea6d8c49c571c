"""What the sender of a sheet declares about all its rows, where its cells do not say it."""

from collections import Counter
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic import Field as Bounds

from chassis.web.inputs import Command
from chassis.web.texts import N_
from contracts.territory import Scheme
from services.enrollment.fields import District
from services.enrollment.sheets.cells import MAXIMUM_COLUMNS
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.values.answers import SexLetters
from services.enrollment.sheets.values.dates import DateOrder
from services.enrollment.sheets.values.name_order import NameOrder
from services.enrollment.sheets.wordings import normalized


def _heading(written: str) -> str:
    if heading := normalized(written):
        return heading
    raise ValueError(_NO_HEADING)


Heading = Annotated[str, StringConstraints(max_length=200), AfterValidator(_heading)]
"""A heading as the sheet or its preview has it, which becomes what `normalized` makes of it."""


def _are_different(sent: Any) -> Any:
    if isinstance(sent, dict) and max(Counter(normalized(str(one)) for one in sent).values(), default=1) > 1:
        raise ValueError(_HEADING_TWICE)
    return sent


DeclaredColumns: TypeAlias = Annotated[
    dict[Heading, Field | None], Bounds(max_length=MAXIMUM_COLUMNS), BeforeValidator(_are_different)
]


class Declaration(Command):
    """Each is None where the sender said nothing.

    `district` is an INEI code, for rows that name no district. `consent` tells whether the office holds everybody's
    signed consent to the training, `completed` whether everybody on the list of a past cohort completed it. `columns`
    says of headings which field they are, and None of those not to be read.
    """

    cohort_id: UUID | None = None
    ubigeo_scheme: Scheme | None = None
    district: District | None = None
    consent: bool | None = None
    completed: bool | None = None
    name_order: NameOrder | None = None
    date_order: DateOrder | None = None
    sex_letters: SexLetters | None = None
    columns: DeclaredColumns = Bounds({})
    hidden_rows: bool | None = None


_NO_HEADING = N_("A heading has a letter or a digit.")
_HEADING_TWICE = N_("Two of these headings are the same.")
