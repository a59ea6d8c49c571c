"""A trial for measurements, and enrollments to be sent to it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.stage import HOME
from tests.support.sheets import document
from tests.support.trials import NewCohort, Trial, running_trial


@contextmanager
def measured_trial() -> Iterator[Trial]:
    """A whole, empty trial in the measurements' folder."""
    os.environ["MINKA_TEST_HOME"] = str(HOME)
    with running_trial() as trial:
        yield trial


def enrollment(cohort: NewCohort) -> dict[str, Any]:
    """A request to enroll somebody whom nobody knows."""
    return {
        "cohort_id": str(cohort.cohort_id),
        "document": {"number": document()},
        "given_names": "Rosa Elena",
        "family_names": "Quispe Huamán",
        "birth_date": "1987-05-12",
        "district": {"scheme": "inei", "code": "060101"},
        "consents": [{"purpose": "training"}],
    }
