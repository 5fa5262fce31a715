"""What the plan says of a list: names, days, and who became due."""

from pathlib import Path

import pytest

from batch_offboard.termination_list.guards import guards_in_words
from tests.termination_list.reading import ANN, BOB, read
from tests.termination_list.settings import TODAY

HEADER = "user_id,email,employee_id,effective_date"


@pytest.mark.parametrize(
    "rows, said",
    [
        ([f"{ANN},,,{TODAY}", f"{ANN},,,{TODAY}"], "1 person became due today."),
        ([f"{ANN},a@x.example,,{TODAY}", f",A@X.example,,{TODAY}"], "1 person became due today."),
        (
            [f"{ANN},,,{TODAY}", f",a@x.example,,{TODAY}", f"{ANN},a@x.example,,{TODAY}"],
            "1 person became due today.",
        ),
        ([f"{ANN},,12,{TODAY}", f"{BOB},,13,{TODAY}"], "2 people became due today."),
        ([f"{ANN},,,{TODAY}", f"{BOB},,,2026-11-01", ",,,soon"], "1 person became due today."),
        ([f"{ANN},,,{TODAY}", f",,,{TODAY}", f"12345,,,{TODAY}"], "1 person became due today."),
        ([f"{ANN},,,2026-11-01"], None),
    ],
)
def test_somebody_listed_twice_became_due_once(
    tmp_path: Path, rows: list[str], said: str | None
) -> None:
    """Rows that share an identifier mean one person."""
    found = read(tmp_path, "\n".join([HEADER, *rows]) + "\n")

    lines = guards_in_words(found, found.rows, TODAY, "UTC")
    assert [said] * bool(said) == [line for line in lines if "became due" in line]


def test_only_rows_that_may_be_attempted_became_due(tmp_path: Path) -> None:
    """A rerun counts none of those that are done."""
    found = read(tmp_path, f"{HEADER}\n{ANN},,,{TODAY}\n{BOB},,,{TODAY}\n")

    assert "1 person became due today." in guards_in_words(found, found.rows[:1], TODAY, "UTC")
    assert not any("became" in line for line in guards_in_words(found, (), TODAY, "UTC"))


@pytest.mark.parametrize(
    ("header", "cells", "lines"),
    [
        (
            "email",
            "a@x.example",
            (
                "Names are not compared: no column is used as a name.",
                "No column is used as a date, so everybody counts as due.",
            ),
        ),
        (
            "email,name,effective_date",
            "a@x.example,Ann,2026-11-01",
            (
                'Names are compared: column B, "name".',
                'People are due on the date in column C, "effective_date".',
                f"Dates use UTC; today is {TODAY}.",
            ),
        ),
        (
            "email,first_name,last_name,last_day,effective_date",
            "a@x.example,Ann,Bauer,2026-11-01,2026-11-02",
            (
                'Names are compared: column B, "first_name" and column C, "last_name".',
                'People are due on the date in column E, "effective_date".',
                'People are due the day after the date in column D, "last_day".',
                f"Dates use UTC; today is {TODAY}.",
            ),
        ),
    ],
)
def test_the_plan_says_what_guards_against_a_mix_up(
    tmp_path: Path, header: str, cells: str, lines: tuple[str, ...]
) -> None:
    """Which columns are names and dates, or that none is."""
    found = read(tmp_path, f"{header}\n{cells}\n")

    assert guards_in_words(found, found.rows, TODAY, "UTC") == lines
