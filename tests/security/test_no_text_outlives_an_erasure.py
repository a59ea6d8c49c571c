"""What people type can name somebody. Reasons are chosen from lists; each other text is known, with what becomes of it.

A text that is added and is in no list below fails here, until somebody decides how an erasure reaches it.
"""

from typing import TYPE_CHECKING, Annotated, Any

import asyncpg
import pytest
from pydantic import SecretStr, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from chassis.messaging.dead_letters.admin import DISCARD_REASONS
from chassis.store.migrations import Migration, chassis_migrations, migrate, migrations_of
from deploy.trial.web import SERVICES
from services.sessions.attendance.labels import CORRECTION_REASONS
from tests.security.test_no_input_is_a_500 import inputs
from tests.support.databases import FreshDatabases

if TYPE_CHECKING:
    Connected = asyncpg.Connection[asyncpg.Record]

NAMES = ("Rosa Quispe", "Rosa", "ROSA-QUISPE", "https://quispe.pe/rosa", "rosa@quispe.pe", "rosa quispe")

OF_THE_PERSON = {
    "DocumentInput.number",
    *("EnrollPerson.given_names", "EnrollPerson.family_names", "EnrollPerson.email"),
    *("EnrollPersonForm.given_names", "EnrollPersonForm.family_names", "EnrollPersonForm.email"),
    *("DescribedPerson.given_names", "DescribedPerson.family_names", "DescribedPerson.email"),
    *("EnrollYourself.given_names", "EnrollYourself.family_names", "EnrollYourself.email"),
    *("AskCorrection.given_names", "AskCorrection.family_names", "AskCorrection.email"),
    *("Member.given_names", "Member.family_names", "Member.email"),
    *("NominateMember.given_names", "NominateMember.family_names", "NominateMember.email"),
    *("SubstituteMember.given_names", "SubstituteMember.family_names", "SubstituteMember.email"),
    *("RectifyPerson.given_names", "RectifyPerson.family_names", "RectifyPerson.email"),
    *("EnterStaff.name", "WriteContact.name", "WriteContact.function", "WriteContact.email"),
}
"""Stored under the person's key, which an erasure destroys."""

OF_A_SHEET = {"CorrectRow.cells"}
"""Stored under the key of the import, which is erased with the data of anybody whom its rows name."""

NOT_STORED = {
    "Declaration.columns",  # headings are stored as digests
    "DistrictInput.code",  # of a known district, or refused
    "PublishAsset.content_sha256",  # computed from the file
    "RecordAttendance.scans",  # read one by one as `Scan`
    "ScanCard.card",  # of an enrollment, or refused
    "Search.text",
}

_LISTS = ("DescribedList", "StatePastCohort", "CorrectStatement")
_MATERIALS = ("DescribedMaterial", "AddMaterial", "UploadMaterial", "CorrectMaterial", "ReplaceMaterial")
_MODULES = ("ModuleContent", "PublishModule", "CorrectModule")

OF_THINGS = {
    *(f"{kind}.title" for kind in _MATERIALS),
    *("PublishProgramme.code", "PublishProgramme.title", "CorrectProgramme.code", "CorrectProgramme.title"),
    *(f"{kind}.{field}" for kind in _MODULES for field in ("title", "learning_outcomes")),
    *(
        "OpenCohort.name",
        "CorrectCohort.name",
        "RegisterOrganization.name",
        "DescribedOrganization.name",
        "CorrectOrganization.name",
        "AssignFacilitator.facilitator_id",
        "EnterStaff.user_id",
    ),
    *(f"{kind}.{field}" for kind in _LISTS for field in ("list_name", "kept_at", "vouched_by")),
    "StatePastCohort.name",
    *(f"{kind}.baseline_source" for kind in ("DescribedTarget", "SetTarget", "CorrectTarget")),
    *("ScheduleSession.title", "ScheduleSession.place", "RescheduleSession.place"),
    *("SessionForm.title", "SessionForm.place", "DayForm.place", "Scan.device_id"),
    *("PlanCourse.place", "CourseSession.title"),
    *("UploadAsset.title", "DescribeAsset.title", "PublishAsset.title"),
    *("UploadAsset.alternative_text", "DescribeAsset.alternative_text", "PublishAsset.alternative_text"),
    *("StartCampaign.name", "StartCampaign.objective"),
    *("WriteTemplate.subject", "WriteTemplate.body", "WriteSessionTemplate.subject", "WriteSessionTemplate.body"),
    *("CreateLink.target_url", "RecordPublication.url", "PublicationForm.url"),
}
"""Names and descriptions of what the office offers and publishes. docs/security.md says what no wall holds there."""

