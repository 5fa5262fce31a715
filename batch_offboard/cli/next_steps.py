"""The endings of `check` and `setup`: what to send to the admin, and the next command."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from batch_offboard.cli.wording import Invocation

if TYPE_CHECKING:
    from batch_offboard.commands.check import Checked

_EXAMPLE = Path("leavers.xlsx")
_NOT_WITHOUT = "A run needs these permissions. Once the admin has added them:"
"""What is said where permissions are missing without which no run begins."""


def admin_lines(checked: "Checked") -> Iterator[str]:
    """The message to the Genesys admin, ready to copy; no lines if nothing is missing."""
    from batch_offboard.present.permissions import request_to_admin

    request = request_to_admin(checked)
    if request:
        yield ""
        yield "Send this to your Genesys admin:"
        yield ""
        yield from (f"    {line}" for line in request)


def lacks_needed(checked: "Checked") -> bool:
    """Whether a permission is missing without which no run begins."""
    return any(each.held is False and each.needed for each in checked.permissions)


def after_check(checked: "Checked", given: Invocation) -> Iterator[str]:
    """What to do after a check of the connection, or of a list."""
    from batch_offboard.commands.check import ACTIVE, DONE, IN_QUEUES

    path, sheet = given.parameters.get("list_path"), given.parameters.get("sheet")
    yield ""
    if lacks_needed(checked):
        yield f"{_NOT_WITHOUT} {given.again()}"
    elif not isinstance(path, Path):
        yield from _with_a_list(given)
    elif any(row.symbol in (ACTIVE, IN_QUEUES) for row in checked.rows):
        plan = given.other("run", path, dry_run=True, sheet=sheet)
        yield f"To see the plan, without changing anything: {plan}"
    elif all(row.symbol == DONE for row in checked.rows):
        yield "Nothing is left to do for this list."
    else:
        yield f"Correct the rows marked - or ? in the list. Then: {given.again()}"


def after_setup(checked: "Checked", given: Invocation) -> Iterator[str]:
    """What to do once the credentials are written."""
    yield ""
    if lacks_needed(checked):
        yield f"{_NOT_WITHOUT} {given.other('check', None)}"
    else:
        yield from _with_a_list(given)


def _with_a_list(given: Invocation) -> Iterator[str]:
    """The commands that follow once Genesys can be reached."""
    yield f"To look up everyone on your list: {given.other('check', _EXAMPLE)}"
    yield f"To write an empty list first: {given.other('template', _EXAMPLE)}"
