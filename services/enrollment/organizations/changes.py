"""Corrections of organizations, with what was there before. The caller holds the organization's lock."""

from dataclasses import asdict, replace
from uuid import UUID

from asyncpg import UniqueViolationError

from chassis.messaging import outbox
from chassis.runtime.rejections import RejectedError
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from contracts.enrollment import OrganizationRegistered
from services.enrollment.corrections.service import keep
from services.enrollment.enrollments.corrections import correct_organization_type, lock_seats_for_organization
from services.enrollment.organizations.commands import CorrectOrganization
from services.enrollment.organizations.domain import OrganizationCorrectionReason
from services.enrollment.organizations.service import NAME_TAKEN, existing_organization

sql = queries(__package__)


async def correct_organization(unit: UnitOfWork, command: CorrectOrganization, organization_id: UUID) -> UUID:
    """Corrects the organization and returns its id. Its kind in enrollments follows where it was a mistake. Idempotent.

    Raises `RejectedError` without the organization, or if another one has the name.
    """
    former = await existing_organization(unit.connection, organization_id)
    corrected = replace(former, **command.model_dump(exclude={"reason"}))
    if corrected == former:
        return organization_id
    await lock_seats_for_organization(unit.connection, organization_id)
    try:
        registered_at = await sql.correct_organization.value(unit.connection, **asdict(corrected))
    except UniqueViolationError:
        raise RejectedError(NAME_TAKEN) from None
    await keep(unit, organization_id, command.reason, asdict(former), asdict(corrected))
    await outbox.add(unit.connection, OrganizationRegistered(**asdict(corrected), occurred_at=registered_at))
    if command.reason is OrganizationCorrectionReason.MISTAKE_FOUND:
        types = former.organization_type, corrected.organization_type
        await correct_organization_type(unit, organization_id, *types)
    return organization_id
