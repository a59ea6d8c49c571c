"""The table of docs/reliability.md: mistakes by area and kind, and those that no test noticed, one by one."""

from collections.abc import Iterable, Sequence

from tests.mutants.mistakes import Kind
from tests.mutants.runner import Result, Verdict

BEGIN, END = "<!-- mistakes -->", "<!-- end of mistakes -->"
SHARE = 0.95
"""The share of all mistakes that must be noticed."""


def is_enough(results: Sequence[Result]) -> bool:
    return len(_noticed(results)) >= SHARE * len(results)


def table(results: Sequence[Result]) -> str:
    """Noticed of all, a row for each area and a column for each kind."""
    head = ("area", *Kind, "all")
    rule = ("---", *("---:" for _ in head[1:]))
    areas = sorted({result.mistake.area for result in results})
    rows = [_row(area.replace("_", " "), [each for each in results if each.mistake.area == area]) for area in areas]
    return "\n".join(_line(cells) for cells in (head, rule, *rows, _row("all", results)))


def others(results: Sequence[Result]) -> str:
    """Those that were not noticed: what they are, what they would do, and the reason."""
    rest = [result for result in results if result.verdict is not Verdict.NOTICED]
    return "\n".join(
        f"- {result.mistake.area.replace('_', ' ')}, *{result.mistake.name}* ({result.verdict}): "
        f"{result.mistake.harm} {result.why}".rstrip()
        for result in rest
    )


def last_line(results: Sequence[Result]) -> str:
    counts = [(verdict, sum(result.verdict is verdict for result in results)) for verdict in Verdict]
    told = ", ".join(f"{verdict} {count:,}" for verdict, count in counts if count)
    share = len(_noticed(results)) / max(len(results), 1)
    return f"mistakes {len(results):,}: {told} ({share:.1%} noticed)"


def written_into(document: str, results: Sequence[Result]) -> str:
    """The document with new findings between the marks."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    findings = "\n\n".join(part for part in (table(results), others(results), last_line(results)) if part)
    return f"{before}{BEGIN}\n{findings}\n{END}{after}"


def _row(title: str, results: Sequence[Result]) -> tuple[str, ...]:
    kinds = ([result for result in results if result.mistake.kind is kind] for kind in Kind)
    return (title, *(_cell(of_kind) for of_kind in kinds), _cell(results))


def _cell(results: Sequence[Result]) -> str:
    return f"{len(_noticed(results))} of {len(results)}" if results else ""


def _noticed(results: Iterable[Result]) -> list[Result]:
    return [result for result in results if result.verdict is Verdict.NOTICED]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