CORRECTION = """
    INSERT INTO corrections (correction_id, attendance_id, previous_state, state, reason, corrected_by, corrected_at)
    VALUES (uuidv7(), $1, 'present', 'absent', $2, 'facilitator-0601', now())
"""
DEAD_LETTER = """
    WITH parked AS (
        INSERT INTO dead_letters (kind, consumer, topic, partition, "offset", headers, error_class, error, code_version)
        VALUES ('parked', 'sample', 'sample', 0, $1, '[]', 'Error', '', '') RETURNING id
    ) SELECT id FROM parked
"""
DISCARD = "UPDATE dead_letters SET state = 'discarded', reason = $2 WHERE id = $1"
SESSION = """
    INSERT INTO sessions VALUES (uuidv7(), uuidv7(), uuidv7(), NULL, 'hearing', 'Audiencia', '060101', 'Coliseo',
        '2025-06-07 14:00Z', '2025-06-07 16:00Z', true, 'held') RETURNING session_id
"""
SCAN = """
    INSERT INTO scans (scan_id, session_id, enrollment_id, state, scanned_at, clock_offset_ms, checked_in_at, device_id,
        device_sequence, scanned_by)
    VALUES (uuidv7(), $1, uuidv7(), 'present', now(), 0, now(), 'page', 0, 'facilitator-0601') RETURNING scan_id
"""
ATTENDANCE = """
    INSERT INTO attendances (attendance_id, session_id, enrollment_id, person_id, state, checked_in_at, scan_id,
        profile)
    SELECT uuidv7(), session_id, enrollment_id, uuidv7(), state, checked_in_at, scan_id, '{}' FROM scans
    WHERE scan_id = $1 RETURNING attendance_id
"""


def takes_a_name(field: FieldInfo) -> bool:
    kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return any(_is_valid(TypeAdapter(kind), sent) for name in NAMES for sent in (name, [name], {name: None}, {1: name}))


def _is_valid(kind: TypeAdapter[object], sent: object) -> bool:
    try:
        kind.validate_python(sent)
    except ValidationError:
        return False
    return True


def test_each_text_that_somebody_types_is_known() -> None:
    assert SERVICES  # their commands are imported with them
    kinds = [kind for kind in inputs() if "tests" not in kind.__module__]
    texts = {
        f"{kind.__name__}.{name}" for kind in kinds for name, field in kind.model_fields.items() if takes_a_name(field)
    }

    assert texts == OF_THE_PERSON | OF_A_SHEET | NOT_STORED | OF_THINGS


async def test_no_typed_reason_of_a_correction_stays_stored(fresh_databases: FreshDatabases) -> None:
    connection, before, after = await migrated_until(fresh_databases, "services.sessions/0004_correction_reasons")
    scan_id = await connection.fetchval(SCAN, await connection.fetchval(SESSION))
    attendance_id = await connection.fetchval(ATTENDANCE, scan_id)
    await connection.execute(CORRECTION, attendance_id, "Rosa Quispe estaba en Lima")

    await connection.execute(before.text)
    await connection.execute(CORRECTION, attendance_id, "Era Juan Huamán")  # as the former release does until it ends
    await connection.execute(CORRECTION, attendance_id, "signed_list")
    assert await reasons(connection, "corrections ORDER BY correction_id") == ["other", "other", "signed_list"]

    await connection.execute(after.text)
    assert await reasons(connection, "corrections ORDER BY correction_id") == ["other", "other", "signed_list"]
    for reason in CORRECTION_REASONS:
        await connection.execute(CORRECTION, attendance_id, reason)
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(CORRECTION, attendance_id, "Rosa Quispe")
    await connection.close()


async def test_no_typed_reason_of_a_discard_stays_stored(fresh_databases: FreshDatabases) -> None:
    connection, before, after = await migrated_until(fresh_databases, "chassis/0013_discard_reasons")
    numbers = [await connection.fetchval(DEAD_LETTER, offset) for offset in range(4)]
    await connection.execute(DISCARD, numbers[0], "Rosa Quispe asked for it")

    await connection.execute(before.text)
    await connection.execute(DISCARD, numbers[1], "of Juan Huamán")  # as the former release does until it ends
    await connection.execute(DISCARD, numbers[2], "test")
    assert await reasons(connection, "dead_letters ORDER BY id") == ["other", "other", "test", None]

    await connection.execute(after.text)
    assert await reasons(connection, "dead_letters ORDER BY id") == ["other", "other", "test", None]
    for reason in DISCARD_REASONS:
        await connection.execute(DISCARD, numbers[3], reason)
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(DISCARD, numbers[3], "Rosa Quispe")
    await connection.close()


async def migrated_until(databases: FreshDatabases, stem: str) -> tuple["Connected", Migration, Migration]:
    """A database of sessions without this migration, and its two halves."""
    url = SecretStr(databases.empty("sessions").migrator_url)
    migrations = [*chassis_migrations(), *migrations_of("services.sessions")]
    await migrate(url, [one for one in migrations if one.stem != stem])
    after, before = sorted((one for one in migrations if one.stem == stem), key=lambda one: one.name)
    return await asyncpg.connect(url.get_secret_value()), before, after


async def reasons(connection: "Connected", of: str) -> list[str | None]:
    return [row["reason"] for row in await connection.fetch(f"SELECT reason FROM {of}")]
