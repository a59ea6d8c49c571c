"""The gate: may an event type, as it stands, go on under its version?

Events are kept for ever and read by strangers, so both directions must hold, against every revision there ever was:
today's reader reads every earlier message, and every earlier reader reads today's messages.

Writers write only the fields they know; readers pass over fields they do not know. So a **new optional field** is the
one change that both sides survive, and the only one let through. A loosened bound breaks the earlier reader as surely
as a tightened one breaks today's. So does a **new member of an enumeration**: a reader built before cannot tell what it
means, and mapping it to something it knows would falsify a count without a sound. It needs a new version of the type.

What the gate cannot judge, it refuses.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from .envelope import EnvelopeError, from_headers, to_headers
from .event import Event
from .golden import Message, Revision

Schema = dict[str, Any]

WORDS_FOR_PEOPLE = frozenset({"title", "description", "examples", "deprecated"})
OR_NEXT_VERSION = "or publish the change as the type's next version, beside this one"


@dataclass(frozen=True, slots=True)
class Change:
    """What a field may not do under the same version, and what to do instead."""

    field: str
    what: str
    remedy: str


def shape(model: type[BaseModel]) -> Schema:
    """The model's JSON Schema, bare: references replaced by what they name, words for people left out."""
    schema = model.model_json_schema()
    return _bare(schema, schema.get("$defs", {}))


def refusals(event: type[Event], revisions: Iterable[Revision]) -> list[str]:
    """Why this event may not be published as it stands: one sentence each; none where it may."""
    current = shape(event)
    found = list(changes(current, current))
    for revision in revisions:
        found += [*changes(revision.schema, current), *_broken_samples(event, revision)]
    return [f"{event.type}: {change.field} {change.what}. {change.remedy}." for change in dict.fromkeys(found)]


def reason(error: Exception) -> str:
    """What is wrong with an event that could not be made, by its fields."""
    if isinstance(error, ValidationError):
        fields = [".".join(map(str, item["loc"])) or "body" for item in error.errors(include_input=False)]
        return f"{error.title} {', '.join(fields)}"
    return str(error).rstrip(".")


def changes(old: Schema, new: Schema, field: str = "") -> Iterator[Change]:
    """What keeps readers and writers of the two bare schemas from understanding each other, in either direction."""
    for keyword in sorted(old.keys() | new.keys()):
        compare = _COMPARISONS.get(keyword, _cannot_judge)
        yield from compare(keyword, old, new, field)


