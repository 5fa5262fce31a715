"""`batch-offboard check [LIST]`."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from batch_offboard.cli.help import Command
from batch_offboard.cli.inputs import find_credentials, read_settings, tell_about
from batch_offboard.cli.json_object import print_json
from batch_offboard.cli.next_steps import admin_lines, after_check, lacks_needed
from batch_offboard.cli.options import (
    column_option,
    config_option,
    json_option,
    quiet_option,
    sheet_option,
)
from batch_offboard.cli.paths import check_there
from batch_offboard.cli.permission_table import permission_table
from batch_offboard.cli.wording import Invocation, worded
from batch_offboard.cli.wrapping import echo
from batch_offboard.errors import ExitCode
from batch_offboard.wording import counted, printable, spans

if TYPE_CHECKING:
    from batch_offboard.commands.check import Checked, PermissionCheck, RowCheck
    from batch_offboard.termination_list import ColumnChoice

_IN_PART = "in part"
"""What stands beside a permission that is missing in some divisions."""


_FEWEST_GROUPED = 4
"""From this many rows on, those with one cause are shown together."""


@click.command(
    cls=Command,
    short_help="Check the connection and permissions, or a list.",
    examples=(
        ("check", "Check the connection and the permissions."),
        ("check leavers.xlsx", "Look up everyone on the list, too."),
    ),
)
@click.argument("list_path", metavar="[LIST]", required=False, type=click.Path(path_type=Path))
@config_option
@sheet_option
@column_option
@json_option
@quiet_option
@click.pass_context
def command(
    context: click.Context,
    list_path: Path | None,
    *,
    config_path: Path | None,
    sheet: str | None,
    columns: tuple["ColumnChoice", ...],
    as_json: bool,
    quiet: bool,
) -> None:
    """Check the connection and permissions. With LIST, also look up everyone on it.

    Nothing is changed. Each row is marked:

    \b
      =  inactive or deleted, and in no queue
      *  still active
      ~  inactive, but still in queues
      -  not found in Genesys
      ?  could not be read, or does not match the person
    """
    from batch_offboard.cli.interrupts import run_to_end
    from batch_offboard.cli.terminal import Terminal
    from batch_offboard.commands.check import check
    from batch_offboard.commands.settings import list_settings
    from batch_offboard.termination_list import read_termination_list

    given, terminal = Invocation(context), Terminal(quiet=quiet)
    config, listed = read_settings(config_path, terminal, list_path), None
    if list_path:
        check_there(list_path, given)
        listed = read_termination_list(list_path, list_settings(config, columns), sheet)
        tell_about(listed, terminal)
    credentials = find_credentials(list_path, terminal)
    checked = run_to_end(
        lambda stop, clock: check(listed, config, credentials, stop, terminal, clock), given
    )
    code = _exit_code(checked)
    _show(checked, code, given, as_json=as_json)
    sys.exit(code)


def _show(checked: "Checked", code: ExitCode, given: Invocation, *, as_json: bool) -> None:
    """Print what was found, and what to do next, or the JSON object."""
    if as_json:
        print_json(_as_object(checked, code))
        return
    steps = list(_advice(checked, given)) or after_check(checked, given)
    echo("\n".join(map(printable, (*_lines(checked), *steps))), sys.stdout)


def _exit_code(checked: "Checked") -> ExitCode:
    from batch_offboard.commands.check import DONE

    if lacks_needed(checked):
        return ExitCode.USAGE
    if any(row.symbol != DONE for row in checked.rows):
        return ExitCode.ATTENTION
    return ExitCode.OK


def _lines(checked: "Checked") -> Iterator[str]:
    from batch_offboard.commands.check import SYMBOLS

    yield from connection_lines(checked)
    if not checked.rows:
        return
    yield ""
    yield from _row_lines(checked.rows)
    yield ""
    counts = Counter(row.symbol for row in checked.rows)
    for symbol, words in SYMBOLS.items():
        if counts[symbol]:
            yield f"{counts[symbol]:6}  {symbol}  {words}"
    for warning in checked.warnings:
        if warning.code == "directory":
            yield from ("", warning.message)


def _row_lines(rows: Sequence["RowCheck"]) -> Iterator[str]:
    """A line for each row; rows that share a cause with several others are grouped below."""
    from batch_offboard.offboarding.codes import cause

    grouped: defaultdict[tuple[str, str], list[RowCheck]] = defaultdict(list)
    for row in rows:
        grouped[row.symbol, row.code].append(row)
    together = {
        key: held for key, held in grouped.items() if key[1] and len(held) >= _FEWEST_GROUPED
    }
    for row in rows:
        if (row.symbol, row.code) not in together:
            yield f"{row.symbol} row {row.row}{_said_of(row)}"
    for (symbol, code), held in together.items():
        yield f"{symbol} {counted(len(held), 'row')}: {cause(code)}"
        said: defaultdict[str, list[int]] = defaultdict(list)
        for row in held:
            said[_said_of(row)].append(row.row)
        for text, numbers in said.items():
            yield f"    {'row' if len(numbers) == 1 else 'rows'} {spans(numbers)}{text}"


def _said_of(row: "RowCheck") -> str:
    """What follows the number of a row: name, queues, problem."""
    queues = f", in {counted(row.queues, 'queue')}" if row.queues else ""
    message = f": {row.message}" if row.message else ""
    name = f"  {row.name}" if row.name else ""
    return f"{name}{queues}{message}"


def _advice(checked: "Checked", invocation: Invocation) -> Iterator[str]:
    """The warnings that say what to do."""
    for warning in checked.warnings:
        if warning.actions:
            yield ""
            yield warning.message
            yield from worded(warning.actions, invocation)


def connection_lines(checked: "Checked") -> Iterator[str]:
    """Who is logged in where, what the client may do and see, and what to ask the admin for."""
    identity = checked.identity
    organisation = identity.organisation
    yield f"Organisation: {organisation.name} ({organisation.id}), region {identity.region}"
    yield f"OAuth client: {identity.client_name or identity.client_id}"
    yield from _permission_lines(checked)
    yield from admin_lines(checked)


def _permission_lines(checked: "Checked") -> Iterator[str]:
    """Each permission, whether the client holds it, and where."""
    for number, each in enumerate(checked.permissions, start=1):
        yield f"{number:>3}  {_held(each, checked):11}{each.permission} (for {each.purpose})"
    if checked.divisions:
        yield "Permissions by division, numbered as above:"
        names = [each.permission for each in checked.permissions]
        yield from permission_table(names, checked.divisions)
    if lacks_needed(checked):
        yield "A run cannot begin while a permission that it needs is missing."
    elif any(_held(each, checked) == _IN_PART for each in checked.permissions):
        yield "If a permission is missing in a row's division, the row is put on hold."
    if checked.unseen is None:
        yield "Could not check whether the OAuth client sees the queues of every division."
    elif checked.unseen:
        yield f"The OAuth client does not see the queues of: {', '.join(checked.unseen)}."
    else:
        yield "The OAuth client sees the queues of every division."


def _held(permission: "PermissionCheck", checked: "Checked") -> str:
    """Whether a permission is held, in a word or two."""
    where = [each.permissions[permission.permission] for each in checked.divisions or ()]
    if permission.held and False in where:
        return _IN_PART
    return {True: "yes", False: "MISSING", None: "not known"}[permission.held]


def _as_object(checked: "Checked", code: ExitCode) -> dict[str, object]:
    identity = checked.identity
    return {
        "command": "check",
        "exit_code": int(code),
        "reason": "finished",
        "organisation": {"id": identity.organisation.id, "name": identity.organisation.name},
        "region": identity.region,
        "client": identity.client_name,
        "permissions": [asdict(each) for each in checked.permissions],
        "divisions": None
        if checked.divisions is None
        else [asdict(each) for each in checked.divisions],
        "divisions_unseen": None if checked.unseen is None else list(checked.unseen),
        "rows": [asdict(row) for row in checked.rows],
        "warnings": [each.message for each in checked.warnings],
    }
