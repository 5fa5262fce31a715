"""Unused columns that fit the people found are a guard; those that fit somebody else are none."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch_offboard.offboarding.models import User
from batch_offboard.offboarding.names import names_agree
from batch_offboard.offboarding.unused_columns import held_by_unused_columns
from batch_offboard.termination_list import read_termination_list
from batch_offboard.termination_list.models import Termination, UnusedColumn
from tests.termination_list.settings import SETTINGS

NAMES = ["Ann Lee", "Bob Roy", "Cid Fox", "Dan Kim", "Eve Ito"]


def user(number: int) -> User:
    """The person of a row."""
    name = NAMES[number - 2]
    return User(
        id=f"{number}1111111-1111-4111-8111-111111111111",
        name=name,
        email=f"{name.replace(' ', '.').lower()}@x.example",
        state="active",
        version=1,
        employee_id=f"0012{number}",
    )


PEOPLE = {number: user(number) for number in range(2, 7)}
MANAGER = user(2)


def held(
    *cells: str, header: str = "Wer", of_manager: bool = False, **options: object
) -> list[int]:
    """The rows that a column with these cells holds."""
    rows = [Termination(number, (cell,)) for number, cell in enumerate(cells, 2)]
    column = UnusedColumn(0, header, of_manager)
    return list(held_by_unused_columns(rows, PEOPLE, [column], **options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cells",
    [
        ["Ann Lee", "Bob Roy", "Cid Fox", "Bob Roy", "Eve Ito"],
        ["LEE, ANN", "Roy, Bob", "Fox, Cid", "Roy, Bob", "Ito, Eve"],
        ["Lee", "Roy", "Fox", "Roy", "Ito"],
        ["Ann", "Bob", "Cid", "Bob", "Eve"],
        ["ann.lee", "bob.roy", "cid.fox", "bob.roy", "eve.ito"],
        ["Ann.Lee@x.example", "bob.roy@x.example", "cid.fox@x.example", "bob.roy@x.example", ""],
        ["00122", "00123", "00124", "00123", "00126"],
        ["122", "123", "124", "123", "126"],
        [PEOPLE[2].id, PEOPLE[3].id.upper(), f"{{{PEOPLE[4].id}}}", PEOPLE[3].id, ""],
    ],
)
def test_a_column_that_fits_most_holds_the_row_that_it_does_not_fit(cells: list[str]) -> None:
    """By name or part of it, address, number or id."""
    assert [5] == held(*cells)


@pytest.mark.parametrize(
    "cells",
    [
        ["Ann Lee", "Bob Roy", "Cid Fox", "Dan Kim", "Eve Ito"],
        ["Ann Lee", "Dan Kim", "", "", ""],
        ["Ann Lee", "Gus Hop", "Hal Ivy", "Hal Ivy", "Eve Ito"],
        ["Ann Lee", "Bob Roy", "Cid Fox", "n/a", "-"],
        ["Ann Lee", "Bob Roy", "Cid Fox", "#REF!", "#N/A"],
        ["Kiel", "Kiel", "Lübeck", "Kiel", "Kiel"],
        ["", "", "", "", ""],
        ["Bob Roy", "Bob Roy", "Bob Roy", "Bob Roy", "Bob Roy"],
    ],
)
def test_what_fits_all_or_few_holds_nobody(cells: list[str]) -> None:
    """Two rows prove nothing, nor does half of them, nor a cell that says nothing."""
    assert [] == held(*cells)


def test_two_rows_of_three_are_most() -> None:
    """And one of three is not."""
    assert [4] == held("Ann Lee", "Bob Roy", "Dan Kim")
    assert [] == held("Ann Lee", "Gus Hop", "Hal Ivy")


@pytest.mark.parametrize(
    "cells",
    [
        ["Bob Roy", "Cid Fox", "Dan Kim", "Eve Ito", "Ann Lee"],
        ["Roy, Bob", "Fox, Cid", "Kim, Dan", "Ito, Eve", "Lee, Ann"],
        ["Bob", "Cid", "Dan", "Eve", "Zoe"],
        ["Roy", "Fox", "Kim", "Ito", ""],
        ["bob.roy@x.example", "cid.fox@x.example", "Dan.Kim@x.example", "eve.ito@x.example", ""],
        ["123", "124", "125", "126", "999"],
        [PEOPLE[3].id, PEOPLE[4].id, PEOPLE[5].id, "", ""],
        ["Zoe Doe", "Ann Lee", "Bob Roy", "Cid Fox", "Dan Kim"],
    ],
)
def test_a_column_that_fits_the_people_of_other_rows_holds_them(cells: list[str]) -> None:
    """Shifted by one row, or sorted by itself: it fits in none."""
    assert [row for row, cell in enumerate(cells, 2) if cell] == held(*cells)


def test_from_where_a_column_is_shifted_on_its_rows_are_held() -> None:
    """Though it fits fewer than half of the people as it stands."""
    assert [4, 5, 6] == held("Ann Lee", "Bob Roy", "Gus Hop", "Cid Fox", "Dan Kim")


def test_half_of_the_people_in_another_order_are_no_mix_up() -> None:
    """But three of five are."""
    assert [] == held("Bob Roy", "Ann Lee", "Gus Hop", "Hal Ivy")
    assert [2, 3, 4, 5, 6] == held("Bob Roy", "Cid Fox", "Ann Lee", "Gus Hop", "Hal Ivy")


@pytest.mark.parametrize(
    "cells",
    [
        ["Eve Ito", "Eve Ito", "Eve Ito", "Eve Ito", "Gus Hop"],
        ["Lee", "Lee", "Kim", "Kim", "Lee"],
        ["Bob Roy", "Ann Lee", "", "", ""],
    ],
)
def test_people_who_stand_in_many_rows_are_no_mix_up(cells: list[str]) -> None:
    """A team leader who leaves too, or a town that somebody is called like."""
    assert [] == held(*cells)


def test_a_column_about_a_manager_is_no_guard() -> None:
    """By its header, or because it fits their managers just as well."""
    cells = ["Ann Lee", "Ann Lee", "Cid Fox", "Dan Kim"]
    managers = {2: PEOPLE[2], 3: PEOPLE[2], 4: PEOPLE[4], 5: PEOPLE[5]}

    assert [3] == held(*cells)
    assert [] == held(*cells, of_manager=True)
    assert [] == held(*cells, managers=managers)
    assert [3] == held(*cells, managers={2: PEOPLE[2], 3: PEOPLE[4]})
    assert [] == held(*cells, managers={2: PEOPLE[2], 4: PEOPLE[4], 5: PEOPLE[5]})


@pytest.mark.parametrize(
    "cell", ["Ann Lee", "LEE, ANN", "Ann.Lee@x.example", "00122", PEOPLE[2].id.upper()]
)
def test_a_row_that_leads_to_its_manager_is_held(cell: str) -> None:
    """The address is often the manager's; a name or a second identifier says that it is not."""
    column = UnusedColumn(0, "Reports to", of_manager=True)

    def held_row(**facts: Any) -> list[str]:
        rows = [Termination(2, (cell,), **facts), Termination(3, (cell,), email=PEOPLE[3].email)]
        return list(held_by_unused_columns(rows, PEOPLE, [column]).values())

    [message] = held_row(email=PEOPLE[2].email)
    assert message.startswith('The row leads to Ann Lee, but column A, "Reports to", says “')
    assert held_row(email=PEOPLE[2].email, names=("Ann Lee",)) == []
    assert held_row(email=PEOPLE[2].email, employee_id="00122") == []


