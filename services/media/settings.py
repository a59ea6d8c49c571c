"""The service's settings, read from its environment."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, Field, FilePath, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import ServiceSettings
from chassis.web.texts import N_

PREFIX = "/media"
"""The path under which the service's HTTP side stands; it is printed in the addresses of links."""


class FileSettings(BaseModel):
    """The part of the settings that says where the files of the assets are."""

    storage: Path | None = Field(
        None, description="Folder that keeps the files of the assets, under their SHA-256, where no bucket does."
    )
    s3_bucket: str = Field(
        "",
        pattern=r"^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$",
        description="Bucket that keeps the files instead, on storage that speaks S3.",
    )
    s3_endpoint: str = Field(
        "",
        pattern=r"^(https?://[^\s/]+/?)?$",
        description="Where that storage is, such as `https://s3.example.org`; none means Amazon's, of the region.",
    )
    s3_region: str = Field("us-east-1", description="The bucket's region; most storage other than Amazon's has one.")
    s3_access_key: str = Field("", description="The name of the key that may read and write objects of the bucket.")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="The secret of that key.")
    s3_path_style: bool = Field(
        True, description="Whether the bucket is named in the path; else `s3_endpoint` is the host of the bucket alone."
    )
    s3_ca_file: FilePath | None = Field(
        None, description="Authorities besides the machine's own that the storage's certificate may come from (PEM)."
    )

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if not self.s3_bucket and self.storage is None:
            raise ValueError(N_("The files need a place: set MINKA_MEDIA_STORAGE or MINKA_MEDIA_S3_BUCKET."))
        if self.s3_bucket and not (self.s3_access_key and self.s3_secret_key.get_secret_value()):
            raise ValueError(N_("A bucket needs MINKA_MEDIA_S3_ACCESS_KEY and MINKA_MEDIA_S3_SECRET_KEY."))
        return self


class MediaSettings(FileSettings, ServiceSettings):
    """`MINKA_MEDIA_…`"""

    model_config = SettingsConfigDict(env_prefix="MINKA_MEDIA_")
