"""From the first start to a restored backup: the same numbers, and nothing lost."""

import json
from pathlib import Path

import httpx

from tests.compose.figures import LIMIT, TOTAL, import_and_follow, outcome, total
from tests.compose.load import under_load
from tests.compose.office import LASTING, SERVICES, Office, new_folder, office, run
from tests.support.sheets import document, row, sheet
from tests.support.waiting import wait_until

START_WITHIN = 300.0
"""Seconds; the real duration is printed."""
STOP_WITHIN = 10
"""Seconds after which Docker kills a container."""


async def test_one_command_starts_everything_and_ends_when_it_is_healthy(started: tuple[Office, float]) -> None:
    minka, seconds = started

    print(f"ready after {seconds:.0f} s")
    assert seconds < START_WITHIN
    assert all(minka.is_healthy(service) for service in LASTING)


async def test_a_sheet_comes_through_the_front_door_and_becomes_a_figure_and_an_outcome(minka: Office) -> None:
    await import_and_follow(minka)


async def test_the_front_door_adds_what_is_missing_and_hides_what_is_inside(minka: Office) -> None:
    refused = minka.http.post("/enrollment/api/imports", content=b"x" * (22 * 1024 * 1024))
    page = minka.http.get("/")

    assert refused.status_code == 413
    for answer in (refused, page):
        assert answer.headers.get_list("X-Content-Type-Options") == ["nosniff"]
        assert len(answer.headers.get_list("Content-Security-Policy")) == 1
    for path in ("/metrics", "/health/ready", "/enrollment/health/ready", "/sessions/metrics"):
        assert minka.http.get(path).status_code == 404


async def test_changes_are_streamed_when_they_happen(minka: Office) -> None:
    before = total(minka)
    assert before is not None
    cohort = minka.cohort()
    with httpx.stream("GET", f"{minka.url}/api/stream", timeout=LIMIT) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith(": following")
        minka.post("/enrollment/api/imports", files={"file": ("sheet.csv", sheet([row(cohort.name, document())]))})
        told = (json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))
        assert next(one for one in told if one["key"] == TOTAL)["value"] == before + 1


async def test_each_container_restarts_under_load_and_everybody_is_counted_once(minka: Office) -> None:
    before = total(minka)
    assert before is not None
    with under_load(minka) as load:
        for service in LASTING:
            sent = load.people
            minka.compose("restart", f"--timeout={STOP_WITHIN}", service)
            if service == "front-door":  # the trial's issuer is in its network, which began anew
                minka.compose("restart", f"--timeout={STOP_WITHIN}", "issuer")
            await wait_until(lambda: minka.is_healthy(service) and load.people > sent, LIMIT)  # noqa: B023 (in this turn)

    await wait_until(lambda: total(minka) == before + load.people, LIMIT)
    await wait_until(lambda: outcome(minka) == before + load.people, LIMIT)
    assert minka.operator("minka", "deadletters", "list").strip() == "No dead letters."


async def test_services_stop_by_themselves_and_after_down_and_up_everything_is_as_it_was(minka: Office) -> None:
    before = total(minka)
    minka.compose("stop", f"--timeout={STOP_WITHIN}", *SERVICES)
    ended = minka.compose("ps", "--all", "--format={{.ExitCode}}", *SERVICES).split()
    minka.compose("--profile=*", "down", f"--timeout={STOP_WITHIN}")

    minka.up()

    assert ended == ["0"] * len(SERVICES)
    assert before is not None
    await wait_until(lambda: total(minka) == before, LIMIT)
    assert outcome(minka) == before


async def test_the_operators_commands_answer(minka: Office) -> None:
    status = json.loads(minka.operator("minka", "status", "--json"))
    positions = json.loads(minka.operator("minka", "projection", "list", "--json"))

    assert status["ready"] is True
    assert set(status["health"]) == set(SERVICES)
    assert {position["projection"] for position in positions} == {"calendar", "replicas", "reporting", "visits"}
    assert "nothing was changed" in minka.operator("minka", "topics", "apply")


async def test_the_figures_are_rebuilt_beside_the_live_ones_and_take_their_place(minka: Office) -> None:
    before = total(minka)
    assert before is not None

    minka.operator("minka", "projection", "rebuild", "reporting")
    await wait_until(lambda: minka.differing_rows() == 0, LIMIT)
    assert "are swapped" in minka.operator("minka", "projection", "swap", "reporting")
    minka.operator("minka", "projection", "drop", "reporting")

    assert total(minka) == before
    cohort = minka.cohort()
    minka.post("/enrollment/api/imports", files={"file": ("sheet.csv", sheet([row(cohort.name, document())]))})
    await wait_until(lambda: total(minka) == before + 1, LIMIT)


async def test_a_second_folder_runs_beside_the_first_and_a_backup_is_restored_in_it(
    minka: Office, tmp_path: Path
) -> None:
    """A new server that has only the dumps, the master key and this project."""
    before = total(minka)
    run(minka.folder, "deploy/compose/backup", str(tmp_path / "backup"))
    with office(new_folder(tmp_path)) as second:
        key = second.folder / "secrets" / "MINKA_ENROLLMENT_MASTER_KEY"
        key.chmod(0o600)
        key.write_text((minka.folder / "secrets" / key.name).read_text())
        key.chmod(0o444)
        second.compose("run", "--rm", "--no-TTY", "databases")
        run(second.folder, "deploy/compose/restore", str(tmp_path / "backup"))
        second.up()
        for service in ("enrollment", "sessions", "media", "reporting"):
            second.operator("minka", "republish", service)
        for projection in ("reporting", "visits"):
            second.operator("minka", "projection", "restart", projection)

        await wait_until(lambda: total(second) == before, LIMIT)
        await wait_until(lambda: outcome(second) == before, LIMIT)
        assert total(minka) == before
