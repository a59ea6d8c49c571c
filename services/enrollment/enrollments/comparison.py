"""Whether two records of one document agree, so that they can be of one person. Pure."""

from collections.abc import Iterator

from contracts.event import Sex
from services.enrollment.identity import names
from services.enrollment.people.domain import Identity


def contradictions(identity: Identity, sex: Sex, other: Identity, other_sex: Sex) -> Iterator[str]:
    """Yields in what a person, and an application of one document or another person, differ: in names, in birth date
    and sex where both are known. A slip in the names is one only where the birth dates are known and equal."""
    birth_dates = (identity.birth_date, other.birth_date)
    has_witness = None not in birth_dates and birth_dates[0] == birth_dates[1]
    if not names.agree(identity.names, other.names, allows_slips=has_witness):
        yield "names"
    if _contradict(*birth_dates, None):
        yield "birth_date"
    if _contradict(sex, other_sex, Sex.NOT_STATED):
        yield "sex"


def _contradict(known: object, stated: object, unknown: object) -> bool:
    return unknown not in {known, stated} and known != stated
