"""Sessions confirms each withdrawn consent, once whatever enrollment ended by it is stored."""

from uuid import UUID

from chassis.store.identifiers import new_id
from contracts.enrollment import ConsentWithdrawn, Enrollment, Purpose
from services.sessions.tests.stories import OPENED, CohortExample, Story, withdrawn

APPLIED = "WithdrawalAppliedInSessions"


def withdrawal(of: Enrollment, consent_id: UUID) -> ConsentWithdrawn:
    """The person of the enrollment takes the consent to the training back."""
    return ConsentWithdrawn(
        occurred_at=OPENED,
        consent_id=consent_id,
        person_id=of.person_id,
        purpose=Purpose.TRAINING,
        text_version="2025-04",
        given=False,
    )


async def test_a_withdrawal_is_confirmed_once_with_the_enrollment_that_ended(story: Story) -> None:
    cohort, consent_id = CohortExample(), new_id()
    rosa = cohort.accepted()
    await story.cohort(rosa, of=cohort)
    session = await story.session(cohort.cohort_id)

    await story.replicate(withdrawn(rosa), withdrawal(rosa, consent_id), version=2)

    [confirmed] = await story.events(APPLIED)
    assert (confirmed["consent_id"], confirmed["person_id"]) == (str(consent_id), str(rosa.person_id))
    assert (await story.get(f"/api/sessions/{session}/roster")).json()["roster"] == []
    await story.replicate(withdrawal(rosa, consent_id), version=2)
    assert len(await story.events(APPLIED)) == 1, "the log was read again"


async def test_each_of_several_withdrawals_in_a_batch_is_confirmed(story: Story) -> None:
    people = [CohortExample().accepted() for _ in range(3)]
    await story.replicate(*(withdrawal(one, new_id()) for one in people), version=2)
    confirmed = await story.events(APPLIED)
    assert {one["person_id"] for one in confirmed} == {str(one.person_id) for one in people}