def test_a_first_name_names_no_manager() -> None:
    """It is that of too many people."""
    rows = [Termination(2, ("Ann",), email=PEOPLE[2].email)]
    assert {} == held_by_unused_columns(rows, PEOPLE, [UnusedColumn(0, "Boss", of_manager=True)])


def test_a_column_about_a_manager_hides_no_other() -> None:
    """The next one is looked at all the same."""
    rows = [Termination(n, ("", name)) for n, name in enumerate([*NAMES[:3], "Bob Roy"], 2)]
    columns = [UnusedColumn(0, "Chef", of_manager=True), UnusedColumn(1, "Wer")]
    assert [5] == list(held_by_unused_columns(rows, PEOPLE, columns))


@pytest.mark.parametrize(
    ("cell", "fits"), [("a7", True), ("0a7", False), ("7", False), ("0A7", False), ("A-7", False)]
)
def test_only_digits_lose_zeros(cell: str, fits: bool) -> None:
    """Letters before a number are part of it."""
    told = ["00123", "00124", "00125"]
    people = {2: replace(PEOPLE[2], employee_id="A7"), **{n: PEOPLE[n] for n in (3, 4, 5)}}
    rows = [Termination(number, (each,)) for number, each in enumerate([cell, *told], 2)]
    assert ([] if fits else [2]) == list(
        held_by_unused_columns(rows, people, [UnusedColumn(0, "Nr")])
    )
    padded = {**people, 2: replace(PEOPLE[2], employee_id="0A7")}
    holds = held_by_unused_columns(
        [Termination(2, ("A7",)), *rows[1:]], padded, [UnusedColumn(0, "Nr")]
    )
    assert [2] == list(holds)


