"""Why a row is to be reviewed: what it says of a person, beside what is stored of whoever has the document. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.web.texts import N_
from contracts.event import Sex
from services.enrollment.enrollments.comparison import contradictions
from services.enrollment.enrollments.domain import Application
from services.enrollment.identity.names import Names, tokens
from services.enrollment.imports.faults import StoredFault
from services.enrollment.people.domain import Identity
from services.enrollment.sheets.layout.tables import Field, Table


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of which row and stored person say different things."""

    field: Field
    stated: str | date | Sex
    stored: str | date | Sex


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a row contradicts of the person of its document. Without differences, the person was corrected since."""

    person_id: UUID
    differences: Sequence[Difference]

    def faults(self, table: Table) -> list[StoredFault]:
        """Returns what to look at, in words that tell nothing of what is stored but where it differs."""
        return [
            StoredFault(
                column=table.column_of(one.field),
                field=one.field,
                code="review",
                detail=DIFFERS[one.field],
                remedy=None,
            )
            for one in self.differences
        ]


def evidence_of(person_id: UUID, identity: Identity, sex: Sex, application: Application) -> Evidence:
    """Compares a row with whoever has its document, by what the decision on the row compares."""
    contradicted = set(contradictions(identity, sex, application.identity, application.sex))
    differences = list(_names(identity.names, application.names)) if "names" in contradicted else []
    if "birth_date" in contradicted and application.birth_date and identity.birth_date:
        differences.append(Difference(Field.BIRTH_DATE, application.birth_date, identity.birth_date))
    if "sex" in contradicted:
        differences.append(Difference(Field.SEX, application.sex, sex))
    return Evidence(person_id, differences)


def _fault(field: Field, table: Table) -> StoredFault:
    return StoredFault(column=table.column_of(field), field=field, code="review", detail=DIFFERS[field], remedy=None)


def _names(known: Names, written: Names) -> Iterator[Difference]:
    if sorted(tokens(known.family)) != sorted(tokens(written.family)):
        yield Difference(Field.FAMILY_NAMES, written.family, known.family)
    if sorted(tokens(known.given)) != sorted(tokens(written.given)):
        yield Difference(Field.GIVEN_NAMES, written.given, known.given)


DIFFERS: Mapping[Field, str] = {
    Field.FAMILY_NAMES: N_("The document is known with other family names."),
    Field.GIVEN_NAMES: N_("The document is known with other given names."),
    Field.BIRTH_DATE: N_("The document is known with another birth date."),
    Field.SEX: N_("The document is known with another sex."),
}
"""Why somebody has to compare, without what is stored."""
