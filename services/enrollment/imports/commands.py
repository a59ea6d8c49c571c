"""What can be asked about imports."""

from dataclasses import dataclass

from services.enrollment.sheets.declaration import Declaration


@dataclass(frozen=True, slots=True)
class UploadedSheet:
    """A file as it was sent, with its name and what was declared about it."""

    content: bytes
    name: str
    declaration: Declaration
