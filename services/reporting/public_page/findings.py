"""What a chart shows, said in a sentence: its title, and its text alternative. Pure."""

from collections.abc import Sequence

from chassis.web.formats import number, percent
from chassis.web.texts import _, ngettext
from contracts.reporting import CellStatus
from services.reporting.publishing.disclosure import NO_DATA, Figure

Named = Sequence[tuple[str, Figure]]
"""A list by one dimension: its members' names (two may be called the same) and figures."""


def of_districts(figures: Named) -> str:
    """In how many districts somebody is, and where most."""
    present = [figure for _name, figure in figures if figure.value or figure.status is CellStatus.SUPPRESSED]
    if not present:
        return _("Nobody is enrolled in any district yet")
    places = ngettext(
        "There are enrolled people in one of the %(all)d districts",
        "There are enrolled people in %(num)d of the %(all)d districts",
        len(present),
        all=len(figures),
    )
    most = _largest(figures)
    return places if most is None else _("%(places)s; most in %(name)s: %(count)s", places=places, **most)


def of_months(figures: Named) -> str:
    """When most came."""
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
    """The finding, and every number behind it, for whoever hears the chart."""
    return f"{title}. {'; '.join(f'{name}: {spoken(figure)}' for name, figure in figures)}."


def spoken(figure: Figure) -> str:
    """The number, or the word that stands in its place."""
    if figure.status is CellStatus.SUPPRESSED:
        return _("withheld")
    return _("no data") if figure.value is None else number(figure.value)


def _largest(figures: Named) -> dict[str, str] | None:
    name, figure = max(figures, key=lambda named: named[1].value or 0, default=("", NO_DATA))
    return {"name": name, "count": number(figure.value)} if figure.value else None
