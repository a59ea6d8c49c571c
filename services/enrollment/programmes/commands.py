"""What can be asked about programmes and their modules."""

from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from chassis.store.identifiers import new_id
from chassis.web.inputs import Command, in_form
from chassis.web.texts import N_
from contracts.enrollment import Mechanism
from services.enrollment.fields import Period, Title, as_lines, as_list
from services.enrollment.programmes.domain import ContentCorrectionReason

Code = Annotated[
    str, in_form(r"[A-Z0-9-]{3,20}", N_("Write 3 to 20 capital letters, digits or hyphens, such as PECJA0001."))
]
OfficeCode = Annotated[Code, Field(description="The office's own code.")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class PublishProgramme(Period):
    """Announces a training programme, such as the one of a commitment."""

    programme_id: UUID = Field(default_factory=new_id)
    code: OfficeCode
    title: Title


class CorrectProgramme(Period):
    """All that describes the programme, as it is right."""

    code: OfficeCode
    title: Title
    reason: ContentCorrectionReason


class ModuleContent(Command):
    """What a module teaches, and how."""

    title: Title
    mechanism: Mechanism
    hours: int = Field(gt=0, le=400, description="Taught hours.")
    edition: int = Field(1, gt=0, le=99)
    languages: Annotated[list[Language], BeforeValidator(as_list)] = Field(
        ["es"], min_length=1, max_length=20, description="ISO 639 codes, such as `es`, `qu`, `agr`."
    )
    required_sessions: int = Field(
        1, ge=0, le=50, description="Required sessions that the plan of a cohort has of it, at least."
    )
    learning_outcomes: Annotated[list[Title], BeforeValidator(as_lines)] = Field(
        [], max_length=20, description="What somebody can do who was taught it, one by one."
    )


class PublishModule(ModuleContent):
    """Publishes a module of a programme."""

    module_id: UUID = Field(default_factory=new_id)


class CorrectModule(ModuleContent):
    """All that describes the module, as it is right."""

    reason: ContentCorrectionReason
