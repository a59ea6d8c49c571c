"""How somebody would count by hand: from the bodies of the events as they are sent, by the words of the glossary.

Nothing here comes from the code that counts: it has its own notion of an owner, a slice, a scope and a public list.
"""

import json
from base64 import b64decode
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from datasketches import compact_theta_sketch

from chassis.messaging.projections.projection import Recorded

LIMA = timezone(timedelta(hours=-5))

Body = dict[str, Any]
Members = frozenset[tuple[str, str]]
PlainCell = tuple[str, str, Members]
"""A measure, the programme or `all`, and the member of each dimension."""

IDENTIFIERS = {
    "Consent": "consent_id", "Enrollment": "enrollment_id", "Attendance": "attendance_id",
    "Completion": "completion_id", "Publication": "publication_id", "Reach": "reach_id", "Module": "module_id",
    "PersonMerged": "merge_id", "PersonUnmerged": "merge_id", "Training": "stated_training_id",
    "Organization": "organization_id",
}  # fmt: skip

WAS_THERE = ("present", "late", "left_early")
PROFILE = ("district", "sex", "age_band", "mother_tongue", "ethnicity", "organization_type")

IN_EVERY_PROGRAMME = {"attended", "programme_content", "programme_hours"}
"""What is added up over programmes, because nothing is in two of them."""

ESTIMATES = {"first_party_reach", "first_party_reach.lower", "first_party_reach.upper"}


def plain_count(records: Iterable[Recorded], *, merged: bool = True) -> Counter[PlainCell]:
    """Cell → amount, where there is any. Unless `merged`, each record of a person is counted by itself."""
    facts = _newest(records)
    merges = [*facts["PersonMerged"], *facts["PersonUnmerged"]]
    counted_as = {body["person_id"]: body["counted_as"] for body in merges if merged}
    cells: Counter[PlainCell] = Counter()
    for bodies in _by_person(facts, counted_as).values():
        _count_person(cells, bodies)
    _count_organizations(cells, facts["Completion"], facts["Organization"])
    _count_content(cells, facts["Publication"])
    _count_programme(cells, facts["Module"])
    _count_reach(cells, facts["Reach"])
    return +cells


def _newest(records: Iterable[Recorded]) -> defaultdict[str, list[Body]]:
    """The bodies of the highest versions, by the kind of thing that they are about."""
    newest: dict[tuple[str, str], tuple[int, Body]] = {}
    for record in records:
        name, body = record.envelope.type.split(".")[2], json.loads(record.body)
        kind = next(one for one in IDENTIFIERS if name.startswith(one))
        key = (IDENTIFIERS[kind], body[IDENTIFIERS[kind]])
        if record.envelope.version > newest.get(key, (0, {}))[0]:
            newest[key] = (record.envelope.version, body | {"kind_of_thing": kind})
    found: defaultdict[str, list[Body]] = defaultdict(list)
    for _, body in newest.values():
        found[body["kind_of_thing"]].append(body)
    return found


def _by_person(facts: Mapping[str, list[Body]], counted_as: Mapping[str, str]) -> dict[str, dict[str, list[Body]]]:
    people: defaultdict[str, defaultdict[str, list[Body]]] = defaultdict(lambda: defaultdict(list))
    for kind in ("Consent", "Enrollment", "Attendance", "Completion", "Training"):
        for body in facts.get(kind, ()):
            people[counted_as.get(body["person_id"], body["person_id"])][kind].append(body)
    return {person: dict(bodies) for person, bodies in people.items()}


def _count_person(cells: Counter[PlainCell], bodies: Mapping[str, list[Body]]) -> None:
    agrees = any(one["purpose"] == "training" and one["given"] for one in bodies.get("Consent", ()))
    seats = [one for one in bodies.get("Enrollment", ()) if agrees and one["status"] == "accepted"]
    _once(cells, "enrolled", seats, "accepted_at", "enrollment_id")
    _once(
        cells,
        "trained",
        [one for one in bodies.get("Completion", ()) if one["achieved"]],
        "achieved_at",
        "completion_id",
    )
    stated = [one for one in bodies.get("Training", ()) if one["stands"] and one["completed_on"]]
    _once(cells, "trained_before", stated, "occurred_at", "stated_training_id")
    visited = [one for one in bodies.get("Attendance", ()) if one["state"] in WAS_THERE]
    _once(cells, "attendees", visited, "session_starts_at", "attendance_id")
    for session in {one["session_id"] for one in visited}:
        first = _first([one for one in visited if one["session_id"] == session], "checked_in_at", "attendance_id")
        cells[
            "attended", first["programme_id"], _of_person(first, "session_starts_at") | {("kind", first["kind"])}
        ] += 1


