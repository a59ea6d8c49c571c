"""The results files as a table in README.md and a picture beside it: `python -m benchmarks.report`."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

import vl_convert

from benchmarks import results
from benchmarks.contestants import CONTESTANTS, MINKA

README = Path(__file__).with_name("README.md")
PICTURE = Path(__file__).with_name("results") / "projection.svg"
WHO = ("worker", "postgresql", "kafka")
WAYS = {
    "fold": "the fold: newest versions, what they replace, marks",
    "append": "rows only appended, by a reader that knows all keys for nothing",
}
BEGIN, END = "<!-- measured -->\n", "<!-- end of measured -->\n"


def main() -> None:
    race, growth = results.kept("projection"), results.kept("growth")
    before, rest = README.read_text().split(BEGIN)
    _, after = rest.split(END)
    README.write_text(f"{before}{BEGIN}{_text(race, growth)}{END}{after}")
    PICTURE.write_text(vl_convert.vegalite_to_svg(json.dumps(_picture(race, growth))))


def _text(race: Mapping[str, Any], growth: Mapping[str, Any]) -> str:
    lines = [*_of_race(race), "", *_of_growth(growth), "", *_of_designs(), "", *_of_lists(), "", *_of_others()]
    picture = "![Events a second of everybody, and of Minka as facts accumulate](results/projection.svg)"
    return "\n".join(["", _machine(race["machine"]), "", picture, "", *lines, "", ""])


def _machine(machine: Mapping[str, Any]) -> str:
    return (
        f"On {machine['cores']} cores and {machine['memory_gb']} GB that broker, database and contestant share; "
        f"Python {machine['python']}."
    )


def _of_race(race: Mapping[str, Any]) -> Iterator[str]:
    rates = _rates(race)
    yield f"| {race['records']:,} records | events/s: min | median | max | Minka is so many times as fast | asked |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for contestant in CONTESTANTS:
        found = rates[contestant.name]
        ratio = f"{median(rates[MINKA.name]) / median(found):.2g}" if contestant is not MINKA else ""
        figures = f"{min(found):,} | {median(found):,.0f} | {max(found):,}"
        yield f"| {contestant.name} | {figures} | {ratio} | {contestant.gate or ''} |"


def _rates(race: Mapping[str, Any]) -> dict[str, list[int]]:
    rates: defaultdict[str, list[int]] = defaultdict(list)
    for run in race["runs"]:
        rates[run["contestant"]].append(run["events_per_second"])
    return rates


def _of_growth(growth: Mapping[str, Any]) -> Iterator[str]:
    yield "| Minka with | events/s | CPU seconds of a million events: worker | PostgreSQL | Kafka |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for variation, runs in _variations(growth).items():
        rate = median(run["events_per_second"] for run in runs)
        cpu = [
            median(run["cpu_seconds_of_a_million"][who] for run in runs) for who in ("worker", "postgresql", "kafka")
        ]
        yield f"| {variation} | {rate:,.0f} | {' | '.join(f'{seconds:.0f}' for seconds in cpu)} |"


def _variations(growth: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    words = {"stored": "{:,} facts stored", "workers": "{} workers", "batch": "batches of {:,}"}
    runs: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for run in growth["runs"]:
        (name,) = words.keys() & run.keys()
        runs[words[name].format(run[name])].append(run)
    return runs


def _of_designs() -> Iterator[str]:
    costs: defaultdict[str, list[Mapping[str, float]]] = defaultdict(list)
    for run in results.kept("designs")["runs"]:
        costs[run["way"]].append(run["microseconds_of_an_event"])
    yield "| writing an event, in µs (`python -m benchmarks.designs`) | worker | PostgreSQL | from begin to commit |"
    yield "| --- | ---: | ---: | ---: |"
    for way, words in WAYS.items():
        found = [median(run[who] for run in costs[way]) for who in ("worker", "postgresql", "in all")]
        yield f"| {words} | {' | '.join(f'{cost:.1f}' for cost in found)} |"


def _of_lists() -> Iterator[str]:
    lists = results.kept("lists")
    seconds, load = lists["seconds"], lists["machine"]["load_at_the_end"]
    yield (
        f"| a list of a cohort of {lists['people']:,} people (`python -m benchmarks.lists`), at a load of {load:.0f} "
        "| coordinator: p50 | p95 | processor | facilitator: p50 | p95 | processor | asked: p95 |"
    )
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for name, measured in (seconds["coordinator"] | seconds["whole"]).items():
        both = [measured, seconds["facilitator"].get(name)]
        cells = [_ms(each[share]) if each else "" for each in both for share in ("p50", "p95", "processor")]
        yield f"| {name} | {' | '.join(cells)} | {'' if name in seconds['whole'] else '150 ms'} |"
    for name, ways in lists["compared_seconds"].items():
        times = median(ways["everybody"]) / median(ways["shown"])
        yield f"| decrypting everybody for a {name}, to decrypting whom it shows | {times:.0f} times | | | | | | |"


def _of_others() -> Iterator[str]:
    relay, writes, path, latency = (results.kept(name) for name in ("relay", "writes", "end_to_end", "latency"))
    imports = results.kept("imports")
    yield "| what | measured | asked | command |"
    yield "| --- | --- | --- | --- |"
    yield f"| events a relay drains a second | {relay['drained_a_second']:,} | 25,000 | `python -m benchmarks.relay` |"
    yield f"| commit to Kafka at 500 a second, p99 | {_ms(relay['in_kafka_seconds']['p99'])} | 100 ms | the same |"
    yield f"| an idle relay and its session, of one core | {relay['idle_cpu']:.1%} | 1 % | the same |"
    yield (
        f"| commit to public figure at {path['committed_a_second']} enrollments a second, p99 "
        f"| {_ms(path['to_figure_seconds']['p99'])} | 1,000 ms at 200 | `python -m benchmarks.end_to_end` |"
    )
    for run in latency["runs"]:
        yield (
            f"| record to fact at {latency['events_a_second']:,} a second in batches of at most {run['batch']:,}, p99 "
            f"| {_ms(run['to_fact_seconds']['p99'])} | | `python -m benchmarks.latency` |"
        )
    yield (
        f"| processor time that HTTP adds to a command | {writes['added_seconds'] * 1000:.2f} ms | 0.5 ms "
        "| `python -m benchmarks.writes` |"
    )
    yield (
        f"| rows of a sheet a second, of {imports['rows']:,} beside live traffic, at a load of "
        f"{imports['machine']['load_at_the_end']:.0f} | {imports['rows_a_second']:,} | 833 "
        "| `python -m benchmarks.imports` |"
    )
    yield (
        "| a form for a cohort of that sheet meanwhile, p99 "
        f"| {_ms(imports['form_seconds']['p99'])} | 1,000 ms | the same |"
    )
    worker, everybody = imports["processor_seconds"]["enrollment-worker"], sum(imports["processor_seconds"].values())
    yield (
        "| processor time of such a row: enrollment's worker, everybody "
        f"| {_ms(worker / imports['rows'], 1)}, {_ms(everybody / imports['rows'], 1)} | | the same |"
    )
    many, one = (median(imports[f"rows_a_second_in_transactions_of_{size}"]) for size in ("many", "one"))
    yield f"| rows a second in transactions of many, to those of one | {many / one:.1f} times | | the same |"


def _ms(seconds: float, decimals: int = 0) -> str:
    return f"{seconds * 1000:,.{decimals}f} ms"


def _picture(race: Mapping[str, Any], growth: Mapping[str, Any]) -> dict[str, Any]:
    """Events a second: everybody's on one logarithmic axis, and Minka's as facts accumulate."""
    everybody = [{"who": run["contestant"], "events/s": run["events_per_second"]} for run in race["runs"]]
    stored = [
        {"facts stored (millions)": run["stored"] / 1e6, "events/s": run["events_per_second"]}
        for run in growth["runs"]
        if "stored" in run
    ]
    rate = {"field": "events/s", "type": "quantitative"}
    return {
        "hconcat": [
            {
                "data": {"values": everybody},
                "mark": {"type": "point", "filled": True, "size": 60},
                "encoding": {
                    "y": {"field": "who", "type": "nominal", "sort": "-x", "title": None},
                    "x": rate | {"scale": {"type": "log"}, "axis": {"values": [100, 1_000, 10_000, 100_000]}},
                    "color": {"condition": {"test": "datum.who == 'minka'", "value": "#b5452c"}, "value": "#4a5a6a"},
                },
            },
            {
                "data": {"values": stored},
                "mark": {"type": "line", "point": {"color": "#b5452c"}, "color": "#b5452c"},
                "encoding": {
                    "x": {"field": "facts stored (millions)", "type": "quantitative"},
                    "y": rate | {"aggregate": "median", "scale": {"zero": True}, "title": "events/s"},
                },
            },
        ],
        "background": "white",
    }


if __name__ == "__main__":
    main()
