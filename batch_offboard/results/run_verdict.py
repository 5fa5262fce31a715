"""The verdict on a whole run: counts, who needs attention, one sentence, the exit code.

Pure. Summary, report and exit code are all made from here, so they cannot disagree.
"""

from collections import Counter
from collections.abc import Mapping

from batch_offboard.errors import CANCELLED, ExitCode
from batch_offboard.record.events import ROWS_MISSING, RowStatus, RunFinished
from batch_offboard.results.models import FINISHED, RowOutcome, RowResult, RunView
from batch_offboard.wording import counted, counted_of

STATUSES: tuple[RowStatus, ...] = (
    "done",
    "already_done",
    "planned",
    "partial",
    "failed",
    "not_run",
    "skipped",
)
"""Every status, in the order in which they are shown."""
OUTCOMES: tuple[RowOutcome, ...] = (*STATUSES[:3], "put_back", *STATUSES[3:])
"""STATUSES with `put_back`: the outcome of a skipped row whose person an undo put back."""

_FINE_CODES = ("duplicate", "not_due", "not_a_person")
_NOBODY_MORE = ("duplicate", "not_a_person")
"""Codes of rows that stand for no further person."""
_MOST_URGENT_FIRST: tuple[RowStatus, ...] = ("failed", "partial", "not_run", "skipped")
_STOPPED = {ExitCode.STOPPED, ExitCode.INTERRUPTED, ExitCode.DEFECT}
_REFUSED = {ExitCode.REFUSED, ExitCode.USAGE}

_UNDO_WORDS: dict[RowOutcome, str] = {
    "done": "put back as before the run",
    "already_done": "already as before the run; nothing was needed",
    "partial": "partly put back; something is still missing or could not be confirmed",
    "failed": "not put back",
}
"""By outcome of an undo: what it means for its people."""


def needs_attention(result: RowResult, *, dry_run: bool) -> bool:
    """Whether a person has to do something about the row; any such row gives exit code 3."""
    return is_unfinished(result, dry_run=dry_run) and result.outcome != "put_back"


def is_unfinished(result: RowResult, *, dry_run: bool) -> bool:
    """Whether the row gives exit code 3: it needs attention, or its person was put back."""
    if result.status in FINISHED or (dry_run and result.status == "planned"):
        return False
    return not (result.status == "skipped" and result.error_code in _FINE_CODES)


def attention(view: RunView) -> tuple[RowResult, ...]:
    """The rows that need attention: failed ones first, then partial, not run and skipped ones."""
    rows = [row for row in view.results if needs_attention(row, dry_run=view.started.dry_run)]
    return tuple(sorted(rows, key=_urgency))


def ended_before_writing(view: RunView) -> bool:
    """Whether the run ended early, before any writing request had left."""
    return not view.wrote and stopped_or_refused(view.finished)


def stopped_or_refused(finished: RunFinished | None) -> bool:
    """Whether a run was refused or stopped before its end."""
    return finished is not None and finished.exit_code in _STOPPED | _REFUSED


def exit_code_of(view: RunView) -> ExitCode:
    """The exit code by the rows alone: OK, or ATTENTION when one of them needs attention."""
    dry_run = view.started.dry_run
    unfinished = any(is_unfinished(row, dry_run=dry_run) for row in view.results)
    return ExitCode.ATTENTION if unfinished else ExitCode.OK


def counts(view: RunView) -> dict[RowOutcome, int]:
    """The number of rows with each outcome, including 0."""
    counted = Counter(result.outcome for result in view.results)
    return {outcome: counted[outcome] for outcome in OUTCOMES}


def status_words(view: RunView) -> Mapping[RowOutcome, str]:
    """By outcome: what it means for its people, in words."""
    outcome = "set to inactive" + (" and out of their queues" if _leaves_queues(view) else "")
    words: dict[RowOutcome, str] = {
        "done": outcome,
        "already_done": "nothing was needed",
        "planned": "a real run would attempt them",
        "put_back": "put back by an undo",
        "partial": "partly done; something remains or could not be confirmed",
        "failed": "not done, and nothing was changed for them",
        "not_run": "not reached",
        "skipped": "deliberately not attempted",
    }
    return words | (_UNDO_WORDS if view.started.command == "undo" else {})


def verdict(view: RunView) -> str:
    """The outcome of the run in one sentence, or two if something has to be added."""
    if view.finished is None:
        return f"This run has not finished: so far, {_so_far(view)}."
    if view.finished.exit_code in _REFUSED | _STOPPED:
        return _cut_short(view, view.finished)
    if not view.results:
        return "There was nothing to do."
    if view.started.dry_run:
        return f"Dry run, nothing was changed: {_plan(view)}."
    sentence = _of_whole(view)
    return f"{_this_rerun(view)}{sentence[0].upper()}{sentence[1:]}.{_unproved(view)}"


def _cut_short(view: RunView, finished: RunFinished) -> str:
    """The outcome of a run that did not go to its end."""
    if finished.reason.startswith(CANCELLED) and not view.wrote:
        return f"{CANCELLED} Nothing was changed."
    if finished.exit_code in _REFUSED:
        return "The run was refused. Nothing was changed."
    so_far = _so_far(view) if view.wrote else "nothing was changed"
    return f"The run stopped early: {so_far}."


def _of_whole(view: RunView) -> str:
    """The state of the whole list after a run that went to its end."""
    if all((row.status, row.error_code) == ("failed", "user_not_found") for row in view.results):
        return f"nobody {_where(view)} was found in Genesys, and nothing was changed"
    back = any(row.outcome == "put_back" for row in view.results)
    return _so_far(view) if attention(view) or back else _everyone(view)


