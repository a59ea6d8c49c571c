"""A table as Parquet, whose columns have the types that readers of a CSV would have to guess."""

import io
from collections.abc import Mapping, Sequence

from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

from chassis.web.spreadsheets import Cell

PARQUET = "application/vnd.apache.parquet"
"""The media type, as registered with IANA."""

_TEXT, _NUMBER = DataType.string(), DataType.int64()
_TYPES = {
    "value": _NUMBER,
    "lower": _NUMBER,
    "upper": _NUMBER,
    "definition_version": _NUMBER,
    "as_of": DataType.timestamp("us", tz="UTC"),
}
"""The type of each column that is no text. It is the same where every cell of a file is empty."""


def parquet_file(headings: Sequence[str], lines: Sequence[Sequence[Cell]], metadata: Mapping[str, str]) -> bytes:
    """The lines as columns, with what the file says of itself."""
    columns = [_column(heading, [line[place] for line in lines]) for place, heading in enumerate(headings)]
    content = io.BytesIO()
    table = Table.from_arrays(columns, names=headings)
    # Every reader knows Snappy; not every one knows what packs more.
    write_parquet(table, content, compression="snappy", key_value_metadata=dict(metadata))
    return content.getvalue()


def _column(heading: str, cells: Sequence[Cell]) -> Array:
    """The cells with the column's type. An instant is read from its text."""
    known = _TYPES.get(heading, _TEXT)
    return Array(cells, _NUMBER) if known == _NUMBER else Array(cells, _TEXT).cast(known)
