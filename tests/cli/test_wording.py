"""What can be done, worded as commands that work where they are printed."""

import asyncio
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click
import hypothesis
import pytest
from hypothesis import strategies as st

from batch_offboard.cli import group
from batch_offboard.cli.question import Question
from batch_offboard.cli.terminal import Terminal
from batch_offboard.cli.wording import (
    Invocation,
    quoted,
    sentences,
    warned,
    with_options_named,
    worded,
)
from batch_offboard.errors import Action, ActionName, RefusedError
from batch_offboard.offboarding.agreement import Proposal
from batch_offboard.record.events import Warned
from batch_offboard.results.next_action import CHECK_THE_NAME
from tests.cli.processes import program
from tests.cli.test_question import NOTHING

FOLDER = Path("runs/20261001T073000Z-October leavers")
GIVEN = {
    "run": ["run", "October leavers.csv", "--config", "my own.yaml", "--yes"],
    "rerun": ["rerun", str(FOLDER), "--rows", "3,7-9", "--run-dir", "mine"],
    "undo": ["undo", str(FOLDER), "--dry-run", "--config", "c.yaml"],
    "report": ["report", str(FOLDER), "--verify"],
    "check": ["check", "leavers.csv", "--column", "C=unused"],
    "demo": ["demo"],
}


def given(*arguments: str) -> Invocation:
    """A command line as the program reads it."""
    parent = click.Context(group, info_name="batch-offboard", **group.context_settings)
    command = group.get_command(parent, arguments[0])
    assert command is not None
    return Invocation(command.make_context(arguments[0], list(arguments[1:]), parent))


def said(action: Action, *arguments: str) -> str:
    """One action worded for a command that was given."""
    (text,) = worded((action,), given(*arguments))
    return text


def commands_in(text: str) -> Iterator[list[str]]:
    """Every command in a text, as a shell would read it."""
    for line in text.split("\n"):
        _, found, command = line.partition(": batch-offboard ")
        if found:
            yield shlex.split(command)


@pytest.mark.parametrize("command", GIVEN)
@pytest.mark.parametrize("name", get_args(ActionName))
def test_every_action_is_worded_for_every_command(name: ActionName, command: str) -> None:
    """As a sentence, or as a command that the program takes."""
    action = Action(name, FOLDER, (3, 7, 8, 9), 37, "C", "last_day")
    text = said(action, *GIVEN[command])
    assert text.startswith(text[0].upper())
    assert "None" not in text
    for arguments in commands_in(text):
        assert given(*arguments).context.info_name == arguments[0]


def test_a_command_keeps_the_options_of_this_one() -> None:
    """So that it works as printed; only the limit is another."""
    action = Action("raise_max_rows", number=501)
    text = said(action, *GIVEN["run"], "--max-rows", "400", "--column", "Leaving date=last_day")
    assert text == (
        "If that is what you want: batch-offboard run 'October leavers.csv' --yes "
        "--config 'my own.yaml' --max-rows 501 --column 'Leaving date=last_day'"
    )


def test_another_command_keeps_what_it_must_share() -> None:
    """A dry run stays one, and the settings are the same; rows are those of the action."""
    text = said(Action("undo_run", FOLDER, (3, 7, 8, 9)), *GIVEN["undo"])
    assert text == (
        f"To put that back: batch-offboard undo '{FOLDER}' --dry-run --config c.yaml --rows 3,7-9"
    )


def test_the_settings_are_named_as_they_were_given() -> None:
    """There may be several files."""
    action = Action("raise_max_percent_of_org", number=12)
    assert "to 12 in my own.yaml. Then: batch-offboard run" in said(action, *GIVEN["run"])
    assert "to 12 in config.yaml. Then:" in said(action, "run", "leavers.csv")


def test_a_run_folder_that_is_used_up_is_left_out() -> None:
    """The same command would be refused, as the folder holds a journal by now."""
    rerun = GIVEN["rerun"]
    again = said(Action("repeat", Path("mine")), *rerun)
    assert again == f"Then: batch-offboard rerun '{FOLDER}' --rows 3,7-9"
    assert said(Action("repeat"), *rerun).endswith("--run-dir mine --rows 3,7-9")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["run", "a.csv"], "Choose a folder that you can write to: batch-offboard run a.csv "),
        (["run", "a.csv", "--run-dir", "x"], "leave it out for a new one in ./runs: "),
        (["demo"], "Go to a folder that you can write to. Then: batch-offboard demo"),
    ],
)
def test_another_run_folder(arguments: list[str], text: str) -> None:
    """The words fit what was given, and what the command takes."""
    assert text in said(Action("choose_run_folder"), *arguments)


