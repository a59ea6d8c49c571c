"""Labels of the types of materials, of their sizes, and of those for whom they are."""

from chassis.web.file_types import FileType
from chassis.web.formats import number
from chassis.web.texts import N_, _
from contracts.labels import Labels
from services.enrollment.materials.domain import Audience

KILOBYTE = 1000
"""Bytes, as phones and their plans count them."""

FILE_TYPES: Labels = {
    FileType.PDF: N_("PDF document"),
    FileType.PPTX: N_("Slides (PPTX)"),
    FileType.ODP: N_("Slides (ODP)"),
    FileType.PNG: N_("Picture (PNG)"),
    FileType.JPEG: N_("Picture (JPEG)"),
    FileType.WEBP: N_("Picture (WebP)"),
    FileType.MP3: N_("Sound (MP3)"),
    FileType.OGG: N_("Sound (OGG)"),
    FileType.M4A: N_("Sound (M4A)"),
}
AUDIENCES: Labels = {
    Audience.EVERYBODY: N_("Everybody"),
    Audience.ENROLLED: N_("Those who have a seat"),
    Audience.FACILITATORS: N_("Facilitators"),
}


def size_label(size: int) -> str:
    """Returns a number of bytes as people read it before they spend data on it."""
    if size < KILOBYTE**2:
        return _("%(number)s kB", number=number(max(1, round(size / KILOBYTE))))
    return _("%(number)s MB", number=number(round(size / KILOBYTE**2, 1)))
