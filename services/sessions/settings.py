"""What this service is told by its environment."""

from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import ServiceSettings


class SessionsSettings(ServiceSettings):
    """Nothing beyond what every service needs."""

    model_config = SettingsConfigDict(env_prefix="MINKA_SESSIONS_")