def test_an_edited_file_takes_the_place_of_the_folder() -> None:
    """All else stays."""
    text = said(Action("rerun_edited", FOLDER / "results.csv"), *GIVEN["rerun"])
    assert f"batch-offboard rerun '{FOLDER}/results.csv' --run-dir mine --rows 3,7-9" in text


def test_columns_add_up() -> None:
    """One that was assigned before must be assigned again."""
    text = said(Action("assign_column", column="D", field="last_day"), *GIVEN["check"])
    assert text == (
        "To use column D as last_day: "
        "batch-offboard check leavers.csv --column C=unused --column D=last_day"
    )


def test_paths_are_told_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They work where they are printed; one that begins with a hyphen is not an option."""
    monkeypatch.chdir(tmp_path)
    for path, shown in ((tmp_path / "runs" / "a", "runs/a"), (Path("-a"), "./-a")):
        text = said(Action("write_report", path), "run", "leavers.csv")
        assert text.endswith(f": batch-offboard report {shown}")


@pytest.mark.parametrize(
    ("text", "windows", "shown"),
    [
        ("leavers.csv", False, "leavers.csv"),
        ("it's $5.csv", False, "'it'\"'\"'s $5.csv'"),
        (r"C:\lists\leavers.csv", True, r"C:\lists\leavers.csv"),
        ("a & b.csv", True, '"a & b.csv"'),
        ("3,7-9", False, "3,7-9"),
        ("3,7-9", True, '"3,7-9"'),  # PowerShell makes two words of it
        ("@leavers.csv", True, '"@leavers.csv"'),
        ("my list.csv", False, "'my list.csv'"),
        ("my list.csv", True, '"my list.csv"'),
        ("a&b.csv", True, '"a&b.csv"'),
        ("a^b.csv", True, '"a^b.csv"'),
        ("100%.csv", True, "100%.csv"),
        ("100 %.csv", True, '"100 %.csv"'),
        ("it's (1); new.csv", True, '"it\'s (1); new.csv"'),
        ("Größe=last_day", True, "Größe=last_day"),
        ("C:\\my lists\\", True, r'"C:\my lists\\"'),
        (r"a\"b", True, r'"a\\\"b"'),
        ("", True, '""'),
        ("50%-60%.csv", True, '50%"-60"%".csv"'),
        (r"C:\%TEMP%\a.csv", True, r'C:\%"TEMP"%"\a.csv"'),
        (r"C:\my lists\%TEMP%", True, r'C:\my" lists"\%"TEMP"%""'),
        ("%USERNAME%.csv", True, '%"USERNAME"%".csv"'),
        ("pay $home.csv", True, 'pay" "$"home.csv"'),
        ("%%.csv", True, "%%.csv"),
        ('Day "1"=last_day', True, r'"Day \"1\"=last_day"'),
    ],
)
def test_quotes_are_those_of_the_system(text: str, shown: str, *, windows: bool) -> None:
    """Whatever a file is called, its name is one word."""
    assert shown == quoted(text, windows=windows)


def as_windows_programs_read(text: str) -> str:
    """The text of one word, by the rules of Microsoft's C runtime."""
    read, quoted_now = "", False
    for backslashes, mark, other in re.findall(r'(\\*)(?:(")|([^"\\]|\Z))', text):
        read += backslashes[: len(backslashes) // 2] if mark else backslashes
        if mark and len(backslashes) % 2:
            read += mark
        elif mark:
            quoted_now = not quoted_now
        else:
            assert quoted_now or other not in (" ", "\t"), text
        read += other
    assert not quoted_now, text
    return read


def as_cmd_expands(text: str) -> str:
    """A line after cmd has put in every variable whose name is possible."""
    return re.sub('%([^%"]+)%', "VALUE", text)


def as_powershell_reads(text: str) -> list[str]:
    """The words of a line in PowerShell, where every variable has a value."""
    words = re.findall(r'"[^"]*"|(?:[^\s"]|(?<=[^\s])"[^"]*")+', text)
    expanded = [re.sub(r"\$[\w({:^?]+", "VALUE", each) for each in words]
    return [each.replace('"', "") for each in expanded]


@hypothesis.given(st.text(alphabet='a \\"&^%@,$', max_size=12))
def test_a_word_for_windows_comes_back_as_it_was(text: str) -> None:
    """Whatever backslashes and quotation marks stand in it."""
    assert as_windows_programs_read(quoted(text, windows=True)) == text


@hypothesis.given(st.text(alphabet="ab \\%$&,(", max_size=12))
def test_no_shell_of_windows_puts_a_variable_in_a_word(rest: str) -> None:
    """A path begins with a letter, a dot or a backslash; cmd and PowerShell read the same."""
    text = f"a{rest}c"
    word = quoted(text, windows=True)
    assert as_cmd_expands(word) == word
    assert as_powershell_reads(word) == [text]


def test_an_error_is_what_happened_then_what_can_be_done() -> None:
    """A line each, and a name cannot command the terminal."""
    error = RefusedError("Acme \x1b[2J is used.", Action("wait"), Action("correct_rows"))
    assert sentences(error, given("run", "leavers.csv")).split("\n") == [
        "Acme  [2J is used.",
        "Wait until it has ended. Then: batch-offboard run leavers.csv",
        "Correct the row numbers in --rows.",
    ]


def test_a_warning_says_what_can_be_done() -> None:
    """Each command on a line of its own, so that it can be copied; in JSON all in one."""
    warning = Warned("changed_earlier", "Two were changed.", (), (Action("undo_run", Path("a")),))
    command = "To put that back: batch-offboard undo a"
    assert warned(warning, given("undo", "b")).message == f"Two were changed.\n{command}"
    assert warned(warning, given("undo", "b"), " ").message == f"Two were changed. {command}"


def test_what_is_printed_works_as_printed(tmp_path: Path) -> None:
    """A folder that holds a run is refused, and the command below goes further."""
    (tmp_path / "October leavers.csv").write_text("email\nanna@test.example\n", "utf-8")
    (tmp_path / "config.yaml").write_text("retry: {attempts: 1}\n", "utf-8")  # nobody listens
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "journal.jsonl").touch()
    credentials = {
        "GENESYS_DOMAIN": "http://127.0.0.1:9",
        "GENESYS_CLIENT_ID": "client",
        "GENESYS_CLIENT_SECRET": "secret",
    }
    arguments = ("run", "October leavers.csv", "--dry-run", "--run-dir", "mine")
    refused = program(*arguments, folder=tmp_path, credentials=credentials)
    (printed,) = commands_in(refused.err)
    assert (refused.code, printed) == (4, ["run", "October leavers.csv", "--dry-run"])
    again = program(*printed, folder=tmp_path, credentials=credentials)
    assert (again.code, "already has" in again.err) == (2, False)


