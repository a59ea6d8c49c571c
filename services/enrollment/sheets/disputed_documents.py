"""Documents that stand beside two people in one file, where nothing tells whose they are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeAlias
from uuid import UUID

from services.enrollment.enrollments.domain import Application
from services.enrollment.identity.names import agree
from services.enrollment.sheets.cells import Row
from services.enrollment.sheets.layout.table_finder import Part
from services.enrollment.sheets.rows import RowParser

_ReadRow: TypeAlias = tuple[RowParser, Row]
_NOBODY = UUID(int=0)


def disputed_documents(parts: Iterable[Part], parsers: Iterable[RowParser]) -> frozenset[str]:
    """Returns the documents, as they are written, of which the first row is refused and another names somebody else.

    Were the first one taken, the others would be compared with that person.
    """
    rows: dict[str, list[_ReadRow]] = defaultdict(list)
    for parser, part in zip(parsers, parts, strict=True):
        for row in part.rows:
            rows[parser.document_text(row)].append((parser, row))
    return frozenset(text for text, same in rows.items() if text and len(same) > 1 and _are_disputed(same))


def _are_disputed(rows: Sequence[_ReadRow]) -> bool:
    parser, row = rows[0]
    if isinstance(parser.read(row, _NOBODY), Application):
        return False
    names = [found for parser, row in rows if (found := parser.names_of(row))]
    return any(not agree(names[0], other, allows_slips=True) for other in names[1:])
