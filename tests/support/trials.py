"""A whole trial for the tests that cross services: started once for a test run, empty, with its own layout."""

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from deploy.trial import runner
from deploy.trial.credentials import Credentials, credentials
from deploy.trial.layout import TrialLayout
from deploy.trial.start_mode import StartMode
from deploy.trial.variables import variables
from tests.support.infrastructure import free_layout, tests_home
from tests.support.runner_provider import give_up_durability
from tests.support.spans import SpanReceiver, receiving_spans


@dataclass
class Trial:
    """A running trial, and the actions of its people."""

    layout: TrialLayout
    credentials: Credentials
    http: httpx.Client
    traces: SpanReceiver

    @property
    def url(self) -> str:
        return self.layout.public_url

    @property
    def environment(self) -> dict[str, str]:
        """The environment with which a command finds this trial."""
        return {**os.environ, **variables(self.layout, self.credentials)}

    def token(self, person: str) -> str:
        form = {"grant_type": "demonstration", "client_id": "minka", "person": person}
        answer = self.http.post("/issuer/token", data=form)
        answer.raise_for_status()
        token: str = answer.json()["access_token"]
        return token

    def headers(self, person: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(person)}"} if person else {}

    def get(self, path: str, person: str | None = None, **more: Any) -> httpx.Response:
        return self.http.get(path, headers=self.headers(person), **more)

    def patiently(self, path: str, person: str | None = None) -> httpx.Response | None:
        """As `get`, but None when nothing answers, because a process is restarting."""
        try:
            return self.get(path, person)
        except httpx.TransportError:
            return None

    def post(self, path: str, person: str | None = "coordinator", **more: Any) -> httpx.Response:
        return self.http.post(path, headers=self.headers(person), **more)

    def make(self, path: str, body: dict[str, Any], person: str = "coordinator") -> Any:
        """Posts a request that must succeed, and returns the answer."""
        answer = self.post(path, person, json=body)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def total(self, indicator: str) -> int:
        """The published public total; the test must not expect a withheld one."""
        (row,) = self.http.get(f"/api/indicators/{indicator}").raise_for_status().json()["rows"]
        assert row["status"] == "published", f"{indicator} is {row['status']}"
        total: int = row["value"]
        return total

    def is_published(self, indicator: str, value: int) -> bool:
        """Whether the public total is this now."""
        (row,) = self.http.get(f"/api/indicators/{indicator}").raise_for_status().json()["rows"]
        return (row["status"], row["value"]) == ("published", value)

    def pids(self) -> dict[str, int]:
        """The running programs' process ids by name."""
        state = json.loads((self.layout.home / "state.json").read_text())
        return {process["name"]: process["pid"] for process in state["processes"] if process["pid"]}

    def cohort(self, capacity: int = 500, facilitator: str = "facilitator-0601") -> "NewCohort":
        """A new programme with one cohort, whose facilitator is assigned."""
        programme, cohort = uuid4(), uuid4()
        code = f"P{programme.hex[:8].upper()}"
        dates = {"starts_on": "2025-04-01", "ends_on": "2099-12-30"}  # so that a session of today is on one of its days
        self.make("/enrollment/api/programmes", {"programme_id": str(programme), "code": code, "title": code, **dates})
        self.make("/enrollment/api/cohorts", {
            "cohort_id": str(cohort), "programme_id": str(programme), "name": f"Cohorte {code}", "province": "0601",
            "capacity": capacity, **dates,
        })  # fmt: skip
        self.make(f"/enrollment/api/cohorts/{cohort}/facilitators", {"facilitator_id": facilitator})
        return NewCohort(programme, cohort, f"Cohorte {code}", facilitator)


@dataclass(frozen=True, slots=True)
class NewCohort:
    programme_id: UUID
    cohort_id: UUID
    name: str
    facilitator: str

    def enrollment(self, number: str, given_names: str, family_names: str, **more: Any) -> dict[str, Any]:
        """Returns what the interface of enrollment takes for somebody with this DNI; `more` replaces or adds."""
        return {
            "cohort_id": str(self.cohort_id),
            "document": {"type": "dni", "number": number},
            "given_names": given_names,
            "family_names": family_names,
            "birth_date": "1987-05-12",
            "district": {"scheme": "inei", "code": "060101"},
            "consents": [{"purpose": "training"}],
            **more,
        }

    def training(self) -> dict[str, Any]:
        """Returns what the interface of sessions takes for a required session of the cohort."""
        return {
            "cohort_id": str(self.cohort_id),
            "kind": "training",
            "title": "El presupuesto participativo",
            "district": "060101",
            "place": "Local comunal",
            "starts_at": "2025-06-07T14:00:00Z",
            "ends_at": "2025-06-07T18:00:00Z",
            "required": True,
        }


@contextlib.contextmanager
def running_trial(name: str = "trial") -> Iterator[Trial]:
    """An empty trial of this name with free ports, which sends its traces here; stopped and deleted at the end."""
    with receiving_spans() as traces:
        yield from _running_trial(traces, name)


def _running_trial(traces: SpanReceiver, name: str) -> Iterator[Trial]:
    home = tests_home() / name
    runner.clean(home)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MINKA_TRACES_URL", traces.url)
        # FastAPI would send spans of its own, with the addresses of requests.
        environment.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
        environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", traces.url.removesuffix("/v1/traces"))
        runner.run_detached(free_layout(home), StartMode.EMPTY)
    layout = TrialLayout.recorded(home)
    assert layout is not None
    give_up_durability(layout)
    try:
        with httpx.Client(base_url=layout.public_url, timeout=180) as http:
            yield Trial(layout, credentials(home), http, traces)
    finally:
        runner.clean(home)
