"""Reading back with patience."""

from collections.abc import Callable, Sequence
from typing import Any

from batch_offboard.run.verify import verify
from tests.genesys import virtual_time
from tests.run.runs import run_of


def verified(*rounds: dict[int, str]) -> tuple[list[Any], dict[int, str], dict[int, str]]:
    """Verify that rows read `done`; each round has what is shown then.

    Returns at which second which rows were read, what was recorded, and what never stood.
    """
    asked: list[Any] = []
    recorded: dict[int, str] = {}

    async def read(rows: Sequence[int], take: Callable[[int, str], None]) -> None:
        shown = rounds[len(asked)]
        asked.append((round(virtual_time.now()), sorted(rows)))
        for row in rows:
            take(row, shown[row])

    def is_final(_row: int, reading: str) -> bool:
        return reading == "done"

    async def work() -> dict[int, str]:
        run = run_of([], virtual_time.virtual_clock())
        return await verify(run, list(rounds[0]), read, is_final, recorded.__setitem__)

    return asked, virtual_time.run(work()), recorded


def test_what_stands_is_read_once() -> None:
    """Nobody waits where nothing lags."""
    asked, lagging, recorded = verified({2: "done", 3: "done"})
    assert (asked, lagging, recorded) == ([(0, [2, 3])], {}, {2: "done", 3: "done"})


def test_only_what_lags_is_read_again_with_growing_waits() -> None:
    """Until it stands too."""
    asked, lagging, recorded = verified(
        {2: "old", 3: "done", 4: "old"}, {2: "old", 4: "done"}, {2: "done"}
    )
    assert asked == [(0, [2, 3, 4]), (1, [2, 4]), (3, [2])]
    assert (lagging, recorded) == ({}, {3: "done", 4: "done", 2: "done"})


def test_patience_ends() -> None:
    """The last reading of what never stood is given back, not recorded."""
    asked, lagging, recorded = verified({2: "a", 3: "done"}, {2: "b"}, {2: "c"}, {2: "d"})
    assert [seconds for seconds, _ in asked] == [0, 1, 3, 7]
    assert (lagging, recorded) == ({2: "d"}, {3: "done"})


def test_without_rows_nothing_is_read() -> None:
    """An empty list costs no request."""
    assert verified({}) == ([], {}, {})
