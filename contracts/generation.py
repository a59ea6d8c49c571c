"""What is generated from the catalogues and their examples: schemas, samples and documents."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from . import asyncapi, examples, golden, reference, side_by_side, yaml
from .catalogue import BY_TYPE, EVENTS
from .compatibility import shape
from .event import Event
from .golden import DOCUMENTATION, HERE, Revision


def without_example(events: Iterable[type[Event]] = EVENTS) -> list[str]:
    """The events of which no message can be shown."""
    return [
        f"{event.__name__} has no example; add one to contracts/examples.py."
        for event in events
        if not examples.messages(event)
    ]


def gate_side_by_side(
    shown: Iterable[Event] = examples.EXAMPLES, events: Mapping[str, type[Event]] = BY_TYPE
) -> list[str]:
    """Why the events may not be sent as several types; none for those that are sent as one."""
    return list(dict.fromkeys(refusal for event in shown for refusal in side_by_side.refusals(event, events)))


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
