"""A real process, killed at a chosen request: a rerun of its folder ends as an undisturbed run."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.commands.report import rebuild
from batch_offboard.commands.verify import verify_run_folder
from batch_offboard.record.folder import RunFolder
from batch_offboard.results.models import RowResult
from batch_offboard.results.run_folder import read_run
from batch_offboard.simulator import Fault, LoggedRequest, Org, Simulator
from tests.rerun.chain import is_offboarded, rerun_of, undo_of
from tests.support import (
    Ended,
    Member,
    off,
    org_of,
    people_named,
    run_command,
    run_people,
    simulator,
    start_command,
    write_list,
)

PEOPLE = people_named("P", 6)
QUEUES_OF = {"P001": 3, "P002": 2, "P003": 2, "P004": 1, "P005": 0, "P006": 1}
"""In how many queues each is."""


def org() -> Org:
    """Six leavers, one of them in no queue, and one who stays."""
    return org_of(
        [*PEOPLE, "Zoe"],
        {
            "Billing": ["P001", off("P002"), "P003", "Zoe"],
            "Chat": ["P001", "P002", Member("P003", ring_number=3)],
            "Claims": ["P001", "P004", "P006"],
        },
    )


@dataclass
class Killer:
    """Kills a process when its nth request of a kind arrives.

    The request is processed all the same, and its answer is never heard; where it is `lost` it
    is not processed either. Popen.kill is SIGKILL, and TerminateProcess on Windows.
    """

    kind: Callable[[LoggedRequest, bool], bool]
    nth: int
    lost: bool
    process: subprocess.Popen[str] | None = None
    struck: int | None = None
    _seen: int = 0
    _removed: bool = False
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.lost:
            hit = Fault(action="reset", where=lambda request: request.number == self.struck)
            self.faults.append(hit)

    def look(self, request: LoggedRequest) -> None:
        """Called with every request before it is processed."""
        self._seen += self.kind(request, self._removed)
        self._removed |= is_removal(request)
        if self._seen == self.nth and self.struck is None:
            assert self.process is not None
            self.struck = request.number
            self.process.kill()


def is_reading(request: LoggedRequest, removed: bool) -> bool:
    """Whether people or what they hold is read before any queue is left."""
    survey = ("/api/v2/users", "/api/v2/routing", "/api/v2/authorization/subjects")
    return request.method == "GET" and request.path.startswith(survey) and not removed


def is_setting_inactive(request: LoggedRequest, removed: bool) -> bool:
    """Whether someone is set to inactive."""
    return request.method == "PATCH"


def is_setting_active(request: LoggedRequest, removed: bool) -> bool:
    """Whether an undo sets someone to active: after their queues, whose ring numbers it patches."""
    return request.method == "PATCH" and request.path.startswith("/api/v2/users/")


def is_leaving_queues(request: LoggedRequest, removed: bool) -> bool:
    """Whether people are taken out of a queue."""
    return is_removal(request)


def is_reading_back(request: LoggedRequest, removed: bool) -> bool:
    """Whether the end state is read; the first removals may still be under way."""
    return removed and request.method == "GET"


def is_removal(request: LoggedRequest) -> bool:
    """Whether people are taken out of a queue."""
    return request.method == "POST" and request.path.endswith("/members")


def killed_run(killer: Killer, sim: Simulator, folder: Path) -> Path:
    """Run the list in a process that the killer ends; the run folder."""
    write_list(folder / "leavers.csv", *PEOPLE)
    killer.process = start_command(sim, folder, "run", "leavers.csv", "--yes")
    killer.process.communicate(timeout=60)
    assert killer.struck is not None
    assert killer.process.returncode not in (0, 3)
    (path,) = (folder / "runs").iterdir()
    return path


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The organisation after a run that nothing disturbs."""
    with simulator(org()) as sim:
        run_people(sim, tmp_path_factory.mktemp("undisturbed"), *PEOPLE)
        return sim.org.snapshot()


def moments() -> Iterator[Any]:
    """Each phase several times, and the moment before a call is processed and after."""
    for kind, counts in (
        (is_reading, (1, 5)),
        (is_setting_inactive, (1, 3, 6)),
        (is_leaving_queues, (1, 3)),
        (is_reading_back, (1, 3)),
    ):
        for position, nth in enumerate(counts):
            losses = (False, True) if kind.__name__ in WRITING and position < 2 else (False,)
            for lost in losses:
                name = f"{kind.__name__}-{nth}-{'lost' if lost else 'processed'}"
                yield pytest.param(kind, nth, lost, id=name)


WRITING = ("is_setting_inactive", "is_leaving_queues")


