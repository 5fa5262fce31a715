"""Leave the work team, and the queues that it leads to."""

from pathlib import Path

from tests.rerun.chain import undo_of
from tests.steps.practice import furnished, groups_of, steps
from tests.support import EVERYWHERE, HOME, Role, id_of, run_people, simulator
from tests.support import permissions_without as without

LEAVE = steps("leave_team")
TEAMS = {
    "groups": {"Team A": ["Anna", "Ben"], "Team B": ["Carl"]},
    "group_types": {"Team A": "TEAM", "Team B": "TEAM"},
}


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
