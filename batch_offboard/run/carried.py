"""Rows that a rerun carries through: finished earlier, if they still mean the same person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from batch_offboard.errors import ListError
from batch_offboard.offboarding.carrying import Earlier, sorted_apart
from batch_offboard.offboarding.models import ApiError
from batch_offboard.run.events import RowHeld
from batch_offboard.run.searching import Field, search
from batch_offboard.run.session import Run
from batch_offboard.termination_list.models import Termination
from batch_offboard.wording import counted


@dataclass(frozen=True, slots=True)
class Settled:
    """The rows that earlier runs have dealt with.

    `changed` certainly mean someone else now; for `unknown` a look-up must tell; `people` are all
    of them by user id.
    """

    changed: tuple[Termination, ...]
    unknown: tuple[Termination, ...]
    people: Mapping[str, Termination]
    earlier: Mapping[int, Earlier]


async def hold_changed_rows(run: Run, settled: Settled) -> None:
    """Record as failed, `row_changed`, what no longer means the person it was done for.

    Raises ListError when that is so for many rows.
    """
    changed = [*settled.changed]
    for field in ("email", "employee_id"):
        rows = [row for row in settled.unknown if _field(row) == field]
        changed += await _meaning_others(run, field, rows, settled.earlier)
    refuse_sorted_apart([row.row for row in changed], settled.earlier)
    for row in changed:
        earlier = settled.earlier[row.row]
        message = (
            f"The row no longer means the person it was done for ({earlier.user_id} "
            f"{earlier.email})."
        )
        run.hold(RowHeld(row.row, "failed", "row_changed", message, True, run.now()))


def refuse_sorted_apart(changed: Sequence[int], earlier: Mapping[int, Earlier]) -> None:
    """Raise ListError when so many rows have changed that it cannot have been meant."""
    settled = sum(each.settled for each in earlier.values())
    if sorted_apart(len(changed), settled):
        shown = ", ".join(map(str, changed[:10]))
        raise ListError(
            f"{len(changed)} of {settled} finished rows no longer mean the person they were done "
            f"for (rows {shown}…): the columns seem to have been sorted apart. Nothing was "
            "changed. Use an unchanged copy of the results, or the run folder."
        )


def _field(row: Termination) -> Field:
    return "email" if row.email else "employee_id"


async def _meaning_others(
    run: Run, field: Field, rows: Iterable[Termination], earlier: Mapping[int, Earlier]
) -> list[Termination]:
    by_value = [(str(getattr(row, field)).casefold(), row) for row in rows]
    if not by_value:
        return []
    hits = await search(run, field, tuple({value for value, _ in by_value}))
    if isinstance(hits, ApiError):
        # It cannot be told now: the finished result stands, as nothing is written for it.
        run.warn(
            "finished_unchecked",
            f"{counted(len(by_value), 'finished row')} could not be compared with Genesys: "
            f"{hits.message}",
        )
        return []
    return [
        row
        for value, row in by_value
        if earlier[row.row].user_id not in {user.id for user in hits.get(value, ())}
    ]
