"""Nothing of an erased person is left where somebody could look for it: databases, files, dumps, logs, Kafka."""

import asyncio
import mmap
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.topics import TOPICS
from deploy.trial import data_folders, postgres
from services.media.tests.stories import DESCRIPTION, PNG
from tests.end_to_end.recounts import settled
from tests.end_to_end.test_from_sheet_to_figure import import_sheet
from tests.support.dumps import dump
from tests.support.sheets import document, row, sheet
from tests.support.trials import NewCohort, Trial
from tests.support.waiting import wait_until

GIVEN, FAMILY = "Zoraidaxyl Quyllur", "Wiñaypacha Ñahuincopa"
FORMER_GIVEN, FORMER_FAMILY = "Zoraiduxyl", "Wiñaypuma"
"""As the person was called until a correction."""
PHONE, EMAIL = "976 481 253", "zoraidaxyl@ejemplo.pe"
BIRTH_DATE = "1931-02-27"
ROUTE = "/api/people/{person_id}/erase"
"""What the logs say of the request."""

KEPT_SHEET = "Otra Persona Ajena"
DATABASES = ("enrollment", "enrollment_keys", "sessions", "media", "reporting")

TEXT_OF_TABLES = """
    SELECT format('SELECT coalesce(string_agg(t::text, chr(10)), '''') FROM %I.%I t', schemaname, tablename)
    FROM pg_tables WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema'
"""
SEALED = """
    SELECT encode(identity, 'hex') FROM people WHERE person_id = ANY($1) UNION ALL
    SELECT encode(identity, 'hex') FROM former_identities WHERE person_id = ANY($1) UNION ALL
    SELECT encode(document_digest, 'hex') FROM people WHERE person_id = ANY($1) UNION ALL
    SELECT encode(unnest(name_digests), 'hex') FROM people WHERE person_id = ANY($1) UNION ALL
    SELECT encode(cells, 'hex') FROM import_rows WHERE import_id = ANY($2) AND cells IS NOT NULL UNION ALL
    SELECT encode(name, 'hex') FROM imports WHERE import_id = ANY($2)
"""
WRITTEN_AHEAD = "SELECT pg_logical_emit_message(true, 'control', $1::text)"
"""Writes a text into the write-ahead log, from which a checkpoint may have removed what stood there before."""

KEYS = "SELECT encode(wrapped, 'hex') FROM keys WHERE subject = ANY($1)"


async def asked(trial: Trial, database: str, query: str, *arguments: Any) -> list[Any]:
    """The first column of what the query gives."""
    connection = await asyncpg.connect(postgres.superuser_url(trial.layout, trial.credentials, database))
    try:
        return [record[0] for record in await connection.fetch(query, *arguments)]
    finally:
        await connection.close()


async def stored(trial: Trial) -> str:
    """Every row of every table of every service, as text; bytes are hexadecimal digits in it."""
    texts = []
    for database in DATABASES:
        for query in await asked(trial, database, TEXT_OF_TABLES):
            texts += await asked(trial, database, query)
    return "\n".join(texts)


def dumped(trial: Trial) -> str:
    return "\n".join(dump(postgres.superuser_url(trial.layout, trial.credentials, one)) for one in DATABASES)


def files(trial: Trial) -> Iterator[Path]:
    """PostgreSQL's tables and write-ahead log, Kafka's log, what the processes wrote, and what was uploaded."""
    for folder in (data_folders.data_folder(trial.layout.home), trial.layout.home):
        yield from (path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)


def written_in(trial: Trial, needles: list[str]) -> dict[str, str]:
    """Which needle stands in which file, in the encodings in which somebody would search."""
    pattern = re.compile(b"|".join(re.escape(form) for needle in needles for form in forms_of(needle)))
    found = {}
    for path in files(trial):
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            if match := pattern.search(content):
                found[str(path)] = match[0].decode(errors="replace")
    return found


def forms_of(needle: str) -> list[bytes]:
    return [needle.encode(), needle.encode("utf-16-le"), needle.encode().hex().encode()]


RECTIFIABLE = {"document", "given_names", "family_names", "birth_date", "sex", "phone", "email"}


