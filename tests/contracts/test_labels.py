"""Each enumeration that people see has one label for each of its members."""

from enum import StrEnum

import pytest

from contracts import labels
from contracts.enrollment import CohortStatus, EnrollmentStatus, Mechanism, Purpose
from contracts.event import AgeBand, Ethnicity, MotherTongue, OrganizationType, Sex
from contracts.media import AssetKind, AssetStatus, Channel, EvidenceGrade
from contracts.reporting import CellStatus
from contracts.sessions import AttendanceState, SessionKind, SessionStatus

LABELS: list[tuple[type[StrEnum], labels.Labels]] = [
    (Sex, labels.SEX_ANSWERS),
    (Sex, labels.SEX_GROUPS),
    (AgeBand, labels.AGE_GROUPS),
    (MotherTongue, labels.MOTHER_TONGUE_ANSWERS),
    (MotherTongue, labels.MOTHER_TONGUE_GROUPS),
    (Ethnicity, labels.ETHNICITY_ANSWERS),
    (Ethnicity, labels.ETHNICITY_GROUPS),
    (OrganizationType, labels.ORGANIZATION_TYPE_ANSWERS),
    (OrganizationType, labels.ORGANIZATION_TYPE_GROUPS),
    (Mechanism, labels.MECHANISMS),
    (CohortStatus, labels.COHORT_STATUSES),
    (EnrollmentStatus, labels.ENROLLMENT_STATUSES),
    (Purpose, labels.CONSENT_ANSWERS),
    (SessionKind, labels.SESSION_KINDS),
    (SessionStatus, labels.SESSION_STATUSES),
    (AttendanceState, labels.ATTENDANCE_STATES),
    (AssetKind, labels.ASSET_KINDS),
    (AssetStatus, labels.ASSET_STATUSES),
    (Channel, labels.CHANNELS),
    (EvidenceGrade, labels.EVIDENCE_GRADES),
    (CellStatus, labels.CELL_STATUSES),
]


@pytest.mark.parametrize(("enumeration", "labelled"), LABELS)
def test_every_member_has_a_label_in_the_order_of_its_declaration(
    enumeration: type[StrEnum], labelled: labels.Labels
) -> None:
    assert list(labelled) == list(enumeration)
    assert len(set(labelled.values())) == len(labelled)


def test_a_stored_value_finds_its_label() -> None:
    assert labels.SEX_GROUPS["female"] == "Women"
    assert labels.ORGANIZATION_TYPE_GROUPS["not_stated"] == "Not stated"
    assert labels.ORGANIZATION_TYPE_ANSWERS["not_stated"] == "Prefers not to say"
