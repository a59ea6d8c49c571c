"""The environment variables of reporting."""

from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import ServiceSettings


class ReportingSettings(ServiceSettings):
    """What reporting is told beside what every service is."""

    model_config = SettingsConfigDict(env_prefix="MINKA_REPORTING_")

    security_contact: Annotated[str, StringConstraints(pattern=r"^((mailto|tel):|https://)\S+$")] | None = Field(
        None,
        description="Where weaknesses are reported, such as `mailto:…`; `/.well-known/security.txt` tells it.",
    )
    data_licence: str = Field(
        "CC BY 4.0",
        description="The licence under which everybody may use the published figures.",
    )
    data_licence_url: Annotated[str, StringConstraints(pattern=r"^https://\S+$")] = Field(
        "https://creativecommons.org/licenses/by/4.0/",
        description="Where its text is; pages, files and answers lead there.",
    )
