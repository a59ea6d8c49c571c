"""The service's settings, read from its environment."""

from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import ServiceSettings


class SessionsSettings(ServiceSettings):
    """`MINKA_SESSIONS_…`. The service has no settings beyond those of every service."""

    model_config = SettingsConfigDict(env_prefix="MINKA_SESSIONS_")
