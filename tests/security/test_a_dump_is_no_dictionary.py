"""A dump of the data, with the secrets that lie beside it, lets nobody try out numbers or count names."""

import asyncio
import base64
import hmac
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from services.enrollment.identity import blind_index
from services.enrollment.identity.blind_index import BlindIndex
from services.enrollment.identity.documents import Document, DocumentType
from services.enrollment.identity.names import Names
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.conftest import environment, resources, site  # noqa: F401
from services.enrollment.tests.stories import a_cohort, an_application, applies
from tests.support.dumps import dump

ANA = Document(DocumentType.DNI, "47850293")


async def test_no_secret_beside_the_data_computes_what_a_document_is_found_by(
    resources: EnrollmentResources,  # noqa: F811
    environment: dict[str, str],  # noqa: F811
) -> None:
    await applies(resources, an_application(await a_cohort(resources), document=ANA))
    text = dump(environment["MINKA_ENROLLMENT_DATABASE_URL"])
    assert (await resources.blind.document(ANA)).hex() in text
    for secret in keys_in(environment):
        assert hmac.digest(secret, b"document/dni/47850293", "sha256").hex() not in text
        assert (await BlindIndex(secret).document(ANA)).hex() not in text


async def test_the_key_database_alone_computes_nothing(
    resources: EnrollmentResources,  # noqa: F811
    environment: dict[str, str],  # noqa: F811
) -> None:
    key = await resources.keyring.index_key()
    assert key.hex() not in dump(environment["MINKA_ENROLLMENT_KEYS_DATABASE_URL"])
    assert key not in keys_in(environment)


async def test_people_of_one_name_share_nothing_in_a_dump(resources: EnrollmentResources) -> None:  # noqa: F811
    cohort = await a_cohort(resources)
    for _ in range(3):
        await applies(resources, an_application(cohort, names=Names("Zenobia", "Ñaupa Cercado")))
    rows = await resources.pool.fetch("SELECT to_jsonb(people) - 'profile' - 'registered_at' AS person FROM people")
    found = [value for row in rows for value in set(binary_values(row["person"]))]
    assert len(found) > 3 * 3
    assert len(set(found)) == len(found)


def keys_in(environment: dict[str, str]) -> set[bytes]:  # noqa: F811
    """Every setting that is 32 bytes, written in base64 or in hexadecimal."""
    return {
        key
        for value in environment.values()
        for decode in (base64.b64decode, bytes.fromhex)
        for key in decoded(decode, value)
        if len(key) == 32
    }


def decoded(decode: Callable[[str], bytes], value: str) -> Iterator[bytes]:
    with suppress(ValueError):
        yield decode(value)


def binary_values(row: dict[str, Any]) -> Iterator[str]:
    """What JSON has of the columns of bytes, also of arrays of them."""
    for value in row.values():
        yield from (one for one in (value if isinstance(value, list) else [value]) if str(one).startswith("\\x"))


async def test_a_guess_is_dear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id over a megabyte takes some sixty times what a plain keyed hash takes."""
    asked: list[dict[str, Any]] = []

    def derived(**cost: Any) -> Argon2id:
        asked.append(cost)
        return Argon2id(**cost)

    monkeypatch.setattr(blind_index, "Argon2id", derived)
    await BlindIndex(b"k" * 32).document(ANA)
    (cost,) = asked
    assert cost["memory_cost"] * cost["iterations"] >= 1024


async def test_the_loop_goes_on_while_a_digest_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    loop_went_on = threading.Event()
    monkeypatch.setattr(BlindIndex, "_slow_digest", lambda *_: b"digest" if loop_went_on.wait(180) else b"alone")
    digest = asyncio.create_task(BlindIndex(b"k" * 32).document(ANA))
    await asyncio.sleep(0)
    loop_went_on.set()
    assert await digest == b"digest"
