"""A rerun reads the list as the run did: its columns, date format and time zone."""

import csv
import shlex
from pathlib import Path

import pytest

from batch_offboard.commands.settings import list_settings
from batch_offboard.config import Config
from batch_offboard.errors import ListError
from batch_offboard.record.events.run import ColumnUse
from batch_offboard.rerun.source import with_run_settings
from batch_offboard.simulator import Org
from batch_offboard.termination_list.choices import ColumnChoice
from tests.rerun.chain import rerun_of
from tests.results.views import with_list
from tests.support import Ended, config, org_of, run_command, run_file, simulator, state_of

HEADER = "Login,Who,Gone from,Login"
ROWS = (
    "anna@test.example,Anna Test,03/04/2020,x",
    "ben@test.example,Ben Test,03/04/2020,y",
    "nobody@test.example,Nobody,03/04/2020,z",
)
COLUMNS = {"name": ["Who"], "effective_date": ["Gone from"]}
ODD = config(list={"columns": COLUMNS, "date_format": "%d/%m/%Y", "timezone": "Asia/Tokyo"})


def org() -> Org:
    """Ben was already put into another state by hand: his row is done all the same."""
    return org_of(["Anna", "Ben", "Zoe"], {"Billing": ["Anna", "Ben", "Zoe"]})


def first(sim: object, folder: Path, settings: Config = ODD) -> Ended:
    """A run whose columns are known by its settings and its choices only."""
    path = folder / "leavers.csv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n", encoding="utf-8")
    return run_file(sim, path, settings=settings, columns=["A=email"])  # type: ignore[arg-type]


def test_a_field_that_no_run_knows_is_none_of_its_choices() -> None:
    """As in a forged journal, or in one of a later version."""
    uses = (ColumnUse("Login", 1, "email"), ColumnUse("Who", 1, "shoe_size"))
    settings = with_run_settings(with_list(uses=uses), list_settings(Config()))
    assert settings.choices == (ColumnChoice("Login", "email", 1),)


def test_the_rerun_needs_neither_the_configuration_nor_the_choices(tmp_path: Path) -> None:
    """Finished rows are carried over, as their addresses are found in the column of the run."""
    with simulator(org()) as sim:
        ran = first(sim, tmp_path)
        again = rerun_of(sim, ran.folder, settings=config())
        by_file = rerun_of(sim, ran.folder / "results.csv", settings=config())
    assert ran.statuses == ["done", "done", "failed"]
    assert again.statuses == by_file.statuses == ["done", "done", "failed"]
    assert again.results[2].error_code == "user_not_found"


@pytest.mark.parametrize("place", ["here.csv", "elsewhere/here.csv"])
def test_a_moved_file_is_read_as_its_run_where_that_is_found(tmp_path: Path, place: str) -> None:
    """Beside it, or below `runs`; else the configuration says, and the list is refused."""
    with simulator(org()) as sim:
        ran = first(sim, tmp_path)
        moved = tmp_path / place
        moved.parent.mkdir(exist_ok=True)
        moved.write_bytes((ran.folder / "results.csv").read_bytes())
        if moved.parent == tmp_path:
            assert rerun_of(sim, moved).statuses == ["done", "done", "failed"]
        else:
            with pytest.raises(ListError):
                rerun_of(sim, moved)


def test_columns_that_a_spreadsheet_has_moved_are_found_by_their_headers(tmp_path: Path) -> None:
    """Even where two have the same header: the first `Login` is the address."""
    with simulator(org()) as sim:
        ran = first(sim, tmp_path)
        results = ran.folder / "results.csv"
        with results.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        turned = [[*row[4:], row[1], row[0], row[2], row[3]] for row in rows]
        with results.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(turned)
        again = rerun_of(sim, results)
    assert again.statuses == ["done", "done", "failed"]


def test_a_column_that_is_gone_is_named(tmp_path: Path) -> None:
    """Without it a guard would be off in silence."""
    with simulator(org()) as sim:
        ran = first(sim, tmp_path)
        results = ran.folder / "results.csv"
        text = results.read_text("utf-8-sig").replace("Who", "Remarks")
        results.write_text(text, "utf-8-sig")
        with pytest.raises(ListError, match='no longer has the column "Who"'):
            rerun_of(sim, results)


def test_the_printed_rerun_works_as_printed(tmp_path: Path) -> None:
    """`run --config c.yaml`, then the command that it prints."""
    (tmp_path / "c.yaml").write_text(
        "rate: {per_minute: 100000}\n"
        "guards: {max_percent_of_org: 100}\n"
        "list: {timezone: UTC, columns: {email: [Login], name: [Who]}}\n",
        encoding="utf-8",
    )
    rows = ["Login;Who", "anna@test.example;Anna Test", "nobody@test.example;Nobody"]
    (tmp_path / "leavers.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    organisation = org()
    with simulator(organisation) as sim:
        ran = run_command(sim, tmp_path, "run", "leavers.csv", "--config", "c.yaml", "--yes")
        (printed,) = [each for each in ran.out.splitlines() if "batch-offboard rerun" in each]
        command = shlex.split(printed.partition("batch-offboard ")[2])
        again = run_command(sim, tmp_path, *command, "--yes")
    assert (ran.code, again.code, state_of(organisation, "Anna")) == (3, 3, "inactive")
    assert "sorted without the others" not in again.err


def test_a_letter_of_the_earlier_run_switches_no_moved_guard_off(tmp_path: Path) -> None:
    """A column was inserted in front: the printed D is the last day now, and Ben still works."""
    rows = [
        "email,Note,last_day,Contract end",
        "anna@test.example,x,2020-01-31,2099-12-31",
        "ben@test.example,y,2099-01-31,2099-12-31",
        "nobody@test.example,z,2020-01-31,2099-12-31",
    ]
    (tmp_path / "leavers.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    organisation = org()
    with simulator(organisation) as sim:
        ran = run_command(sim, tmp_path, "run", "leavers.csv", "--yes", "--column", "D=unused")
        (printed,) = [each for each in ran.out.splitlines() if "batch-offboard rerun" in each]
        command = shlex.split(printed.partition("batch-offboard ")[2])
        (results,) = tmp_path.glob("runs/*/results.csv")
        with results.open(encoding="utf-8-sig", newline="") as file:
            moved = [["Ticket", *row] for row in csv.reader(file)]
        with results.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(moved)
        again = run_command(sim, tmp_path, *command, "--yes")
        given = [each for each in command if "=" not in each and each != "--column"]
        right = run_command(sim, tmp_path, *given, "--yes")
    if command != given:
        assert again.code == 2
        assert 'column D, "last_day"' in again.err
        assert "Name the column by its header" in again.err
    assert "1 is not yet due" in right.out
    assert state_of(organisation, "Ben") == "active"
