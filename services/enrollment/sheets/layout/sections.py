"""A table while its lines are read: its people, and the groups that lines between them begin."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from contracts.territory import Scheme
from services.enrollment.identity.names import tokens
from services.enrollment.sheets.cells import Row, is_blank, text_of
from services.enrollment.sheets.layout.heading_lines import Headings
from services.enrollment.sheets.layout.leaving import stand_apart
from services.enrollment.sheets.layout.left_out import Reason
from services.enrollment.sheets.layout.letterhead import (
    PLACE_WORDS,
    Statement,
    bare_place,
    changed,
    place_of,
    statements,
)
from services.enrollment.sheets.layout.line_kinds import LineKinds
from services.enrollment.sheets.layout.tables import Field, Group
from services.enrollment.sheets.values.districts import normalized_place


@dataclass(slots=True)
class Section:
    """`said` is what stands above the table, and `line` the last one of its headings.

    `new` is what the last group says, and `is_name_alone` whether its line had the name of a place and nothing else.
    `left_from` is the line below which people stand who left, or who lead the training.
    """

    headings: Headings
    said: Mapping[Field, str]
    scheme: Scheme | None
    line: int
    rows: list[Row] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    new: list[Statement] = field(default_factory=list)
    is_name_alone: bool = False
    left_from: int | None = None

    @property
    def said_last(self) -> Mapping[Field, str]:
        """Returns what is said about the next row."""
        return self.groups[-1].texts if self.groups else self.said

    @property
    def left_at_end(self) -> int | None:
        """Returns the line of those who left, if nobody stands below it yet."""
        has_people_below = self.left_from is not None and bool(self.rows) and self.rows[-1].line > self.left_from
        return None if has_people_below else self.left_from

    def read(self, rows: Sequence[Row]) -> Iterator[tuple[Row, Reason]]:
        """Adds the people and groups of these lines, and yields the lines that are left out."""
        kinds = LineKinds(self.headings.columns)
        for row in rows:
            if row.has_broken_quotes or kinds.is_person(row):
                self.rows.append(row)
            elif not kinds.is_empty(row):
                reason = kinds.reason(row)
                if reason is None:
                    self.rows.append(row)
                else:
                    self._read_other(row, reason)
                    yield row, reason

    def _read_other(self, row: Row, reason: Reason) -> None:
        if self.left_from is None and any(stand_apart(cell) for cell in row.cells if isinstance(cell, str)):
            self.left_from = row.line
        if reason is Reason.GROUP:
            stated = list(statements(row))
            self.is_name_alone = not stated
            self._begin_group(row.line, stated or self._place(row))
        elif reason in (Reason.NOTE, Reason.SIGNATURE) and self._may_begin_group(row):
            self._begin_group(row.line, [Statement(one.field, "") for one in self.new])

    def _begin_group(self, line: int, said: list[Statement]) -> None:
        """Begins a group; lines without a row between them begin it together."""
        if self.groups and not self._has_rows_of_group():
            self.groups.pop()
            self.new = [*self.new, *said]
        else:
            self.new = said
        self.groups.append(Group(line, changed(self.said_last, self.new)))

    def _has_rows_of_group(self) -> bool:
        return bool(self.groups and self.rows) and self.rows[-1].line > self.groups[-1].line

    def _may_begin_group(self, row: Row) -> bool:
        """Tells whether a line that is not understood may end the place or the organization of the group above it."""
        stated = [text_of(cell) for cell in row.cells if not is_blank(cell)]
        is_place = self.is_name_alone or tokens(stated[0])[:1] in ([word] for word in PLACE_WORDS)
        is_organization = any(one.field is Field.ORGANIZATION for one in self.new)
        return self._has_rows_of_group() and len(stated) == 1 and (is_place or is_organization)

    def _place(self, row: Row) -> list[Statement]:
        """Reads a line with nothing but the name of a place.

        A name that a province shares with its capital is the province where rows have a district of their own, and the
        capital within that province; otherwise it is not certain, and ends what was said before.
        """
        [text] = [bare_place(text_of(cell)) for cell in row.cells if not is_blank(cell)]
        fields = place_of(text)
        if len(fields) == 1:
            return [Statement(one, text) for one in fields]
        if Field.DISTRICT in self.headings.fields:
            return [Statement(Field.PROVINCE, text)]
        is_capital = normalized_place(self.said_last.get(Field.PROVINCE, "")) == normalized_place(text)
        return [Statement(Field.DISTRICT, text if is_capital else "")]