def rows_of_this_run(view: RunView) -> tuple[RowResult, ...]:
    """The rows that this run decided: of a rerun, without those that it carried over."""
    if view.started.command != "rerun":
        return view.results
    return tuple(row for row in view.results if row.run_id == view.started.run_id)


def _this_rerun(view: RunView) -> str:
    """What a rerun did itself, as a sentence to begin with; empty for other runs."""
    if view.started.command != "rerun":
        return ""
    number = Counter(row.outcome for row in rows_of_this_run(view))
    parts = [f"{number[each]:,} {label(each)}" for each in OUTCOMES if number[each]]
    total = counted(number.total(), "row")
    return f"This rerun handled {total}: {', '.join(parts)}. " if parts else "Nothing was rerun. "


def _so_far(view: RunView) -> str:
    """`33 of 43 people on the list are inactive and in no queue, 7 are not yet due, 3 rows …`."""
    total = _people(view)
    finished, open_rows = len(_finished(view)), len(attention(view))
    later = sum(row.error_code == "not_due" for row in view.results)
    people = counted(total, "person")
    where = "" if view.started.command == "undo" else _with_rows(view, total)
    parts = [f"{finished:,} of {people}{where} {_are(finished or total)} {_end_state(view)}"]
    back = sum(row.outcome == "put_back" for row in view.results)
    parts += [f"{later:,} {_are(later)} not yet due"] if later else []
    parts += [f"{back:,} {'was' if back == 1 else 'were'} put back"] if back else []
    parts += [f"{counted(open_rows, 'row')} {_need(open_rows)} attention"] if open_rows else []
    parts += _nobody_more(view)
    return ", ".join(parts)


def _people(view: RunView) -> int:
    """The people on the list: rows that contradict each other are of one person."""
    rows = [row for row in view.results if row.error_code not in _NOBODY_MORE]
    contradicting = [row for row in rows if row.error_code == "conflicting_rows"]
    people = {row.user_id or str(row.row) for row in contradicting}
    return len(rows) - len(contradicting) + len(people)


def _nobody_more(view: RunView) -> list[str]:
    """The rows that stand for no further person, so that the numbers add up to all rows."""
    count = Counter(row.error_code for row in view.results)
    again, nobody = (count[code] for code in _NOBODY_MORE)
    found = [f"{counted(again, 'row')} {'repeats' if again == 1 else 'repeat'} another"] * bool(
        again
    )
    are_not = "is not a person" if nobody == 1 else "are not people"
    found += [f"{counted(nobody, 'row')} {are_not}"] * bool(nobody)
    return found


def _where(view: RunView) -> str:
    """`on the list`, or what is left of it in the results file that was rerun."""
    shortened = any(each.code == ROWS_MISSING for each in view.warnings)
    return "in the results file" if shortened else "on the list"


def _with_rows(view: RunView, people: int) -> str:
    """` on the list`, with the number of rows where it differs from that of people."""
    rows = len(view.results)
    return f" {_where(view)}" + ("" if rows == people else f" ({counted(rows, 'row')})")


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _plan(view: RunView) -> str:
    """`40 rows would be attempted, 4 rows need attention first`."""
    planned, open_rows = counts(view)["planned"], len(attention(view))
    if not planned and not open_rows:
        return _everyone(view)[0].lower() + _everyone(view)[1:]
    attempted = f"{counted(planned, 'row')} would be attempted"
    if not open_rows:
        return attempted
    return f"{attempted}, {counted(open_rows, 'row')} {_need(open_rows)} attention first"


def _need(number: int) -> str:
    return "needs" if number == 1 else "need"


def _end_state(view: RunView) -> str:
    """What people are once a run or an undo is done for them."""
    if view.started.command == "undo":
        return "as before the run"
    return "inactive" + (" and in no queue" if _leaves_queues(view) else "")


def _finished(view: RunView) -> list[RowResult]:
    return [row for row in view.results if row.status in FINISHED]


def _everyone(view: RunView) -> str:
    """The outcome where nothing needs attention."""
    if view.started.command == "undo":
        return "Everyone selected has been restored"
    if not _finished(view):
        return _nobody(view)
    due = " who is due" if any(row.error_code == "not_due" for row in view.results) else ""
    return f"Everyone {_where(view)}{due} is {_end_state(view)}"


def _nobody(view: RunView) -> str:
    """That nothing was done, as nobody is due, and from which day on somebody is."""
    if day := next_due(view):
        return f"Nobody {_where(view)} is due yet. The first day is {day}"
    return f"Nobody {_where(view)} is due yet" if view.results else "There was nothing to do"


def next_due(view: RunView) -> str:
    """The first day (ISO 8601) on which a row that is not due yet will be; empty if not known."""
    waiting = (
        due or ""
        for row, due in zip(view.results, view.due, strict=True)
        if row.error_code == "not_due"
    )
    return min(filter(None, waiting), default="")


def _unproved(view: RunView) -> str:
    """A sentence to add if the end state of finished rows is not verified, else empty."""
    finished = _finished(view)
    unproved = sum(not row.verified for row in finished)
    if not unproved:
        return ""
    return f" This could not be fully verified for {counted_of(unproved, len(finished), 'row')}."


def label(outcome: RowOutcome) -> str:
    """The outcome as it is written in a sentence."""
    return outcome.replace("_", " ")


def _leaves_queues(view: RunView) -> bool:
    """Whether done means in no queue, too: earlier versions read none without the step."""
    if any(row.error_code == "queues_kept" for row in view.results):
        return True
    steps = view.started.settings.get("steps")
    return not isinstance(steps, list | tuple) or "remove_from_queues" in steps


def _urgency(result: RowResult) -> tuple[int, int]:
    order = _MOST_URGENT_FIRST
    place = order.index(result.status) if result.status in order else len(order)
    return (place, result.row)
