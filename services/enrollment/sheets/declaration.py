"""What the sender of a sheet declares about all its rows, where its cells do not say it."""

from typing import Annotated
from uuid import UUID

from pydantic import Field as Bounds
from pydantic import StringConstraints

from chassis.web.inputs import Input
from contracts.territory import Scheme
from services.enrollment.fields import District
from services.enrollment.sheets.cells import MAXIMUM_COLUMNS
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.values.answers import SexLetters
from services.enrollment.sheets.values.dates import DateOrder
from services.enrollment.sheets.values.name_order import NameOrder

Heading = Annotated[str, StringConstraints(pattern=r"^[a-z0-9 ]{1,200}$")]
"""A heading as `normalized` returns it."""


class Declaration(Input):
    """Each is None where the sender said nothing.

    `district` is an INEI code, for rows that name no district. `consent` tells whether the office holds everybody's
    signed consent to the training. `columns` says of headings which field they are, and None of those not to be read.
    """

    cohort_id: UUID | None = None
    ubigeo_scheme: Scheme | None = None
    district: District | None = None
    consent: bool | None = None
    name_order: NameOrder | None = None
    date_order: DateOrder | None = None
    sex_letters: SexLetters | None = None
    columns: dict[Heading, Field | None] = Bounds({}, max_length=MAXIMUM_COLUMNS)
    hidden_rows: bool | None = None
