"""How states of imports, outcomes of rows, and what a sheet says are shown."""

from collections.abc import Mapping

from chassis.web.texts import N_
from contracts.labels import Labels
from contracts.territory import Scheme
from services.enrollment.imports.domain import DISCARDED, ImportState, Obstacle
from services.enrollment.sheets.layout.left_out import Reason
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.questions import Question, QuestionKind
from services.enrollment.sheets.values.answers import SexLetters
from services.enrollment.sheets.values.dates import DateOrder
from services.enrollment.sheets.values.name_order import NameOrder

STATES: Labels = {
    ImportState.QUEUED: N_("Waiting"),
    ImportState.READING: N_("Being read"),
    ImportState.PREVIEWED: N_("To be confirmed"),
    ImportState.RUNNING: N_("In progress"),
    ImportState.DONE: N_("Done"),
    ImportState.FAILED: N_("Not taken"),
    ImportState.UNDOING: N_("Being undone"),
    ImportState.UNDONE: N_("Undone"),
    DISCARDED: N_("Discarded sheet"),
}
STATE_BADGES: Labels = {
    ImportState.QUEUED: "waiting",
    ImportState.READING: "waiting",
    ImportState.PREVIEWED: "waiting",
    ImportState.RUNNING: "waiting",
    ImportState.DONE: "good",
    ImportState.FAILED: "bad",
    ImportState.UNDOING: "waiting",
    ImportState.UNDONE: "neutral",
    DISCARDED: "neutral",
}
OUTCOMES: Labels = {
    "accepted": N_("Accepted"),
    "already_enrolled": N_("Already enrolled"),
    "waitlisted": N_("On the waiting list"),
    "review": N_("To be reviewed"),
    "refused": N_("Refused"),
    "undone": N_("Rows undone"),
}
PREVIEWED_OUTCOMES: Labels = {
    "accepted": N_("New enrollments"),
    "already_enrolled": N_("Already enrolled"),
    "waitlisted": N_("On the waiting list"),
    "review": N_("To be reviewed"),
    "refused": N_("To be corrected"),
    "waiting": N_("Waiting for an answer"),
}
CORRECTED: Labels = {
    "accepted": N_("Line %(line)s: accepted"),
    "already_enrolled": N_("Line %(line)s: already enrolled"),
    "waitlisted": N_("Line %(line)s: on the waiting list"),
    "review": N_("Line %(line)s: to be reviewed"),
    "refused": N_("Line %(line)s: still to be corrected"),
}
"""What became of one row."""
OBSTACLES: Labels = {
    Obstacle.ATTENDANCE: N_("Attendance was recorded."),
    Obstacle.COMPLETION: N_("The training was completed."),
    Obstacle.WITHDRAWN: N_("The enrollment was withdrawn since."),
    Obstacle.ENROLLED_AGAIN: N_("The person applied again since."),
    Obstacle.ENROLLMENT: N_("The person enrolled in another cohort since."),
    Obstacle.CONSENT: N_("The person gave another consent since."),
    Obstacle.CORRECTION: N_("The person's data were corrected since."),
    Obstacle.MERGE: N_("Another record is counted as this person since."),
    Obstacle.ERASURE: N_("The person's data were erased."),
}
PROGRESS = {
    ImportState.QUEUED: "waiting",
    ImportState.READING: "waiting",
    ImportState.PREVIEWED: "done",
    ImportState.RUNNING: "running",
    ImportState.DONE: "done",
    ImportState.FAILED: "failed",
    ImportState.UNDOING: "running",
    ImportState.UNDONE: "done",
}
"""The states that the script of the progress bar knows."""
FIELDS: Labels = {
    Field.DOCUMENT: N_("Document number"),
    Field.DOCUMENT_TYPE: N_("Document type"),
    Field.DOCUMENT_CHECK: N_("Check character of the document"),
    Field.FULL_NAME: N_("Family and given names together"),
    Field.GIVEN_NAMES: N_("Given names"),
    Field.FAMILY_NAMES: N_("Family names"),
    Field.FIRST_FAMILY_NAME: N_("First family name"),
    Field.SECOND_FAMILY_NAME: N_("Second family name"),
    Field.BIRTH_DATE: N_("Birth date"),
    Field.AGE: N_("Age"),
    Field.SEX: N_("Sex"),
    Field.MOTHER_TONGUE: N_("Mother tongue"),
    Field.ETHNICITY: N_("Ethnic self-identification"),
    Field.ORGANIZATION: N_("Organization"),
    Field.ORGANIZATION_TYPE: N_("Type of organization"),
    Field.DISTRICT_CODE: N_("UBIGEO code"),
    Field.DISTRICT: N_("District"),
    Field.PROVINCE: N_("Province"),
    Field.DEPARTMENT: N_("Department"),
    Field.PHONE: N_("Mobile phone"),
    Field.EMAIL: N_("E-mail"),
    Field.CONSENT: N_("Consent to the training"),
    Field.CONSENT_DATE: N_("Date of the consent"),
    Field.CONSENT_IMAGE: N_("Consent to the use of images"),
    Field.CONSENT_CONTACT: N_("Consent to be contacted"),
    Field.CONSENT_GUARDIAN: N_("Guardian's consent"),
    Field.SHOWN_TO_ORGANIZATION: N_("Name shown to the organization"),
    Field.ENROLLED_ON: N_("Enrollment date"),
    Field.COMPLETED: N_("Completed the training"),
    Field.COMPLETED_ON: N_("Day of completion"),
    Field.COHORT: N_("Cohort"),
}
REASONS: Labels = {
    Reason.TOTAL: N_("Totals"),
    Reason.NOTE: N_("Notes"),
    Reason.SIGNATURE: N_("Signatures and what stands below them"),
    Reason.GROUP: N_("Lines that say something about the rows below them"),
    Reason.REPEATED_HEADINGS: N_("Repeated headings"),
    Reason.HIDDEN: N_("Hidden or struck-out rows"),
    Reason.HIDDEN_TAB: N_("Hidden tabs"),
    Reason.NO_PEOPLE: N_("Tabs without a table of people"),
}
QUESTIONS: Labels = {
    QuestionKind.COHORT: N_("Which cohort do the people of this sheet enroll in?"),
    QuestionKind.UBIGEO_SCHEME: N_("Whose are the UBIGEO codes?"),
    QuestionKind.DISTRICT: N_("In which district do the people of this sheet live?"),
    QuestionKind.CONSENT: N_("Does the office hold everybody's signed consent to the training?"),
    QuestionKind.COMPLETED: N_("Did everybody on this list complete the training?"),
    QuestionKind.NAME_ORDER: N_("What comes first in this column?"),
    QuestionKind.DATE_ORDER: N_("What comes first in the dates of this column?"),
    QuestionKind.SEX_LETTERS: N_("What does the letter M mean in this column?"),
    QuestionKind.COLUMN: N_("What is this column?"),
    QuestionKind.HIDDEN_ROWS: N_("The sheet has hidden or struck-out rows. Are their people to be enrolled too?"),
}
ANSWERED: Labels = {
    **QUESTIONS,
    QuestionKind.NAME_ORDER: N_("What comes first in names?"),
    QuestionKind.DATE_ORDER: N_("What comes first in dates?"),
    QuestionKind.SEX_LETTERS: N_("What does the letter M mean?"),
}
"""Questions whose column is not named beside them, because they were answered."""
_ORDER_ABOVE = N_("What comes first in the date that stands above the table?")
ANSWERS: Mapping[QuestionKind, Labels] = {
    QuestionKind.UBIGEO_SCHEME: {Scheme.INEI: "INEI", Scheme.RENIEC: "RENIEC"},
    QuestionKind.CONSENT: {"true": N_("Yes, of everybody"), "false": N_("No")},
    QuestionKind.COMPLETED: {"true": N_("Yes, everybody"), "false": N_("No, nobody")},
    QuestionKind.NAME_ORDER: {
        NameOrder.FAMILY_FIRST: N_("The family names"),
        NameOrder.GIVEN_FIRST: N_("The given names"),
    },
    QuestionKind.DATE_ORDER: {DateOrder.DAY_FIRST: N_("The day"), DateOrder.MONTH_FIRST: N_("The month")},
    QuestionKind.SEX_LETTERS: {SexLetters.M_IS_FEMALE: N_("Woman"), SexLetters.M_IS_MALE: N_("Man")},
    QuestionKind.HIDDEN_ROWS: {"true": N_("Yes"), "false": N_("No")},
}
"""What a question offers, where it is not a cohort, a district or a field."""


def question_text(question: Question) -> str:
    """Returns the words of a question, in English."""
    is_above = question.column is None and question.kind is QuestionKind.DATE_ORDER
    return _ORDER_ABOVE if is_above else QUESTIONS[question.kind]
