"""What every service is told by its environment. Each service subclasses this with its own prefix."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, SecretStr, StringConstraints
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from chassis.runtime.kafka_security import KafkaSecurity

LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]

Contact = Annotated[str, StringConstraints(pattern=r"^(mailto:[^\s@]+@[^\s@]+|https://\S+)$")]
"""The address of a mail box or a page."""


def _separated(value: object) -> object:
    """The parts of a text between its commas."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


class HttpSettings(BaseSettings):
    """What anything that serves pages is told."""

    # An error names what is missing or wrong, and quotes no secret beside it. An empty variable is as none: a file of
    # Compose cannot leave one out.
    model_config = SettingsConfigDict(env_prefix="MINKA_", hide_input_in_errors=True, env_ignore_empty=True)

    environment: Literal["trial", "production"] = Field(
        "production", description="`trial` permits the demonstration issuer; anything else is refused there."
    )
    public_url: str = Field(description="The address people use, without a trailing slash.")
    issuer_url: str = Field(description="The OpenID Connect issuer, exactly as its tokens spell it.")
    issuer_internal_url: str = Field(
        "", description="Where services reach the issuer, if they do not reach it at the address its tokens spell."
    )
    client_id: str = Field("minka", description="Our client id at the issuer, and the audience of its tokens.")
    client_secret: SecretStr = Field(
        SecretStr(""), description="Our client's secret at the issuer, which it asks for where it has introspection."
    )
    session_secret: SecretStr = Field(
        description="Signs sign-in state and request fingerprints; random, 32 bytes or more."
    )
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_separated)] = Field(
        (),
        description="Comma-separated addresses or networks of the proxies that are believed who asks, by "
        "`X-Forwarded-For`; nobody else is.",
    )
    rate_factor: int = Field(
        1,
        ge=1,
        le=1000,
        description="Multiplies how often routes may be called: for demonstrations and load tests.",
    )
    navigation_file: Path | None = Field(
        None, description="JSON list of the links every page shows: label, href, roles, in_footer."
    )
    languages: Annotated[tuple[LanguageTag, ...], NoDecode, BeforeValidator(_separated)] = Field(
        ("es", "en"),
        min_length=1,
        description="Comma-separated languages of pages, the default first; with a region, such as `es-PE`, "
        "numbers and dates are written as there.",
    )
    time_zone: ZoneInfo = Field(ZoneInfo("UTC"), description="The zone in which times are shown, by its IANA name.")
    interface_contact: Contact | None = Field(
        None,
        description="Where questions about the interfaces are answered, as `mailto:…` or `https://…`; "
        "the OpenAPI documents tell it.",
    )
    log_level: str = Field("INFO", description="Lowest level that is logged.")
    traces_url: str = Field(
        "",
        pattern=r"^(https?://[^\s]+)?$",
        description="Where traces are sent, as OTLP over HTTP, such as `http://collector:4318/v1/traces`; "
        "without it none is made.",
    )
    traces_share: float = Field(
        1.0, ge=0, le=1, description="The share of requests whose traces are recorded; the same for all services."
    )


class ServiceSettings(KafkaSecurity, HttpSettings):
    """Read from environment variables, `MINKA_<SERVICE>_<FIELD>`; the reference page is generated from here.

    What all services are told alike may be said once, as `MINKA_<FIELD>`; a service's own word counts more.
    """

    database_url: SecretStr = Field(description="The application role's database address.")
    migrator_database_url: SecretStr | None = Field(
        None, description="The migrator role's address of the same database; only `migrate` needs it."
    )
    kafka_bootstrap: str = Field(description="Comma-separated `host:port` of the brokers.")
    kafka_username: str | None = Field(None, description="The user of Kafka; none means that nobody signs in.")
    kafka_password: SecretStr | None = Field(None, description="Its password.")
    worker_host: str = Field("127.0.0.1", description="Address the worker's health and metrics listen on.")
    worker_port: int = Field(0, ge=0, le=65535, description="Port of the worker's health and metrics; 0 means none.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, EnvSettingsSource(settings_cls, env_prefix="MINKA_")