def _count_organizations(cells: Counter[PlainCell], completions: list[Body], organizations: list[Body]) -> None:
    """Counts each organization that somebody completed for once over all programmes and once in each, by the first."""
    known = {one["organization_id"]: one for one in organizations}
    achieved = [one for one in completions if one["achieved"] and one["organization_id"]]
    for scope, organization in {(scope, one["organization_id"]) for one in achieved for scope in _scopes(one)}:
        of_organization = [one for one in achieved if one["organization_id"] == organization and scope in _scopes(one)]
        first = _first(of_organization, "achieved_at", "completion_id")
        district = known.get(organization, {}).get("district") or "not_stated"
        members = frozenset({
            ("month", _month(first["achieved_at"])), ("cohort", first["cohort_id"]), ("district", district),
            ("province", "not_stated" if district == "not_stated" else district[:4]),
            ("organization_type", first["profile"]["organization_type"]),
        })  # fmt: skip
        cells["organizations_trained", scope, members] += 1


def _once(cells: Counter[PlainCell], measure: str, bodies: list[Body], moment: str, identifier: str) -> None:
    """Counts the person once over all programmes and once in each, by the first of these."""
    for scope in {"all", *(one["programme_id"] for one in bodies)} if bodies else ():
        first = _first([one for one in bodies if scope in ("all", one["programme_id"])], moment, identifier)
        cells[measure, scope, _of_person(first, moment)] += 1


def _first(bodies: list[Body], moment: str, identifier: str) -> Body:
    return min(bodies, key=lambda one: (datetime.fromisoformat(one[moment]), one[identifier]))


def _of_person(body: Body, moment: str) -> Members:
    profile = body["profile"]
    return frozenset({
        ("month", _month(body[moment])), ("cohort", body["cohort_id"]), ("province", profile["district"][:4]),
        *((name, profile[name]) for name in PROFILE),
    })  # fmt: skip


def _month(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(LIMA).strftime("%Y-%m")


def _of_place(body: Body) -> Members:
    district = body["district"]
    return frozenset({
        ("district", district or "not_stated"), ("province", district[:4] if district else "not_stated"),
        ("channel", body["channel"]), ("campaign", body["campaign_id"] or "not_stated"),
    })  # fmt: skip


def _scopes(body: Body) -> list[str]:
    return ["all", body["programme_id"]] if body["programme_id"] else ["all"]


def _count_content(cells: Counter[PlainCell], publications: list[Body]) -> None:
    """Counts an asset once on each channel, over all programmes and in each, by its first publication that stands."""
    stands = [(scope, one) for one in publications if one["active"] for scope in _scopes(one)]
    for key in {(scope, one["asset_id"], one["channel"]) for scope, one in stands}:
        of_asset = [one for scope, one in stands if (scope, one["asset_id"], one["channel"]) == key]
        first = _first(of_asset, "occurred_at", "publication_id")
        month = ("month", _month(first["occurred_at"]))
        cells["content_published", key[0], _of_place(first) | {month, ("kind", first["kind"])}] += 1


def _count_programme(cells: Counter[PlainCell], modules: list[Body]) -> None:
    for one in modules:
        members = frozenset({("month", _month(one["occurred_at"])), ("mechanism", one["mechanism"])})
        cells["programme_content", one["programme_id"], members] += 1
        cells["programme_hours", one["programme_id"], members] += one["hours"]


def _count_reach(cells: Counter[PlainCell], days: list[Body]) -> None:
    """Counts visits one by one, and the different visitors of each day in each list."""
    visitors: defaultdict[tuple[str, date, Members], set[int]] = defaultdict(set)
    for one in days:
        month, day = ("month", one["day"][:7]), date.fromisoformat(one["day"])
        for scope in _scopes(one):
            cells["visits", scope, _of_place(one) | {month}] += one["people_visits"]
            for members in [frozenset({month}), *(frozenset({month, member}) for member in _of_place(one))]:
                visitors[scope, day, members] |= set(compact_theta_sketch.deserialize(b64decode(one["people_sketch"])))
    for (scope, _, members), seen in visitors.items():
        for measure in ESTIMATES:
            cells[measure, scope, members] += len(seen)


def public_lists(cells: Mapping[PlainCell, int]) -> Counter[tuple[str, str, str]]:
    """Measure, dimension and member → what a public list shows, before anything is withheld."""
    lists: Counter[tuple[str, str, str]] = Counter()
    for (measure, scope, members), amount in cells.items():
        for dimension, member in _positions(measure, scope, members):
            lists[measure, dimension, member] += amount
    return +lists


def _positions(measure: str, scope: str, members: Members) -> Iterator[tuple[str, str]]:
    by_more_than_month = {member for member in members if member[0] != "month"}
    is_whole = measure not in ESTIMATES or not by_more_than_month
    if scope != "all" and is_whole:
        yield "programme", scope
    if scope == "all" or measure in IN_EVERY_PROGRAMME:
        if is_whole:
            yield "total", "total"
        yield from members if is_whole else by_more_than_month
