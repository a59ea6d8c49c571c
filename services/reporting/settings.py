"""The environment variables of reporting."""

from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import ServiceSettings


class ReportingSettings(ServiceSettings):
    """The settings that every service has, and no other."""

    model_config = SettingsConfigDict(env_prefix="MINKA_REPORTING_")
