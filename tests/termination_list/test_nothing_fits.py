"""Where no column is known to identify people, the list is described and one is proposed."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from batch_offboard.errors import Action, ListError
from batch_offboard.termination_list.candidates import candidates
from tests.termination_list.reading import ANN, BOB, read, used

NONE = "None of the columns looks like Genesys user ids, e-mail addresses or employee numbers."


def refused(folder: Path, text: str, *choices: str) -> ListError:
    """The error of reading this list."""
    with pytest.raises(ListError) as caught:
        read(folder, text, *choices)
    return caught.value


def test_columns_are_shown_with_values_and_the_surest_are_proposed(tmp_path: Path) -> None:
    """What is printed is enough to see which column it is."""
    text = (
        "Leavers of May,,\nlogin,whom,boss mail\n"
        "alee@example.com,Ann Lee,m@example.com\nbroy@example.com,Bob Roy,m@example.com\n"
    )
    error = refused(tmp_path, text)

    assert str(error).splitlines() == [
        "list.csv has no column that identifies people. Its columns, with the header in row 2:",
        '  column A, "login": alee@example.com, broy@example.com',
        '  column B, "whom": Ann Lee, Bob Roy',
        '  column C, "boss mail": m@example.com',
        "Column A probably holds e-mail addresses.",
    ]
    assert error.actions == (Action("assign_column", column="A", field="email"),)
    assert used(read(tmp_path, text, "A=email"))["login"] == "email"


def test_a_column_that_was_declared_unused_is_not_proposed(tmp_path: Path) -> None:
    """Not again: it held the ids of another system; and n/a is no two columns."""
    error = refused(tmp_path, f"id,contact\n{ANN},n/a\n{BOB},b@example.com\n", "A=unused")

    assert error.actions == (Action("assign_column", column="B", field="email"),)
    assert "several columns" not in str(error)


def test_without_a_candidate_it_says_what_to_add(tmp_path: Path) -> None:
    """Names alone find nobody."""
    error = refused(tmp_path, "whom,department\nAnn,Sales\n")

    assert f"{NONE} Add such a column" in str(error)
    assert not error.actions


@pytest.mark.parametrize(
    "header, cells, found",
    [
        ("x", [ANN, BOB, ""], "user_id"),
        ("x", [ANN.replace("-", ""), BOB], "user_id"),
        ("profile", [f"https://apps.mypurecloud.de/directory/#/person/{ANN}"], "user_id"),
        ("x", ["Ann <a@example.com>", "n/a", "b@example.com"], "email"),
        ("x", ["10017", "10018", "10019"], "employee_id"),
        ("x", ["E-1001", "E-1002"], "employee_id"),
        ("x", ["10017", "10017", "10019"], None),
        ("x", ["1", "2", "3"], None),
        ("phone", ["10017", "10018"], None),
        ("x", ["2026-05-01", "2026-06-01"], None),
        ("x", ["20260501", "20260601"], None),
        ("manager e-mail", ["a@example.com", "b@example.com"], None),
        ("x", ["Ann", "Bob"], None),
        ("x", ["", ""], None),
    ],
)
def test_what_a_column_could_be(header: str, cells: Sequence[str], found: str | None) -> None:
    """Judged by most of its values, and never a manager's."""
    assert [each.field for each in candidates([header], [[cell] for cell in cells])] == (
        [found] if found else []
    )


def test_the_surest_candidate_comes_first() -> None:
    """A user id before an address before a number."""
    rows = [["10017", "a@example.com", ANN], ["10018", "b@example.com", BOB]]
    assert [each.column for each in candidates(["x", "y", "z"], rows)] == [2, 1, 0]


@pytest.mark.parametrize(
    "text, choice, says",
    [
        (f"{ANN},Ann\n{BOB},Bob\n", "A=user_id", "row 1 already holds a user id. Add a line"),
        ("a@example.com,Ann\nb@example.com,Bob\n", "A=email", "already holds an e-mail address."),
        ("Ann,a@example.com\n", "B=email", "for example email above column B."),
        ("10017,Ann\n10018,Bob\n", "A=employee_id", "row 1 already holds a number."),
    ],
)
def test_a_list_without_a_header_loses_nobody(
    tmp_path: Path, text: str, choice: str, says: str
) -> None:
    """Its first person would be the header if a column were chosen by its letter."""
    assert says in str(refused(tmp_path, text))
    assert says in str(refused(tmp_path, text, choice))


def test_a_separator_that_no_list_has_is_refused(tmp_path: Path) -> None:
    """The line on top says which one it is."""
    said = str(refused(tmp_path, "sep=:\nuser_id:name\n"))
    assert "Use commas, semicolons, tabs or vertical bars between the columns" in said


@pytest.mark.parametrize(
    "text, separator",
    [
        ("user_id^name\nx^Ann\n", '"^"'),
        ("email~full name\na@example.com~Ann\n", '"~"'),
        ("email:name\na@example.com:Ann\n", '":"'),
        ("email     name\na@example.com    Ann\n", "blanks"),
        ('"email;name"\n"a@example.com;Ann"\n', '";"'),
    ],
)
def test_columns_in_one_cell_are_named_with_their_separator(
    tmp_path: Path, text: str, separator: str
) -> None:
    """The headers are known, but nothing that a list may use parts them."""
    said = str(refused(tmp_path, text))
    assert f"several columns in one cell, separated by {separator}. Save the list" in said


@pytest.mark.parametrize(
    "text",
    [
        f"user_id|name\n{ANN}|Lee, Ann\n",
        f"sep=|\nuser_id|name\n{ANN}|Lee, Ann\n",
        f'user_id| "name"\n{ANN}| "Lee, Ann"\n',
        f"name|e-mail|user_id\nLee, Ann|a@example.com|{ANN}\n",
    ],
)
def test_vertical_bars_separate_columns(tmp_path: Path, text: str) -> None:
    """As exports of databases have them."""
    found = read(tmp_path, text)
    assert (found.format.delimiter, found.rows[0].user_id, found.rows[0].name) == (
        "|",
        ANN,
        "Ann Lee",
    )
    assert str(found.format) == "text file, vertical bar-separated, UTF-8"
