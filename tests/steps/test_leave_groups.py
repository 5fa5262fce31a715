"""Leave groups, fifty a call, and the queues that they lead to."""

from pathlib import Path

import pytest

from batch_offboard.simulator import ALWAYS, Assumptions, Fault
from tests.rerun.chain import rerun_of, undo_of
from tests.steps.practice import furnished, groups_of, steps
from tests.support import id_of, people_named, run_people, simulator

LEAVE = steps("leave_groups")
NIGHT = {"groups": {"Night Shift": ["Anna", "Ben"]}, "through": {"Billing": ["Night Shift"]}}
MANY = {f"Spare {n}": [] for n in range(20)}
"""So many queues that reading by user is the cheaper way."""


@pytest.mark.parametrize("spare", [{}, MANY], ids=["sweep", "by user"])
@pytest.mark.parametrize("reads", [0, 1, 3])
def test_a_queue_membership_ends_with_its_group(
    tmp_path: Path, reads: int, spare: dict[str, list[str]]
) -> None:
    """Without the step it is partial, with it done; reads that lag are waited for."""
    org = furnished(["Anna", "Ben", "Carl"], {"Billing": ["Carl"], **spare}, **NIGHT)
    lag = Fault(action="lag", method="DELETE", reads=reads or 1, times=ALWAYS)
    with simulator(org, faults=[lag] if reads else []) as sim:
        without = run_people(sim, tmp_path, "Anna", settings=steps())
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=LEAVE)
    assert without.of("Anna").error_code == "group_membership"
    found = [(each.status, each.queues_left, each.left_because) for each in ended.results]
    assert found == [("done", 0, "")] * 2
    assert [(each.queues_before, each.queues_removed) for each in ended.results] == [(1, 1)] * 2
    assert groups_of(org, "Anna") == set()
    assert all(each.verified for each in ended.results)


def test_fifty_people_share_a_call(tmp_path: Path) -> None:
    """One group of 120 leavers is three calls."""
    leavers = people_named("Leaver", 120)
    org = furnished(leavers, groups={"Big": leavers})
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, *leavers, settings=LEAVE)
    assert (sim.count("DELETE", "/groups/"), set(ended.statuses)) == (3, {"done"})
    assert org.groups[id_of("Big")].members == set()


@pytest.mark.parametrize("status", [400, 409])
@pytest.mark.parametrize("named", [True, False])
def test_a_dynamic_group_is_named_instead(tmp_path: Path, status: int, named: bool) -> None:
    """No call is spent on it; a rerun cannot help, only an admin can."""
    assumptions = Assumptions(dynamic_group_status=status, user_groups_named=named)  # type: ignore[arg-type]
    org = furnished(
        ["Anna"], groups={"By Rule": ["Anna"], "Night Shift": ["Anna"]}, dynamic=["By Rule"]
    )
    with simulator(org, assumptions=assumptions) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=LEAVE)
    anna = ended.of("Anna")
    assert (anna.status, anna.error_code, anna.retry) == ("partial", "dynamic_group", False)
    assert anna.left_because == (
        "group By Rule: its members follow a rule, so nobody can be taken out by hand"
    )
    assert "group By Rule" in anna.next_action
    assert (groups_of(org, "Anna"), sim.count("DELETE", "/groups/")) == ({"By Rule"}, 1)


@pytest.mark.parametrize("status", [400, 409])
def test_a_rule_that_could_not_be_read_shows_in_the_refusal(tmp_path: Path, status: int) -> None:
    """Leaving is tried, and what Genesys says stands in the row; the others are out."""
    org = furnished(["Anna", "Ben"], groups={"By Rule": ["Anna", "Ben"]}, dynamic=["By Rule"])
    unread = Fault(action="status", status=500, path="/dynamicsettings", times=ALWAYS)
    assumptions = Assumptions(dynamic_group_status=status)  # type: ignore[arg-type]
    with simulator(org, faults=[unread], assumptions=assumptions) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=LEAVE)
    assert [(each.status, each.http_status) for each in ended.results] == [("partial", status)] * 2
    assert "group By Rule: not ended: The members of this group" in ended.of("Anna").left_because


def test_a_queue_through_a_dynamic_group_stays_partial(tmp_path: Path) -> None:
    """Queue and group are named, and nobody is asked to do what cannot be done by hand."""
    org = furnished(
        ["Anna"],
        {"Billing": ["Anna"]},
        groups={"By Rule": ["Anna"]},
        through={"Billing": ["By Rule"]},
        dynamic=["By Rule"],
    )
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=LEAVE)
    anna = ended.of("Anna")
    assert (anna.error_code, anna.retry, anna.queues_left) == ("dynamic_group", False, 1)
    assert anna.left_because.startswith("Billing: member through group By Rule; group By Rule:")
    assert "the rule of group By Rule" in anna.next_action


def test_a_queue_that_is_still_listed_after_its_group_is_tried_again(tmp_path: Path) -> None:
    """Longer than the patience of the run: partial, and the rerun finds it gone."""
    org = furnished(["Anna"], {"Billing": []}, groups={"Night Shift": ["Anna"]},
                    through={"Billing": ["Night Shift"]})  # fmt: skip
    lag = Fault(action="lag", method="DELETE", reads=1000, lagging=("members", "user_queues"))
    with simulator(org, faults=[lag]) as sim:
        first = run_people(sim, tmp_path, "Anna", settings=LEAVE)
        org.lag.__init__(org.lag.clock)  # type: ignore[misc]
        second = rerun_of(sim, first.folder, settings=LEAVE)
    anna = first.of("Anna")
    assert (anna.status, anna.error_code, anna.retry) == ("partial", "membership_left", True)
    assert anna.left_because.startswith("Billing: still a member, although no longer in the group")
    assert second.statuses == ["done"]


def test_a_group_that_comes_back_is_still_there(tmp_path: Path) -> None:
    """Another system puts the person back in while the run reads back."""
    org = furnished(["Anna"], groups={"Night": ["Anna"]})

    def put_back(request: object) -> None:
        if sim.count("DELETE", "/groups/"):
            org.groups[id_of("Night")].members.add(id_of("Anna"))

    with simulator(org, on_request=put_back) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=LEAVE)
    anna = ended.of("Anna")
    assert (anna.status, anna.error_code, anna.retry) == ("partial", "still_there", True)
    assert anna.left_because == "group Night: still there after the request to end it"


def test_undo_puts_back_into_groups_and_so_into_their_queues(tmp_path: Path) -> None:
    """The organisation is as it was; 120 people are three calls, each with a fresh version."""
    people = people_named("P", 120)
    org = furnished(people, {"Billing": people[:5]}, groups={"Night": people, "Day": people[:7]},
                    through={"Billing": ["Night"]})  # fmt: skip
    before = org.snapshot()
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, *people, settings=LEAVE)
        undone = undo_of(sim, ended.folder, settings=LEAVE)
    assert (set(ended.statuses), set(undone.statuses)) == ({"done"}, {"done"})
    assert org.snapshot() == before


def test_undo_says_which_group_does_not_take_the_person_back(tmp_path: Path) -> None:
    """It was made a rule-based one since."""
    org = furnished(["Anna"], groups={"Night": ["Anna"], "Day": ["Anna"]})
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=LEAVE)
        org.groups[id_of("Night")].dynamic = True
        undone = undo_of(sim, ended.folder, settings=LEAVE)
    assert (undone.of("Anna").status, undone.of("Anna").http_status) == ("partial", 400)
    assert undone.of("Anna").left_because.split("; ")[0] == "group Night"
    assert groups_of(org, "Anna") == {"Day"}
