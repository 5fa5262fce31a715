"""What is odd about a list, as every shell shows it."""

from pathlib import Path

from batch_offboard.present.findings import finding_lines
from batch_offboard.termination_list import read_termination_list
from tests.termination_list.settings import SETTINGS


def told(tmp_path: Path, rows: str) -> list[str]:
    """What is said of a list with these rows, without its description."""
    path = tmp_path / "leavers.csv"
    path.write_text(f"email,employee_id,name\n{rows}", "utf-8")
    return list(finding_lines(read_termination_list(path, SETTINGS)))


def test_each_row_is_named_once(tmp_path: Path) -> None:
    """At the beginning of what is odd about it."""
    expected = [
        'Repaired: Row 2: the ".0" after the employee number is ignored.',
        "On hold: Rows 3-4: there is no user id, e-mail address or employee number.",
        'On hold: Row 5: "bob" is not an e-mail address: it has no @. Enter the whole address.',
    ]
    assert expected == told(tmp_path, "ann@x.example,12.0,\n,,Cid\n,,Dora\nbob,,\n")


def test_a_long_tale_is_cut(tmp_path: Path) -> None:
    """With how much more there is."""
    rows = "".join(f"p{number}@example.com,,\n" for number in range(200))
    rows += "".join(f"q{number}@exampleq{number}.com,,\n" for number in range(31))
    lines = told(tmp_path, rows)
    assert (len(lines), lines[-1]) == (31, "… and 1 more finding.")
