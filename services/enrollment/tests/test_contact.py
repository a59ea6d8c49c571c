"""Telephone numbers and e-mail addresses: kept in one form, or said to be none."""

from typing import Any

import pytest

from chassis.runtime.rejections import RejectedError
from services.enrollment.identity.contact import national_number, read_email, read_phone
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.reading import read
from services.enrollment.sheets.sheet import read_sheet
from services.enrollment.tests.parsed_sheets import NAMES, TODAY, parsed_as
from services.enrollment.tests.sheets import a_row, csv_of, table, xlsx_of


@pytest.mark.parametrize(
    "typed",
    ["987654321", "987 654 321", "+51 987-654-321", "51987654321", "0051 987654321", "#987654321", "987.654.321",
     "987654321 / 976123456", "987654321, 976123456", "987654321.0"],
)  # fmt: skip
def test_one_number_however_it_is_typed(typed: str) -> None:
    if typed.startswith("0051"):
        typed = f"+{typed[2:]}"
    assert read_phone(typed) == "+51987654321"


def test_landlines_and_numbers_abroad_are_numbers() -> None:
    assert [read_phone(one) for one in ("076 362345", "(076) 36-2345", "+1 212 555 2368")] == [
        "+5176362345", "+5176362345", "+12125552368",
    ]  # fmt: skip
    assert read_phone("no tiene / 976123456") == "+51976123456"


@pytest.mark.parametrize(
    "typed",
    ["9.87E+08", "9,87E+08", "98765432.1", "no tiene", "98765432", "9876543210", "362345", "12345", "987654321 (madre)",
     "987654321976123456", "٩٨٧٦٥٤٣٢١", "", "9" * 200],
)  # fmt: skip
def test_what_nobody_can_call_is_no_number(typed: str) -> None:
    with pytest.raises(RejectedError) as refused:
        read_phone(typed)
    assert refused.value.rejection.field == "phone"


@pytest.mark.parametrize("typed", ["rosa", "rosa@", "rosa@gmail", "a@b.pe, c@d.pe", "a b@c.pe", "rosa@gmail,com"])
def test_what_nobody_can_write_to_is_no_address(typed: str) -> None:
    with pytest.raises(RejectedError):
        read_email(typed)
    assert read_email(" rosa.q+x@gmail.com ") == "rosa.q+x@gmail.com"


def test_a_stored_number_is_found_as_people_write_it() -> None:
    assert [national_number(one) for one in ("+51987654321", "976 543 210")] == ["987654321", "976543210"]


def row(**changed: Any) -> dict[str, Any]:
    return a_row(**{"Celular": "987654321", "Correo": "rosa@gmail.com", "Consentimiento de contacto": "Sí"} | changed)


def test_a_number_that_is_lost_refuses_nobody_and_is_told() -> None:
    rows = [row(), row(Celular="9.87E+08", Correo="rosa"), row(Celular="no", **{"Consentimiento de contacto": "No"})]
    content = csv_of(table(rows))
    found = parsed_as(content, Declaration()).applications
    assert [(one.phone, one.email) for one in found] == [
        ("+51987654321", "rosa@gmail.com"), (None, None), (None, "rosa@gmail.com"),
    ]  # fmt: skip
    [part], [parser] = read_sheet(content).parts, read(read_sheet(content), Declaration(), NAMES, TODAY).parsers
    told = [[(one.column, one.rejection.code) for one in parser.notes(row)] for row in part.rows]
    assert told == [[], [(8, "phone_unusable"), (9, "email_unusable")], [(9, "contact_not_kept")]]


def test_a_number_that_excel_keeps_as_a_number_is_one() -> None:
    [found] = parsed_as(xlsx_of(table([row(Celular=987654321)])), Declaration()).applications
    assert found.phone == "+51987654321"
