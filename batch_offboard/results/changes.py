"""The differences between a results file and what the program wrote: cells, rows, columns."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from batch_offboard.results.models import COLUMNS, PREFIX
from batch_offboard.termination_list.columns import own_spelling
from batch_offboard.termination_list.models import letter

_STATUS, _ROW = f"{PREFIX}status", f"{PREFIX}row"
_Column = tuple[str, int]
"""A header, and its ordinal (from 1) among equal ones."""


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A cell that differs.

    `row` is the number in offboard_row, `letter` that of the column in the file found.
    """

    row: int
    letter: str
    header: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Changes:
    """How a results file differs from what it should contain.

    `missing_rows` has numbers as in offboard_row. `more_rows` counts rows that were added, `above`
    lines above the header. `moved` is true if the rows are in another order, `columns_moved` if the
    columns are.
    """

    cells: tuple[ChangedCell, ...]
    missing_rows: tuple[int, ...]
    more_rows: int
    missing_columns: tuple[str, ...]
    more_columns: tuple[str, ...]
    moved: bool
    columns_moved: bool = False
    above: int = 0

    @property
    def number(self) -> int:
        """The number of differing cells, rows and columns; another order is not counted."""
        whole = (self.cells, self.missing_rows, self.missing_columns, self.more_columns)
        return sum(map(len, whole)) + self.more_rows + self.above

    @property
    def ours(self) -> tuple[str, ...]:
        """The program's columns that differ or are missing."""
        touched = {own_spelling(cell.header) for cell in self.cells}
        touched |= set(map(own_spelling, self.missing_columns))
        return tuple(column for column in COLUMNS if column in touched)

    @property
    def only_own(self) -> bool:
        """Whether all rows and the program's columns are intact: only the list's own differ."""
        return not (self.ours or self.missing_rows or self.more_rows or self.above)


def changes_in(found: Sequence[Sequence[str]], expected: Sequence[Sequence[str]]) -> Changes | None:
    """The changes in the table `found`; None if it is not that of a results file.

    Both tables begin with their header; `found` may have other lines above it. Rows are matched by
    their number, else by position.
    """
    top = next((n for n, row in enumerate(found) if _STATUS in map(own_spelling, row)), None)
    if top is None:
        return None
    now, was = _columns(found[top]), _columns(expected[0])
    theirs, ours = found[top + 1 :], expected[1:]
    pairs = _pairs(_numbers(theirs, now), _numbers(ours, was))
    cells = (
        cell
        for place, other in sorted(pairs.items())
        for cell in _differing(theirs[other], ours[place], now, was)
    )
    numbers = _numbers(ours, was)
    order = [pairs[place] for place in sorted(pairs)]
    return Changes(
        cells=tuple(cells),
        missing_rows=tuple(int(each) for n, each in enumerate(numbers) if n not in pairs),
        more_rows=len(theirs) - len(pairs),
        missing_columns=tuple(name for name, n in was if (name, n) not in now),
        more_columns=tuple(name for name, n in now if name and (name, n) not in was),
        moved=order != sorted(order),
        columns_moved=[each for each in was if each in now]
        != [each for each in now if each in was],
        above=top,
    )


def _columns(header: Sequence[str]) -> dict[_Column, int]:
    """The index of each column by header and ordinal; the program's headers as it spells them."""
    found: dict[_Column, int] = {}
    counted: Counter[str] = Counter()
    for place, cell in enumerate(header):
        ours = own_spelling(cell)
        name = ours if ours in COLUMNS else cell
        counted[name] += 1
        found[name, counted[name]] = place
    return found


def _numbers(rows: Sequence[Sequence[str]], columns: Mapping[_Column, int]) -> list[str]:
    """The text of each row in offboard_row; empty for all if there is no such column."""
    place = columns.get((_ROW, 1))
    return ["" if place is None else row[place].strip().removesuffix(".0") for row in rows]


def _pairs(theirs: Sequence[str], ours: Sequence[str]) -> dict[int, int]:
    """The position of each of our rows among theirs: by its number, else the same position."""
    places = {number: place for place, number in reversed(list(enumerate(theirs)))}
    pairs = {place: places[number] for place, number in enumerate(ours) if number in places}
    taken = set(pairs.values())
    for place in range(min(len(ours), len(theirs))):
        if place not in pairs and place not in taken:
            pairs[place] = place
    return pairs


def _differing(
    theirs: Sequence[str],
    ours: Sequence[str],
    now: Mapping[_Column, int],
    was: Mapping[_Column, int],
) -> Iterator[ChangedCell]:
    """The cells of a row that differ, including filled ones in added columns."""
    number = int(ours[was[_ROW, 1]])
    for column, place in now.items():
        before = ours[was[column]] if column in was else ""
        if theirs[place] != before:
            yield ChangedCell(number, letter(place), column[0], before, theirs[place])
