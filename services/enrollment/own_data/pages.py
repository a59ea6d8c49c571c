"""The pages on which somebody reads their own data without an account, and takes a consent back."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.runtime.rejections import RejectedError
from chassis.web import locale, qr
from chassis.web.access import Anybody
from chassis.web.commands import Operation, PublicWrite, WriteRequest
from chassis.web.files import AskedFile, serve
from chassis.web.forms import Form, choices, read_form
from chassis.web.pages import render_unkept, see_other
from chassis.web.pagination import all_rows
from chassis.web.reads import PublicRead, ReadRequest
from chassis.web.texts import _
from contracts import territory
from contracts.enrollment import EnrollmentStatus, Purpose
from contracts.labels import LANGUAGES
from services.enrollment.data_requests.service import OWN_REQUESTS, own_requests
from services.enrollment.enrollments.offers import accept_offer, decline_offer, standing_offers
from services.enrollment.identity.labels import DOCUMENT_TYPES
from services.enrollment.materials.labels import FILE_TYPES, size_label
from services.enrollment.materials.service import materials_of_people, read_file
from services.enrollment.messages.service import language_of
from services.enrollment.own_data import service
from services.enrollment.own_data.commands import ChooseLanguage, FindYourself
from services.enrollment.own_data.recognition import forget_recognized, keep_recognized, recognized
from services.enrollment.own_data.service import OWN_ENROLLMENTS
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.rights.consents import OF_WITHDRAWN, OWN_CONSENTS, WITHDRAWALS, ShownConsent, withdrawals
from services.enrollment.rights.service import OF_SOME, StoredEnrollment

router = APIRouter(prefix="/my-data", include_in_schema=False)


@router.get("")
async def new_search(request: Request, _principal: Anybody) -> Response:
    """The form that asks for document and date of birth."""
    return _search(request, Form({"document.type": "dni"}))


@router.post("")
async def find_yourself(request: Request, res: Res, _principal: Anybody) -> Response:
    """Recognizes whoever states both rightly. A document can be tried ten times a day, whoever has it."""
    sent = await read_form(request, FindYourself)
    if sent.command is None:
        return _search(request, sent)
    try:
        digest = await res.blind.document(sent.command.read_document())
        await service.count_try(res, digest)
        found = await service.recognize(res, digest, sent.command.birth_date)
    except RejectedError as error:
        return _search(request, sent.rejected(error.rejection))
    response = see_other(request, "/my-data/shown")
    keep_recognized(request, response, found)
    return response


@router.get("/shown")
async def show_own_data(request: Request, res: Res, read: PublicRead, _principal: Anybody) -> Response:
    """All that enrollment stores about whoever was recognized."""
    if not recognized(request):
        return see_other(request, "/my-data")
    return await _own_data(request, res, read, Form())


@router.post("/consents/{purpose}/withdraw")
async def withdraw_own_consent(request: Request, purpose: Purpose, res: Res, write: PublicWrite) -> Response:
    """Takes a consent back; without consent to the training, the enrollments end."""
    person_ids = recognized(request)
    if not person_ids:
        return see_other(request, "/my-data")
    return await write.press(
        partial(service.take_consent_back, resources=res, person_ids=person_ids),
        purpose,
        form=partial(_own_data, request, res, write.read),
        done=lambda _nothing: ("/my-data/shown", _("The consent is taken back.")),
    )


@router.post("/offers/{enrollment_id}/accept")
async def accept_own_offer(request: Request, enrollment_id: UUID, res: Res, write: PublicWrite) -> Response:
    """Takes the seat that is offered to the person."""
    return await _answer_offer(request, res, write, enrollment_id, accept_offer, _("You have the seat."))


@router.post("/offers/{enrollment_id}/decline")
async def decline_own_offer(request: Request, enrollment_id: UUID, res: Res, write: PublicWrite) -> Response:
    """Leaves the seat that is offered to the person to the next."""
    return await _answer_offer(request, res, write, enrollment_id, decline_offer, _("The seat goes to the next."))


@router.get("/materials/{material_id}")
async def read_own_material(
    request: Request, material_id: UUID, res: Res, asked: AskedFile, _principal: Anybody
) -> Response:
    """The file of a material of a programme in which whoever was recognized has a seat."""
    for material in await materials_of_people(res.pool, recognized(request)):
        if material.material_id == material_id:
            return await serve(material.file, asked, partial(read_file, res.pool, material_id), is_public=False)
    return see_other(request, "/my-data")


@router.post("/language")
async def choose_language(request: Request, res: Res, write: PublicWrite) -> Response:
    """Keeps in which language the person is written to."""
    person_ids = recognized(request)
    if not person_ids:
        return see_other(request, "/my-data")
    return await write.submit(
        ChooseLanguage,
        partial(service.choose_language, resources=res, person_ids=person_ids),
        locks=lambda _command: person_ids,
        form=partial(_own_data, request, res, write.read),
        done=lambda _none: ("/my-data/shown", _("The language of your messages is kept.")),
    )


@router.post("/leave")
async def leave_own_data(request: Request) -> Response:
    """Ends the view at once."""
    response = see_other(request, "/my-data", _("Nobody else can see your data on this phone now."))
    forget_recognized(request, response)
    return response


async def _answer_offer(
    request: Request,
    res: EnrollmentResources,
    write: WriteRequest,
    enrollment_id: UUID,
    answer: Operation[UUID, None],
    notice: str,
) -> Response:
    person_ids = recognized(request)
    if not person_ids:
        return see_other(request, "/my-data")
    return await write.press(
        partial(service.answer_own_offer, answer=answer, person_ids=person_ids),
        enrollment_id,
        form=partial(_own_data, request, res, write.read),
        done=lambda _none: ("/my-data/shown", notice),
    )


def _search(request: Request, form: Form[FindYourself]) -> Response:
    return render_unkept(
        request, "own_data/search.html", form.status, document_types=choices(DOCUMENT_TYPES), form=form
    )


async def _own_data(request: Request, res: EnrollmentResources, read: ReadRequest, form: Form[Any]) -> Response:
    person_ids = recognized(request)
    records = await service.own_records(read, res, person_ids)
    enrollments = list(chain.from_iterable(record.enrollments for record in records))
    consents = list(chain.from_iterable(record.consents for record in records))
    return render_unkept(
        request,
        "own_data/shown.html",
        form.status,
        records=records,
        offers=await standing_offers(res.pool, person_ids, datetime.now(UTC)),
        enrollments=all_rows(OWN_ENROLLMENTS, enrollments, *OF_SOME),
        consents=all_rows(OWN_CONSENTS, consents, *OF_WITHDRAWN),
        withdrawals=all_rows(WITHDRAWALS, withdrawals(consents)),
        cards=[(one, qr.data_address(str(one.enrollment_id))) for one in enrollments if _has_seat(one)],
        materials=await materials_of_people(res.pool, person_ids),
        file_types=FILE_TYPES,
        size_label=size_label,
        languages=LANGUAGES,
        own_numbers=range(len(person_ids)),
        requests=all_rows(OWN_REQUESTS, await own_requests(res.pool, person_ids)),
        offered_languages=_languages(res, consents),
        language=await language_of(res.pool, person_ids) or locale.default(res.settings).language,
        districts=territory.districts(),
        document_types=DOCUMENT_TYPES,
        form=form,
    )


def _languages(res: EnrollmentResources, consents: Iterable[ShownConsent]) -> list[tuple[str, str]]:
    """Returns the languages to choose from: none for somebody who is written to no more, or has no choice."""
    if not any(one.purpose is Purpose.CONTACT and not one.withdrawn_at for one in consents):
        return []
    offered = [(one.language, one.own_name) for one in locale.offered(res.settings).values()]
    return offered if len(offered) > 1 else []


def _has_seat(enrollment: StoredEnrollment) -> bool:
    return enrollment.status is EnrollmentStatus.ACCEPTED and not enrollment.is_stated
