"""The demographic profile that events carry: who took part, as they were on that day, without a name."""

from datetime import date

from contracts.event import AgeBand, OrganizationType, Profile

NOT_STATED = "not_stated"
_BY_BIRTH = ("sex", "mother_tongue", "ethnicity")
_BANDS = (
    (15, AgeBand.UNDER_15),
    (30, AgeBand.FROM_15_TO_29),
    (45, AgeBand.FROM_30_TO_44),
    (60, AgeBand.FROM_45_TO_59),
)


def age_on(day: date, birth_date: date | None) -> int | None:
    """Completed years; somebody born on 29 February has a birthday on 1 March in common years."""
    if birth_date is None:
        return None
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def age_band(age: int | None) -> AgeBand:
    """The band of so many completed years."""
    if age is None:
        return AgeBand.NOT_STATED
    return next((band for limit, band in _BANDS if age < limit), AgeBand.FROM_60)


def complete(stated: Profile, known: Profile | None) -> Profile:
    """The profile stated now; what a person is by birth and was not asked again is taken from what they said before."""
    if known is None:
        return stated
    unanswered = [field for field in _BY_BIRTH if getattr(stated, field) == NOT_STATED]
    return stated.model_copy(update={field: getattr(known, field) for field in unanswered})


def organization_type(own: OrganizationType, of_organization: str | None) -> OrganizationType:
    """The type of the organization a person comes from counts before what the form says."""
    return own if of_organization is None else OrganizationType(of_organization)
