"""What can be asked about materials."""

from uuid import UUID

from fastapi import UploadFile
from pydantic import ConfigDict, Field

from chassis.store.identifiers import new_id
from chassis.web.inputs import Command
from services.enrollment.fields import Title
from services.enrollment.materials.domain import Audience
from services.enrollment.programmes.commands import Language
from services.enrollment.programmes.domain import ContentCorrectionReason


class DescribedMaterial(Command):
    """What is said of a file."""

    title: Title
    language: Language = Field(description="ISO 639 code, such as `es`.")


class AddMaterial(DescribedMaterial):
    """Adds a file to a module of the programme."""

    material_id: UUID = Field(default_factory=new_id)
    module_id: UUID
    audience: Audience = Audience.EVERYBODY


class UploadMaterial(AddMaterial):
    """A file with its description, as a form sends it."""

    model_config = ConfigDict(extra="ignore")  # a form may carry its idempotency key

    file: UploadFile


class CorrectMaterial(DescribedMaterial):
    """What is said of the file, as it is right."""

    audience: Audience | None = Field(None, description="For whom it is; without it, for the same as before.")
    reason: ContentCorrectionReason


class ReplaceMaterial(CorrectMaterial):
    """The same as a form sends it, with another file if the file is another one too."""

    model_config = ConfigDict(extra="ignore")  # a form may carry its idempotency key

    file: UploadFile | None = None


class RemoveMaterial(Command):
    """Removes the file for everybody."""

    reason: ContentCorrectionReason
