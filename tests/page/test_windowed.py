"""The program without a terminal: its arguments."""

import subprocess
import sys
from pathlib import Path

import pytest

from batch_offboard.errors import ExitCode
from batch_offboard.page.windowed import usage_of

START = "from batch_offboard.page.windowed import main; main()"


@pytest.mark.parametrize(
    ("arguments", "said", "exit_code"),
    [
        (["--help"], "batch-offboard-page [FOLDER] opens the page", ExitCode.OK),
        (["-h"], "batch-offboard-page [FOLDER] opens the page", ExitCode.OK),
        (["/?"], "batch-offboard-page [FOLDER] opens the page", ExitCode.OK),
        (["--port"], "There is no option --port.", ExitCode.USAGE),
        (["-x", "lists"], "There is no option -x.", ExitCode.USAGE),
        (["lists", "--help"], "There is no option --help.", ExitCode.USAGE),
        (["My", "lists"], 'needs double quotation marks: "My lists".', ExitCode.USAGE),
    ],
)
def test_what_is_no_folder(arguments: list[str], said: str, exit_code: ExitCode) -> None:
    """How the program is used is said instead, in three lines at most."""
    usage = usage_of(arguments)

    assert usage is not None
    assert said in usage.text
    assert (usage.exit_code, usage.text.count("\n") < 3) == (exit_code, True)


@pytest.mark.parametrize("arguments", [[], ["lists"], ["help"], ["./-lists"]])
def test_a_folder_or_none_is_taken(arguments: list[str]) -> None:
    """One that begins with a hyphen is written from here."""
    assert usage_of(arguments) is None


def test_an_option_makes_no_folder(tmp_path: Path) -> None:
    """Exit code 2, the usage, and nothing else."""
    command = [sys.executable, "-c", START, "--what"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (2, "")
    assert ended.stdout.startswith("There is no option --what.")
    assert list(tmp_path.iterdir()) == []
