"""Nobody is entered into the directory under a name that the audit trail has for what no person did."""

import pytest

from chassis.runtime.rejections import RejectedError
from chassis.web.auth.principal import THE_PUBLIC
from services.enrollment.app import service as enrollment
from services.enrollment.messages.sessions import AUTHOR
from services.enrollment.staff.domain import check_user
from services.media.app import service as media
from services.reporting.app import service as reporting
from services.sessions.app import service as sessions

JOBS = [kind for service in (enrollment, sessions, media, reporting) if service.jobs for kind in service.jobs.lanes]


@pytest.mark.parametrize("name", [THE_PUBLIC.subject, AUTHOR, *JOBS])
def test_the_name_of_a_job_is_nobodys_user(name: str) -> None:
    with pytest.raises(RejectedError) as refused:
        check_user(name)
    assert (refused.value.rejection.code, refused.value.rejection.field) == ("user_reserved", "user_id")
    assert refused.value.rejection.remedy


@pytest.mark.parametrize("user", ["facilitator-0601", "rosa.quispe", "publica.perez", "auth0|5f7c", "rosa@example.org"])
def test_a_user_of_an_issuer_is_taken(user: str) -> None:
    check_user(user)
