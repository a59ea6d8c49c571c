"""What would become of applications one after the other, if they were decided now. Pure: nothing is stored."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from contracts.enrollment import EnrollmentStatus
from services.enrollment.consent.domain import ConsentHistory, GivenConsent
from services.enrollment.enrollments.domain import (
    Admission,
    Application,
    CohortSeats,
    Decision,
    KnownEnrollment,
    KnownPerson,
    Situation,
    decide,
)
from services.enrollment.enrollments.situations import IndexedApplication


@dataclass(slots=True)
class Forecast:
    """Decides on applications as if those before had been stored: the people whom they would register are known by
    their documents' digests, and the seats that they would take are taken.

    The caller may see all people. The id of an application that registers somebody stands for the person's.
    """

    now: datetime
    _people: dict[bytes, dict[UUID, KnownPerson]] = field(default_factory=dict)
    _enrollments: dict[tuple[UUID, UUID], KnownEnrollment] = field(default_factory=dict)
    _seats: Counter[UUID] = field(default_factory=Counter)

    def decide(self, indexed: IndexedApplication, situation: Situation) -> Decision:
        """Decides on the next application; `situation` is what is stored about its subjects."""
        application, document_digest = indexed.application, indexed.document_digest
        foreseen = replace(
            situation,
            cohort=situation.cohort and self._cohort(application.cohort_id, situation.cohort),
            people=self._known(application.cohort_id, document_digest, situation.people),
        )
        decision = decide(application, foreseen, self.now)
        if isinstance(decision, Admission):
            self._keep(application, document_digest, decision)
        return decision

    def _cohort(self, cohort_id: UUID, cohort: CohortSeats) -> CohortSeats:
        return replace(cohort, occupied=cohort.occupied + self._seats[cohort_id])

    def _known(self, cohort_id: UUID, document_digest: bytes, stored: Sequence[KnownPerson]) -> tuple[KnownPerson, ...]:
        people = {one.person_id: one for one in stored}
        for person_id, one in self._people.get(document_digest, {}).items():
            former = people[person_id].enrollment if person_id in people else None
            enrollment = self._enrollments.get((person_id, cohort_id), former)
            people[person_id] = replace(one, enrollment=enrollment)
        return tuple(people.values())

    def _keep(self, application: Application, document_digest: bytes, admission: Admission) -> None:
        person = admission.person or _registered(application.enrollment_id, admission)
        is_accepted = admission.status is EnrollmentStatus.ACCEPTED
        self._seats[application.cohort_id] += is_accepted
        enrollment = KnownEnrollment(admission.enrollment_id, admission.status)
        self._enrollments[person.person_id, application.cohort_id] = enrollment
        self._people.setdefault(document_digest, {})[person.person_id] = replace(
            person,
            identity=admission.identity,
            consents=_with(person.consents, admission.consents),
            has_seat=person.has_seat or is_accepted,
        )


def _registered(person_id: UUID, admission: Admission) -> KnownPerson:
    return KnownPerson(
        person_id=person_id,
        counted_as=admission.counted_as or person_id,
        identity=admission.identity,
        profile=admission.profile,
        consents=ConsentHistory(),
        enrollment=None,
        has_seat=False,
        is_visible=True,
    )


def _with(history: ConsentHistory, given: Sequence[GivenConsent]) -> ConsentHistory:
    return replace(history, standing=history.standing | {(one.purpose, one.text_version) for one in given})
