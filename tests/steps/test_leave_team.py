"""Leave the work team, and the queues that it leads to."""

from pathlib import Path

import pytest

from batch_offboard.simulator import ALWAYS, Fault
from tests.rerun.chain import undo_of
from tests.steps.practice import furnished, groups_of, steps
from tests.support import EVERYWHERE, HOME, Role, id_of, member_queues, run_people, simulator
from tests.support import permissions_without as without

LEAVE = steps("leave_team")
TEAMS = {
    "groups": {"Team A": ["Anna", "Ben"], "Team B": ["Carl"]},
    "group_types": {"Team A": "TEAM", "Team B": "TEAM"},
}


def test_a_team_is_left_with_its_queues_and_joined_again(tmp_path: Path) -> None:
    """One call a team; undo is the identity."""
    org = furnished(["Anna", "Ben", "Carl"], {"Chat": []}, through={"Chat": ["Team A"]}, **TEAMS)
    before = org.snapshot()
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", "Carl", settings=LEAVE)
        left = [groups_of(org, each) | member_queues(org, each) for each in ("Anna", "Carl")]
        undone = undo_of(sim, ended.folder, settings=LEAVE)
    assert (set(ended.statuses), left, sim.count("DELETE", "/teams/")) == ({"done"}, [set()] * 2, 2)
    assert (set(undone.statuses), org.snapshot()) == ({"done"}, before)


def test_another_team_of_today_is_not_taken_away_by_an_undo(tmp_path: Path) -> None:
    """A user is in one team at most."""
    org = furnished(["Anna", "Ben", "Carl"], **TEAMS)
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=LEAVE)
        org.change_group(id_of("Team B"), add={id_of("Anna")}, remove=set())
        undone = undo_of(sim, ended.folder, settings=LEAVE)
    anna = undone.of("Anna")
    assert (anna.status, anna.error_code) == ("partial", "still_missing")
    assert (anna.left_because, groups_of(org, "Anna")) == ("work team Team A", {"Team B"})


@pytest.mark.parametrize("status", [403, 404, 409])
def test_a_team_that_refuses_is_named(tmp_path: Path, status: int) -> None:
    """The people of the other team are done."""
    org = furnished(["Anna", "Ben", "Carl"], **TEAMS)
    refused = Fault(
        action="status", status=status, method="DELETE", path=id_of("Team A"), times=ALWAYS
    )
    with simulator(org, faults=[refused]) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Carl", settings=LEAVE)
    anna = ended.of("Anna")
    assert (anna.status, anna.http_status, anna.retry) == ("partial", status, True)
    assert anna.left_because.startswith("work team Team A: not ended")
    assert ended.of("Carl").status == "done"


def test_a_team_of_a_division_without_the_permission(tmp_path: Path) -> None:
    """Roles are given per division; the row says what is left."""
    client = (Role(without("groups:team:assign")), Role(("groups:team:assign",), HOME))
    org = furnished(["Anna", "Ben", "Carl"], divisions={"Berlin": []}, client=client, **TEAMS)
    org.groups[id_of("Team A")].division = id_of("Berlin")
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Carl", settings=LEAVE)
    assert (ended.of("Anna").http_status, EVERYWHERE) == (403, "*")
    assert "groups:team:assign" in ended.of("Anna").next_action
    assert ended.of("Carl").status == "done"
