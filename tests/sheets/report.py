"""The table by form of docs/reference/sheets.md.

python -m tests.sheets.report [--write] [SHEETS]     generates the sheets and prints the table, or writes it
"""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from deploy.trial.layout import REPOSITORY
from tests.sheets.comparison import Tally, compared
from tests.sheets.generator import generate

SHEETS = 2_000
DOCUMENT = REPOSITORY / "docs" / "reference" / "sheets.md"
BEGIN, END = "<!-- generated sheets -->", "<!-- end of generated sheets -->"
_HEAD = ("| form | rows | a clerk accepts | accepted | share | wrong |", "| --- | ---: | ---: | ---: | ---: | ---: |")


@dataclass(slots=True)
class Summary:
    """What became of many sheets: in all, by form of the sheet, and by flaw of the row."""

    sheets: int = 0
    total: Tally = field(default_factory=Tally)
    forms: dict[str, Tally] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)


def summarized(seeds: Iterable[int]) -> Summary:
    """Generates a sheet of each seed and compares it with its people."""
    summary = Summary()
    for seed in seeds:
        sheet = generate(seed)
        found = compared(sheet)
        summary.sheets += 1
        summary.total.add(found.tally)
        for form in sheet.style.forms:
            summary.forms.setdefault(form, Tally()).add(found.tally)
        for flaw, tally in found.by_flaw.items():
            summary.forms.setdefault(f"a row: {flaw}", Tally()).add(tally)
        summary.wrong += found.wrong
        summary.untrue += found.untrue
        summary.refused.update(found.refused)
    return summary


def table_of(summary: Summary) -> str:
    """Returns the table in Markdown, between its markers."""
    rows = [_row(form, tally) for form, tally in sorted(summary.forms.items())]
    seeds = f"Sheets of the seeds 0 to {summary.sheets - 1:,}:"
    return "\n".join((BEGIN, "", seeds, "", *_HEAD, _row("**all**", summary.total), *rows, "", END))


def written_into(document: str, table: str) -> str:
    """Returns the document with this table in the place of its own."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{table}{after}"


def _row(form: str, tally: Tally) -> str:
    share = f"{tally.share:.1%}" if tally.acceptable else ""
    return f"| {form} | {tally.rows:,} | {tally.acceptable:,} | {tally.accepted:,} | {share} | {tally.wrong} |"


def main(*arguments: str) -> None:
    counts = [int(one) for one in arguments if one.isdecimal()]
    table = table_of(summarized(range(*(counts or [SHEETS]))))
    if "--write" in arguments:
        DOCUMENT.write_text(written_into(DOCUMENT.read_text(), table))
    print(table)


if __name__ == "__main__":
    main(*sys.argv[1:])
