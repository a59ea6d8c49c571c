"""Documents that stand beside two people in one file, where nothing tells whose they are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias
from uuid import UUID

from services.enrollment.enrollments.domain import Application
from services.enrollment.identity.names import Names, agree
from services.enrollment.sheets.cells import Row
from services.enrollment.sheets.layout.table_finder import Part
from services.enrollment.sheets.rows import RowParser

ReadRow: TypeAlias = tuple[RowParser, Row]
_NOBODY = UUID(int=0)


def disputed_documents(parts: Iterable[Part], parsers: Iterable[RowParser]) -> frozenset[str]:
    """Returns the documents, with their zeros, of which the first row is refused and another names somebody else.

    Were the first one taken, the others would be compared with that person.
    """
    rows: dict[str, list[ReadRow]] = defaultdict(list)
    for parser, part in zip(parsers, parts, strict=True):
        for row in part.rows:
            rows[parser.document_text(row)].append((parser, row))
    return frozenset(text for text, same in rows.items() if text and len(same) > 1 and _are_disputed(same))


def judged_anew(parser: RowParser, row: Row, others: Iterable[ReadRow]) -> RowParser:
    """Returns the parser of a row that is corrected. `others` are the rows that are not taken: the document is disputed
    as long as one of them names somebody else beside it."""
    document, names = parser.document_text(row), parser.names_of(row)
    same = [(other, one) for other, one in others if other.document_text(one) == document]
    if names is None or _name_several([(parser, row), *same]):
        return parser
    return replace(parser, conventions=replace(parser.conventions, disputed_documents=frozenset()))


def _are_disputed(rows: Sequence[ReadRow]) -> bool:
    parser, row = rows[0]
    return not isinstance(parser.read(row, _NOBODY), Application) and _name_several(rows)


def _name_several(rows: Iterable[ReadRow]) -> bool:
    """Tells whether rows name several people; a row without a name names nobody."""
    named = ((parser.names_of(row), parser.name_words(row)) for parser, row in rows)
    people = [_Named(names, words) for names, words in named if words is not None]
    return any(not people[0].may_be(other) for other in people[1:])


@dataclass(frozen=True, slots=True)
class _Named:
    """The names of a row, and the words of all its names where they cannot be told apart."""

    names: Names | None
    words: str

    def may_be(self, other: "_Named") -> bool:
        if self.names and other.names:
            return agree(self.names, other.names, allows_slips=True)
        return agree(Names(self.words, self.words), Names(other.words, other.words), allows_slips=True)
