"""The options that several commands share."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


_SPAN = re.compile(r"([0-9]{1,7})(?:-([0-9]{1,7}))?")
"""A row number, or the first and last of several; a spreadsheet has no more than seven digits."""


class RowNumbers(click.ParamType[frozenset[int]]):
    """Row numbers as people write them: `3,7-9`."""

    name = "rows"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> frozenset[int]:
        """The numbers as a set; a usage error says how to write them."""
        if isinstance(value, frozenset):
            return value
        numbers: set[int] = set()
        for part in str(value).replace(" ", "").split(","):
            span = _SPAN.fullmatch(part)
            if span is None:
                self.fail(f"“{value}” is not a list of row numbers such as 3,7-9", param, ctx)
            first, last = int(span[1]), int(span[2] or span[1])
            if last < first:
                self.fail(f"{part} runs backwards: write {last}-{first}", param, ctx)
            numbers.update(range(first, last + 1))
        return frozenset(numbers)


class RunDir(click.Path):
    """A folder for a run, by its name: an empty one would mean the working folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; a usage error for an empty one, as a shell variable that is not set gives."""
        if not str(value).strip():
            self.fail("the folder has no name; leave --run-dir out for one in ./runs", param, ctx)
        return super().convert(value, param, ctx)


ROWS = RowNumbers()
_FILE = click.Path(path_type=Path)


def run_options(command: F) -> F:
    """The options of `run`, `rerun` and `undo`."""
    options = (
        click.option("--dry-run", is_flag=True, help="Read, check and plan, but change nothing."),
        click.option("--yes", is_flag=True, help="Do not ask before changing anything."),
        config_option,
        click.option(
            "--run-dir",
            type=RunDir(path_type=Path),
            help="The folder for results and journal (default: a new one in ./runs).",
        ),
        click.option(
            "--max-rows",
            type=click.IntRange(min=1),
            help="Allow so many people in this run instead of guards.max_rows.",
        ),
        json_option,
        click.option("--quiet", is_flag=True, help="Show no progress."),
        click.option("--verbose", is_flag=True, help="Show each row that is in trouble."),
    )
    for option in reversed(options):
        command = option(command)
    return command


config_option = click.option(
    "--config",
    "config_path",
    type=_FILE,
    metavar="FILE",
    help="The settings (default: config.yaml in this folder if there is one).",
)

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print the summary as one JSON object on stdout."
)

accept_names_option = click.option(
    "--accept-names",
    type=ROWS,
    default=frozenset(),
    metavar="ROWS",
    help="Rows (3,7-9) whose differing name you have looked at and accept.",
)

column_option = click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="HEADER=FIELD",
    help="What a column is, by its header or letter (again for each column): user_id, email, "
    "employee_id, name, given_name, family_name, effective_date, last_day or unused.",
)

sheet_option = click.option(
    "--sheet", metavar="NAME", help="The sheet of an Excel workbook (default: the first)."
)
