"""The principals' passwords on the broker."""

from collections.abc import Mapping

from confluent_kafka.admin import (
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialUpsertion,
)

from deploy.broker.access import PATIENCE, Access, administer

ITERATIONS = 4096


def set_passwords(access: Access, passwords: Mapping[str, str]) -> None:
    """Give every principal this password, whether it had one or not."""
    scram = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS)
    alterations: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(name, scram, word.encode()) for name, word in passwords.items()
    ]
    admin = administer(access)
    for future in admin.alter_user_scram_credentials(alterations, request_timeout=PATIENCE).values():
        future.result()
