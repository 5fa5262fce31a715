"""What goes wrong while an undo is under way is told, and never passes for put back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from batch_offboard.record.events import Event, PhaseStarted
from batch_offboard.simulator import ALWAYS, Assumptions, Fault, Faults, LoggedRequest, Simulator
from batch_offboard.simulator.lag import ReadKind
from tests.rerun.chain import rerun_of, results_of, undo_of
from tests.support import (
    Listening,
    fast_clock,
    fast_seconds,
    id_of,
    member_queues,
    off,
    org_of,
    people_named,
    run_people,
    simulator,
    state_of,
)


class AtReadBack(Listening):
    """Does something when a command begins to read back."""

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__()
        self._act = act

    def event(self, event: Event) -> None:
        """Do it."""
        super().event(event)
        if isinstance(event, PhaseStarted) and event.phase.startswith("read_back"):
            self._act()


def test_someone_deleted_before_the_reading_back_is_not_called_back(tmp_path: Path) -> None:
    """Genesys may hide them: what was known before is no reading."""
    org = org_of(["Ann", "Bob"], {"Q1": ["Ann", "Bob"]})
    user_id = id_of("Ann")
    with simulator(org, assumptions=Assumptions(any_includes_deleted=False)) as sim:
        ended = run_people(sim, tmp_path, "Ann")

        def delete() -> None:
            org.change_user(user_id, state="deleted", grants=org.users[user_id].grants)

        undone = undo_of(sim, ended.folder, listener=AtReadBack(delete))
    assert state_of(org, "Ann") == "deleted"
    assert [(row.status, row.error_code, row.verified) for row in undone.results] == [
        ("partial", "not_confirmed", False)
    ]


def test_a_membership_that_a_lagging_listing_showed_as_left_is_put_back(tmp_path: Path) -> None:
    """The removal was sent, so it may have gone since; the undo reads first."""
    org = org_of(["Ann", "Bob"], {"Q1": ["Ann", "Bob"], "Q2": ["Ann"]})
    lag = Fault(
        action="lag",
        method="POST",
        path=id_of("Q1") + "/members",
        times=9,
        seconds=10_000,
        lagging=("members", "user_queues"),
    )
    skipped: list[float] = []
    with Simulator(org, clock=lambda: fast_seconds() + sum(skipped), faults=Faults([lag])) as sim:
        ended = run_people(sim, tmp_path, "Ann")
        assert ended.of("Ann").error_code == "membership_left"
        sim.clear_faults()
        skipped.append(20_000)
        undone = undo_of(sim, ended.folder)
    assert member_queues(org, "Ann") == {"Q1", "Q2"}
    assert undone.statuses == ["done"]


class Killed(BaseException):
    """The process is gone."""


def kill() -> None:
    """Take the process away."""
    raise Killed


@pytest.mark.parametrize("kinds", [("members", "user_queues"), ("users",)])
def test_what_genesys_still_shows_after_a_kill_does_not_pass_for_put_back(
    tmp_path: Path, kinds: tuple[ReadKind, ...]
) -> None:
    """The run was killed before it read anything back, and the undo begins at once."""
    org = org_of(["Ann", "Bob"], {"Q1": ["Ann", "Bob"], "Q2": ["Ann"]})
    lag = Fault(action="lag", times=ALWAYS, seconds=8, lagging=kinds)
    with simulator(org) as sim:
        sim.add_fault(lag)
        with pytest.raises(Killed):
            run_people(sim, tmp_path, "Ann", listener=AtReadBack(kill), run_dir=tmp_path / "run")
        assert member_queues(org, "Ann") < {"Q1", "Q2"}
        assert state_of(org, "Ann") == "inactive"
        undone = undo_of(sim, tmp_path / "run")
    assert member_queues(org, "Ann") == {"Q1", "Q2"}
    assert state_of(org, "Ann") == "active"
    assert undone.statuses == ["done"]


def test_a_clock_that_was_put_back_since_a_kill_shortens_no_wait(tmp_path: Path) -> None:
    """It is not known how long ago the run was killed, so the undo waits as long as it may need."""
    org = org_of(["Ann", "Bob"], {"Q1": ["Ann", "Bob"], "Q2": ["Ann"]})
    lag = Fault(action="lag", times=ALWAYS, seconds=8, lagging=("members", "user_queues"))
    with simulator(org) as sim:
        sim.add_fault(lag)
        with pytest.raises(Killed):
            run_people(sim, tmp_path, "Ann", listener=AtReadBack(kill), run_dir=tmp_path / "run")
        hour_ago = replace(fast_clock(), now=lambda: datetime.now(UTC) - timedelta(hours=1))
        undone = undo_of(sim, tmp_path / "run", clock=hour_ago)
    assert member_queues(org, "Ann") == {"Q1", "Q2"}
    assert undone.statuses == ["done"]


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_killed_undo_has_told_the_run_before_its_first_call(tmp_path: Path, what: str) -> None:
    """A rerun of the undone run must not call done who is active again."""
    org = org_of(["Ann", "Bob"], {"Q1": ["Ann", "Bob"], "Q2": ["Bob"]})
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Ann")
        with pytest.raises(Killed):
            undo_of(sim, ended.folder, listener=AtReadBack(kill))
        assert state_of(org, "Ann") == "active"
        again = rerun_of(sim, ended.folder if what == "folder" else results_of(ended))
    assert [(row.status, row.error_code) for row in again.results] == [("skipped", "undone")]


def test_whom_an_undo_could_not_put_back_is_not_called_undone(tmp_path: Path) -> None:
    """Genesys refused every call for the person, so the run still says done."""
    org = org_of(["Ann", "Bob"], {"Q1": ["Bob"]})
    path = "users/" + id_of("Ann")
    refusal = Fault(action="status", status=403, method="PATCH", path=path, times=ALWAYS)
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Ann")
        sim.add_fault(refusal)
        undone = undo_of(sim, ended.folder)
    assert undone.statuses == ["failed"]
    assert [row["offboard_status"] for row in ended.file_rows()] == ["done"]


@pytest.mark.parametrize("times", [1, ALWAYS])
@pytest.mark.parametrize("status", [403, 404])
def test_whom_an_undo_may_have_put_back_is_not_called_done(
    tmp_path: Path, status: int, times: int
) -> None:
    """The call that did it had no answer, and reading again was refused: nobody is to trust it."""
    org = org_of(["Ann", "Bob"], {"Q1": ["Bob"]})
    path = "users/" + id_of("Ann")
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Ann")
        since = len(sim.writes)

        def reads_again(request: LoggedRequest) -> bool:
            return len(sim.writes) > since and request.path.endswith("/users")

        sim.add_fault(Fault(action="reset", method="PATCH", path=path, applied=True))
        sim.add_fault(Fault(action="status", status=status, where=reads_again, times=times))
        undone = undo_of(sim, ended.folder)
    assert state_of(org, "Ann") == "active"
    assert undone.statuses == ["partial"]
    assert [row["offboard_error_code"] for row in ended.file_rows()] == ["undone"]


def test_whom_somebody_else_set_inactive_meanwhile_stays_inactive(tmp_path: Path) -> None:
    """Our call met a conflict and changed nothing, so there is nothing of ours to put back."""
    org = org_of(["Ann", "Bob"], {"Q1": ["Bob"]})
    user_id = id_of("Ann")

    def set_inactive(request: LoggedRequest) -> None:
        if (request.method, request.path) == ("PATCH", f"/api/v2/users/{user_id}"):
            org.change_user(user_id, state="inactive", grants=[])

    with simulator(org, on_request=set_inactive) as sim:
        ended = run_people(sim, tmp_path, "Ann", "Bob")
        undone = undo_of(sim, ended.folder)
    assert ended.statuses == ["already_done", "done"]
    assert [row.user_id for row in undone.results] == [id_of("Bob")]
    assert (state_of(org, "Ann"), state_of(org, "Bob")) == ("inactive", "active")


def test_a_queue_that_an_admin_took_them_out_of_after_a_refusal_stays_left(tmp_path: Path) -> None:
    """The admin did what the row's next action asks for; the run had not."""
    org = org_of(["Ann", "Bob"], {"Q1": ["Ann", "Bob"], "Q2": ["Ann"]})
    path = id_of("Q1") + "/members"
    refusal = Fault(action="status", status=403, method="POST", path=path, times=ALWAYS)
    with simulator(org, faults=[refusal]) as sim:
        ended = run_people(sim, tmp_path, "Ann")
        sim.clear_faults()
        org.remove_member(id_of("Q1"), id_of("Ann"))
        undone = undo_of(sim, ended.folder)
    assert ended.of("Ann").queues_removed == 1
    assert undone.statuses == ["done"]
    assert member_queues(org, "Ann") == {"Q2"}


