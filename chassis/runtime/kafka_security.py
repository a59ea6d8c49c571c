"""How a client of Kafka signs in, and whom it believes: told alike to the services and to the operator's command."""

import ssl
from typing import Literal, Self

from pydantic import BaseModel, Field, FilePath, model_validator

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


class KafkaSecurity(BaseModel):
    """The part of the settings that says it."""

    kafka_security_protocol: Protocol | None = Field(
        None, description="As Kafka names it; none means SASL_PLAINTEXT with a user, and PLAINTEXT without."
    )
    kafka_sasl_mechanism: Mechanism = Field("SCRAM-SHA-512", description="How the user proves its password.")
    kafka_ca_file: FilePath | None = Field(
        None, description="The authorities that brokers' certificates come from (PEM); none means the machine's own."
    )
    kafka_certificate_file: FilePath | None = Field(
        None, description="Our own certificate (PEM), where the broker asks for one."
    )
    kafka_key_file: FilePath | None = Field(None, description="The key of that certificate (PEM, without a password).")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.kafka_certificate_file is None) != (self.kafka_key_file is None):
            raise ValueError("kafka_certificate_file and kafka_key_file need each other")
        files = (self.kafka_ca_file, self.kafka_certificate_file)
        if any(files) and self.kafka_security_protocol not in {"SSL", "SASL_SSL"}:
            raise ValueError("certificates of Kafka are used with kafka_security_protocol SSL or SASL_SSL alone")
        return self

    def protocol(self, username: str | None) -> Protocol:
        """The protocol for this user, or for nobody."""
        return self.kafka_security_protocol or ("PLAINTEXT" if username is None else "SASL_PLAINTEXT")

    def tls(self) -> ssl.SSLContext | None:
        """What a broker's certificate is compared with, its host name included; None without TLS."""
        if self.kafka_security_protocol not in {"SSL", "SASL_SSL"}:
            return None
        context = ssl.create_default_context(cafile=self.kafka_ca_file)
        if self.kafka_certificate_file is not None:
            context.load_cert_chain(self.kafka_certificate_file, self.kafka_key_file)
        return context

    def librdkafka(self, username: str | None, password: str | None) -> dict[str, str]:
        """The settings of a confluent-kafka client."""
        protocol = self.protocol(username)
        signing_in = {
            "sasl.mechanism": self.kafka_sasl_mechanism,
            "sasl.username": username or "",
            "sasl.password": password or "",
        }
        files = {
            "ssl.ca.location": self.kafka_ca_file,
            "ssl.certificate.location": self.kafka_certificate_file,
            "ssl.key.location": self.kafka_key_file,
        }
        return {
            "security.protocol": protocol,
            **(signing_in if protocol.startswith("SASL") else {}),
            **{name: str(file) for name, file in files.items() if file is not None},
        }
