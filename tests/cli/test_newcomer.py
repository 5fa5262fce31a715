"""A newcomer's first run with a file named .env, as the README tells."""

import csv
from pathlib import Path

import pytest

from batch_offboard.errors import ExitCode
from tests.cli.processes import only_folder, program, simulating
from tests.samples.make import SAMPLES

LIST_ROWS = 12
"""The header and so many rows of the sample list: enough for done, failed and skipped."""


def rows_of(results: Path) -> dict[str, dict[str, str]]:
    """A results file by row number."""
    with results.open(encoding="utf-8-sig", newline="") as file:
        return {row["offboard_row"]: row for row in csv.DictReader(file, delimiter=";")}


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A working folder with the beginning of the sample list and settings that do not dawdle."""
    lines = (SAMPLES / "terminations.csv").read_bytes().splitlines(keepends=True)
    (tmp_path / "leavers.csv").write_bytes(b"".join(lines[: LIST_ROWS + 1]))
    settings = (SAMPLES / "config.yaml").read_text("utf-8").replace("900 ", "6000 ")
    (tmp_path / "config.yaml").write_text(settings, "utf-8")
    return tmp_path


def test_the_first_run_goes_as_the_readme_tells(office: Path) -> None:
    """Check, run, rerun, undo and a look at the evidence, each with its exit code."""
    with simulating(office) as lines:
        (office / ".env").write_text(lines, "utf-8")
        checked = program("check", "leavers.csv", folder=office)
        assert (
            checked.code,
            "Practice Organisation" in checked.out,
        ) == (ExitCode.ATTENTION, True)
        ran = program("run", "leavers.csv", "--yes", folder=office)
        folder = only_folder(office, 1)
        rows = rows_of(folder / "results.csv")
        assert (ran.code, rows["3"]["offboard_status"]) == (ExitCode.ATTENTION, "done")

        again = program("rerun", str(folder / "results.csv"), "--yes", folder=office)
        rerun = rows_of(only_folder(office, 2) / "results.csv")
        assert again.code == ExitCode.ATTENTION
        assert rows["3"] == rerun["3"]
        assert rerun["2"]["offboard_attempts"] == "2"

        undone = program("undo", str(folder), "--rows", "3", "--yes", folder=office)
        assert undone.code == ExitCode.OK
    verified = program("report", str(folder), "--verify", folder=office)
    assert (verified.code, "The journal is intact" in verified.out) == (ExitCode.OK, True)