@pytest.mark.parametrize(
    ("refused", "delayed"),
    [("/subjects/", "/members"), ("/members|/users/.*/queues", "/subjects/")],
)
def test_who_cannot_be_read_is_held_while_the_other_reading_goes_on(
    tmp_path: Path, refused: str, delayed: str
) -> None:
    """Memberships and role grants are read side by side; neither misses whom the other held."""
    org = org_of(["Ann", "Bob"], {"Q1": ["Ann", "Bob"], "Q2": ["Ann"]})
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Ann", "Bob")
        sim.add_fault(Fault(action="status", path=refused, status=403, times=ALWAYS))
        sim.add_fault(Fault(action="status", path=delayed, status=503, retry_after=20))
        since = len(sim.writes)
        undone = undo_of(sim, ended.folder)
        assert len(sim.writes) == since
    assert [(row.status, row.http_status) for row in undone.results] == [("failed", 403)] * 2


def test_who_switches_a_queue_off_while_it_is_listed_twice_comes_back_with_it_off(
    tmp_path: Path,
) -> None:
    """Both readings are on record: an undo that goes by both would never end."""
    crowd = people_named("C", 120)
    org = org_of(["Ann", *crowd], {"Q1": ["Ann", *crowd], "Q2": [off("Ann")]})
    listed: list[str] = []

    def moves(request: LoggedRequest) -> None:
        if request.path.endswith(id_of("Q1") + "/members") and request.method == "GET":
            listed.append(request.path)
            # One who leaves between two pages makes the listing too short for the queue's count.
            if len(listed) == 2:
                org.remove_member(id_of("Q1"), id_of(crowd[0]))
                org.set_member(id_of("Q1"), id_of("Ann"), joined=False, ring_number=None)

    with simulator(org, on_request=moves) as sim:
        ended = run_people(sim, tmp_path, "Ann", *crowd[-5:])
        undone = undo_of(sim, ended.folder, rows=(2,))
    assert undone.statuses == ["done"]
    assert org.queues[id_of("Q1")].members[id_of("Ann")].joined is False
