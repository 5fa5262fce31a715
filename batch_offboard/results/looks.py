"""How a results file looks to its reader, beside what its cells say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from batch_offboard.wording import counted

_MOST_BLANK_ROWS = 5
"""Up to this many blank rows separate others; more look like the end of the sheet."""


@dataclass(frozen=True, slots=True)
class Look:
    """A sentence about how a results file looks; `deceives` if a reader may see a wrong value."""

    text: str
    deceives: bool = True


def gaps(filled: Iterable[int]) -> Iterator[Look]:
    """Blank rows above or between those `filled`: nobody looks for more rows below them."""
    for before, after in pairwise([0, *filled]):
        if (blank := after - before - 1) > _MOST_BLANK_ROWS:
            yield Look(f"The list continues in row {after:,}, after {counted(blank, 'blank row')}.")
