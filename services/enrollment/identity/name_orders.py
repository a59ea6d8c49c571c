"""The order of a cohort by names. These are stored encrypted, so that the database cannot sort by them."""

from collections import OrderedDict
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

MOST_COHORTS = 20
"""Cohorts whose order a process keeps: of 10,000 people each they take some 20 MB."""


class NameOrders:
    """The enrollments of the cohorts listed last, in the order of the people's names.

    Only ids are kept, never a name. An order is that of a `version`, which another name, a new enrollment and an
    erasure change.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[UUID, tuple[Decimal, Sequence[UUID]]] = OrderedDict()

    def of(self, cohort_id: UUID, version: Decimal) -> Sequence[UUID] | None:
        """Returns the enrollments in their order; None if it is not known of this version."""
        kept_version, order = self._kept.get(cohort_id, (None, None))
        return order if kept_version == version else None

    def keep(self, cohort_id: UUID, version: Decimal, order: Sequence[UUID]) -> None:
        """Keeps an order in place of the cohort's last one, and forgets the one kept longest."""
        self._kept.pop(cohort_id, None)
        self._kept[cohort_id] = (version, order)
        if len(self._kept) > MOST_COHORTS:
            self._kept.popitem(last=False)
