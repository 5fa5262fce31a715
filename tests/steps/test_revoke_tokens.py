"""Log out everywhere: once for everyone whom the run, or one before it, sets to inactive."""

from pathlib import Path

import pytest

from batch_offboard.simulator import ALWAYS, Assumptions, Fault
from tests.rerun.chain import rerun_of, undo_of
from tests.steps.practice import furnished, steps
from tests.support import id_of, run_people, simulator

LOG_OUT = steps("revoke_tokens")


@pytest.mark.parametrize("status", [204, 404])
def test_people_are_logged_out_after_being_set_inactive(tmp_path: Path, status: int) -> None:
    """One call each, after every state; that nobody was logged in is no failure."""
    org = furnished(["Anna", "Ben"], logged_in=["Anna"])
    assumptions = Assumptions(token_delete_without_login_status=status)  # type: ignore[arg-type]
    with simulator(org, assumptions=assumptions) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=LOG_OUT)
    assert [each.method for each in sim.writes] == ["PATCH", "PATCH", "DELETE", "DELETE"]
    assert not org.users[id_of("Anna")].logged_in
    assert [(each.status, each.left_because) for each in ended.results] == [("done", "")] * 2


def test_whoever_was_inactive_before_is_left_alone(tmp_path: Path) -> None:
    """Nobody of this program set them to inactive; a second run of the list sends nothing."""
    org = furnished(["Anna"], facts={"Anna": {"state": "inactive"}})
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=LOG_OUT)
    assert (ended.statuses, len(sim.writes)) == (["already_done"], 0)


def test_who_could_not_be_set_inactive_stays_logged_in(tmp_path: Path) -> None:
    """Single sign-on would log them in again."""
    org = furnished(["Anna"], logged_in=["Anna"])
    refused = Fault(action="status", status=403, method="PATCH", times=ALWAYS)
    with simulator(org, faults=[refused]) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=LOG_OUT)
    assert (ended.statuses, sim.count("DELETE", "/tokens/")) == (["failed"], 0)
    assert org.users[id_of("Anna")].logged_in


@pytest.mark.parametrize(
    "fault",
    [
        Fault(action="status", status=500, method="DELETE", path="/tokens/"),
        Fault(action="reset", method="DELETE", path="/tokens/", applied=True),
        Fault(action="html_200", method="DELETE", path="/tokens/"),
        Fault(action="empty_200", method="DELETE", path="/tokens/"),
    ],
    ids=lambda fault: fault.action,
)
def test_an_answer_that_proves_nothing_is_not_believed(tmp_path: Path, fault: Fault) -> None:
    """Nothing can be read back, so only 204 counts, and the call is made again."""
    org = furnished(["Anna"], logged_in=["Anna"])
    with simulator(org, faults=[fault]) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=LOG_OUT)
    assert (sim.count("DELETE", "/tokens/"), ended.statuses) == (2, ["done"])
    assert not org.users[id_of("Anna")].logged_in


def test_a_refused_log_out_is_partial_and_done_by_the_rerun(tmp_path: Path) -> None:
    """The rerun finds an inactive person whom the run before it had taken on."""
    org = furnished(["Anna"], logged_in=["Anna"])
    refused = Fault(action="status", status=403, method="DELETE", path="/tokens/")
    with simulator(org, faults=[refused]) as sim:
        first = run_people(sim, tmp_path, "Anna", settings=LOG_OUT)
        still_in = org.users[id_of("Anna")].logged_in
        second = rerun_of(sim, first.folder, settings=LOG_OUT)
        third = rerun_of(sim, second.folder, settings=LOG_OUT)
    anna = first.of("Anna")
    assert (anna.status, anna.http_status, anna.retry, still_in) == ("partial", 403, True, True)
    assert anna.left_because.startswith("logins: not ended")
    assert (second.statuses, third.statuses) == (["done"], ["done"])
    assert not org.users[id_of("Anna")].logged_in
    assert sim.count("DELETE", "/tokens/") == 2


def test_an_undo_says_that_logins_do_not_come_back(tmp_path: Path) -> None:
    """The person is put back all the same, and logs in again."""
    org = furnished(["Anna"], logged_in=["Anna"])
    notes: list[str] = []

    def ask(plan: object) -> bool:
        notes.extend(plan.notes)  # type: ignore[attr-defined]
        return True

    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=LOG_OUT)
        undone = undo_of(sim, ended.folder, settings=LOG_OUT, ask=ask)
    assert notes == ["logins that were ended (people set back to active have to log in again)"]
    assert undone.statuses == ["done"]
    assert org.users[id_of("Anna")].state == "active"
