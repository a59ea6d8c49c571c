"""Pages of a sheet that is shown before anything of it is written: answer, confirm, discard."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ValidationError

from chassis.runtime.rejections import RejectedError
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.commands import Write, WriteRequest
from chassis.web.forms import Form, read_form
from chassis.web.pages import render, see_other
from chassis.web.problems import field_errors
from chassis.web.reads import ReadRequest
from chassis.web.texts import _
from services.enrollment import fields
from services.enrollment.cohorts.service import named_cohorts
from services.enrollment.imports import service
from services.enrollment.imports.labels import (
    ANSWERED,
    ANSWERS,
    FIELDS,
    PREVIEWED_OUTCOMES,
    REASONS,
    STATE_BADGES,
    STATES,
    question_text,
)
from services.enrollment.imports.preview_form import answered, answers_of, columns_of, field_of, offered_values
from services.enrollment.imports.preview_service import (
    COMMITTING,
    ShownPreview,
    answer_questions,
    commit_import,
    discard_import,
    show_preview,
)
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.questions import NOT_READ, Question, QuestionKind

router = APIRouter(include_in_schema=False)


class SentAnswers(BaseModel):
    """A form whose other fields depend on the sheet. `then` is the button that was pressed."""

    then: str = ""


@router.post("/imports/{import_id}/answers")
async def answer(request: Request, import_id: UUID, res: Res, write: Write) -> Response:
    """Imports the sheet if that was pressed and the form says nothing new, and has it judged again otherwise."""
    form = await read_form(request, SentAnswers)
    try:
        async with write.transaction([import_id]) as unit:
            notice = await _take(unit, res, import_id, form)
            return await write.record(unit, see_other(request, f"/imports/{import_id}", notice), import_id)
    except ValidationError as error:
        wrong = field_errors(error.errors(include_url=False, include_input=False))
        return await _again(write, res, import_id, replace(form, errors={one.field: one.detail for one in wrong}))
    except RejectedError as error:
        return await _again(write, res, import_id, form.rejected(error.rejection))


@router.post("/imports/{import_id}/discard")
async def discard(import_id: UUID, res: Res, write: Write) -> Response:
    """Gives the sheet up."""
    return await write.press(
        discard_import,
        import_id,
        locks=[import_id],
        form=lambda form: _again(write, res, import_id, form),
        done=lambda _nothing: (f"/imports/{import_id}", _("The sheet was discarded.")),
    )


async def preview_page(
    request: Request, res: EnrollmentResources, read: ReadRequest, import_id: UUID, form: Form[Any] | None = None
) -> Response:
    """The page of what was understood of a sheet, with the form as it was sent, or as it is offered."""
    found = await service.existing_import(res.pool, import_id)
    name = await service.file_name(read, res, found)
    shown = await show_preview(read, res, import_id)
    form = form or Form(offered_values(shown))
    return render(
        request,
        "imports/preview.html",
        form.status,
        sheet=found,
        name=name,
        form=form,
        shown=shown,
        preview=shown.preview,
        asked=await _asked(res, shown),
        answered=[(kind, _(ANSWERED[kind]), await _options(res, Question(kind))) for kind in answered(shown)],
        columns=columns_of(shown),
        labels={"fields": FIELDS, "reasons": REASONS, "outcomes": PREVIEWED_OUTCOMES},
        fields=[(NOT_READ, _("is not read")), *((str(field), _(label)) for field, label in FIELDS.items())],
        states=STATES,
        badges=STATE_BADGES,
    )


async def _again(write: WriteRequest, res: EnrollmentResources, import_id: UUID, form: Form[Any]) -> Response:
    """The page after a mistake. Raises `RejectedError` if the sheet does not wait any more."""
    return await preview_page(write.request, res, write.read, import_id, form)


async def _take(unit: UnitOfWork, res: EnrollmentResources, import_id: UUID, form: Form[SentAnswers]) -> str | None:
    """Commits the sheet, or takes the form's answers, if any. Returns what is told about it."""
    answers = answers_of(form.values, await show_preview(COMMITTING, res, import_id))
    is_commit = form.command is not None and form.command.then == "commit"
    if is_commit and not answers:
        await commit_import(unit, import_id, res)
        return None
    await answer_questions(unit, Declaration.model_validate(answers), import_id, res)
    return _("Nothing was imported yet, because you changed something: look at the rows again.") if is_commit else None


async def _asked(res: EnrollmentResources, shown: ShownPreview) -> list[dict[str, object]]:
    """Returns each question with the name of its field, its words, and what it offers."""
    questions = shown.preview.questions
    return [
        {
            "name": field_of(one),
            "kind": one.kind,
            "text": _(question_text(one)),
            "about": one.title,
            "rows": one.rows,
            "options": await _options(res, one),
            "holds_all": one.refusal is not None,
            "is_remembered": one.is_remembered,
            "is_long": one.kind in {QuestionKind.COHORT, QuestionKind.DISTRICT},
        }
        for one in questions
    ]


async def _options(res: EnrollmentResources, question: Question) -> list[tuple[str, str]]:
    match question.kind:
        case QuestionKind.COHORT:
            return [(str(one.cohort_id), one.name) for one in await named_cohorts(res.pool)]
        case QuestionKind.DISTRICT:
            return fields.districts()
        case QuestionKind.COLUMN:
            proposed = [(option, _(FIELDS[option])) for option in question.options]
            return [*proposed, (NOT_READ, _("It is not to be read"))]
        case kind:
            return [(str(value), _(label)) for value, label in ANSWERS[kind].items()]
