"""`check` with a list: what Genesys says today about each row, and nothing is changed."""

from pathlib import Path

import pytest

from batch_offboard.commands.check import Checked, check
from batch_offboard.commands.settings import list_settings
from batch_offboard.genesys import Stop
from batch_offboard.simulator import Simulator
from batch_offboard.termination_list import read_termination_list
from tests.support import (
    Listening,
    Role,
    config,
    credentials_of,
    fast_clock,
    off,
    org_of,
    permissions_without,
    run_command,
    run_fast,
    simulator,
    write_list,
)

PEOPLE = ("Active", "Agent", "Left behind", "Done", "Deleted")
SPARE = {f"Spare {number}": ["Zoe"] for number in range(20)}
"""Queues that make it cheaper to ask for each person."""


def checked(sim: Simulator, path: Path) -> Checked:
    """The answers for this list."""
    listed = read_termination_list(path, list_settings(config()))
    work = check(listed, config(), credentials_of(sim), Stop(), Listening(), fast_clock())
    return run_fast(work)


@pytest.mark.parametrize("spare", [{}, SPARE], ids=["sweep", "by user"])
def test_each_row_is_told_as_it_is_today(tmp_path: Path, spare: dict[str, list[str]]) -> None:
    """Not one writing call; ring numbers, which only an undo needs, are not asked for."""
    org = org_of(
        [*PEOPLE, "Zoe"],
        {"Billing": ["Agent", off("Left behind"), "Zoe"], **spare},
        facts={
            "Left behind": {"state": "inactive"},
            "Done": {"state": "inactive"},
            "Deleted": {"state": "deleted"},
        },
    )
    path = write_list(tmp_path / "list.csv", *PEOPLE, "Nobody", "Agent", more=["no id,Someone"])
    with simulator(org) as sim:
        rows = checked(sim, path).rows
    assert [(row.row, row.symbol, row.queues) for row in rows] == [
        (2, "*", 0),
        (3, "*", 1),
        (4, "~", 1),
        (5, "=", 0),
        (6, "=", None),
        (7, "-", None),
        (8, "*", 1),
        (9, "?", None),
    ]
    assert sim.writes == []
    assert sim.count("GET", "/members") == (0 if spare else 1)


def test_a_row_without_a_person_is_told_without_a_gap(tmp_path: Path) -> None:
    """The name stands where there is one."""
    path = write_list(tmp_path / "list.csv", "Active", "Nobody")
    with simulator(org_of(["Active"])) as sim:
        said = run_command(sim, tmp_path, "check", str(path))
    assert "* row 2  Active Test\n- row 3: Genesys knows no user" in said.out


def test_a_missing_permission_is_named(tmp_path: Path) -> None:
    """Every one that the README asks for, whether or not a run can begin without it."""
    lacking = {
        "directory:user:edit": True,
        "directory:user:view": False,
        "authorization:grant:view": False,
        "authorization:grant:add": False,
    }
    client = [Role(permissions_without(*lacking))]
    with simulator(org_of(["Anna"], client=client)) as sim:
        work = check(None, config(), credentials_of(sim), Stop(), Listening(), fast_clock())
        answers = run_fast(work)
    missing = [(each.permission, each.needed) for each in answers.permissions if not each.held]
    assert missing == list(lacking.items())
