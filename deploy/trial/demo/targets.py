"""Targets of the commitment, invented for the demonstration as its figures are."""

from collections.abc import Iterator
from typing import Any

from deploy.trial.demo.course import Course

SOURCE = "Informe de capacitación 2024 (inventado para la demostración)"

TARGETS: tuple[dict[str, Any], ...] = (
    {"indicator": "enrolled", "value": 2_500, "baseline": 640, "baseline_source": SOURCE},
    {"indicator": "trained", "value": 1_800, "baseline": 180, "baseline_source": SOURCE},
    {"indicator": "trained", "value": 900, "subgroup": "sex:female", "baseline": 71, "baseline_source": SOURCE},
    {"indicator": "organizations_trained", "value": 40, "baseline": 6, "baseline_source": SOURCE},
    {"indicator": "programme_content", "value": 6, "baseline": 0, "baseline_source": SOURCE},
    {"indicator": "programme_hours", "value": 40},
)
"""Of the programme."""

TARGETS_OF_ALL: tuple[dict[str, Any], ...] = (
    {"indicator": "enrolled", "value": 900, "province": "0601"},
    {"indicator": "enrolled", "value": 600, "district": "060101"},
    {"indicator": "enrolled", "value": 1_500, "subgroup": "sex:female"},
    {"indicator": "enrolled", "value": 900, "subgroup": "age_band:15_29"},
    {"indicator": "trained", "value": 1_500, "first_month": "2025-04", "last_month": "2025-12"},
    {"indicator": "visits", "value": 5_000},
)
"""Of all programmes together, as the public's figures by place and group are."""


def targets(course: Course) -> Iterator[dict[str, Any]]:
    """Yields the body of the request that sets each target."""
    of_programme = ({**target, "programme_id": str(course.programme_id)} for target in TARGETS)
    for number, target in enumerate((*of_programme, *TARGETS_OF_ALL)):
        yield {**target, "target_id": str(course.id_of("target", number))}