@pytest.mark.parametrize(("kind", "nth", "lost"), moments())
def test_a_rerun_after_a_kill_ends_as_an_undisturbed_run(
    tmp_path: Path, undisturbed: dict[str, Any], kind: Any, nth: int, lost: bool
) -> None:
    """The same organisation, and results that tell what both runs have done."""
    killer = Killer(kind, nth, lost)
    with Simulator(org(), faults=killer.faults, on_request=killer.look) as sim:
        folder = killed_run(killer, sim, tmp_path)
        before = {each.row: each for each in read_run(RunFolder(folder)).view().results}
        ended = rerun_of(sim, folder)
        assert sim.org.snapshot() == undisturbed
        sent = len(sim.writes)
        again = rerun_of(sim, ended.folder)
        assert len(sim.writes) == sent
    assert (ended.exit_code, again.exit_code) == (0, 0)
    for name in PEOPLE:
        assert_told_truly(ended.of(name), before[ended.of(name).row], QUEUES_OF[name])
        assert again.of(name) == ended.of(name)


def assert_told_truly(row: RowResult, earlier: RowResult, queues: int) -> None:
    """Done, by us, and counted over both runs."""
    told = (
        row.status,
        row.state_before,
        row.state_after,
        row.queues_before,
        row.queues_removed,
        row.queues_left,
        row.verified,
    )
    assert told == ("done", "active", "inactive", queues, queues, 0, True)
    assert earlier.status in ("not_run", "partial", "done")
    assert row.attempts == earlier.attempts + (earlier.status != "done")
    assert row.started_at == earlier.started_at or not earlier.attempts


def test_a_killed_run_is_rerun_and_reported_from_the_command_line(
    tmp_path: Path, undisturbed: dict[str, Any]
) -> None:
    """No stale lock, no expert: the folder is enough for `report` and `rerun`."""
    killer = Killer(is_leaving_queues, 2, lost=False)
    with Simulator(org(), on_request=killer.look) as sim:
        folder = killed_run(killer, sim, tmp_path)
        name = rebuild(folder).results
        relative = str(folder.relative_to(tmp_path))
        verified = run_command(None, tmp_path, "report", relative, "--verify")
        said = run_command(sim, tmp_path, "rerun", relative, "--yes")
        assert sim.org.snapshot() == undisturbed
    assert (name, verified.code, said.code) == ("results.csv", 0, 0)


@pytest.mark.parametrize("nth", [2, 5])
def test_a_killed_undo_is_simply_done_again(tmp_path: Path, nth: int) -> None:
    """The organisation is as before the run."""
    killer = Killer(lambda request, _: request.is_write, nth, lost=False)
    with Simulator(org()) as sim:
        expected = sim.org.snapshot()
        ended = run_people(sim, tmp_path, *PEOPLE)
        sim.app.on_request = killer.look
        killer.process = start_command(sim, tmp_path, "undo", str(ended.folder), "--yes")
        killer.process.communicate(timeout=60)
        again = undo_of(sim, ended.folder)
        assert sim.org.snapshot() == expected
    assert killer.struck is not None
    assert again.exit_code == 0


@pytest.mark.parametrize("nth", [1, 2, 5])
def test_whom_a_killed_undo_of_an_earlier_run_has_put_back_no_rerun_calls_done(
    tmp_path: Path, nth: int
) -> None:
    """The rerun that carried everybody on looks back along its chain, and touches nobody."""
    killer = Killer(is_setting_active, nth, lost=False)
    with Simulator(org()) as sim:
        first = run_people(sim, tmp_path, *PEOPLE)
        second = rerun_of(sim, first.folder)
        sim.app.on_request = killer.look
        killer.process = start_command(sim, tmp_path, "undo", str(first.folder), "--yes")
        killer.process.communicate(timeout=60)
        # By token, as a call of the killed process may still be on its way.
        tokens = {request.token for request in sim.requests}
        ended = rerun_of(sim, second.folder)
        assert [request.path for request in sim.writes if request.token not in tokens] == []
        verified = verify_run_folder(first.folder)
        back = {name for name in PEOPLE if not is_offboarded(sim.org, name)}
    told = {name for name in PEOPLE if ended.of(name).error_code == "undone"}
    assert killer.struck is not None
    assert (back <= told, bool(back), ended.exit_code) == (True, True, 3)
    assert verified.holds is True


def test_a_killed_rerun_is_carried_on(tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    """Two processes are killed one after the other; a third run ends it."""
    first = Killer(is_setting_inactive, 3, lost=False)
    second = Killer(is_leaving_queues, 2, lost=True)
    with Simulator(org(), faults=second.faults, on_request=first.look) as sim:
        folder = killed_run(first, sim, tmp_path)
        sim.app.on_request = second.look
        second.process = start_command(
            sim, tmp_path, "rerun", str(folder), "--yes", "--run-dir", "second"
        )
        second.process.communicate(timeout=60)
        ended = rerun_of(sim, tmp_path / "second")
        assert sim.org.snapshot() == undisturbed
    assert second.struck is not None
    assert_all_done(ended)


def assert_all_done(ended: Ended) -> None:
    """Everybody is done by this chain."""
    assert {row.status for row in ended.results} == {"done"}
    assert [row.queues_removed for row in ended.results] == [*QUEUES_OF.values()]
