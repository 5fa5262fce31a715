"""Lines that are nobody: totals, and what a system prints below the last person."""

import re
from pathlib import Path

import pytest

from batch_offboard.errors import ListError
from batch_offboard.termination_list import described
from tests.termination_list.reading import codes, read

LIST = (
    "employee_id;name;last_day;Site;Team\n7;Ann Lee;2026-11-01;Kiel;Red\n8;Bob Roy;2026-11-01;;\n"
)


@pytest.mark.parametrize(
    "line",
    [
        ";;;Confidential;",
        ";;;2;rows",
        ";;;;Printed 27.11.2026",
        "Total;;;;",
        "2;Total;;;",
        "Total: 2;;;;",
        "Grand total;2;;;",
        "Summe;2;;;",
        "Anzahl Mitarbeiter: 2;;;;",
        "Printed on 27.11.2026 by HR;;;;",
        ";Printed on;27.11.2026;;",
        "Stand: 27.11.2026;;;;",
        "Gedruckt am 27.11.2026;;;;",
        "Imprimé le 27/11/2026;;;;",
        "* Note: does not include contractors;;;;",
        "Page 1 of 3;;;;",
        "1 of 3;;;;",
        "2 rows;;;;",
        "End of report;;;;",
        "CONFIDENTIAL - internal use only;;;;",
    ],
)
def test_a_line_below_the_last_person_that_is_nobody(tmp_path: Path, line: str) -> None:
    """Shown with what it holds, counted as nobody, and not tried again."""
    found = read(tmp_path, LIST + line + "\n")

    assert [None, None, "not_a_person"] == codes(found)
    problem = found.rows[2].problem
    assert problem is not None
    assert ("skipped", False) == (problem.status, problem.retry)
    assert "2 rows: 2 by employee number; 1 more line is not a person" in described(found)
    assert [(4,)] == [each.rows for each in found.findings if each.code == "not_a_person"]


@pytest.mark.parametrize(
    "line, problem",
    [
        ("9;;;;", "invalid_date"),
        (";Cid Fox;;;", "no_identifier"),
        (";Cid Fox;2026-11-01;;", "no_identifier"),
        (";;2026-11-01;;", "no_identifier"),
        ("9;Note Total;2026-11-01;;", None),
        ("9;Total Printer;2026-11-01;Kiel;Red", None),
        ("9;Fine;2026-11-01;;", None),
        ("9;Total;2026-11-01;;", "malformed_row"),
        ("E17;Total;2026-11-01;Kiel;", "malformed_row"),
    ],
)
def test_a_line_that_may_be_somebody(tmp_path: Path, line: str, problem: str | None) -> None:
    """Anything in a used column that is no total and no note is a row."""
    assert [None, None, problem] == codes(read(tmp_path, LIST + line + "\n"))


def test_a_total_between_people_is_a_row_that_is_not_attempted(tmp_path: Path) -> None:
    """Only what stands below the last person is surely nobody."""
    found = read(tmp_path, LIST + "Total;;;;\n9;Cid Fox;2026-11-01;;\nTotal;;;;\n")

    assert [None, None, "malformed_row", None, "not_a_person"] == codes(found)


def test_three_cells_in_unused_columns_may_be_somebody(tmp_path: Path) -> None:
    """Their identifier may have been lost."""
    text = "email;a;b;c\nx@x.example;1;2;3\n;1;2;\n;1;2;3\n"

    assert [None, "not_a_person", "no_identifier"] == codes(read(tmp_path, text))


def test_a_person_called_total_with_an_address(tmp_path: Path) -> None:
    """No total has an address."""
    text = "email;name\na@x.example;Ann\ntotal@x.example;Total\n"

    assert [None, None] == codes(read(tmp_path, text))


def test_what_is_printed_below_says_nothing_about_the_people(tmp_path: Path) -> None:
    """Neither about the order of their days nor about the width of their numbers."""
    text = "employee_id;name;last_day\n7;Ann Lee;03/03/2026\n;Printed;03/27/2026\n01;Total;\n"
    found = read(tmp_path, text)

    assert [None, "not_a_person", "not_a_person"] == codes(found)
    assert "0000000007" in found.rows[0].padded_numbers


def test_a_list_of_nobody(tmp_path: Path) -> None:
    """Where there is no last person, nothing stands below one."""
    assert ["no_identifier"] == codes(read(tmp_path, "email;site\n;Kiel\n"))


@pytest.mark.parametrize(
    "title",
    [
        "Joiners",
        "New hires:",
        "Transfers (do not remove)",
        "On hold",
        "Neueintritte",
        "Nicht deaktivieren!",
        "Entrées du mois",
        "Altas",
        "Assunzioni",
        "Novos colaboradores",
        "Niet verwijderen",
    ],
)
@pytest.mark.parametrize("line", ["{};;", ";{};"])
def test_a_part_of_people_who_do_not_leave_is_refused(
    tmp_path: Path, title: str, line: str
) -> None:
    """Nobody below the title is taken for a leaver; at the end of the list it parts nothing."""
    leavers, joiners = "email;name;note\na@x.example;Ann Lee;\n", "b@x.example;Bob Roy;\n"
    with pytest.raises(ListError, match=f'the title "{re.escape(title)}" in row 3, so'):
        read(tmp_path, leavers + line.format(title) + "\n" + joiners)

    assert len(read(tmp_path, leavers + line.format(title) + "\n").rows) == 2


@pytest.mark.parametrize("line", ["Sales;;", ";Bob will call;", "keep@x.example;;", "March 2026;;"])
def test_other_lines_within_a_list_are_rows(tmp_path: Path, line: str) -> None:
    """A department as a title costs its own row only."""
    text = f"email;name;note\na@x.example;Ann Lee;\n{line}\nb@x.example;Bob Roy;\n"
    assert len(read(tmp_path, text).rows) == 3