def test_a_row_that_led_to_nobody_counts_for_nothing() -> None:
    """Neither for the column nor against it."""
    people = {number: PEOPLE[number] for number in (2, 3, 4)}
    rows = [
        Termination(number, (cell,))
        for number, cell in enumerate(["Ann Lee", "Bob Roy", "Ann Lee", "Gus Hop", "Hal Ivy"], 2)
    ]
    assert [4] == list(held_by_unused_columns(rows, people, [UnusedColumn(0, "Wer")]))


def test_what_a_cell_says_is_shown_in_part_if_it_is_long() -> None:
    """Sixty characters of it."""
    cells = [*NAMES[:3], "x" * 61]
    rows = [Termination(number, (cell,)) for number, cell in enumerate(cells, 2)]
    (message,) = held_by_unused_columns(rows, PEOPLE, [UnusedColumn(0, "Wer")]).values()
    assert f"“{'x' * 60}”" in message


def test_what_genesys_does_not_hold_is_no_contradiction() -> None:
    """A person without an employee number is not compared by it."""
    people = {**PEOPLE, 5: User("x", "Dan Kim", "dan.kim@x.example", "active", 1)}
    rows = [Termination(n, (cell,)) for n, cell in enumerate(["00122", "00123", "00124", "7"], 2)]

    assert {} == held_by_unused_columns(rows, people, [UnusedColumn(0, "Nr")])


def test_the_message_names_column_values_and_what_to_do() -> None:
    """For each column that holds the row."""
    rows = [
        Termination(n, ("", "", name, name.split()[0]))
        for n, name in enumerate([*NAMES[:3], "Bob Roy"], 2)
    ]
    columns = [UnusedColumn(2, "Wer"), UnusedColumn(3, "")]

    assert {
        5: 'Column C, "Wer", holds the name of most people on the list. Here it says “Bob Roy”, '
        "but Genesys says “Dan Kim”. If the column is about something else, declare it "
        "unused. Column D holds the name of most people on the list. Here it says “Bob”, but "
        "Genesys says “Dan Kim”. If the column is about something else, declare it unused."
    } == held_by_unused_columns(rows, PEOPLE, columns)


HEADERS = ["name", "Full Name", "Vorname Nachname", "Nom complet", "nombre y apellidos", "Nome"]


@given(
    header=st.sampled_from(HEADERS) | st.text("abcdefghijk xyz", max_size=9),
    decoration=st.sampled_from(["{}", '""{}""', "{} *", "{} [Required]", " {}", "\u200b{}"]),
    first=st.booleans(),
    mixed_up=st.integers(2, 5),
)
@settings(max_examples=100, deadline=None)
def test_a_name_is_compared_whatever_its_header(
    tmp_path_factory: pytest.TempPathFactory,
    header: str,
    decoration: str,
    first: bool,
    mixed_up: int,
) -> None:
    """By the reading, or once people are found; unless the header is about somebody else."""
    names = {row: NAMES[row - 2] for row in range(2, 6)} | {mixed_up: "Zoe Quinn"}
    head = decoration.format(header)
    cells = [(f'"{head}"', "email"), *((names[n], PEOPLE[n].email) for n in sorted(names))]
    lines = [f"{name};{email}" if first else f"{email};{name}" for name, email in cells]
    path = tmp_path_factory.mktemp("x") / "list.csv"
    path.write_text("\n".join(lines), "utf-8")
    found = read_termination_list(path, SETTINGS)
    people = {row.row: PEOPLE[row.row] for row in found.rows}
    row = found.rows[mixed_up - 2]

    compared = bool(row.names) and not names_agree(row.names[0], people[mixed_up].name)
    held = held_by_unused_columns(found.rows, people, found.unused)
    about_somebody_else = any(each.of_manager for each in found.unused)
    assert compared or row.problem or [mixed_up] == list(held) or about_somebody_else
