"""What is generated is what is committed, and AsyncAPI's own schema finds nothing to say against it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from contracts import asyncapi
from contracts import yaml as writer
from contracts.__main__ import main
from contracts.generation import behind
from contracts.topics import TOPICS

OFFICIAL = Draft7Validator(json.loads((Path(__file__).parent / "vendor" / "asyncapi-3.0.0.json").read_text("utf-8")))
COMMITTED = Path(asyncapi.__file__).parent / "asyncapi.yaml"


@pytest.fixture
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMMITTED.read_text("utf-8"))
    return loaded


def test_nothing_generated_is_behind() -> None:
    assert list(behind()) == []
    assert main(["check"]) == 0


def test_drift_is_seen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(asyncapi, "DESCRIPTION", "Something else.")
    assert main(["check"]) == 1
    assert "asyncapi.yaml is behind the catalogues" in capsys.readouterr().err


def test_the_asyncapi_document_is_valid(document: dict[str, Any]) -> None:
    assert [error.message for error in OFFICIAL.iter_errors(document)] == []


BROKEN: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no title": lambda document: document["info"].pop("title"),
    "an action of AsyncAPI 2": lambda document: first(document["operations"]).update(action="publish"),
    "partitions in words": lambda document: first(document["channels"])["bindings"]["kafka"].update(
        partitions="twelve"
    ),
    "a misspelt field": lambda document: first(document["components"]["messages"]).update(payloads={}),
    "an unknown type": lambda document: first(document["components"]["schemas"]).update(type="objekt"),
}


@pytest.mark.parametrize("breakage", BROKEN.values(), ids=BROKEN)
def test_the_validation_refuses_a_broken_document(document: dict[str, Any], breakage: Callable[[Any], Any]) -> None:
    breakage(document)
    assert not OFFICIAL.is_valid(document)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in references(document):
        target: Any = document
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        assert target


def test_every_topic_is_a_channel_with_all_who_write_and_read_it(document: dict[str, Any]) -> None:
    assert document["channels"].keys() == TOPICS.keys()
    for topic in TOPICS.values():
        binding = document["channels"][topic.name]["bindings"]["kafka"]
        settings = {
            name: str(value) for name, value in binding["topicConfiguration"].items() if name != "cleanup.policy"
        }
        assert binding["partitions"] == topic.partitions
        assert settings.items() <= topic.settings().items()
        assert document["operations"][f"{topic.owner}.send.{topic.name}"]["action"] == "send"
        assert all(f"{reader}.receive.{topic.name}" in document["operations"] for reader in topic.readers)


def test_an_operation_names_its_messages_and_a_reader_its_consumer_groups(document: dict[str, Any]) -> None:
    for name, operation in document["operations"].items():
        service, action, topic = name.split(".", 2)
        prefix = f"#/channels/{topic}/messages/"
        messages = [message["$ref"].removeprefix(prefix) for message in operation["messages"]]
        assert messages == list(document["channels"][topic]["messages"])
        group = operation["bindings"]["kafka"].get("groupId")
        assert (group is not None) == (action == "receive")
        if group:
            assert re.match(group["pattern"], f"{service}.any") and not re.match(group["pattern"], f"{service}s.any")


def test_a_program_outside_of_the_office_signs_in_over_tls(document: dict[str, Any]) -> None:
    office = document["servers"]["office"]
    assert office["protocol"] == "kafka-secure"
    assert [scheme["$ref"] for scheme in office["security"]] == ["#/components/securitySchemes/password"]
    assert document["components"]["securitySchemes"]["password"]["type"] == "scramSha512"


def test_readers_are_told_which_codec_they_need(document: dict[str, Any]) -> None:
    assert "LZ4" in document["info"]["description"]
    assert {channel["bindings"]["kafka"]["x-compression"] for channel in document["channels"].values()} == {"lz4"}


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yes",
        "No",
        "null",
        "1",
        "1.0",
        "a: b",
        "a #b",
        "- a",
        "$ref",
        "#/a",
        "ñandú",
        'quote"',
        "line\nbreak",
        " a",
        True,
        None,
        1,
        1.5,
    ],
)
def test_yaml_comes_back_as_it_went(value: Any) -> None:
    nested = {"plain": value, "list": [value, [value], {"inner": value}, [], {}], str(value): {"empty": {}, "none": []}}
    assert yaml.safe_load(writer.dump(nested)) == nested


def first(named: dict[str, Any]) -> Any:
    return next(iter(named.values()))


def references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for item in node for found in references(item)]
    if isinstance(node, dict):
        here = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return here + [found for item in node.values() for found in references(item)]
    return []
