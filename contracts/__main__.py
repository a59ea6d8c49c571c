"""`python -m contracts types` lists the events, `schema TYPE` prints the JSON Schema of one.

In the repository, `generate` writes what follows from the catalogues; `check` says where it was forgotten.

Schemas and samples that exist are never rewritten: a change which the gate lets through becomes the next revision.
"""

import json
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from . import golden
from .catalogue import BY_TYPE, EVENTS
from .compatibility import reason, refusals
from .event import Event
from .golden import DOCUMENTATION, HERE

REPOSITORY_ONLY = "This is for the repository, where the documents are. Here `types` and `schema` work."

SPANISH = {
    "There is no such event; `types` lists them all.": "No existe ese evento; `types` los lista todos.",
    REPOSITORY_ONLY: ("Esto es para el repositorio, donde están los documentos. Aquí funcionan `types` y `schema`."),
    "Usage": "Uso",
}
"""What a stranger can be told; the wheel has no library that reads catalogues."""

INTERRUPTED, NOBODY_READS = 128 + signal.SIGINT, 128 + signal.SIGPIPE
"""The exit statuses of a command that Ctrl-C ended, and of one whose reader ended first."""


def told(text: str) -> str:
    """The text in the language of the environment."""
    named = (os.environ.get(name) for name in ("MINKA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    language = next((name for name in named if name), "")
    return SPANISH[text] if language.startswith("es") else text


def run() -> int:
    """The exit status of the command line, however it ends."""
    try:
        status = main(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    return status


def main(arguments: list[str]) -> int:
    """0 when all is well, 1 when something is refused or behind, 2 for a wrong command."""
    match arguments:
        case ["types"]:
            return show(f"{event.type}  {event.topic}" for event in EVENTS)
        case ["schema", name] if name in BY_TYPE:
            schema = {"$schema": golden.DIALECT, **BY_TYPE[name].model_json_schema()}
            return show([json.dumps(schema, ensure_ascii=False, indent=2)])
        case ["schema", _name]:
            return complain([told("There is no such event; `types` lists them all.")])
        case ["generate"] | ["check"] if DOCUMENTATION.is_dir():
            return keep(is_checked=arguments == ["check"])
        case ["generate"] | ["check"]:
            return complain([told(REPOSITORY_ONLY)])
    print(f"{told('Usage')}: python -m {__package__} types | schema TYPE | generate | check", file=sys.stderr)
    return 2


def show(lines: Iterable[str]) -> int:
    for line in lines:
        print(line)
    return 0


def complain(complaints: Iterable[str]) -> int:
    """Prints them as errors; 1 where there are any."""
    found = list(complaints)
    for complaint in found:
        print(complaint, file=sys.stderr)
    return 1 if found else 0


def keep(*, is_checked: bool) -> int:
    """Writes the generated files, or names those that are behind. Nothing is written that the gate refuses."""
    return complain(gate() or _keep(is_checked=is_checked))


def _keep(*, is_checked: bool) -> list[str]:
    try:
        from . import generation  # its examples are made from the catalogues, which the gate has to let through first
    except (TypeError, ValidationError) as error:
        return [f"An example in contracts/examples.py does not suit its event any more. Mend it: {reason(error)}."]
    complaints = generation.without_example() or generation.gate_side_by_side()
    files = {} if complaints else generation.behind()
    if is_checked:
        return [
            *complaints,
            *(f"{path} is behind the catalogues. Run `python -m contracts generate`." for path in files),
        ]
    generation.write(files)
    return complaints


def gate(events: Iterable[type[Event]] = EVENTS, folder: Path = HERE) -> list[str]:
    """Why the events may not be published as they stand, after all that was published in the folder."""
    by_type = {event.type: event for event in events}
    withdrawn = [
        f"{event_type} is gone from the catalogue, but its messages are kept for ever. Put it back."
        for event_type in sorted(golden.types(folder) - by_type.keys())
    ]
    return withdrawn + [
        refusal for event in by_type.values() for refusal in refusals(event, golden.read(event.type, folder))
    ]


if __name__ == "__main__":
    sys.exit(run())
