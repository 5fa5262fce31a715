"""`check` with a list: what Genesys says today about each row, and nothing is changed."""

from pathlib import Path

import pytest

from batch_offboard.commands.check import Checked, check
from batch_offboard.commands.settings import list_settings
from batch_offboard.errors import Action, StoppedError
from batch_offboard.genesys import Stop
from batch_offboard.simulator import Simulator
from batch_offboard.termination_list import read_termination_list
from tests.support import (
    Listening,
    Role,
    config,
    credentials_of,
    fast_clock,
    id_of,
    off,
    org_of,
    permissions_without,
    run_command,
    run_fast,
    run_file,
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
    assert "* row 2  Active Test\n- row 3: No Genesys user has the id" in said.out


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


def test_what_only_an_undo_needs_is_tested_too(tmp_path: Path) -> None:
    """A run can begin without it."""
    edit = "telephony:otherStationAssociation:edit"
    settings = config(steps=["deactivate", "release_station"])
    with simulator(org_of(["Anna"], client=[Role(permissions_without(edit))])) as sim:
        work = check(None, settings, credentials_of(sim), Stop(), Listening(), fast_clock())
        answers = run_fast(work)
    missing = [(each.permission, each.needed) for each in answers.permissions if not each.held]
    assert missing == [(edit, False)]


STRANGERS = [f"00000000-0000-4000-8000-{number:012}" for number in range(30)]


def test_a_check_shows_every_row_however_many_are_held(tmp_path: Path) -> None:
    """No share of failures ends it; rows with one cause stand together, each with its reason."""
    odd = ["a@x.example; b@x.example", "alee", "#N/A", "ann@@x.example"]
    lines = ["user_id,email,name", f"{id_of('Active')},,Active Test"]
    lines += [f"{stranger},,Who" for stranger in STRANGERS] + [f",{cell},Who" for cell in odd]
    path = tmp_path / "list.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    with simulator(org_of(["Active"])) as sim:
        said = run_command(sim, tmp_path, "check", str(path))

    assert said.code == 3
    assert "* row 2  Active Test\n- 30 rows: no such Genesys user\n    row 3: No Gen" in said.out
    assert f"    row 32: No Genesys user has the id {STRANGERS[-1]}" in said.out
    assert "? 4 rows: the e-mail cell does not hold one e-mail address\n    row 33: The" in said.out
    assert '    row 35: "#N/A" is a formula error from the spreadsheet.' in said.out


def test_rows_with_one_reason_are_one_line(tmp_path: Path) -> None:
    """The same sentence is said once, with the rows."""
    path = tmp_path / "list.csv"
    path.write_text("user_id,name\n" + f"{id_of('Active')},Other Name\n" * 4, "utf-8")
    with simulator(org_of(["Active"])) as sim:
        said = run_command(sim, tmp_path, "check", str(path))

    assert "? 4 rows: " in said.out
    assert "\n    rows 2-5  Active Test: The row and the person in Genesys differ" in said.out


def unknown_list(folder: Path) -> Path:
    """A list with the ids of another system beside the numbers under an unknown header."""
    lines = [f"{stranger},{5000 + n},Who" for n, stranger in enumerate(STRANGERS)]
    path = folder / "list.csv"
    path.write_text("\n".join(["id,email,key,name", *lines]).replace(",5", ",,5") + "\n", "utf-8")
    return path


def test_a_column_that_genesys_does_not_know_is_named_once(tmp_path: Path) -> None:
    """With the command that leaves it out; the same in a run, where no row is called mistyped."""
    path = unknown_list(tmp_path)
    with simulator(org_of(["Active"])) as sim:
        checked = run_command(sim, tmp_path, "check", "list.csv")
        ran = run_file(sim, path, dry_run=True)

    said = (
        "No Genesys user of Test Org has any of the 30 user ids in column A, "
        f'"id", such as {STRANGERS[0]}. The column is probably from another system, or the '
        "list is for another organisation.\n"
        "To leave out column A: batch-offboard check list.csv --column A=unused\n"
    )
    assert said in checked.out
    assert ran.warnings == ["column_unknown"]
    error = ran.outcome.error
    assert isinstance(error, StoppedError)
    assert str(error).endswith('(guards.max_failure_percent). The cause is column A, "id".')
    assert error.actions == ran.outcome.view.warnings[0].actions
    assert ran.outcome.view.warnings[0].actions == (
        Action("assign_column", column="A", field="unused"),
    )
    actions = {result.next_action for result in ran.results}
    assert len(actions) == 1
    assert "mistyped" not in actions.pop()


@pytest.mark.parametrize(
    "text, field, action",
    [
        (
            "email,other\n" + "".join(f"p{n}@old.example,{s}\n" for n, s in enumerate(STRANGERS)),
            "30 e-mail addresses in column A",
            "To use column B as user_id: batch-offboard check list.csv --column B=user_id",
        ),
        (
            "employee_id,other\n" + "".join(f"{900 + n},p{n}@x.example\n" for n in range(30)),
            "30 employee numbers in column A",
            "To use column B as email: batch-offboard check list.csv --column B=email",
        ),
    ],
    ids=["addresses", "numbers"],
)
def test_another_column_is_proposed(tmp_path: Path, text: str, field: str, action: str) -> None:
    """Which one probably identifies people is seen by its values."""
    (tmp_path / "list.csv").write_text(text, "utf-8")
    with simulator(org_of(["Active"])) as sim:
        checked = run_command(sim, tmp_path, "check", "list.csv")

    assert field in checked.out
    assert action in checked.out


def test_a_column_is_not_blamed_for_some_of_its_rows(tmp_path: Path) -> None:
    """One person who is known proves the column."""
    path = write_list(tmp_path / "list.csv", "Active", "Nobody", "No one", "None of them")
    with simulator(org_of(["Active"])) as sim:
        ran = run_file(sim, path, dry_run=True)

    assert ran.warnings == []
    assert "mistyped" in ran.results[-1].next_action
