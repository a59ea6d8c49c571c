"""What is wrong with a row or with a sheet, as it is stored and told: message ids, and nothing of what a cell says."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from pydantic import BaseModel

from chassis.runtime.rejections import Rejection
from chassis.web.texts import _
from services.enrollment.sheets.rows import Fault


class StoredFault(BaseModel):
    """`column` is counted from 0; `values` fill the places of the texts. `heading` can name a person: it is stored
    encrypted or not at all."""

    column: int | None = None
    heading: str = ""
    field: str | None
    code: str
    detail: str
    remedy: str | None
    values: Mapping[str, Any] = {}

    @classmethod
    def of(cls, fault: Fault) -> Self:
        """Keeps what is told of a fault."""
        told = fault.rejection
        return cls(
            column=fault.column,
            heading=fault.heading,
            field=told.field,
            code=told.code,
            detail=told.detail,
            remedy=told.remedy,
            values=dict(told.values),
        )

    @property
    def reason(self) -> str:
        """Returns what is wrong, in the reader's language."""
        return _(self.detail, **self.values)

    @property
    def told(self) -> str:
        """Returns both in one text."""
        about = f"«{self.heading}»: " if self.heading else ""
        return f"{about}{self.reason} {self.advice}".strip()

    @property
    def advice(self) -> str:
        """Returns what to do about it, in the reader's language."""
        return _(self.remedy, **self.values) if self.remedy else ""


class StoredFailure(StoredFault):
    """Why a file as a whole was not imported: the first of its faults, and all of them."""

    faults: list[StoredFault]

    @classmethod
    def of_all(cls, faults: Sequence[Fault]) -> Self:
        """Keeps what is told of the faults, of which there is one at least."""
        return cls(**dict(StoredFault.of(faults[0])), faults=list(map(StoredFault.of, faults)))

    def in_clear(self) -> dict[str, Any]:
        """Returns the failure as values of JSON, without headings."""
        return self.model_dump(mode="json", exclude={"heading": True, "faults": {"__all__": {"heading"}}})

    def with_headings(self, headings: Sequence[str]) -> Self:
        """Returns the failure with the heading of each of its faults."""
        faults = [
            one.model_copy(update={"heading": heading}) for one, heading in zip(self.faults, headings, strict=True)
        ]
        return self.model_copy(update={"heading": headings[0], "faults": faults})


def stored(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """Returns the faults as values of JSON, without headings."""
    return [StoredFault.of(fault).model_dump(mode="json", exclude={"heading"}) for fault in faults]


def told(values: Sequence[Mapping[str, Any]]) -> list[StoredFault]:
    """Returns the faults of their stored values."""
    return [StoredFault.model_validate(value) for value in values]


def of_sheet(rejection: Rejection) -> Fault:
    """Returns a fault that is in no column."""
    return Fault(None, rejection)
