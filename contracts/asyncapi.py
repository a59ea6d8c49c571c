"""The AsyncAPI 3.0 document: every topic, what flows on it, who writes it and who reads it."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

from pydantic.json_schema import models_json_schema

from . import VERSION, examples
from .catalogue import EVENTS
from .envelope import CONSTANTS, CONTENT_TYPE, HEADER_TABLE
from .event import Event
from .topics import COMPRESSION, TOPICS, Topic, consumer_group

Document = dict[str, Any]

KAFKA_BINDING = "0.5.0"
DESCRIPTION = (
    "What Minka's services tell each other, and anybody who may listen: CloudEvents 1.0 in binary mode over Kafka. "
    "A body carries the full state of the one thing its event is about; keep the highest version per subject. "
    "Pass over types, fields and headers you do not know. "
    f"Batches are compressed with {COMPRESSION.upper()}."
)

SERVERS: Document = {
    "office": {
        "host": "{broker}",
        "protocol": "kafka-secure",
        "description": "The brokers of an office, for programs outside of its network: TLS and a user with a password.",
        "variables": {"broker": {"description": "Host and port; the office has named them to whoever got a user."}},
        "security": [{"$ref": "#/components/securitySchemes/password"}],
    },
    "trial": {
        "host": "127.0.0.1:9092",
        "protocol": "kafka",
        "description": "The broker of a trial, open to programs on the same machine.",
    },
}
PASSWORD: Document = {
    "type": "scramSha512",
    "description": "A user of the office's brokers. It may read in consumer groups that begin with its name.",
}


def document() -> Document:
    """The whole document, as plain data."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Minka",
            "version": VERSION,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": SERVERS,
        "channels": {topic.name: _channel(topic) for topic in TOPICS.values()},
        "operations": {name: operation for topic in TOPICS.values() for name, operation in _operations(topic)},
        "components": {
            "messages": {event.type: _message(event) for event in EVENTS},
            "schemas": {"Headers": _headers(), **_schemas()},
            "securitySchemes": {"password": PASSWORD},
        },
    }


def _channel(topic: Topic) -> Document:
    settings = topic.settings()
    configuration = {
        "cleanup.policy": [settings["cleanup.policy"]],
        "retention.ms": int(settings["retention.ms"]),
        "retention.bytes": int(settings["retention.bytes"]),
        "max.message.bytes": int(settings["max.message.bytes"]),
    }
    return {
        "address": topic.name,
        "description": f"Written by {topic.owner}; a record's key is {topic.key}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _types_on(topic)},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": configuration,
                "x-compression": COMPRESSION,
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }


def _operations(topic: Topic) -> Iterator[tuple[str, Document]]:
    yield f"{topic.owner}.send.{topic.name}", _operation("send", topic.owner, topic)
    for reader in topic.readers:
        yield f"{reader}.receive.{topic.name}", _operation("receive", reader, topic)


def _operation(action: str, service: str, topic: Topic) -> Document:
    return {
        "action": action,
        "title": f"{service} {action}s {topic.name}",
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "messages": [{"$ref": f"#/channels/{topic.name}/messages/{name}"} for name in _types_on(topic)],
        "tags": [{"name": service}],
        "bindings": {"kafka": _group(action, service) | {"bindingVersion": KAFKA_BINDING}},
    }


def _types_on(topic: Topic) -> list[str]:
    return [event.type for event in EVENTS if event.topic == topic.name]


def _group(action: str, service: str) -> Document:
    """The consumer groups in which a service may read; it has one for each purpose."""
    pattern = f"^{re.escape(consumer_group(service, ''))}"
    return {"groupId": {"type": "string", "pattern": pattern}} if action == "receive" else {}


def _message(event: type[Event]) -> Document:
    return {
        "name": event.type,
        "title": event.__name__,
        "summary": inspect.getdoc(event),
        "contentType": CONTENT_TYPE,
        "headers": {
            "allOf": [
                {"$ref": "#/components/schemas/Headers"},
                {"type": "object", "properties": {"ce_type": {"const": event.type}}},
            ]
        },
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": f"The {event.key_field}."},
                "bindingVersion": KAFKA_BINDING,
            }
        },
        "examples": [{"headers": message.headers, "payload": message.body} for message in examples.messages(event)],
    }


def _headers() -> Document:
    described = {
        header.name: {"type": "string", "description": header.description}
        | ({"format": header.format} if header.format else {})
        for header in HEADER_TABLE
    }
    constants = {name: {"type": "string", "const": value} for name, value in CONSTANTS.items()}
    return {
        "type": "object",
        "description": "CloudEvents 1.0 attributes, each a UTF-8 string.",
        "properties": constants | described,
        "required": [*CONSTANTS, *(header.name for header in HEADER_TABLE if header.required)],
    }


def _schemas() -> Document:
    _, schemas = models_json_schema(
        [(event, "validation") for event in EVENTS], ref_template="#/components/schemas/{model}"
    )
    definitions: Document = schemas["$defs"]
    return definitions
