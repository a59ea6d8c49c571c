"""Pages of one person: all that is stored about them, correcting it, and erasing it."""

from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.web.commands import Write, form_on
from chassis.web.forms import Form, Values, choices
from chassis.web.pages import render, see_other
from chassis.web.pagination import all_rows
from chassis.web.reads import Read, ReadRequest
from chassis.web.texts import _
from contracts import territory
from contracts.enrollment import Purpose
from contracts.event import Profile
from contracts.labels import (
    AGE_GROUPS,
    CONSENT_ANSWERS,
    ETHNICITY_GROUPS,
    MOTHER_TONGUE_GROUPS,
    ORGANIZATION_TYPE_GROUPS,
    SEX_RECORDED,
)
from services.enrollment.consent.commands import WithdrawConsent
from services.enrollment.corrections.service import correction_form, history
from services.enrollment.enrollments.service import withdraw_consent
from services.enrollment.identity.labels import DOCUMENT_TYPES
from services.enrollment.imports.labels import STATES
from services.enrollment.imports.service import imports_under_way
from services.enrollment.people.domain import Identity
from services.enrollment.person_choices import person_choices
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.reviews.comparisons import KEPT_DECISIONS, decisions_on
from services.enrollment.rights import service
from services.enrollment.rights.commands import ErasePerson, RecordConsent, RectifyPerson
from services.enrollment.rights.consents import CONSENTS, OF_WITHDRAWN, WITHDRAWALS, record_consent, withdrawals
from services.enrollment.rights.domain import AppliesTo
from services.enrollment.rights.labels import APPLIES_TO, ERASURE_REASONS, RECTIFICATION_REASONS
from services.enrollment.rights.service import APPLICATIONS, ENROLLMENTS, OF_SOME, SHEETS, PersonRecord
from services.enrollment.staff import service as staff

router = APIRouter(prefix="/people/{person_id}", include_in_schema=False)


@router.get("")
async def show_person(request: Request, person_id: UUID, res: Res, read: Read) -> Response:
    """All that is stored about the person, to be read, printed and saved."""
    return await _person(request, res, person_id, read, Form())


@router.post("/consents")
async def record_persons_consent(person_id: UUID, res: Res, write: Write) -> Response:
    """Records what the person agreed to besides taking part."""
    return await write.submit(
        RecordConsent,
        partial(record_consent, person_id=person_id),
        locks=lambda _command: [person_id],
        form=partial(_person, write.request, res, person_id, write.read),
        done=lambda _id: (f"/people/{person_id}", _("The consent is recorded.")),
    )


@router.post("/consents/{purpose}/withdraw")
async def withdraw_persons_consent(person_id: UUID, purpose: Purpose, res: Res, write: Write) -> Response:
    """Takes a consent back for somebody who asks the office for it."""
    return await write.press(
        partial(withdraw_consent, resources=res),
        WithdrawConsent(person_id=person_id, purpose=purpose),
        form=partial(_person, write.request, res, person_id, write.read),
        done=lambda _nothing: (f"/people/{person_id}", _("The consent is taken back.")),
    )


async def _person(
    request: Request, res: EnrollmentResources, person_id: UUID, read: ReadRequest, form: Form[Any]
) -> Response:
    record = await service.record_of_person(read, res, person_id)
    names = await staff.names(res)
    return render(
        request,
        "rights/person.html",
        form.status,
        person=record,
        facts=_facts(record),
        consents=all_rows(CONSENTS, staff.with_names(record.consents, names, "withdrawn_by"), *OF_WITHDRAWN),
        withdrawals=all_rows(WITHDRAWALS, withdrawals(record.consents)),
        purposes=_given_later(record),
        enrollments=all_rows(ENROLLMENTS, record.enrollments, *OF_SOME),
        sheets=all_rows(SHEETS, record.sheets),
        applications=all_rows(APPLICATIONS, record.applications),
        corrections=history(record.corrections, names),
        decisions=all_rows(KEPT_DECISIONS, staff.with_names(await decisions_on(res, [person_id]), names, "decided_by")),
        document_types=DOCUMENT_TYPES,
        reasons=ERASURE_REASONS,
        form=form,
    )


def _given_later(record: PersonRecord) -> list[tuple[str, str]]:
    """Returns what the person can agree to besides taking part, and has not agreed to."""
    standing = {one.purpose for one in record.consents if not one.withdrawn_at}
    return [(one, _(CONSENT_ANSWERS[one])) for one in (Purpose.CONTACT, Purpose.IMAGE) if one not in standing]


