"""What the media service is told by its environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import ServiceSettings


class MediaSettings(ServiceSettings):
    """`MINKA_MEDIA_…`"""

    model_config = SettingsConfigDict(env_prefix="MINKA_MEDIA_")

    storage: Path = Field(description="Folder that keeps the files of the assets, under their SHA-256.")
