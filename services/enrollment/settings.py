"""Settings of the enrollment service, read from its environment."""

from typing import Annotated, Self

from annotated_types import Len
from pydantic import Base64Bytes, Field, Secret, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import ServiceSettings
from chassis.web.texts import N_
from services.enrollment.identity.encryption import KEY_BYTES

PREFIX = "/enrollment"
"""The path under which the service's HTTP side stands; it is printed in addresses that people are given."""

Key = Annotated[Base64Bytes, Len(KEY_BYTES, KEY_BYTES)]


class EnrollmentSettings(ServiceSettings):
    """`MINKA_ENROLLMENT_…`"""

    model_config = SettingsConfigDict(env_prefix="MINKA_ENROLLMENT_")

    keys_database_url: SecretStr = Field(
        description="The application role's address of the database that holds the subjects' keys, and nothing else."
    )
    keys_migrator_database_url: SecretStr | None = Field(
        None, description="The migrator role's address of the key database; only `migrate` needs it."
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="The server, `smtp://user:password@host:587` or `smtps://…:465`; without it no e-mail is sent.",
    )
    mail_sender: str = Field(
        "", description="Whom e-mails are from, such as `Capacitación <capacitacion@example.org>`."
    )
    bounce_address: str = Field(
        "",
        description="Where undeliverable e-mails come back, such as `bounces@example.org`: each message is sent from "
        "`bounces+ID@example.org`, so that the mail server knows which came back. Without it they come to the sender.",
    )
    report_token: SecretStr = Field(
        SecretStr(""),
        description="The bearer token by which the mail server or the gateway reports messages that came back; without "
        "it no report is taken.",
    )
    telephone_gateway_url: str | None = Field(
        None, description="Where texts to telephones are posted; without it none is sent."
    )
    telephone_gateway_token: SecretStr = Field(SecretStr(""), description="The gateway's bearer token.")
    reminder_hours: int = Field(
        24, ge=1, le=14 * 24, description="How many hours before a session people are reminded of it."
    )
    answer_working_days: int = Field(
        10,
        ge=1,
        le=60,
        description="Working days within which the office answers who asks to be corrected or erased: ten, as the "
        "former regulation of Ley 29733 gave for *rectificación* and *cancelación* (DS 003-2013-JUS, article 55). "
        "DS 016-2024-JUS replaced it on 30 March 2025: ask your legal adviser which term it gives.",
    )
    controller_name: str = Field(
        "",
        max_length=200,
        description="Who answers for the data (*titular del banco de datos*), such as `Gobierno Regional de Cajamarca, "
        "RUC …`; the privacy notice tells it.",
    )
    controller_address: str = Field("", max_length=200, description="Their address, for the privacy notice.")
    controller_contact: str = Field(
        "", max_length=200, description="Where people ask about their data: office, hours, telephone, e-mail."
    )
    data_bank_code: str = Field(
        "", max_length=100, description="The code under which the data bank is registered at the ANPD."
    )
    data_processors: str = Field(
        "",
        max_length=500,
        description="Who processes data for the office, and in which country: mail server, telephone gateway, hosting.",
    )
    master_key: Secret[Key] = Field(
        description="Wraps the subjects' keys; 32 random bytes in base64. Whoever loses it loses every name."
    )

    @model_validator(mode="after")
    def _has_a_sender(self) -> Self:
        if self.smtp_url and "@" not in self.mail_sender:
            raise ValueError(
                N_("A mail server without a sender: set MINKA_ENROLLMENT_MAIL_SENDER to the office's address.")
            )
        return self
