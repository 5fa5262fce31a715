"""The table of `check`: in which division the client holds which permission."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from batch_offboard.wording import printable

if TYPE_CHECKING:
    from batch_offboard.commands.check import DivisionCheck

WIDTH = 80
_COLUMN = 4
_MOST_COLUMNS = 14
"""So many permissions leave room for a name of 22 characters."""
_MOST_ROWS = 20
_WORDS: Mapping[bool | None, str] = {True: "yes", False: "no", None: "?"}


def permission_table(
    permissions: Sequence[str], divisions: Sequence["DivisionCheck"]
) -> Iterator[str]:
    """A line for each division, a column for each permission, numbered from 1; `WIDTH` wide.

    Permissions for which there is no room follow in a table below. Of very many divisions, those in
    which nothing is missing share one line.
    """
    for first in range(0, len(permissions), _MOST_COLUMNS):
        yield from _table(first + 1, permissions[first : first + _MOST_COLUMNS], divisions)


def _table(
    first: int, permissions: Sequence[str], divisions: Sequence["DivisionCheck"]
) -> Iterator[str]:
    """The lines for permissions that fit beside each other, numbered from `first`."""
    shown, rest = list(divisions), 0
    if len(shown) > _MOST_ROWS:
        shown = [each for each in divisions if not all(each.permissions.values())]
        rest = len(divisions) - len(shown)
    rows = [("division", [str(first + place) for place in range(len(permissions))])]
    rows += [
        (printable(each.name or each.id), [_WORDS[each.permissions[name]] for name in permissions])
        for each in shown
    ]
    if rest:
        what = f"{rest} others" if shown else f"all {rest} divisions"
        rows.append((what, [_WORDS[True]] * len(permissions)))
    width = min(max(len(name) for name, _ in rows), WIDTH - 2 - _COLUMN * len(permissions))
    for name, answers in rows:
        cells = "".join(f"{answer:>{_COLUMN}}" for answer in answers)
        yield f"  {_cut(name, width):{width}}{cells}"


def _cut(name: str, width: int) -> str:
    return name if len(name) <= width else f"{name[: width - 1]}…"
