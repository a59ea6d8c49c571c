"""The directory: names of those who sign in, encrypted under a key of each, for choosing and showing them by name."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from chassis.runtime import jobs
from chassis.runtime.rejections import NOT_FOUND, Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.auth.principal import Principal
from chassis.web.plain_texts import sortable
from chassis.web.reads import Work
from chassis.web.texts import N_
from contracts.days import day_of
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.resources import EnrollmentResources
from services.enrollment.staff.commands import EnterStaff
from services.enrollment.staff.domain import Role, check_user, known_roles

sql = queries(__package__)

Authored = TypeVar("Authored", bound=Any)
"""A row that tells by whom it is, or None."""

DIRECTORY = Work("staff.directory")
"""Names of colleagues are shown beside their work. Unlike reads of participants, that leaves no entry in the trail."""

DESTROY_KEY = "staff.destroy_key"
"""The kind of the job that destroys the key of somebody who left."""

NAME_FIELD = "staff.name"


@dataclass(frozen=True, slots=True)
class StoredMember:
    """Somebody of the directory as stored; `seen_at` is None until they sign in."""

    staff_id: UUID
    user_id: str
    name: bytes
    roles: list[str]
    organization_id: UUID | None
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody of the directory. Delegates have the organization that the issuer says."""

    staff_id: UUID
    user_id: str
    name: str
    roles: list[Role]
    organization_id: UUID | None
    seen_at: datetime | None


async def notice(res: EnrollmentResources, principal: Principal) -> None:
    """Keeps name and roles as the issuer says them. Somebody for whom it says no name has to be entered."""
    if not principal.name:
        return
    key = await _key_of(res, principal.subject)
    await sql.keep_member.execute(
        res.pool,
        staff_id=key.subject,
        user_id=principal.subject,
        name=key.seal(NAME_FIELD, principal.name.encode()),
        roles=known_roles(principal.roles),
        organization_id=principal.organization_id,
    )


async def enter(unit: UnitOfWork, command: EnterStaff, res: EnrollmentResources) -> UUID:
    """Enters somebody and returns their id. Raises `RejectedError` if the directory has this user, or if it is
    nobody's."""
    check_user(command.user_id)
    key = await res.keyring.draw()
    name = key.seal(NAME_FIELD, command.name.encode())
    entered = {"staff_id": key.subject, "user_id": command.user_id, "name": name, "roles": [command.role]}
    if not await sql.enter_member.value(unit.connection, **entered):
        raise RejectedError(_USER_KNOWN)
    return key.subject


async def remove(unit: UnitOfWork, staff_id: UUID) -> None:
    """Removes somebody's name from the directory, in which they are again once they sign in again.

    Raises `RejectedError` for somebody unknown, or who still has cohorts or stands in for somebody.
    """
    await stored_member(unit.connection, staff_id)
    if not await sql.remove_member.value(unit.connection, staff_id=staff_id, today=day_of(unit.now)):
        raise RejectedError(_STILL_ASSIGNED)
    await jobs.add(unit.connection, DESTROY_KEY, {"staff_id": str(staff_id)})


async def stored_member(connection: Connection | Pool, staff_id: UUID) -> StoredMember:
    """Returns somebody of the directory. Raises `RejectedError` for somebody who is not in it."""
    if stored := await sql.member.first(connection, StoredMember, staff_id=staff_id):
        return stored
    raise RejectedError(NOT_FOUND)


async def directory(res: EnrollmentResources) -> list[StaffMember]:
    """Returns everybody in it, by name."""
    stored = await sql.staff.all(res.pool, StoredMember)
    keys = await res.keyring.fetch(DIRECTORY, [one.staff_id for one in stored])
    members = [_opened(one, keys[one.staff_id]) for one in stored if one.staff_id in keys]
    return sorted(members, key=lambda one: (sortable(one.name), one.user_id))


async def names(res: EnrollmentResources) -> dict[str, str]:
    """Returns the names of everybody in the directory by their users."""
    return {one.user_id: one.name for one in await directory(res)}


async def names_of(res: EnrollmentResources, users: Iterable[str]) -> dict[str, str]:
    """Returns the names of these users; a user whom the directory does not have stands for the name."""
    known = await names(res)
    return {user: known.get(user, user) for user in users}


def with_names(rows: Iterable[Authored], names: Mapping[str, str], field: str) -> list[Authored]:
    """Returns the rows with a name in the field that tells by whom, for each user whom the directory has."""
    return [replace(one, **{field: names.get(getattr(one, field), getattr(one, field))}) for one in rows]


def facilitators(members: Iterable[StaffMember]) -> list[StaffMember]:
    """Returns those of the members who facilitate."""
    return [one for one in members if Role.FACILITATOR in one.roles]


def find(members: Iterable[StaffMember], staff_id: UUID) -> StaffMember:
    """Returns the one of this id. Raises `RejectedError` if nobody has it."""
    for one in members:
        if one.staff_id == staff_id:
            return one
    raise RejectedError(NOT_FOUND)


def with_distinct_names(members: Iterable[StaffMember]) -> list[StaffMember]:
    """Returns them as forms offer them: namesakes have their user behind the name."""
    listed = list(members)
    found = Counter(one.name for one in listed)
    return [one if found[one.name] == 1 else replace(one, name=f"{one.name} ({one.user_id})") for one in listed]


async def _key_of(res: EnrollmentResources, user_id: str) -> SubjectKey:
    staff_id = await sql.staff_id_of_user.value(res.pool, user_id=user_id)
    keys = await res.keyring.create([staff_id]) if staff_id else {}
    return keys[staff_id] if staff_id else await res.keyring.draw()


def _opened(stored: StoredMember, key: SubjectKey) -> StaffMember:
    name = key.open(NAME_FIELD, stored.name).decode()
    roles = known_roles(stored.roles)
    return StaffMember(stored.staff_id, stored.user_id, name, roles, stored.organization_id, stored.seen_at)


_USER_KNOWN = Rejection(
    "user_known", N_("The directory has somebody with this user already."), Kind.CONFLICT, field="user_id"
)
_STILL_ASSIGNED = Rejection(
    "still_assigned",
    N_("This person still has cohorts, or stands in for somebody."),
    Kind.CONFLICT,
    remedy=N_("Give the cohorts to others and end the absences first."),
)
