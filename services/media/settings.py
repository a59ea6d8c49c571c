"""The service's settings, read from its environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import ServiceSettings

PREFIX = "/media"
"""The path under which the service's HTTP side stands; it is printed in the addresses of links."""


class MediaSettings(ServiceSettings):
    """`MINKA_MEDIA_…`"""

    model_config = SettingsConfigDict(env_prefix="MINKA_MEDIA_")

    storage: Path = Field(description="Folder that keeps the files of the assets, under their SHA-256.")
