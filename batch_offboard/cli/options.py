"""The options that several commands share."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from batch_offboard.cli.help import Number
from batch_offboard.cli.wording import Invocation

if TYPE_CHECKING:
    from batch_offboard.commands.order import Options
    from batch_offboard.termination_list import ColumnChoice

F = TypeVar("F", bound=Callable[..., Any])


_SPAN = re.compile(r"([0-9]{1,7})(?:-([0-9]{1,7}))?")
"""A row number, or the first and last of several; a spreadsheet has no more than seven digits."""


class RowNumbers(click.ParamType[frozenset[int]]):
    """Row numbers as people write them: `3,7-9`."""

    name = "rows"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> frozenset[int]:
        """The numbers as a set; a usage error explains the format."""
        if isinstance(value, frozenset):
            return value
        numbers: set[int] = set()
        for part in str(value).replace(" ", "").split(","):
            span = _SPAN.fullmatch(part)
            if span is None:
                self.fail(f"“{value}” is not valid. Enter row numbers such as 3,7-9.", param, ctx)
            first, last = int(span[1]), int(span[2] or span[1])
            if last < first:
                self.fail(f"{part} is backwards. Enter {last}-{first}.", param, ctx)
            numbers.update(range(first, last + 1))
        return frozenset(numbers)


class RunDir(click.Path):
    """The path of a run folder; an empty one is refused, as it would mean the working folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; a usage error if it is empty, as from an unset shell variable."""
        if not str(value).strip():
            self.fail(
                "The name is empty. Leave out --run-dir for a new folder in ./runs.", param, ctx
            )
        return super().convert(value, param, ctx)


class Column(click.ParamType["ColumnChoice"]):
    """A column and the field it is assigned to: `Leaving date=last_day`."""

    name = "column"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> "ColumnChoice":
        """The choice. Raises UsageError, with the nearest known field, for an unknown field."""
        from batch_offboard.termination_list import parse_choices

        return parse_choices([str(value)])[0]


ROWS = RowNumbers()
NO_ROWS: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options that `run`, `rerun` and `undo` share, named as in `_RUN_OPTIONS`."""

    invocation: Invocation
    dry_run: bool
    yes: bool
    config_path: Path | None
    run_dir: Path | None
    max_rows: int | None
    note: str
    as_json: bool
    quiet: bool
    verbose: bool

    def order_options(
        self, rows: frozenset[int] = NO_ROWS, accepted_names: frozenset[int] = NO_ROWS
    ) -> "Options":
        """The options of the order, for the rows that were named."""
        from batch_offboard.commands.order import Options

        return Options(
            dry_run=self.dry_run,
            run_dir=self.run_dir,
            max_rows=self.max_rows,
            accepted_names=accepted_names,
            rows=rows,
            note=self.note.strip(),
        )


def rows_option(help_text: str) -> Callable[[F], F]:
    """`--rows`, which means something else in each command."""
    return click.option("--rows", type=ROWS, default=NO_ROWS, metavar="ROWS", help=help_text)


config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Read the settings from this file (default: config.yaml in this folder, if any).",
)

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print the summary as one JSON object on stdout."
)

quiet_option = click.option("--quiet", is_flag=True, help="Show no progress.")

accept_names_option = click.option(
    "--accept-names",
    type=ROWS,
    default=NO_ROWS,
    metavar="ROWS",
    help="Accept these rows (3,7-9) although the name in Genesys differs. Check them first.",
)

sheet_option = click.option(
    "--sheet", metavar="NAME", help="Read this sheet of an Excel workbook (default: the first)."
)

column_option = click.option(
    "--column",
    "columns",
    type=Column(),
    multiple=True,
    metavar="HEADER=FIELD",
    help='Say what a column is, by header or letter: "Leaving date=last_day", "C=unused". '
    "Repeat for each column.",
)

_RUN_OPTIONS = (
    click.option("--dry-run", is_flag=True, help="Read, check and plan, but change nothing."),
    click.option("--yes", is_flag=True, help="Change people without asking first."),
    config_option,
    click.option(
        "--run-dir",
        type=RunDir(path_type=Path),
        help="Write results and journal to this folder (default: a new one in ./runs).",
    ),
    click.option(
        "--max-rows",
        type=Number(min=1),
        help="Allow up to this many people in this run, instead of guards.max_rows.",
    ),
    click.option("--note", default="", help="Record a ticket or a reason with the run."),
    json_option,
    quiet_option,
    click.option("--verbose", is_flag=True, help="Show each row that has a problem."),
)


def run_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of `run`, `rerun` and `undo`, passed to the command as one value, `given`."""

    @wraps(command)
    @click.pass_context
    def called(context: click.Context, /, **values: Any) -> None:
        names = [each.name for each in fields(RunOptions) if each.name in values]
        shared = {name: values.pop(name) for name in names}
        command(given=RunOptions(Invocation(context), **shared), **values)

    for option in reversed(_RUN_OPTIONS):
        called = option(called)
    return called
