"""The command line's surface: help in plain words, usage errors, nothing heavy before its time."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from batch_offboard import __version__
from batch_offboard.cli import group, main
from batch_offboard.errors import ExitCode
from tests.cli.processes import environment, program

COMMANDS = (
    "run",
    "rerun",
    "undo",
    "report",
    "runs",
    "setup",
    "check",
    "template",
    "open",
    "shortcut",
    "simulate",
    "demo",
    "help",
)
HEAVY = (
    "batch_offboard.genesys.sdk",
    "batch_offboard.record.events",
    "pandas",
    "openpyxl",
    "uvicorn",
    "starlette",
    "jinja2",
)
UNPLAIN = re.compile(
    r"\b(idempoten|instantiat|payload|deactivat|async|kwargs|stdin)", re.IGNORECASE
)
MOST_HELP_LINES = 45
NOBODY_LISTENS = {
    "GENESYS_DOMAIN": "http://127.0.0.1:9",
    "GENESYS_CLIENT_ID": "client",
    "GENESYS_CLIENT_SECRET": "secret",
}


def shown(*arguments: str) -> Result:
    """What a command line prints, as `batch-offboard` would be called in this process."""
    return CliRunner().invoke(group, arguments, prog_name="batch-offboard")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_is_plain_and_short(command: str) -> None:
    """A sentence first, then options with an explanation each."""
    result = shown(command, "--help")
    lines = result.stdout.splitlines()
    assert (0, f"Usage: batch-offboard {command}") == (
        result.exit_code,
        " ".join(lines[0].split()[:3]),
    )
    assert lines[2].startswith("  ")
    assert lines[2].strip()[0].isupper()
    assert UNPLAIN.search(result.stdout) is None
    assert len(lines) <= MOST_HELP_LINES


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_explained(command: str) -> None:
    """No option without words."""
    parameters = group.get_command(None, command).params  # type: ignore[union-attr, arg-type]
    options = [each for each in parameters if each.param_type_name == "option"]
    assert [each.name for each in options if not each.help] == []  # type: ignore[attr-defined]


def test_the_first_help_names_every_command_in_order() -> None:
    """In the order in which a newcomer meets them, with how to begin and the exit codes."""
    text = shown("--help").stdout
    commands = re.findall(r"^  (\w+)  ", text.split("Commands:")[1], re.MULTILINE)
    assert list(COMMANDS) == commands
    assert "batch-offboard demo" in text
    assert [str(int(code)) for code in ExitCode] == re.findall(r"^    (\d+) ", text, re.MULTILINE)


def test_no_arguments_show_the_help(tmp_path: Path) -> None:
    """Whoever types just the name sees how to begin, once, and what there is."""
    ended = program(folder=tmp_path)
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert "Commands:" in ended.err
    assert [ended.err.count(each) for each in ("Examples:", "batch-offboard demo", "Error")] == [
        1,
        1,
        0,
    ]
    assert len(ended.err.splitlines()) < 20


def test_version() -> None:
    """For support cases."""
    assert f"batch-offboard, version {__version__}\n" == shown("--version").stdout


USAGE_ERRORS = {
    "an unknown command": (["offboard"], "No such command 'offboard'"),
    "an unknown option": (["run", "a.csv", "--force"], "No such option"),
    "no list": (["run"], "Missing argument 'LIST'"),
    "two lists": (["run", "a.csv", "b.csv", "--yes"], "Unexpected argument: b.csv."),
    "two lists to check": (["check", "a.csv", "b.csv"], "Unexpected argument: b.csv."),
    "rows that are no numbers": (["rerun", "r.csv", "--rows", "x"], "such as 3,7-9"),
    "rows with a gap": (["undo", "runs/a", "--rows", "3,,7"], "such as 3,7-9"),
    "names accepted for words": (["run", "a.csv", "--accept-names", "Anna"], "such as 3,7-9"),
    "fewer than one row": (["run", "a.csv", "--max-rows", "0"], "--max-rows"),
    "a run folder without a name": (["run", "a.csv", "--run-dir", ""], "'--run-dir'"),
    "a column without its field": (
        ["run", "a.csv", "--yes", "--column", "C"],
        "does not say what a column is",
    ),
    "a field that is none": (["rerun", "r.csv", "--yes", "--column", "C=mail"], "nearest is email"),
    "a list that is not there": (["run", "a.csv", "--yes"], "There is no file a.csv."),
    "a list that is a folder": (["run", ".", "--yes"], "is a folder"),
    "results that are not there": (["rerun", "r.csv", "--yes"], "r.csv"),
    "a run folder that is not there": (["undo", "runs/a", "--yes"], "runs"),
    "a report of no run": (["report", "runs/a"], "runs"),
    "settings that are not there": (["run", "a.csv", "--yes", "--config", "c.yaml"], "c.yaml"),
    "an organisation that is not there": (["simulate", "--org", "o.json"], "o.json"),
    "a port that is none": (["simulate", "--port", "99999"], "--port"),
}


@pytest.mark.parametrize(("arguments", "told"), USAGE_ERRORS.values(), ids=USAGE_ERRORS.keys())
def test_usage_errors_are_exit_2_and_say_what(
    arguments: list[str], told: str, tmp_path: Path
) -> None:
    """One plain message, no traceback, nothing on stdout, no run folder."""
    ended = program(*arguments, folder=tmp_path, credentials=NOBODY_LISTENS)
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert told in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "runs").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="names are text there, not bytes")
def test_a_name_whose_bytes_are_no_text_is_exit_2(tmp_path: Path) -> None:
    """As of a list out of an old archive: neither journal nor results could name it."""
    name = os.fsdecode(b"M\xe4rz.csv")
    (tmp_path / name).write_text("email\nanna@test.example\n", "utf-8")
    ended = program("run", name, "--yes", folder=tmp_path, credentials=NOBODY_LISTENS)
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert "M\\udce4rz.csv contains bytes that are not text" in ended.err


@pytest.mark.parametrize("arguments", [["run", "--yes"], ["run", "--dry-run"], ["check"]])
def test_a_day_to_come_that_nobody_uses_is_exit_2_until_it_is_decided(
    arguments: list[str], tmp_path: Path
) -> None:
    """Then credentials are asked for, as for any other list."""
    (tmp_path / "a.csv").write_text("email,Leaving date\na@x.example,2099-12-24\n", "utf-8")
    held = program(*arguments, "a.csv", folder=tmp_path)
    decided = program(*arguments, "a.csv", "--column", "B=last_day", folder=tmp_path)
    assert (held.code, decided.code) == (ExitCode.USAGE, ExitCode.USAGE)
    assert "a.csv" in held.err
    assert "--column B=last_day" in held.err
    assert "GENESYS_DOMAIN" in decided.err


def test_missing_credentials_are_exit_2_and_show_the_file(tmp_path: Path) -> None:
    """With the three lines that belong into .env."""
    (tmp_path / "a.csv").write_text("email\nanna@test.example\n", "utf-8")
    ended = program("run", "a.csv", "--yes", folder=tmp_path)
    assert ended.code == ExitCode.USAGE
    assert "GENESYS_DOMAIN=mypurecloud.com" in ended.err
    first = "batch-offboard is not connected to Genesys yet. To connect it: batch-offboard setup\n"
    assert first in ended.err
    assert ended.err.index(first) < ended.err.index("GENESYS_CLIENT_ID")


def test_without_a_terminal_a_run_is_refused(tmp_path: Path) -> None:
    """Nobody can answer the question, and --yes was not given."""
    (tmp_path / "a.csv").write_text("email\nanna@test.example\n", "utf-8")
    ended = program("run", "a.csv", folder=tmp_path)
    assert ended.code == ExitCode.REFUSED
    assert "--yes" in ended.err


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_imports_nothing_heavy(command: str, tmp_path: Path) -> None:
    """So that it answers at once."""
    arguments = [*command.split(), "--help"]
    code = (
        "import sys, json\n"
        "from batch_offboard.__main__ import main\n"
        f"sys.argv = ['batch-offboard', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env=environment(),
    )
    imported = set(json.loads(ended.stderr))
    assert set() == imported & set(HEAVY)


def test_an_unexpected_failure_ends_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """The traceback stays for whoever looks after the program; the exit code is 1."""

    @click.command()
    def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(SystemExit) as ended:
        main([], broken)
    first, *_, last = capsys.readouterr().err.splitlines()
    assert (ended.value.code, first) == (1, "Traceback (most recent call last):")
    assert last == (
        "The program failed unexpectedly. Everything recorded so far is in the run folder. "
        "Send this text to whoever looks after batch-offboard."
    )
