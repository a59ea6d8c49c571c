"""Finding the person of a card, recording the scan, and reading what became of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.runtime.rejections import NOT_FOUND, Kind, RejectedError, Rejection
from chassis.store.database import Pool
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.reads import Reader
from chassis.web.texts import N_
from contracts.enrollment import EnrollmentStatus
from contracts.sessions import AttendanceState
from services.sessions.attendance import service as attendance
from services.sessions.attendance.commands import Scan
from services.sessions.attendance.domain import ATTENDED, SHORTEST_CODE, ConflictReason, ScanOutcome
from services.sessions.calendar.domain import Session
from services.sessions.cards.commands import ScanCard
from services.sessions.cards.domain import DIGITS_OF_A_CARD, CardAnswer, answer_to, read_code

sql = queries(__package__)

DEVICE = "card"


@dataclass(frozen=True, slots=True)
class ScannedCard:
    """A scan and what is on record of its person at the session; `seat` is None until the enrollment is known."""

    scan_id: UUID
    session_id: UUID
    enrollment_id: UUID
    outcome: ScanOutcome
    reason: ConflictReason | None
    attendance_id: UUID | None
    state: AttendanceState | None
    checked_in_at: datetime | None
    seat: EnrollmentStatus | None

    @property
    def answer(self) -> CardAnswer:
        return answer_to(self.outcome, self.reason, self.state, self.seat)

    @property
    def code(self) -> str:
        """The last characters under the card's code."""
        return self.enrollment_id.hex[-SHORTEST_CODE:].upper()

    @property
    def can_be_undone(self) -> bool:
        """Whether anything rests on the scan."""
        return self.outcome not in {ScanOutcome.REPEATED, ScanOutcome.UNDONE}


async def enrollment_of_card(pool: Pool, scanned: str, cohort_id: UUID) -> UUID:
    """The enrollment of a whole card, known or not, or the one of the cohort whose id ends with the characters.

    Raises `RejectedError` for what is no card, and for characters of nobody or of several.
    """
    code = read_code(scanned)
    if len(code) == DIGITS_OF_A_CARD:
        return UUID(code)
    found = await sql.enrollments_with_code.fetch(pool, cohort_id=cohort_id, code=code)
    if len(found) != 1:
        raise RejectedError(_SEVERAL if found else _NOBODY)
    enrollment_id: UUID = found[0]["enrollment_id"]
    return enrollment_id


async def scan_card(unit: UnitOfWork, _card: ScanCard, session: Session, enrollment_id: UUID) -> UUID:
    """Records that the person is present, and returns the scan's id. Raises `RejectedError` before the session's day.

    The caller holds the locks of the session's cohort and of the enrollment.
    """
    scan = Scan(scan_id=new_id(), enrollment_id=enrollment_id, scanned_at=unit.now, device_id=DEVICE, device_sequence=0)
    await attendance.take_attendance(unit, [scan], session)
    return scan.scan_id


async def scanned_card(reader: Reader, pool: Pool, session_id: UUID, scan_id: UUID) -> ScannedCard:
    """What became of a scan. Raises `RejectedError` for one that is not of this session."""
    card = await sql.scanned_card.first(pool, ScannedCard, session_id=session_id, scan_id=scan_id)
    if card is None:
        raise RejectedError(NOT_FOUND)
    reader.shows([card])
    return card


async def count_checked_in(pool: Pool, session_id: UUID) -> int:
    """How many people came so far."""
    return int(await sql.count_checked_in.value(pool, session_id=session_id, attended=ATTENDED))


_NOBODY = Rejection(
    "code_of_nobody",
    N_("Nobody of this cohort has a card that ends with these characters."),
    Kind.CONFLICT,
    "card",
    N_("Compare them with the card. The card of another cohort has to be scanned, or typed in full."),
)
_SEVERAL = Rejection(
    "code_of_several",
    N_("Several people of this cohort have a card that ends with these characters."),
    Kind.CONFLICT,
    "card",
    N_("Type more of its last characters."),
)
