"""The name of a tab as what it says about its rows: offices keep a tab for each province or district."""

import re
from collections.abc import Mapping
from dataclasses import replace

from contracts.territory import districts
from services.enrollment.sheets.cells import Row, is_blank, text_of
from services.enrollment.sheets.layout.headings import title_of_sex
from services.enrollment.sheets.layout.letterhead import bare_place, place_of, statements
from services.enrollment.sheets.layout.table_finder import Part
from services.enrollment.sheets.layout.tables import Field, Group, Table
from services.enrollment.sheets.values.districts import normalized_place

_TITLE = re.compile(r"\A.*\(([^()]*)\)\Z")
"""A tab's name with the title of one of its lists beside each other."""


def with_tab_name(part: Part, name: str) -> Part:
    """Returns the part with the place, or the sex, that its tab is called by, where nothing else says it and nothing
    contradicts."""
    sex, name = title_of_sex(_TITLE.sub(r"\1", name)), bare_place(name)
    named = {one.field: one.text for one in statements(Row(0, (name,)))}
    named = named or dict.fromkeys(_certain(place_of(name)), name)
    if sex:
        named[Field.SEX] = sex
    new = {field: text for field, text in named.items() if not part.table.has(field) and _fits(part, field, text)}
    return replace(part, table=_saying(part.table, new)) if new else part


def _certain(fields: set[Field]) -> set[Field]:
    """Of a name that a province shares with its capital, only the province is certain."""
    return {Field.PROVINCE} if Field.PROVINCE in fields else fields


def _fits(part: Part, field: Field, text: str) -> bool:
    if field is Field.SEX:
        return True
    if field is Field.DISTRICT:
        return not part.table.has(Field.DISTRICT_CODE)
    inside = {normalized_place(one.name) for one in districts().values() if _is_in(one.province, text)}
    cells = (part.table.cell(row, Field.DISTRICT) for row in part.rows)
    return all(is_blank(cell) or normalized_place(text_of(cell)) in inside for cell in cells)


def _is_in(province: str, name: str) -> bool:
    return normalized_place(province) == normalized_place(name)


def _saying(table: Table, new: Mapping[Field, str]) -> Table:
    letterhead = replace(table.letterhead, texts={**new, **table.letterhead.texts})
    groups = tuple(Group(group.line, {**new, **group.texts}) for group in table.groups)
    return replace(table, letterhead=letterhead, groups=groups)
