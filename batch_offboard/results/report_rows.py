"""The rows in the report: how each is shown, and the full table of them.

Pure: no clock, so that the report of a journal is the same whenever it is rebuilt.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice

from batch_offboard.results.delays import Delay, delays
from batch_offboard.results.losses import Loss
from batch_offboard.results.models import ListCells, RowResult, RunView
from batch_offboard.results.moments import Clockface, Stamp
from batch_offboard.results.run_verdict import label, needs_attention
from batch_offboard.wording import counted, plural

ROWS_A_BLOCK = 250
_HTTP_ERROR = 400


@dataclass(frozen=True, slots=True)
class TakenKind:
    """Things of one kind that a person lost or got back, each with what belongs to it."""

    title: str
    things: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the list as the report shows it.

    `name` is Genesys', else the list's, and empty in a shared report; `listed` is what else the
    list says of a person without a name from Genesys. `earlier_run` is set where an earlier run of
    the chain decided the row. `finished` is when the row was decided. `taken_earlier` is how
    many queues earlier runs of the chain removed, beside what was `taken` in this one.
    """

    result: RowResult
    name: str
    listed: str
    delay: Delay | None
    earlier_run: str
    finished: Stamp
    is_open: bool
    taken: tuple[TakenKind, ...]
    taken_earlier: int = 0

    @property
    def status_label(self) -> str:
        """The outcome as it is written in a sentence."""
        return label(self.result.outcome)

    @property
    def call(self) -> str:
        """Genesys' answer to the call that decided the row, where it says more than "fine"."""
        status = self.result.http_status or 0
        return f"HTTP {status}" if status >= _HTTP_ERROR else ""

    @property
    def state(self) -> str:
        """`active → inactive`."""
        before, after = self.result.state_before, self.result.state_after
        return f"{before} → {after}" if before and after and before != after else after or before

    @property
    def timing(self) -> str:
        """How soon after the start of the due day the person was inactive; may be empty."""
        return timing(self.delay) if self.delay else ""


def timing(delay: Delay) -> str:
    """`57 days after the due day`, `on the due day`; empty for an active person not yet late.

    Lateness is no failure of the run, so it is stated plainly and not marked as one.
    """
    days = counted(delay.days, "day")
    if delay.inactive_at is None:
        return f"due for {days}" if delay.beyond_a_day else ""
    if delay.days < 0:
        return "before the due day"
    return f"{days} after the due day" if delay.beyond_a_day else "on the due day"


def in_short(kinds: Sequence[TakenKind]) -> str:
    """`4 queues, 1 role`."""
    return ", ".join(
        counted(len(each.things), each.title)
        if len(each.things) == 1
        else f"{len(each.things):,} {plural(each.title)}"
        for each in kinds
    )


class Entries:
    """Builds the report's entries of rows, with what is looked up by row number."""

    def __init__(self, view: RunView, *, shared: bool = False) -> None:
        self.delays = {delay.result.row: delay for delay in delays(view)}
        self._view, self._shared = view, shared
        self._list_cells = ListCells(view)
        self._clock = Clockface(view.started)

    def of(self, result: RowResult) -> Entry:
        """The entry of one row."""
        started, taken = self._view.started, self._view.taken(result.row)
        return Entry(
            result=result,
            name="" if self._shared else self._list_cells.name(result),
            listed="" if self._shared else self._list_cells.identifiers(result),
            delay=self.delays.get(result.row),
            earlier_run=result.run_id if result.run_id != started.run_id else "",
            finished=self._clock.second_or_text(result.finished_at),
            is_open=needs_attention(result, dry_run=started.dry_run),
            taken=_kinds(taken),
            taken_earlier=self._taken_earlier(result, taken),
        )

    def _taken_earlier(self, result: RowResult, taken: Sequence[Loss]) -> int:
        started = self._view.started
        if started.command != "rerun":
            return 0
        now = 0 if started.dry_run else sum(each.noun == "queue" for each in taken)
        return max(0, (result.queues_removed or 0) - now)


def blocks_of(view: RunView, *, shared: bool = False) -> Iterator[list[Entry]]:
    """All rows in the list's order, in blocks that a browser lays out one at a time."""
    entries = Entries(view, shared=shared)
    rows = (entries.of(row) for row in view.results)
    while block := list(islice(rows, ROWS_A_BLOCK)):
        yield block


@lru_cache(maxsize=1_000)
def _kinds(taken: tuple[Loss, ...]) -> tuple[TakenKind, ...]:
    return tuple(
        TakenKind(noun, tuple((each.thing.name or each.thing.id, _how(each)) for each in things))
        for noun, things in groupby(taken, key=lambda each: each.noun)
    )


def _how(taken: Loss) -> str:
    """What an undo needs to know beside the thing itself: `not joined, ring 2`, `in Home`."""
    if taken.noun == "role":
        division = taken.division
        return f"in {division.name or division.id}" if division else ""
    if taken.noun != "queue":
        return ""
    ring = "" if taken.ring_number is None else f", ring {taken.ring_number}"
    if taken.ring_number is None and taken.uses_rings:
        ring = ", ring number not recorded"
    return ("joined" if taken.joined else "not joined") + ring
