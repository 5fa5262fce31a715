"""How soon queue calls are back at what is granted after three isolated 429s."""

from collections.abc import Iterator
from pathlib import Path

from tests.benchmark.table import Line
from tests.genesys.recovery import OWN_PER_MINUTE, Disturbed

_GRANTED = (60, 200, 600, None)
_OTHERS_SHARE = 0.4
_MINUTES = 4


def measure(_folder: Path) -> Iterator[Line]:
    """Organisations with and without another integration, in virtual time."""
    for granted in _GRANTED:
        tokens = 3 if granted is None or granted > OWN_PER_MINUTE else 1
        yield _line(granted, 0, tokens)
        if granted is not None:
            yield _line(granted, round(granted * _OTHERS_SHARE), tokens)


def _line(granted: int | None, others: int, tokens: int) -> Line:
    left = None if granted is None else granted - others
    cells = []
    for seconds_between, before in ((0, "busy before"), (3, "hardly used before")):
        shares, refused = Disturbed(left, tokens, 1, seconds_between).shares(_MINUTES)
        minutes = " ".join(f"{share:.0%}" for share in shares)
        cells.append(f"{before}: **{minutes}**, {refused} × 429")
    organisation = "unlimited" if granted is None else f"{granted} a minute"
    other = f", {others} of them another integration's" if others else ""
    return Line(
        f"queue routes after three 429s within half a minute, {organisation}{other}: share of what "
        f"is granted in the {_MINUTES} minutes after",
        "; ".join(cells),
        aim="half of it at once",
    )
