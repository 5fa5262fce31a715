"""The table of permissions by division, as `check` prints it."""

import pytest

from batch_offboard.cli.permission_table import permission_table
from batch_offboard.commands.check import DivisionCheck


def division(name: str, **permissions: bool | None) -> DivisionCheck:
    """A division in which these permissions are held or not."""
    return DivisionCheck(f"id of {name}", name, permissions)


def test_a_line_for_each_division_and_a_column_for_each_permission() -> None:
    """Unknown is a question mark; a division without a name has its id."""
    found = [division("Home", a=True, b=None), division("", a=False, b=True)]
    assert list(permission_table(["a", "b"], found)) == [
        "  division   1   2",
        "  Home     yes   ?",
        "  id of     no yes",
    ]


def test_very_many_divisions_share_a_line_where_nothing_is_missing() -> None:
    """Only those that lack something are listed."""
    whole = [division(f"D{number}", a=True) for number in range(40)]
    assert list(permission_table(["a"], whole))[1:] == ["  all 40 divisions yes"]
    listed = list(permission_table(["a"], [*whole, division("Rome", a=False)]))
    assert listed[1:] == ["  Rome       no", "  40 others yes"]


@pytest.mark.parametrize("count", [1, 6, 14, 15, 19, 20, 40])
def test_it_is_never_wider_than_80_columns(count: int) -> None:
    """A long name is cut, and a name cannot play tricks on the terminal."""
    names = [f"p{number}" for number in range(count)]
    found = [division("A division\n" * 12, **dict.fromkeys(names, True))]
    lines = list(permission_table(names, found))
    assert max(map(len, lines)) <= 80
    assert all("\n" not in line for line in lines)


def test_more_permissions_than_fit_follow_in_a_table_below() -> None:
    """Every step that a configuration can name needs some: with all of them they are over 14."""
    names = [f"p{number}" for number in range(1, 17)]
    held = dict.fromkeys(names, True)
    found = [division("Home", **held), division("A" * 60, **held | {"p16": False})]
    lines = list(permission_table(names, found))
    assert [line.split() for line in lines[3:]] == [
        ["division", "15", "16"],
        ["Home", "yes", "yes"],
        ["A" * 60, "yes", "no"],
    ]
    assert lines[0].split() == ["division", *map(str, range(1, 15))]
