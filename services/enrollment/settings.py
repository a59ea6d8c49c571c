"""Settings of the enrollment service, read from its environment."""

from typing import Annotated

from annotated_types import Len
from pydantic import Base64Bytes, Field, Secret, SecretStr
from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import ServiceSettings
from services.enrollment.identity.encryption import KEY_BYTES

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
    master_key: Secret[Key] = Field(
        description="Wraps the subjects' keys; 32 random bytes in base64. Whoever loses it loses every name."
    )
