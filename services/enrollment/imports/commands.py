"""What can be asked about imports."""

from dataclasses import dataclass
from uuid import UUID

from chassis.web.inputs import Input
from contracts.territory import Scheme


class SheetDeclaration(Input):
    """What the sender declares about the whole sheet, where its cells do not say it."""

    cohort_id: UUID | None = None
    ubigeo_scheme: Scheme | None = None


@dataclass(frozen=True, slots=True)
class UploadedSheet:
    """A file as it was sent, with its name and what was declared about it."""

    content: bytes
    name: str
    declaration: SheetDeclaration
