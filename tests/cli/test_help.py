"""Help: examples first, each of which works; and what is proposed for a mistyped word."""

import shlex
from pathlib import Path

import click
import pytest

from batch_offboard.cli import group
from batch_offboard.errors import ExitCode
from tests.cli.processes import program

ROOT = click.Context(group, info_name="batch-offboard", **group.context_settings)
COMMANDS = {name: group.get_command(ROOT, name) for name in group.list_commands(ROOT)}


def help_of(*command: str) -> list[str]:
    """The lines of a command's help."""
    context = ROOT
    for name in command:
        found = COMMANDS[name]
        assert found is not None
        context = click.Context(found, info_name=name, parent=ROOT, terminal_width=80)
    return context.get_help().splitlines()


def examples_in(lines: list[str]) -> list[list[str]]:
    """The arguments of every command line shown among the examples."""
    start = lines.index("Examples:")
    end = next(n for n, line in enumerate(lines) if n > start and not line)
    shown = [line.strip() for line in lines[start:end]]
    found = [line for line in shown if line.startswith("batch-offboard ")]
    return [shlex.split(line.split("  ")[0])[1:] for line in found]


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids=str)
def test_examples_stand_before_options_and_details(command: tuple[str, ...]) -> None:
    """After the sentence that says what the command does; and they fit 80 columns."""
    lines = help_of(*command)
    later = lines.index("Options:") if command else lines.index("Commands:")
    assert lines.index("Examples:") < later
    assert "Examples:" in lines[:6]
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids=str)
def test_every_example_is_a_command_line_that_is_understood(command: tuple[str, ...]) -> None:
    """Its command, options and arguments exist."""
    found = examples_in(help_of(*command))
    assert found
    for name, *rest in found:
        known = COMMANDS[name]
        assert known is not None
        known.make_context(name, rest, ROOT)


@pytest.mark.parametrize("arguments", [(), ("run",), ("help",)], ids=str)
def test_help_is_a_command_too(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """It says what --help says."""
    said = program("help", *arguments, folder=tmp_path)
    assert said == program(*arguments, "--help", folder=tmp_path)
    assert (said.code, said.err) == (0, "")


MISTYPED = {
    "unod runs/a": "undo runs/a",
    "rnu leavers.csv": "run leavers.csv",
    "RUN 'October leavers.csv'": "run 'October leavers.csv'",
    "re-run results.csv": "rerun results.csv",
    "help reprot": "help report",
    "run leavers.csv --dryrun": "run leavers.csv --dry-run",
    "run leavers.csv --dry_run": "run leavers.csv --dry-run",
    "run leavers.csv -dry-run": "run leavers.csv --dry-run",
    "run leavers.csv –dry-run": "run leavers.csv --dry-run",
    "run leavers.csv —yes": "run leavers.csv --yes",
    "run leavers.csv dry-run": "run leavers.csv --dry-run",
    "rerun results.csv --row 3,7": "rerun results.csv --rows 3,7",
    "run leavers.csv --max_row=600": "run leavers.csv --max-rows=600",
    "--dry-run leavers.csv": "run --dry-run leavers.csv",
    "--rows 3 undo runs/a": "undo --rows 3 runs/a",
    "--verison": "--version",
}


@pytest.mark.parametrize(("typed", "meant"), MISTYPED.items())
def test_a_mistyped_word_is_corrected_in_the_whole_line(
    typed: str, meant: str, tmp_path: Path
) -> None:
    """So that it can be copied; nothing is done yet."""
    said = program(*shlex.split(typed), folder=tmp_path)
    assert (said.code, said.out) == (ExitCode.USAGE, "")
    assert said.err.splitlines()[-1] == f"Did you mean: batch-offboard {meant}"
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("typed", ["offboard", "run a.csv --force", "run a.csv b.csv", "run"])
def test_where_nothing_is_near_nothing_is_proposed(typed: str, tmp_path: Path) -> None:
    """A guess would mislead."""
    said = program(*typed.split(), folder=tmp_path)
    assert said.code == ExitCode.USAGE
    assert "Did you mean" not in said.err


def test_an_option_of_other_commands_is_not_corrected_into_another(tmp_path: Path) -> None:
    """Which commands have it is said instead: --max-rows would be something else."""
    said = program("run", "a.csv", "--rows", "3", folder=tmp_path)
    assert said.code == ExitCode.USAGE
    assert said.err.endswith("No such option '--rows'. It is an option of rerun and undo.\n")


def test_the_word_is_named_as_it_was_typed(tmp_path: Path) -> None:
    """Not the first letter of it, which is all that a single hyphen leaves."""
    assert "No such option '-dry-run'." in program("run", "a", "-dry-run", folder=tmp_path).err


def test_the_proposal_is_in_the_json_too(tmp_path: Path) -> None:
    """A scheduler's log says what to correct."""
    said = program("run", "a.csv", "--dryrun", "--json", folder=tmp_path)
    assert "Did you mean: batch-offboard run a.csv --dry-run --json" in said.out


TOO_MUCH = {
    "run a.csv 'my list'": "Unexpected argument: my list. The command run takes one LIST.",
    "run october.csv a b": "Unexpected arguments: a b. The command run takes one LIST.",
    "rerun runs/a runs/b": "Unexpected argument: runs/b. The command rerun takes one PREVIOUS.",
    "check october.csv a.csv": "Unexpected argument: a.csv. The command check takes one LIST.",
    "help run x": "Unexpected argument: x. The command help takes one COMMAND.",
    "runs october": "Unexpected argument: october. The command runs takes no file.",
    "run october.csv --max-rows x": "Invalid value for '--max-rows': 'x' is not a whole number.",
    "run october.csv --sheet": "Option '--sheet' requires an argument.",
    "setup --yes": "No such option '--yes'. It is an option of run, rerun and undo.",
}


@pytest.mark.parametrize(("typed", "reason"), TOO_MUCH.items())
def test_what_is_wrong_is_said_in_everyday_words(typed: str, reason: str, tmp_path: Path) -> None:
    """It is the last line, and nothing is done yet."""
    (tmp_path / "october.csv").write_text("email\n", "utf-8")
    said = program(*shlex.split(typed), folder=tmp_path)
    assert said.code == ExitCode.USAGE
    assert said.err.splitlines()[-1] == f"Error: {reason}"


IN_TWO = {
    "run my list.csv": "run 'my list.csv'",
    "run --yes my list.csv": "run --yes 'my list.csv'",
    "run the whole list.csv --dry-run": "run 'the whole list.csv' --dry-run",
    "my list.csv": "run 'my list.csv' --dry-run",
    "october.csv": "run october.csv --dry-run",
    "october.csv --dry-run": "run october.csv --dry-run",
}


@pytest.mark.parametrize(("typed", "meant"), IN_TWO.items())
def test_a_file_is_recognised_without_quotation_marks_or_command(
    typed: str, meant: str, tmp_path: Path
) -> None:
    """Names with blanks are common; without a command the plan is the safe thing to show."""
    for name in ("my list.csv", "the whole list.csv", "october.csv"):
        (tmp_path / name).write_text("email\n", "utf-8")
    said = program(*typed.split(), folder=tmp_path)
    assert said.code == ExitCode.USAGE
    assert said.err.splitlines()[-1] == f"Did you mean: batch-offboard {meant}"
