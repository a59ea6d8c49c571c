"""A course of the demonstration: a programme with its modules, and a cohort with its sessions in every province."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from contracts.territory import TIME_ZONE, District, districts, provinces
from deploy.trial.demo.ids import demo_id

WEEKS_OF_A_COHORT = 18
WEEKS_BETWEEN_SESSIONS = 2
SHORT_OF_SEATS = ("0604", "0608")
"""Provinces with fewer seats than applicants."""


@dataclass(frozen=True, slots=True)
class Module:
    """A module of a programme. `hours` are taught hours, `languages` are ISO 639 codes."""

    title: str
    mechanism: str
    hours: int
    learning_outcomes: tuple[str, ...]
    languages: tuple[str, ...] = ("es",)


@dataclass(frozen=True, slots=True)
class Course:
    """A programme, and how it is held. `scope` keeps its ids apart from those of another course.

    `first_day` is that of the first cohorts, and `staggered_weeks` is how many weeks later the last of them begin.
    Sessions before `today` were held. `first_number` keeps the documents of its people apart. A course that is held
    `in_capitals_only` adds nobody to the small districts, whose figures the public would not see for it.
    """

    scope: tuple[str, ...]
    code: str
    title: str
    starts_on: date
    ends_on: date
    modules: tuple[Module, ...]
    applicants: int
    fewest_applicants: int
    first_number: int
    first_day: date
    staggered_weeks: int
    today: date
    in_capitals_only: bool = False

    @property
    def programme_id(self) -> UUID:
        return self.id_of("programme")

    def id_of(self, *parts: object) -> UUID:
        return demo_id(*self.scope, *parts)

    def module_id(self, module: Module) -> UUID:
        return self.id_of("module", module.title)

    def cohorts(self) -> list["Cohort"]:
        """One cohort per province, in proportion to its population. In two provinces there are too few seats."""
        return [self._cohort(number, code, name) for number, (code, name) in enumerate(sorted(provinces().items()))]

    def _cohort(self, number: int, province: str, name: str) -> "Cohort":
        share = _population(province) / sum(district.population for district in districts().values())
        applicants = max(self.fewest_applicants, round(self.applicants * share))
        return Cohort(
            course=self,
            province=province,
            name=f"{name} {self.starts_on.year}",
            applicants=applicants,
            capacity=round(applicants * (0.9 if province in SHORT_OF_SEATS else 1.2)),
            starts_on=self.first_day + timedelta(weeks=number % (self.staggered_weeks + 1)),
        )


def _population(province: str) -> int:
    return sum(district.population for district in districts().values() if district.province_code == province)


@dataclass(frozen=True, slots=True)
class Cohort:
    """A province's cohort. Its applicants apply between the programme's first day and the day before it begins."""

    course: Course
    province: str
    name: str
    applicants: int
    capacity: int
    starts_on: date

    @property
    def id(self) -> UUID:
        return self.course.id_of("cohort", self.province)

    @property
    def ends_on(self) -> date:
        return self.starts_on + timedelta(weeks=WEEKS_OF_A_COHORT)

    @property
    def facilitator(self) -> str:
        return f"facilitator-{self.province}"

    @property
    def districts(self) -> list[District]:
        found = [district for district in districts().values() if district.province_code == self.province]
        return found[:1] if self.course.in_capitals_only else found

    def sessions(self) -> list["Session"]:
        """One session per module, then a budget workshop and a public hearing, which are not required."""
        taught = [
            Session(self, number, "training", module.title, module) for number, module in enumerate(self.course.modules)
        ]
        workshop = Session(self, len(taught), "budget_workshop", "Taller del presupuesto participativo", None)
        hearing = Session(self, len(taught) + 1, "hearing", "Audiencia pública regional", None)
        return [*taught, workshop, hearing]


@dataclass(frozen=True, slots=True)
class Session:
    """One session of a cohort. That of a module is required."""

    cohort: Cohort
    number: int
    kind: str
    title: str
    module: Module | None

    @property
    def id(self) -> UUID:
        return self.cohort.course.id_of("session", self.cohort.province, self.number)

    @property
    def required(self) -> bool:
        return self.module is not None

    @property
    def day(self) -> date:
        return self.cohort.starts_on + timedelta(weeks=WEEKS_BETWEEN_SESSIONS * self.number)

    @property
    def is_over(self) -> bool:
        return self.day < self.cohort.course.today

    @property
    def is_rained_off(self) -> bool:
        """Whether it was cancelled and not repeated."""
        return self.required and self.is_over and (int(self.cohort.province) * 7 + self.number) % 31 == 0

    @property
    def district(self) -> District:
        return self.cohort.districts[self.number % len(self.cohort.districts)]

    @property
    def starts_at(self) -> datetime:
        return datetime.combine(self.day, time(9), TIME_ZONE).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(hours=self.module.hours if self.module else 3)