@pytest.mark.parametrize("next_run", ["rerun", "next run"])
def test_the_option_that_accepts_a_name_stands_beside_the_advice(next_run: str) -> None:
    """A file read elsewhere leaves it out; at a terminal it is what somebody has to type."""
    line = CHECK_THE_NAME.format(name="Ann", row=42, next_run=next_run, with_yes="", again="rerun")
    shown = with_options_named(line)
    assert f"accept the name of row 42 in the {next_run} (--accept-names 42)." in shown
    assert with_options_named(shown.replace("row 42", "each row")).count("--accept") == 1


@pytest.mark.parametrize(
    ("said", "option"), [("row 42", "--rows 42"), ("it", "--rows"), ("them", "--rows")]
)
def test_the_option_that_names_a_row_stands_beside_the_advice(said: str, option: str) -> None:
    """In the plan of a rerun and in the summary."""
    line = f"To attempt it, name {said} in the rerun."
    assert with_options_named(line) == f"To attempt it, name {said} in the rerun ({option})."


def test_a_plan_at_a_terminal_names_the_option() -> None:
    """The plan itself does not: its report and the page are read elsewhere."""
    shown = io.StringIO()
    ask = Question(Terminal(shown), yes=True, dry_run=False, invocation=given("rerun", "a.csv"))
    lines = ("The plan:", "  To attempt it, name it in the rerun.")
    asyncio.run(ask(Proposal(NOTHING, lines, (), "", "Acme GmbH")))
    assert shown.getvalue().endswith("  To attempt it, name it in the rerun (--rows).\n")
