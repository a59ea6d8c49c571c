"""Findings: the sentence that a chart shows, as its title and its text alternative. Pure."""

from collections.abc import Sequence

from chassis.web.formats import number, percent
from chassis.web.texts import _, ngettext
from contracts.reporting import CellStatus
from services.reporting.publishing.disclosure import NO_DATA, Figure

Named = Sequence[tuple[str, Figure]]
"""A list by one dimension: its members' names (two members may have the same) and figures."""


def of_districts(figures: Named) -> str:
    """The number of districts with enrolled people, and the district with most."""
    present = [figure for _name, figure in figures if figure.value or figure.status is CellStatus.SUPPRESSED]
    if not present:
        return _("Nobody is enrolled in any district yet")
    districts = ngettext(
        "There are enrolled people in one of the %(all)d districts",
        "There are enrolled people in %(num)d of the %(all)d districts",
        len(present),
        all=len(figures),
    )
    most = _largest(figures)
    return districts if most is None else _("%(districts)s; most in %(name)s: %(count)s", districts=districts, **most)


def of_months(figures: Named) -> str:
    """The month in which most people enrolled."""
    most = _largest(figures)
    if most is None:
        return _("Enrollment month by month")
    return _("Most people enrolled in %(name)s: %(count)s", **most)


def of_sexes(total: Figure, women: Figure) -> str:
    """The share of women, where both numbers are public."""
    if not total.value or women.value is None:
        return _("Enrolled people by sex")
    return _("%(share)s of the enrolled people are women", share=percent(women.value / total.value))


def of_ages(figures: Named) -> str:
    """The largest age group."""
    most = _largest(figures)
    if most is None:
        return _("Enrolled people by age")
    return _("The largest age group is %(name)s: %(count)s people", **most)


def listing(title: str, figures: Named) -> str:
    """The finding and every number behind it, for screen readers."""
    return f"{title}. {'; '.join(f'{name}: {in_words(figure)}' for name, figure in figures)}."


def in_words(figure: Figure) -> str:
    """The number, or the reason why there is none."""
    if figure.status is CellStatus.SUPPRESSED:
        return _("withheld")
    return _("no data") if figure.value is None else number(figure.value)


def _largest(figures: Named) -> dict[str, str] | None:
    name, figure = max(figures, key=lambda named: named[1].value or 0, default=("", NO_DATA))
    return {"name": name, "count": number(figure.value)} if figure.value else None
