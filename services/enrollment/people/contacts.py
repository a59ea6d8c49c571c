"""Ways of contact: added to people who are known without them, taken back with an import, and forgotten. The caller
holds the person's lock."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.reads import Work
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.identity.keyring import Keyring
from services.enrollment.people import domain
from services.enrollment.people.domain import ContactChange, Identity
from services.enrollment.people.service import unsealed_identities

sql = queries(__package__)

ADDING, TAKING_BACK = Work("people.add_contact"), Work("people.take_contact_back")
FORGETTING_CONTACT = Work("people.forget_contact")


async def add_contacts(
    unit: UnitOfWork, completed: Mapping[UUID, Identity], imports: Mapping[UUID, UUID | None], keyring: Keyring
) -> None:
    """Stores the identities of these people with the contact that was missing, and the import that gave it, if any."""
    if completed:
        keys = await keyring.fetch(ADDING, list(completed))
        await _change(unit, ContactChange.GIVEN, keys, completed, imports)


async def take_contacts_back(unit: UnitOfWork, import_id: UUID, person_ids: Sequence[UUID], keyring: Keyring) -> None:
    """Removes the ways of contact that an undone import added to these people."""
    rows = await sql.identities_before_import.fetch(unit.connection, person_ids=person_ids, import_id=import_id)
    if not rows:
        return
    keys = await keyring.fetch(TAKING_BACK, {row["person_id"] for row in rows})
    stored = await unsealed_identities(unit.connection, keys)
    former: dict[UUID, list[tuple[UUID | None, Identity]]] = {one: [] for one in keys}
    for row in rows:
        one = row["person_id"]
        former[one].append((row["import_id"], domain.unseal(keys[one], row["identity"])))
    left = {one: domain.without_contact_of(import_id, former[one], identity) for one, identity in stored.items()}
    changed = {one: identity for one, identity in left.items() if identity != stored[one]}
    await _change(unit, ContactChange.IMPORT_UNDONE, keys, changed, {})


async def forget_contact(unit: UnitOfWork, person_ids: Sequence[UUID], keyring: Keyring) -> None:
    """Removes telephone and e-mail address from the stored identities, and from former ones."""
    keys = await keyring.fetch(FORGETTING_CONTACT, person_ids)
    for stored, replaced in (
        (sql.identities, sql.replace_identities),
        (sql.former_identities, sql.replace_former_identities),
    ):
        rows = await stored.fetch(unit.connection, person_ids=list(keys))
        sealed = [{**row, "identity": _without_contact(keys[row["person_id"]], row["identity"])} for row in rows]
        await replaced.execute_rows(unit.connection, sealed)


def _without_contact(key: SubjectKey, sealed: bytes) -> bytes:
    return domain.seal(key, domain.permitted(domain.unseal(key, sealed), []))


async def _change(
    unit: UnitOfWork,
    reason: ContactChange,
    keys: Mapping[UUID, SubjectKey],
    identities: Mapping[UUID, Identity],
    imports: Mapping[UUID, UUID | None],
) -> None:
    await sql.change_contacts.execute(
        unit.connection,
        person_id=list(identities),
        identity=[domain.seal(keys[one], identity) for one, identity in identities.items()],
        import_id=[imports.get(one) for one in identities],
        reason=reason,
        author=unit.author,
        now=unit.now,
    )
