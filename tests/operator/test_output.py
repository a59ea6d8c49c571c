"""What commands print: nobody's text moves the cursor, hides a line or is read as markup."""

import json

import pytest

from deploy.operator.output import printable, show_json, show_table

FOREIGN = "\x1b[2J[bold red]Rosa Ñaupari[/x]\u202e\x9b\n\U000e0001"
CODED = r"\x1b[2J[bold red]Rosa Ñaupari[/x]\u202e\x9b\n\U000e0001"


def test_a_table_prints_codes_and_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    show_table((FOREIGN[:4], ""), [(FOREIGN, 1)])
    printed = capsys.readouterr().out
    assert CODED in printed and r"\x1b[2J" in printed.splitlines()[1]


def test_json_stays_json(capsys: pytest.CaptureFixture[str]) -> None:
    show_json({"name": FOREIGN, "queue": [1]})
    printed = capsys.readouterr().out
    assert json.loads(printed) == {"name": FOREIGN, "queue": [1]}
    assert "Ñaupari" in printed and printed.replace("\n", "").isprintable()


def test_spaces_of_every_kind_are_printed() -> None:
    assert printable("3:30\N{NARROW NO-BREAK SPACE}p.\N{NO-BREAK SPACE}m.") == "3:30\u202fp.\xa0m."
