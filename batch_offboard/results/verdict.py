"""What a whole run came to: counts, who needs attention, the verdict, the exit code.

Pure. Summary, report and exit code are all made from here, so they cannot disagree.
"""

from collections import Counter
from collections.abc import Mapping

from batch_offboard.errors import ExitCode
from batch_offboard.results.models import RowResult, RunView
from batch_offboard.run.events import RowStatus

STATUSES: tuple[RowStatus, ...] = (
    "done",
    "already_done",
    "planned",
    "partial",
    "failed",
    "not_run",
    "skipped",
)
"""Every status, from the best to what needs a look."""

_FINE_CODES = ("duplicate", "not_due")
_MOST_URGENT_FIRST: tuple[RowStatus, ...] = ("failed", "partial", "not_run", "skipped")
_STOPPED = {ExitCode.STOPPED, ExitCode.INTERRUPTED, ExitCode.DEFECT}

_UNDO_WORDS: Mapping[RowStatus, str] = {
    "done": "put back as they were before",
    "already_done": "already as before; nothing was needed",
    "partial": "put back in part; something is still missing or unproved",
    "failed": "not put back",
}


def needs_attention(result: RowResult, *, dry_run: bool) -> bool:
    """Whether a person has to do something about the row (what makes exit code 3)."""
    if result.status in {"done", "already_done"} or (dry_run and result.status == "planned"):
        return False
    return not (result.status == "skipped" and result.error_code in _FINE_CODES)


def attention(view: RunView) -> tuple[RowResult, ...]:
    """The rows that need attention, those that may still have access first."""
    rows = [row for row in view.results if needs_attention(row, dry_run=view.started.dry_run)]
    return tuple(sorted(rows, key=_urgency))


def exit_code_of(view: RunView) -> ExitCode:
    """The exit code by the rows alone: OK, or ATTENTION when one of them needs attention."""
    return ExitCode.ATTENTION if attention(view) else ExitCode.OK


def counts(view: RunView) -> dict[RowStatus, int]:
    """How many rows have each status; every status is there."""
    counted = Counter(result.status for result in view.results)
    return {status: counted[status] for status in STATUSES}


def status_words(view: RunView) -> Mapping[RowStatus, str]:
    """What each status says about the people who have it."""
    outcome = "set to inactive" + (" and out of their queues" if _leaves_queues(view) else "")
    words: dict[RowStatus, str] = {
        "done": outcome,
        "already_done": "nothing was needed",
        "planned": "a real run would attempt them",
        "partial": "something is left or unproved",
        "failed": "not done, and nothing was changed for them",
        "not_run": "not reached",
        "skipped": "deliberately not attempted",
    }
    return words | dict(_UNDO_WORDS if view.started.command == "undo" else {})


def verdict(view: RunView) -> str:
    """What the run came to, in one sentence (two when something has to be added)."""
    finished = view.finished
    if finished is None:
        return f"This run has not come to its end; so far, {_shares(view)}."
    if finished.exit_code in _STOPPED:
        return f"The run stopped before its end: {_shares(view)}."
    if finished.exit_code == ExitCode.REFUSED:
        return f"The run was refused, and nothing was changed: {_shares(view)}."
    if view.started.dry_run:
        return f"Dry run, nothing was changed: {_shares(view)}."
    return _verdict_of_a_finished_run(view)


def rows(number: int) -> str:
    """`1 row`, `3 rows`, `12,000 rows`."""
    return "1 row" if number == 1 else f"{number:,} rows"


def _verdict_of_a_finished_run(view: RunView) -> str:
    open_rows = len(attention(view))
    if open_rows:
        need = "needs" if open_rows == 1 else "need"
        return f"{open_rows:,} of {rows(len(view.results))} {need} attention: {_shares(view)}."
    if not view.results:
        return "There was nothing to do."
    return f"{_everyone(view)}.{_unproved(view)}"


def _everyone(view: RunView) -> str:
    if view.started.command == "undo":
        return "Everyone who was to be put back is as before the run"
    due = " who is due" if any(row.error_code == "not_due" for row in view.results) else ""
    place = " and in no queue" if _leaves_queues(view) else ""
    return f"Everyone on the list{due} is inactive{place}"


def _unproved(view: RunView) -> str:
    """What has to be added when an end state was not read back, or queues may be hidden."""
    finished = [row for row in view.results if row.status in {"done", "already_done"}]
    unproved = sum(not row.verified for row in finished)
    if not unproved:
        return ""
    return f" For {unproved:,} of {rows(len(finished))} this could not be verified in full."


def _shares(view: RunView) -> str:
    """`8 done, 1 partial, 2 failed`: the statuses that occur, and how often."""
    shares = [f"{number:,} {label(status)}" for status, number in counts(view).items() if number]
    return ", ".join(shares) or "no rows"


def label(status: RowStatus) -> str:
    """The status as it is written in a sentence."""
    return status.replace("_", " ")


def _leaves_queues(view: RunView) -> bool:
    steps = view.started.settings.get("steps")
    return not isinstance(steps, list | tuple) or "remove_from_queues" in steps


def _urgency(result: RowResult) -> tuple[int, int]:
    order = _MOST_URGENT_FIRST
    place = order.index(result.status) if result.status in order else len(order)
    return (place, result.row)
