"""What was corrected of a person: in what the states that are kept differ, one after the other. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from chassis.store.identifiers import new_id
from contracts.event import Profile
from services.enrollment.corrections.domain import FieldChange, field_changes
from services.enrollment.corrections.service import Correction
from services.enrollment.people.domain import Identity


@dataclass(frozen=True, slots=True)
class FormerState:
    """What was stored of a person, and by whom, when and why it was replaced. The rest is None of what was replaced by
    a former release, and of what is stored now."""

    identity: Identity
    profile: Profile | None
    reason: str | None = None
    changed_by: str | None = None
    changed_at: datetime | None = None


def corrections_between(states: Sequence[FormerState]) -> Iterator[Correction]:
    """Yields what was corrected from each state to the next, the newest first."""
    for former, following in reversed(list(pairwise(states))):
        for change in _changes(former, following):
            yield Correction(
                change_id=new_id(),
                module=None,
                field=change.field,
                former=change.former,
                corrected=change.corrected,
                reason=former.reason,
                changed_by=former.changed_by,
                changed_at=former.changed_at,
            )


def _changes(former: FormerState, corrected: FormerState) -> Iterator[FieldChange]:
    yield from field_changes(_identity(former.identity), _identity(corrected.identity))
    if former.profile and corrected.profile:
        yield from field_changes(former.profile.model_dump(mode="json"), corrected.profile.model_dump(mode="json"))


def _identity(identity: Identity) -> dict[str, object]:
    return {
        "document_type": identity.document.type,
        "document_number": identity.document.number,
        "given_names": identity.names.given,
        "family_names": identity.names.family,
        "birth_date": identity.birth_date,
        "phone": identity.phone,
        "email": identity.email,
    }
