"""What the privacy notice tells: what is stored, why and for how long by the code's terms, and who is responsible."""

from dataclasses import dataclass
from datetime import timedelta

from chassis.web import idempotency
from chassis.web.tables import Column, Table
from chassis.web.texts import N_, _, ngettext
from contracts.topics import MEDIA_VISITS
from services.enrollment.applications.domain import KEPT_FOR
from services.enrollment.imports.service import KEPT_WHILE_WAITING, RETENTION
from services.enrollment.own_data.service import TRIES_KEPT
from services.enrollment.settings import EnrollmentSettings


@dataclass(frozen=True, slots=True)
class StoredData:
    """A kind of data with its purpose, as message ids, and how long it is kept: a term, or words where it has none."""

    data: str
    purpose: str
    kept: str
    term: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the office says of itself under a label; `setting` is the variable to set where it is empty."""

    label: str
    text: str
    setting: str


STORED_DATA = (
    StoredData(
        N_("Document, names, date of birth"),
        N_("To know each person once, and to certify what they learned."),
        N_("Until the person asks to be erased."),
    ),
    StoredData(
        N_("Telephone and e-mail"),
        N_("To tell those who agreed to it of sessions and seats."),
        N_("Until the consent to be contacted is taken back."),
    ),
    StoredData(
        N_("District, sex, age group, mother tongue, how people see themselves, kind of organization"),
        N_("To count who takes part, by group and place."),
        N_("For ever, without a name after an erasure."),
    ),
    StoredData(
        N_("Consents, with the version of the text and their dates"),
        N_("To show what each person agreed to."),
        N_("For ever, without a name after an erasure."),
    ),
    StoredData(
        N_("Attendance and completion, also by the lists of earlier years"),
        N_("To certify the training, and to count it."),
        N_("For ever, without a name after an erasure."),
    ),
    StoredData(
        N_("Name, position, telephone and e-mail of the contact of an organization"),
        N_("To reach the organization."),
        N_("Until the contact asks the office to erase it."),
    ),
    StoredData(
        N_("Name and user of the staff"),
        N_("To assign cohorts, and to show who did what."),
        N_("The name until they leave the office."),
    ),
    StoredData(
        N_("Sheets that an office or an organization sent"),
        N_("To mend rows that could not be read."),
        N_("%(term)s"),
        RETENTION,
    ),
    StoredData(
        N_("Rows of a sheet that wait for a decision"),
        N_("To decide whose they are."),
        N_("%(term)s at most"),
        KEPT_WHILE_WAITING,
    ),
    StoredData(
        N_("Applications that contradict what is known"),
        N_("To decide whose they are."),
        N_("%(term)s at most"),
        KEPT_FOR,
    ),
    StoredData(
        N_("What somebody asked to be corrected or erased"),
        N_("To answer."),
        N_("Until it is answered."),
    ),
    StoredData(
        N_("Which document was looked for in “My data”, encoded"),
        N_("To slow down guessing."),
        N_("%(term)s"),
        TRIES_KEPT,
    ),
    StoredData(
        N_("Digests of what was sent, without its content"),
        N_("So that a form that is sent twice counts once."),
        N_("%(term)s"),
        idempotency.KEPT,
    ),
    StoredData(
        N_("Visits of our links: digests that tell nobody's address"),
        N_("To count visits once."),
        N_("%(term)s; the counts for ever"),
        MEDIA_VISITS.retention,
    ),
    StoredData(
        N_("Each reading and change of data, by pseudonyms"),
        N_("To show who had access."),
        N_("At least two years."),
    ),
)


def _kept(row: StoredData) -> str:
    if row.term is None:
        return _(row.kept)
    return _(row.kept, term=ngettext("%(num)d day", "%(num)d days", row.term.days))


DATA = Table(
    "stored_data",
    N_("What is stored"),
    key="data",
    order="data",
    columns=(
        Column("data", N_("Data"), sortable=False, read=lambda row: _(row.data)),
        Column("purpose", N_("What for"), sortable=False, read=lambda row: _(row.purpose)),
        Column("kept", N_("How long"), sortable=False, read=_kept),
    ),
)


def answers(settings: EnrollmentSettings) -> list[Answer]:
    """Returns what the office says of itself; the text of what it has not stated is empty."""
    stated = {
        "controller_name": N_("Institution"),
        "controller_address": N_("Address"),
        "controller_contact": N_("Where to ask"),
        "data_bank_code": N_("Data bank in the national registry"),
        "data_processors": N_("Processors of data for the office"),
    }
    prefix = EnrollmentSettings.model_config["env_prefix"]
    return [Answer(label, getattr(settings, name), f"{prefix}{name.upper()}") for name, label in stated.items()]
