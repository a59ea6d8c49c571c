"""The reference of events for people (Markdown), written from the catalogues."""

import inspect
import json
from collections.abc import Iterator
from typing import Any

from . import examples
from .asyncapi import document
from .catalogue import EVENTS
from .envelope import HEADER_TABLE
from .event import Event
from .topics import TOPICS, Topic

Schema = dict[str, Any]

INTRODUCTION = """\
# Events

What Minka's services tell each other over Kafka, and anybody who may listen. Each record is a
[CloudEvent 1.0](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md)
in binary mode: the attributes are headers, the value is JSON. The same is in
[`contracts/asyncapi.yaml`](../../contracts/asyncapi.yaml) for machines, and `pip wheel ./contracts` makes it a
Python package, `minka_contracts`.

To read well:

- The body is the **full state** of the thing the event is about. Keep the highest `ce_aggregateversion` per
  `ce_subject`.
- The same event can arrive twice: `ce_source` and `ce_id` together are unique.
- Pass over types, fields and headers you do not know. An event gains optional fields under its version and changes
  in no other way; whatever else changes gets a new version of the type. While both are sent, each event is a record of
  the newer type and, after it, one of the former: two ids, one subject, one `ce_aggregateversion`, and `ce_sentas`
  names both types. Whoever knows both takes the first of the two, as of any two records of one version; whoever knows
  the former type alone reads on as before. A type is sent for at least a year after the newer one.
"""


def text() -> str:
    """The whole page."""
    schemas = document()["components"]["schemas"]
    parts = [INTRODUCTION, *_headers()]
    for topic in TOPICS.values():
        parts += _topic(topic)
        for event in EVENTS:
            if event.topic == topic.name:
                parts += _event(event, schemas)
    return "\n".join([*parts, *_shared(schemas)])


def _headers() -> Iterator[str]:
    yield "## Headers\n"
    yield "`ce_specversion` is `1.0` and `content-type` is `application/json`. Beside them:\n"
    yield "| header | | meaning |\n| --- | --- | --- |"
    for header in HEADER_TABLE:
        yield f"| `{header.name}` | {'' if header.required else 'optional'} | {header.description} |"
    yield ""


def _topic(topic: Topic) -> Iterator[str]:
    kept = f"{topic.retention.days} days" if topic.retention else "for ever"
    yield f"## `{topic.name}`\n"
    yield (
        f"Written by {topic.owner}, read by {', '.join(topic.readers)}. {topic.partitions} partitions; "
        f"kept {kept}{', compacted to the newest record of each key' if topic.compacted else ''}. Key: {topic.key}.\n"
    )


def _event(event: type[Event], schemas: Schema) -> Iterator[str]:
    yield f"### {event.__name__}\n"
    yield f"{inspect.getdoc(event)}\n"
    yield f"Type `{event.type}`, subject `{event.subject_field}`, key `{event.key_field}`.\n"
    yield from _fields(schemas[event.__name__])
    body = json.dumps(examples.messages(event)[0].body, indent=2, ensure_ascii=False)
    yield f"<details><summary>Example</summary>\n\n```json\n{body}\n```\n\n</details>\n"


def _shared(schemas: Schema) -> Iterator[str]:
    yield "## Shared parts\n"
    for name, schema in sorted(schemas.items()):
        if name == "Headers" or name in {event.__name__ for event in EVENTS}:
            continue
        yield f"### {name}\n"
        if "description" in schema:
            yield f"{schema['description']}\n"
        if "properties" in schema:
            yield from _fields(schema)
        else:
            yield f"One of {', '.join(f'`{member}`' for member in schema['enum'])}.\n"


def _fields(schema: Schema) -> Iterator[str]:
    yield "| field | type | meaning |\n| --- | --- | --- |"
    for name, field in schema["properties"].items():
        optional = "" if name in schema["required"] else "Optional. "
        yield f"| `{name}` | {_type(field)} | {optional}{field.get('description', '')} |"
    yield ""


def _type(field: Schema) -> str:
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        return " or ".join(_type(option) for option in field["anyOf"])
    if field["type"] == "array":
        return f"list of {_type(field['items'])}"
    return f"{field['type']}, {field['format']}" if "format" in field else str(field["type"])
