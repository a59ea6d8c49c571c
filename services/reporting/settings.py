"""What reporting is told by its environment."""

from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import ServiceSettings


class ReportingSettings(ServiceSettings):
    """Nothing beyond what every service is told."""

    model_config = SettingsConfigDict(env_prefix="MINKA_REPORTING_")
