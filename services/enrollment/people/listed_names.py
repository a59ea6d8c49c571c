"""The order of a list of people by names, and the search in them. A list is that of a cohort or of an organization.

Of names that were read before, only those are decrypted anew that were stored since.
"""

import asyncio
from collections.abc import Mapping, Sequence, Set
from uuid import UUID

from cryptography.exceptions import InvalidTag

from chassis.store.database import Row
from chassis.store.queries import queries
from chassis.web.plain_texts import plain, sortable
from chassis.web.reads import Work
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.identity.kept_names import ListedNames, ReadNames
from services.enrollment.people.domain import Identity
from services.enrollment.people.service import stored_identities, written_names
from services.enrollment.resources import EnrollmentResources

sql = queries(__package__)

READING = Work("people.read_names")


async def ordered_by_name(resources: EnrollmentResources, list_id: UUID) -> Sequence[UUID]:
    """Returns the list's enrollments in the order of the names, without those of erased people."""
    return (await _names(resources, list_id)).order


async def found_by_name(resources: EnrollmentResources, list_id: UUID, words: Sequence[str]) -> Sequence[UUID]:
    """Returns those of them whose names have each of the words, in the same order."""
    key = await resources.keyring.key_of_kept_names()
    names = await _names(resources, list_id)
    try:
        return await asyncio.to_thread(_found, names, key, words)
    except InvalidTag:  # somebody was erased since, of whichever cohort
        return await asyncio.to_thread(_found, await _read_names(resources, list_id, key), key, words)


async def found_by_words(
    resources: EnrollmentResources,
    list_id: UUID,
    words: Sequence[str],
    texts: Mapping[UUID, str],
    readable: Set[UUID],
) -> list[UUID]:
    """Returns those of the enrollments of `texts` who have each of the words there, or in their names if these are
    readable. Texts are as `plain` writes them."""
    found = list(texts)
    for word in words:
        named = readable & set(await found_by_name(resources, list_id, [word]))
        found = [one for one in found if one in named or plain(word) in texts[one]]
    return found


async def _names(resources: EnrollmentResources, list_id: UUID) -> ListedNames:
    version = await sql.version_of_names.value(resources.pool, list_id=list_id)
    names = resources.kept_names.of(list_id)
    if names and names.version == version:
        return names
    return await _read_names(resources, list_id, await resources.keyring.key_of_kept_names())


async def _read_names(resources: EnrollmentResources, list_id: UUID, key: SubjectKey) -> ListedNames:
    """Decrypts the names that are not known under this key. It is asked for before the keys of people, which an erasure
    destroys before it: so no name of an erased person is encrypted under a key that is not destroyed."""
    rows = await sql.people_of_list.fetch(resources.pool, list_id=list_id)
    known = await asyncio.to_thread(_known, resources.kept_names.of(list_id), key)
    unknown = [row["person_id"] for row in rows if row["version"] not in known]
    identities = await stored_identities(READING, resources.pool, resources, unknown)
    names = await asyncio.to_thread(_sorted, rows, known, identities, key)
    resources.kept_names.keep(list_id, names)
    return names


def _known(names: ListedNames | None, key: SubjectKey) -> dict[int, tuple[str, str]]:
    """How names are sorted and searched, by the version of the identity that they were read of."""
    try:
        read = names.open(key) if names else ReadNames()
    except InvalidTag:
        return {}
    return dict(zip(read.versions, zip(read.sorted_as, read.searched_as, strict=True), strict=True))


def _sorted(
    rows: Sequence[Row], known: dict[int, tuple[str, str]], identities: Mapping[UUID, Identity], key: SubjectKey
) -> ListedNames:
    read = known | {
        row["version"]: _read(identities[row["person_id"]]) for row in rows if row["person_id"] in identities
    }
    ordered = sorted(
        (*read[row["version"]], row["enrollment_id"], row["version"]) for row in rows if row["version"] in read
    )
    sorted_as, searched_as, order, versions = zip(*ordered, strict=True) if ordered else ((), (), (), ())
    version = sum(row["version"] for row in rows)
    return ListedNames.sealed_with(key, version, order, ReadNames(versions, sorted_as, searched_as))


def _read(identity: Identity) -> tuple[str, str]:
    names = written_names(identity)
    return sortable(names), plain(names)


def _found(names: ListedNames, key: SubjectKey, words: Sequence[str]) -> list[UUID]:
    searched = [plain(word) for word in words]
    return [
        enrollment_id
        for enrollment_id, name in zip(names.order, names.open(key).searched_as, strict=True)
        if all(word in name for word in searched)
    ]
