"""What the shared options accept."""

import shlex
from pathlib import Path

import click
import pytest

from batch_offboard.cli.options import ROWS
from batch_offboard.cli.wording import quoted
from batch_offboard.record.events import RunStarted
from batch_offboard.record.journal_lines import read_journal
from batch_offboard.simulator import Fault
from tests.in_process import give_command
from tests.support import (
    FAST_CONFIG,
    environment,
    id_of,
    org_of,
    people_named,
    run_command,
    simulator,
    write_list,
)

READ = {"3": {3}, "3,7-9": {3, 7, 8, 9}, " 3 , 7 - 9 ": {3, 7, 8, 9}, "4-4": {4}, "2,2": {2}}
REFUSED = ["9-3", "", "x", "3,", "-3", "3-", "²", "1-2-3", "99999999", "3;4", "1.5"]


@pytest.mark.parametrize("text", READ)
def test_row_numbers_are_read_as_people_write_them(text: str) -> None:
    """Single numbers and spans, with blanks or without."""
    assert READ[text] == ROWS.convert(text, None, None)


@pytest.mark.parametrize("text", REFUSED)
def test_anything_else_is_refused(text: str) -> None:
    """Nothing that is not a list of rows may come out as none at all, which would mean all."""
    with pytest.raises(click.BadParameter):
        ROWS.convert(text, None, None)


PEOPLE = people_named("P", 2)


@pytest.mark.parametrize("command", [("run", "--dry-run"), ("check",)])
def test_settings_beside_the_list_that_are_not_used_are_named(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    """With the option that uses them; once they are used nothing is said."""
    there = tmp_path / "my lists"
    there.mkdir()
    (there / "config.yaml").write_text(FAST_CONFIG, encoding="utf-8")
    listed = str(write_list(there / "leavers.csv", *PEOPLE).relative_to(tmp_path))
    file = str(Path("my lists") / "config.yaml")
    said, used = (
        give_command(environment(None), tmp_path, *command, listed, *more).err
        for more in ([], ["--config", file])
    )
    assert f"Note: {file} is not used. To use it: --config {quoted(file)}\n" in said
    assert "is not used" not in used


def test_a_note_is_on_record_with_each_run(tmp_path: Path) -> None:
    """A ticket or a reason, of a run, a rerun and an undo."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    with simulator(org_of(PEOPLE)) as sim:
        for command, of, note in (
            ("run", "leavers.csv", ["--note", " HR-1 "]),
            ("rerun", "run", ["--note", "HR-2"]),
            ("undo", "run", ["--note", "HR-3"]),
            ("rerun", "rerun", []),
        ):
            folder = command if note else "without"
            run_command(sim, tmp_path, command, of, "--yes", "--run-dir", folder, *note)
    first = [
        next(read_journal(tmp_path / each / "journal.jsonl"))
        for each in ("run", "rerun", "undo", "without")
    ]
    notes = [each.note for each in first if isinstance(each, RunStarted)]
    assert notes == ["HR-1", "HR-2", "HR-3", ""]


def test_a_column_is_assigned_by_header_or_letter(tmp_path: Path) -> None:
    """In a run, in the rerun of its results, and in a check."""
    rows = "".join(f"{id_of(name)},{name} Test\n" for name in PEOPLE)
    (tmp_path / "leavers.csv").write_text(f"Kennung X,Wer\n{rows}", "utf-8")
    columns = ("--column", "Kennung X=user_id", "--column", "B=name")
    with simulator(org_of(PEOPLE)) as sim:
        without = run_command(sim, tmp_path, "run", "leavers.csv", "--dry-run")
        check = run_command(sim, tmp_path, "check", "leavers.csv", *columns)
        options = ("--yes", *columns)
        run = run_command(sim, tmp_path, "run", "leavers.csv", "--run-dir", "first", *options)
        rerun = run_command(sim, tmp_path, "rerun", "first", *options)
    assert [each.code for each in (without, check, run, rerun)] == [2, 3, 0, 0]
    assert 'name: column B, "Wer"' in run.err


@pytest.mark.parametrize(
    ("text", "words"),
    [("Mail=emial", "nearest is email"), ("Mail", "does not say what a column is")],
)
def test_a_column_that_is_none_is_a_usage_error(tmp_path: Path, text: str, words: str) -> None:
    """Exit 2 with the nearest field."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    said = run_command(None, tmp_path, "run", "leavers.csv", "--yes", "--column", text)
    assert (said.code, words in said.err) == (2, True)


def test_the_open_rows_are_done_by_the_command_that_is_printed(tmp_path: Path) -> None:
    """With the settings and columns of the run that left them open."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    (tmp_path / "my own.yaml").write_text(FAST_CONFIG, "utf-8")
    options = ("--config", "my own.yaml", "--column", "name=name", "--run-dir", "first", "--yes")
    fault = Fault(action="status", status=400, method="PATCH", path=id_of(PEOPLE[0]))
    with simulator(org_of(PEOPLE), faults=[fault]) as sim:
        said = run_command(sim, tmp_path, "run", "leavers.csv", *options)
        *_, last = said.out.splitlines()
        _, _, command = last.partition(": batch-offboard ")
        again = run_command(sim, tmp_path, *shlex.split(command), "--yes")
    assert command == "rerun first/results.csv --config 'my own.yaml' --column name=name"
    assert (said.code, again.code) == (3, 0)
