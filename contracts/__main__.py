"""`python -m contracts generate` writes what follows from the catalogues; `check` says where it was forgotten.

Schemas and samples that exist are never rewritten: a change which the gate lets through becomes the next revision.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from . import asyncapi, examples, golden, reference, yaml
from .catalogue import EVENTS
from .compatibility import refusals, shape
from .event import Event
from .golden import HERE, Revision

DOCUMENTATION = HERE.parent / "docs" / "reference"


def main(arguments: list[str]) -> int:
    """0 when all is well, 1 when the gate refuses a change or a generated file is behind, 2 for a wrong command."""
    if arguments not in (["generate"], ["check"]):
        print("usage: python -m contracts generate|check", file=sys.stderr)
        return 2
    complaints = without_example() or gate()
    files = {} if complaints else behind()
    if arguments == ["generate"]:
        write(files)
    else:
        complaints += [f"{path} is behind the catalogues. Run `python -m contracts generate`." for path in files]
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


def without_example(events: Iterable[type[Event]] = EVENTS) -> list[str]:
    """The events of which no message can be shown."""
    return [
        f"{event.__name__} has no example; add one to contracts/examples.py."
        for event in events
        if not examples.messages(event)
    ]


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


def behind() -> dict[Path, str]:
    """The files that are missing or behind, with the text they should have."""
    files = {
        HERE / "asyncapi.yaml": yaml.dump(asyncapi.document()),
        DOCUMENTATION / "events.md": reference.text(),
    }
    stale = {path: text for path, text in files.items() if not path.exists() or path.read_text("utf-8") != text}
    for event in EVENTS:
        if revision := next_revision(event):
            stale |= revision.files()
    return stale


def next_revision(event: type[Event], folder: Path = HERE) -> Revision | None:
    """The revision to add, where the event or its examples no longer look like the newest one."""
    revisions = golden.read(event.type, folder)
    current = Revision(event.type, len(revisions) + 1, shape(event), examples.messages(event))
    if revisions and (revisions[-1].schema, revisions[-1].messages) == (current.schema, current.messages):
        return None
    return current


def write(files: dict[Path, str]) -> None:
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        print(f"wrote {path}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