async def records(trial: Trial) -> str:
    """Keys, headers and values of all records of all topics."""
    consumer = AIOKafkaConsumer(bootstrap_servers=trial.layout.open_bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = [TopicPartition(name, one) for name, topic in TOPICS.items() for one in range(topic.partitions)]
        ends = await consumer.end_offsets(partitions)
        waiting = [one for one, start in (await consumer.beginning_offsets(partitions)).items() if start < ends[one]]
        consumer.assign(waiting)
        texts = []
        while any([await consumer.position(one) < ends[one] for one in waiting]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                texts += [f"{record.key!r} {record.headers!r} {text_of(record.value)}" for record in batch]
        return "\n".join(texts)
    finally:
        await consumer.stop()


def text_of(value: bytes | None) -> str:
    """Tests beside this one send records that are no UTF-8; what they say otherwise is read all the same."""
    return (value or b"").decode(errors="backslashreplace")


def zoraida(cohort: NewCohort, number: str) -> dict[str, Any]:
    consents = [{"purpose": "training"}, {"purpose": "contact"}]
    stated = {"birth_date": BIRTH_DATE, "sex": "female", "phone": PHONE, "email": EMAIL}
    return cohort.enrollment(number, GIVEN, FAMILY, **stated, consents=consents)


def corrected(trial: Trial, person_id: UUID, number: str) -> None:
    """The person was registered by another number and other names, and has them corrected."""
    right = {name: value for name, value in zoraida(trial.cohort(), number).items() if name in RECTIFIABLE}
    trial.make(f"/enrollment/api/people/{person_id}/rectify", right | {"reason": "mistake_found"})


async def test_nothing_of_an_erased_person_is_left(trial: Trial) -> None:
    number, former_number, cohort, other = document(), document(), trial.cohort(), trial.cohort()
    control = cohort.name.removeprefix("Cohorte ")
    headers = trial.headers("coordinator") | {"Idempotency-Key": uuid4().hex}
    body = zoraida(cohort, former_number) | {"given_names": FORMER_GIVEN, "family_names": FORMER_FAMILY}
    person_id = UUID(trial.http.post("/enrollment/api/enrollments", json=body, headers=headers).json()["person_id"])
    corrected(trial, person_id, number)
    own = row(other.name, number, family=FAMILY, given=GIVEN).replace("12/05/1987", "27/02/1931")
    with_seat = await import_sheet(trial, sheet([own, row(other.name, document(), consent="No")]))
    with_mistake = await import_sheet(trial, sheet([row(other.name, "12", family=FAMILY, given=GIVEN)]))
    reviewed = await import_sheet(trial, sheet([row(other.name, number, family="Cotrina", given="Juan")]))
    as_before = await import_sheet(trial, sheet([row(other.name, "12", family=FORMER_FAMILY, given=FORMER_GIVEN)]))
    by_former_number = await import_sheet(trial, sheet([row(other.name, former_number, consent="No")]))
    named_after = await import_sheet(
        trial, sheet([row(other.name, "12", family="Díaz", given="Juan")]), name=f"{GIVEN} {FAMILY}.csv"
    )
    poster = {"file": (f"{GIVEN} {FAMILY}.png", PNG)}
    assert trial.post("/media/api/assets", "communications", data=DESCRIPTION, files=poster).status_code == 201
    another = await import_sheet(trial, sheet([row(other.name, "12", family=KEPT_SHEET, given="Juan")]))
    naming = (with_seat, with_mistake, reviewed, as_before, by_former_number, named_after)
    imports = [UUID(one["import_id"]) for one in naming]
    former = [FORMER_GIVEN, FORMER_FAMILY, former_number]
    plain = [
        *former,
        GIVEN,
        GIVEN.lower(),
        FAMILY,
        "Ñahuincopa",
        number,
        PHONE,
        PHONE.replace(" ", ""),
        EMAIL,
        BIRTH_DATE,
    ]
    sealed = await asked(trial, "enrollment", SEALED, [person_id], imports)
    keys = await asked(trial, "enrollment_keys", KEYS, [person_id, *imports])
    assert (len(sealed), len(keys)) == (3 + 4 + 6 + 6, 7)
    total = await settled(trial, "enrolled")
    everything = await stored(trial)
    assert [one for one in [*sealed, *keys, control] if one not in everything] == [], "the search finds what is there"

    erasure = trial.make(f"/enrollment/api/people/{person_id}/erase", {"reason": "person_asked", "confirmed": True})
    address = f"/enrollment/api/people/{person_id}/record"
    await wait_until(lambda: trial.get(address, "coordinator").json()["erasure"]["keys_destroyed_at"])

    assert UUID(erasure["person_id"]) == person_id
    await asked(trial, "postgres", "CHECKPOINT")
    gone = [*plain, *(one.encode().hex() for one in plain), *sealed, *keys]
    everything, everything_dumped, everything_sent = await stored(trial), dumped(trial), await records(trial)
    for place in (everything, everything_dumped, everything_sent):
        assert control in place
        assert [one for one in gone if one in place] == []
    await asked(trial, "postgres", WRITTEN_AHEAD, control)
    looked_through = await asyncio.to_thread(written_in, trial, [control, ROUTE])
    assert [one for one in ("base", "pg_wal", "logs") if not any(f"/{one}/" in path for path in looked_through)] == []
    assert await asyncio.to_thread(written_in, trial, plain) == {}
    assert await settled(trial, "enrolled") == total
    still = trial.get(f"/enrollment/api/imports/{another['import_id']}/refused", "coordinator")
    assert KEPT_SHEET in still.text, "other people's rows are still there to be corrected"


async def test_the_person_is_told_and_then_found_by_nobody(trial: Trial) -> None:
    number, cohort = document(), trial.cohort()
    person_id = trial.make("/enrollment/api/enrollments", zoraida(cohort, number))["person_id"]
    address = f"/enrollment/api/people/{person_id}"
    before = trial.get(f"{address}/record", "coordinator").json()
    trial.make(f"{address}/erase", {"reason": "person_asked", "confirmed": True})
    after = trial.get(f"{address}/record", "coordinator").json()
    entries = trial.get(f"/enrollment/api/cohorts/{cohort.cohort_id}/enrollments", "coordinator").json()["enrollments"]
    searches = [trial.make("/enrollment/api/people/search", {"text": text})["enrollments"] for text in (number, GIVEN)]

    assert (before["identity"]["document_number"], before["identity"]["email"]) == (number, EMAIL)
    assert after["identity"] is None
    assert [(one["status"], one["given_names"]) for one in entries] == [("accepted", None)]
    assert person_id not in [entry["person_id"] for found in searches for entry in found]
