"""Who may, may; no token 401; the wrong role 403; somebody else's data 404."""

from dataclasses import asdict

import pytest

from deploy.trial.demo.organizations import ORGANIZATIONS
from tests.support.trials import Trial


@pytest.mark.parametrize(
    "path",
    [
        "/enrollment/api/cohorts",
        "/sessions/api/sessions",
        "/media/api/links",
        "/api/indicators/enrolled?by=district,sex",
    ],
)
def test_without_a_token_it_is_401(trial: Trial, path: str) -> None:
    answer = trial.get(path)

    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    ("person", "path", "body"),
    [
        (
            "communications",
            "/enrollment/api/programmes",
            {"code": "X", "title": "X", "starts_on": "2025-04-01", "ends_on": "2025-12-31"},
        ),
        (
            "auditor",
            "/enrollment/api/programmes",
            {"code": "X", "title": "X", "starts_on": "2025-04-01", "ends_on": "2025-12-31"},
        ),
        ("facilitator-0601", "/media/api/campaigns", {"name": "x", "objective": "x", "starts_on": "2025-04-01"}),
    ],
)
def test_a_role_that_may_not_gets_403(trial: Trial, person: str, path: str, body: dict[str, str]) -> None:
    assert trial.post(path, person, json=body).status_code == 403


def test_another_organizations_members_are_404(trial: Trial) -> None:
    for organization in ORGANIZATIONS:
        body = {**asdict(organization), "organization_id": str(organization.organization_id)}
        trial.make("/enrollment/api/organizations", body)
    own, other = (organization.organization_id for organization in ORGANIZATIONS[:2])

    assert trial.get(f"/enrollment/api/organizations/{own}/members", "delegate-patria-c").status_code == 200
    assert trial.get(f"/enrollment/api/organizations/{other}/members", "delegate-patria-c").status_code == 404


def test_another_facilitators_cohort_is_404(trial: Trial) -> None:
    cohort = trial.cohort(facilitator="facilitator-0601")

    path = f"/enrollment/api/cohorts/{cohort.cohort_id}/enrollments"
    assert trial.get(path, "facilitator-0601").status_code == 200
    assert trial.get(path, "facilitator-0602").status_code == 404


@pytest.mark.parametrize(
    "path", ["/api/indicators/nonsense", "/api/indicators/enrolled?by=shoe_size", "/api/indicators/enrolled?colour=red"]
)
def test_unknown_names_are_refused_with_the_known_ones(trial: Trial, path: str) -> None:
    answer = trial.get(path)

    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "known" in answer.json() or "enrolled" in answer.text or "district" in answer.text or "by" in answer.text