@router.get("/rectify")
async def new_rectification(request: Request, person_id: UUID, res: Res, read: Read) -> Response:
    """The form with what is stored."""
    form = await correction_form(res.pool, person_id, _stored(read, res, person_id))
    return await _rectification(request, res, read, person_id, form)


@router.post("/rectify")
async def rectify_person(person_id: UUID, res: Res, write: Write) -> Response:
    """Corrects what identifies the person."""
    return await write.submit(
        RectifyPerson,
        partial(service.rectify_person, resources=res, person_id=person_id),
        locks=lambda _command: [person_id],
        form=partial(_rectification, write.request, res, write.read, person_id),
        done=lambda _person_id: (f"/people/{person_id}", _("The data are corrected.")),
    )


@router.get("/erase")
async def new_erasure(request: Request, person_id: UUID, res: Res, read: Read) -> Response:
    """What an erasure does, and the form that asks for it."""
    return await _erasure(request, res, person_id, read, await form_on(res.pool, person_id))


@router.post("/erase")
async def erase_person(person_id: UUID, res: Res, write: Write) -> Response:
    """Erases what identifies the person."""
    return await write.submit(
        ErasePerson,
        partial(service.erase_person, resources=res, person_id=person_id),
        locks=lambda _command: [person_id],
        form=partial(_erasure, write.request, res, person_id, write.read),
        done=lambda _erasure: (f"/people/{person_id}", _("The data are erased.")),
    )


async def _rectification(
    request: Request, res: EnrollmentResources, read: ReadRequest, person_id: UUID, form: Form[Any]
) -> Response:
    record = await service.record_of_person(read, res, person_id)
    if record.identity is None:
        return see_other(request, f"/people/{person_id}")
    return render(
        request,
        "rights/rectify.html",
        form.status,
        person_id=person_id,
        **person_choices(),
        applies_to=choices(APPLIES_TO),
        reasons=choices(RECTIFICATION_REASONS),
        corrections=history(record.corrections, await staff.names(res)),
        form=form,
    )


async def _erasure(
    request: Request, res: EnrollmentResources, person_id: UUID, read: ReadRequest, form: Form[Any]
) -> Response:
    record = await service.record_of_person(read, res, person_id)
    if record.identity is None:
        return see_other(request, f"/people/{person_id}")
    return render(
        request,
        "rights/erase.html",
        form.status,
        person=record,
        sheets=all_rows(SHEETS, record.sheets),
        applications=all_rows(APPLICATIONS, record.applications),
        under_way=await imports_under_way(res.pool),
        states=STATES,
        reasons=choices(ERASURE_REASONS),
        form=form,
    )


def _facts(record: PersonRecord) -> list[tuple[str, str]]:
    """The profile as people know it: what each answer is called, and the answer."""
    profile = record.profile
    return [
        (_("District where the person lives"), territory.districts()[profile.district].full_name),
        (_("Sex"), _(SEX_RECORDED[profile.sex])),
        (_("Age on the day of registration"), _(AGE_GROUPS[profile.age_band])),
        (_("Mother tongue"), _(MOTHER_TONGUE_GROUPS[profile.mother_tongue])),
        (_("How the person sees themselves"), _(ETHNICITY_GROUPS[profile.ethnicity])),
        (_("Kind of organization"), _(ORGANIZATION_TYPE_GROUPS[profile.organization_type])),
    ]


async def _stored(read: ReadRequest, res: EnrollmentResources, person_id: UUID) -> Values:
    identity, profile = await service.rectifiable(read, res.pool, res, person_id)
    return _as_form(identity, profile) if identity else {}


def _as_form(identity: Identity, profile: Profile) -> Values:
    return {
        "document.type": identity.document.type,
        "document.number": identity.document.number,
        "given_names": identity.names.given,
        "family_names": identity.names.family,
        "birth_date": identity.birth_date.isoformat() if identity.birth_date else "",
        "sex": profile.sex,
        "district": profile.district,
        "mother_tongue": profile.mother_tongue,
        "ethnicity": profile.ethnicity,
        "applies_to": AppliesTo.ALL_ENROLLMENTS,
        "phone": identity.phone or "",
        "email": identity.email or "",
    }
