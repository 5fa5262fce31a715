"""Lines that are no wider than the terminal."""

import io
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import get_args

import pytest

import batch_offboard.cli
from batch_offboard.cli.options import ROWS as ROWS_TYPE
from batch_offboard.cli.wording import worded
from batch_offboard.cli.wrapping import columns_of, wrapped
from batch_offboard.errors import Action, ActionName
from tests.cli.test_wording import FOLDER, GIVEN, given
from tests.results.test_next_action import SENTENCES

ACTIONS = [
    text
    for name in get_args(ActionName)
    for arguments in GIVEN.values()
    for text in worded(
        (Action(name, FOLDER, tuple(range(3, 300, 3)), 37, "C", "unused"),), given(*arguments)
    )
]
LONG = "  Left without agents: Callbacks EN, Callbacks DE, Returns"


def test_a_long_line_goes_on_below_further_in() -> None:
    """Between words."""
    assert wrapped(LONG, 30).split("\n") == [
        "  Left without agents:",
        "    Callbacks EN, Callbacks",
        "    DE, Returns",
    ]


def test_a_line_of_a_table_goes_on_in_its_last_column() -> None:
    """So that the columns before it stay clear."""
    assert wrapped("  3  yes    routing:queue:edit (for queues)", 32).split("\n") == [
        "  3  yes    routing:queue:edit",
        "            (for queues)",
    ]


@pytest.mark.parametrize("columns", [0, len(LONG)])
def test_what_fits_or_is_piped_stays_as_it_is(columns: int) -> None:
    """Scripts and logs get whole lines."""
    assert wrapped(LONG, columns) == LONG


def test_each_line_is_wrapped_by_itself() -> None:
    """And an empty one stays one."""
    assert wrapped("one two\n\nthree four", 5) == "one\n  two\n\nthree\n  four"


COMMAND = "batch-offboard run 'October leavers.csv' --max-rows 501"


def test_a_command_goes_on_as_a_shell_has_it() -> None:
    """Pasted in two pieces without the mark it would be two commands."""
    assert wrapped(f"If that is what you want: {COMMAND}", 44, windows=False).split("\n") == [
        "If that is what you want:",
        "  batch-offboard run 'October leavers.csv' \\",
        "    --max-rows 501",
    ]


def test_a_command_stays_whole_on_windows() -> None:
    """Its shells have different marks."""
    assert wrapped(f"If that is what you want: {COMMAND}", 44, windows=True).split("\n") == [
        "If that is what you want:",
        f"  {COMMAND}",
    ]


ROWS = ",".join(map(str, range(2, 200, 3)))


@pytest.mark.skipif(os.name == "nt", reason="commands are not broken there")
@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_a_broken_command_means_the_same_to_a_shell(columns: int) -> None:
    """With quotes, blanks and very many rows."""
    words = ["undo", "runs/a b", "--rows", ROWS, "--note", 'it\'s "x"', "--column", "A b=last_day"]
    line = f"To put back the rest: {shlex.join(['batch-offboard', *words])}"
    _, *command = wrapped(line, columns, windows=False).split("\n")
    assert max(map(len, command)) <= columns
    script = "batch-offboard() { printf '%s\\n' \"$@\"; }\n" + "\n".join(command)
    told = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    found = told.stdout.splitlines()
    assert ROWS_TYPE.convert(found[3], None, None) == ROWS_TYPE.convert(ROWS, None, None)
    assert [*found[:3], *found[4:]] == [*words[:3], *words[4:]]


def test_a_word_that_is_too_long_is_not_cut() -> None:
    """Nor at its hyphens."""
    assert wrapped("in /a/very-long/path", 12) == "in\n  /a/very-long/path"


@pytest.mark.parametrize("path", ["/runs/October leavers/a.csv", "/a b/r.html"])
def test_a_path_stays_whole(path: str) -> None:
    """On a line of its own, as there may be blanks in it."""
    assert wrapped(f"Report:  {path}", 12) == f"Report:\n  {path}"


def _unbreakable(line: str) -> bool:
    """Whether a line is as short as it can be: one word."""
    return len(line.replace(" \\", "").split()) == 1


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_everything_that_is_said_fits_the_terminal(columns: int) -> None:
    """Every sentence of the tables, every action; but for a word that cannot be broken."""
    every = "\n".join((*SENTENCES, *ACTIONS))
    lines = wrapped(every, columns, windows=False).split("\n")
    assert [each for each in lines if len(each) > columns and not _unbreakable(each)] == []


PRINTS = re.compile(r"\bclick\.echo\(|\bprint\(|\.show\(")
MAY_PRINT = {
    "__init__.py": 1,  # a traceback
    "json_object.py": 1,
    "help.py": 2,  # click wraps it
    "question.py": 1,  # an empty line
    "terminal.py": 1,  # wrapped, above the bars
    "wrapping.py": 1,
}
"""How often each module of the command line prints without `echo`."""


def test_nothing_is_printed_past_the_wrapping() -> None:
    """Every line goes through `echo`, or the terminal's `say`."""
    room = Path(batch_offboard.cli.__file__).parent
    found = {each.name: len(PRINTS.findall(each.read_text("utf-8"))) for each in room.glob("*.py")}
    assert {name: number for name, number in found.items() if number} == MAY_PRINT


def test_what_is_no_terminal_has_no_width() -> None:
    """Neither a pipe nor a text in memory."""
    assert columns_of(io.StringIO()) == 0