def _bare(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    name = schema.get("$ref", "").removeprefix("#/$defs/")
    if name in definitions:
        siblings = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
        # Without its own name, so that a model that contains itself ends in a `$ref`, which nobody can judge.
        others = {other: definition for other, definition in definitions.items() if other != name}
        return _bare(definitions[name] | siblings, others)
    return {
        keyword: _INNER.get(keyword, _as_is)(value, definitions)
        for keyword, value in schema.items()
        if keyword not in WORDS_FOR_PEOPLE and keyword != "$defs"
    }


def _as_is(value: Any, definitions: dict[str, Schema]) -> Any:
    return value


def _each_field(fields: dict[str, Schema], definitions: dict[str, Schema]) -> dict[str, Schema]:
    return {name: _bare(field, definitions) for name, field in fields.items()}


def _each_option(options: list[Schema], definitions: dict[str, Schema]) -> list[Schema]:
    return [_bare(option, definitions) for option in options]


_INNER: dict[str, Callable[[Any, dict[str, Schema]], Any]] = {
    "properties": _each_field,
    "items": _bare,
    "anyOf": _each_option,
}


def _cannot_judge(keyword: str, old: Schema, new: Schema, field: str) -> Iterator[Change]:
    yield Change(field, f"uses `{keyword}`, which the gate cannot judge", "Say it in another way")


def _same(keyword: str, old: Schema, new: Schema, field: str) -> Iterator[Change]:
    before, after = old.get(keyword), new.get(keyword)
    if before != after:
        yield Change(field, f"changed `{keyword}` from {before!r} to {after!r}", f"Change it back, {OR_NEXT_VERSION}")


def _members(keyword: str, old: Schema, new: Schema, field: str) -> Iterator[Change]:
    before, after = old.get(keyword), new.get(keyword)
    if before is None or after is None:
        yield from _same(keyword, old, new, field)
        return
    lost = [member for member in before if member not in after]
    gained = [member for member in after if member not in before]
    if lost:
        yield Change(field, f"lost {lost}, which earlier messages hold", f"Put it back, {OR_NEXT_VERSION}")
    if gained:
        yield Change(field, f"gained {gained}, which earlier readers do not know", f"Take it out, {OR_NEXT_VERSION}")


def _fields(keyword: str, old: Schema, new: Schema, field: str) -> Iterator[Change]:
    before, after = old.get(keyword, {}), new.get(keyword, {})
    for name in before:
        if name in after:
            yield from changes(before[name], after[name], _within(field, name))
        else:
            yield Change(_within(field, name), "was removed", f"Put it back, {OR_NEXT_VERSION}")
    for name in sorted(after.keys() - before.keys()):
        yield from changes(after[name], after[name], _within(field, name))


def _required(keyword: str, old: Schema, new: Schema, field: str) -> Iterator[Change]:
    before, after = set(old.get(keyword, [])), set(new.get(keyword, []))
    for name in sorted(after - before):
        what = "became required" if name in old.get("properties", {}) else "is new and required"
        yield Change(_within(field, name), what, f"Make it optional (give it a default), {OR_NEXT_VERSION}")
    for name in sorted((before - after) & new.get("properties", {}).keys()):
        yield Change(_within(field, name), "became optional", f"Make it required again, {OR_NEXT_VERSION}")


def _items(keyword: str, old: Schema, new: Schema, field: str) -> Iterator[Change]:
    yield from changes(old.get(keyword, {}), new.get(keyword, {}), f"{field}[]")


def _options(keyword: str, old: Schema, new: Schema, field: str) -> Iterator[Change]:
    before, after = _by_type(old.get(keyword, [])), _by_type(new.get(keyword, []))
    if before is None or after is None:
        yield from _cannot_judge("anyOf with two options of one type", old, new, field)
    elif before.keys() != after.keys():
        what = f"was {' or '.join(before) or 'of one type'} and is {' or '.join(after) or 'of one type'}"
        yield Change(field, what, f"Change it back, {OR_NEXT_VERSION}")
    else:
        for option in before:
            yield from changes(before[option], after[option], field)


def _by_type(options: list[Schema]) -> dict[str, Schema] | None:
    by_type = {str(option.get("type")): option for option in options}
    return by_type if len(by_type) == len(options) else None


def _within(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


_Comparison = Callable[[str, Schema, Schema, str], Iterator[Change]]
_ALL_OR_NOTHING = (
    *("type", "format", "const", "default", "pattern", "minLength", "maxLength", "minItems", "maxItems"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
)
_COMPARISONS: dict[str, _Comparison] = {
    **dict.fromkeys(_ALL_OR_NOTHING, _same),
    "enum": _members,
    "properties": _fields,
    "required": _required,
    "items": _items,
    "anyOf": _options,
}


def _broken_samples(event: type[Event], revision: Revision) -> Iterator[Change]:
    for number, message in enumerate(revision.messages, start=1):
        if fault := _fault_of_sample(event, message):
            yield Change(f"message {number} of revision {revision.number}", fault, f"Undo it, {OR_NEXT_VERSION}")


def _fault_of_sample(event: type[Event], message: Message) -> str | None:
    """What today's reader cannot do with an earlier message."""
    try:
        envelope = from_headers(message.record_headers())
        body = event.model_validate_json(message.record_value())
    except EnvelopeError as error:
        return f"has a header that cannot be read ({error})"
    except ValidationError as error:
        return f"has a body that cannot be read ({error.error_count()} errors)"
    if dict(to_headers(envelope)) != dict(message.record_headers()):
        return "would be written with other headers today"
    if (event.topic, body.partition_key, body.subject) != (message.topic, message.key, envelope.subject):
        return "would go to another topic, key or subject today"
    return None
