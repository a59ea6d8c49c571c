"""What the settings say of signing in to Kafka, and of whom to believe."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from chassis.runtime.kafka_security import KafkaSecurity
from tests.support.certificates import Authority


@pytest.mark.parametrize(
    ("told", "username", "protocol"),
    [
        ({}, None, "PLAINTEXT"),
        ({}, "sessions", "SASL_PLAINTEXT"),
        ({"kafka_security_protocol": "SSL"}, None, "SSL"),
        ({"kafka_security_protocol": "SASL_SSL"}, "sessions", "SASL_SSL"),
    ],
)
def test_who_signs_in_needs_no_protocol(told: dict[str, Any], username: str | None, protocol: str) -> None:
    security = KafkaSecurity(**told)
    assert security.protocol(username) == protocol
    assert security.librdkafka(username, "password")["security.protocol"] == protocol
    assert ("sasl.username" in security.librdkafka(username, "password")) == protocol.startswith("SASL")


def test_without_tls_nobody_is_believed_and_no_certificate_is_shown() -> None:
    assert KafkaSecurity().tls() is None
    assert KafkaSecurity(kafka_security_protocol="SASL_PLAINTEXT").tls() is None


def test_with_tls_the_name_of_the_broker_is_compared(tmp_path: Path) -> None:
    tls = KafkaSecurity(kafka_security_protocol="SASL_SSL", kafka_ca_file=Authority(tmp_path).file).tls()
    assert tls is not None and tls.check_hostname
    assert [authority["subject"] for authority in tls.get_ca_certs()] == [((("commonName", "authority"),),)]


@pytest.mark.parametrize("missing", ["kafka_certificate_file", "kafka_key_file"])
def test_a_certificate_and_its_key_need_each_other(tmp_path: Path, missing: str) -> None:
    certificate, key = Authority(tmp_path).certify("client", "127.0.0.1")
    told = {"kafka_certificate_file": certificate, "kafka_key_file": key, "kafka_security_protocol": "SSL"}
    del told[missing]
    with pytest.raises(ValidationError, match="need each other"):
        KafkaSecurity.model_validate(told)


@pytest.mark.parametrize("protocol", [None, "PLAINTEXT", "SASL_PLAINTEXT"])
def test_an_authority_without_tls_is_a_mistake(tmp_path: Path, protocol: str | None) -> None:
    told = {"kafka_ca_file": Authority(tmp_path).file, "kafka_security_protocol": protocol}
    with pytest.raises(ValidationError, match="alone"):
        KafkaSecurity.model_validate(told)


def test_a_file_that_is_not_there_is_named_by_its_setting(tmp_path: Path) -> None:
    told = {"kafka_ca_file": tmp_path / "nothing.pem", "kafka_security_protocol": "SSL"}
    with pytest.raises(ValidationError, match="kafka_ca_file"):
        KafkaSecurity.model_validate(told)
