"""The passwords of the broker's users."""

from collections.abc import Mapping

from confluent_kafka.admin import (
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialUpsertion,
)

from deploy.operator.broker.access import TIMEOUT_SECONDS, Access, administer

ITERATIONS = 4096


def set_passwords(access: Access, passwords: Mapping[str, str]) -> None:
    """Sets each user's password, whether it had one or not."""
    scram = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS)
    alterations: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(name, scram, word.encode()) for name, word in passwords.items()
    ]
    admin = administer(access)
    for future in admin.alter_user_scram_credentials(alterations, request_timeout=TIMEOUT_SECONDS).values():
        future.result()
