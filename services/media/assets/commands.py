"""Commands of assets."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from chassis.store.identifiers import new_id
from chassis.web.file_types import FileType
from chassis.web.inputs import Command
from contracts.media import AssetKind
from services.media.fields import Line, Text

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$"), Field(description="ISO 639 code, such as es.")]


class DescribeAsset(Command):
    """A file's description. The alternative text is for people who cannot see or hear the file."""

    asset_id: UUID = Field(default_factory=new_id)
    kind: AssetKind
    title: Line
    language: Language
    alternative_text: Text


class PublishAsset(DescribeAsset):
    """A described file that is stored."""

    content_sha256: str
    content_type: FileType
    size: int
