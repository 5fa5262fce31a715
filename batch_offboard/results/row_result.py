"""The `offboard_` columns of one row: its verdict and its evidence, in words."""

from collections.abc import Mapping
from dataclasses import replace

from batch_offboard.results.models import FINISHED, UNDONE, RowResult, RunView, parse_result
from batch_offboard.results.next_action import next_action
from batch_offboard.results.row_evidence import (
    QueueEvidence,
    queue_evidence,
    row_left_behind,
    states,
)
from batch_offboard.results.row_record import RowRecord
from batch_offboard.results.row_verdict import (
    ATTEMPTED,
    RowVerdict,
    RunFacts,
    is_read_back,
    verdict_on,
)
from batch_offboard.results.undo_verdict import restored_queues, undo_verdict_on


def row_result(record: RowRecord, facts: RunFacts) -> RowResult:
    """What became of a row, over the whole chain of runs, and whether it was put back since."""
    result = _without_undos(record, facts)
    return undone(result, record.rare.undoings[-1].by_run) if record.rare.undoings else result


def undo_result(record: RowRecord, facts: RunFacts) -> RowResult:
    """The result of a row in an undo."""
    verdict = undo_verdict_on(record, facts)
    queues = restored_queues(record, facts.queues)
    # What earlier runs did is no evidence for an undo, so its columns start empty.
    result = _result(record, _blank(record), facts, verdict, queues)
    return replace(result, verified=verdict.status in FINISHED and not facts.dry_run)


def undone(result: RowResult, by_run: str) -> RowResult:
    """The row as the undo run `by_run` leaves it: nothing to do, and nothing verified.

    The evidence stays that of the run that was undone.
    """
    verdict = RowVerdict("skipped", UNDONE, f"Put back by the undo run {by_run}.", retry=False)
    return replace(
        result,
        status=verdict.status,
        retry=False,
        next_action=_next_action(verdict, result.row, result.user_name),
        http_status=None,
        error_code=verdict.code,
        error=verdict.message,
        correlation_id="",
        verified=False,
    )


def with_put_back(view: RunView, put_back: Mapping[int, str]) -> RunView:
    """The run with the rows that undos, by row number, have put back since it ended."""
    if not put_back:
        return view
    results = (
        undone(each, put_back[each.row]) if each.row in put_back else each for each in view.results
    )
    return replace(view, results=tuple(results), put_back_since=put_back)


_NOTHING_EARLIER = RowResult("not_run", False, "", 0)
"""What earlier runs found and did where there were none, whatever the row."""


def _without_undos(record: RowRecord, facts: RunFacts) -> RowResult:
    """The result of a row, without regard to later undos."""
    carried = record.carried
    earlier = parse_result(record.row, carried.columns) if carried else _NOTHING_EARLIER
    if carried is not None and not carried.attempt and record.rare.held is None:
        return earlier
    user = record.person
    someone_else = user is not None and earlier.user_id not in ("", user.id)
    if someone_else or (user is not None and earlier.error_code == UNDONE):
        # The earlier evidence is about somebody else, or about changes that were put back since.
        earlier = replace(_blank(record), attempts=earlier.attempts)
    verdict = verdict_on(record, earlier, facts)
    stands = earlier.status == "partial" or (earlier.status in FINISHED and not record.found_open)
    if stands and _is_untouched(record, verdict):
        return earlier
    queues = queue_evidence(record, earlier, facts.queues)
    return _result(record, earlier, facts, verdict, queues)


def _blank(record: RowRecord) -> RowResult:
    """The result of a row about which nothing is known."""
    return RowResult("not_run", False, "", record.row)


def _is_untouched(record: RowRecord, verdict: RowVerdict) -> bool:
    """Whether the run ended before it sent anything for the row."""
    ended_before = verdict.status == "not_run" or verdict.code == "interrupted"
    return ended_before and not record.steps_sent


def _result(
    record: RowRecord,
    earlier: RowResult,
    facts: RunFacts,
    verdict: RowVerdict,
    queues: QueueEvidence,
) -> RowResult:
    user = record.person_now
    name = user.name if user else earlier.user_name
    attempted = verdict.status in ATTEMPTED and not facts.dry_run
    state_before, state_after = states(record, earlier)
    return RowResult(
        status=verdict.status,
        retry=_retry(verdict),
        next_action=_next_action(verdict, record.row, name, _not_begun(verdict, facts)),
        row=record.row,
        user_id=user.id if user else earlier.user_id,
        user_name=name,
        user_email=user.email if user else earlier.user_email,
        state_before=state_before,
        state_after=state_after,
        queues_before=queues.before,
        queues_removed=queues.removed,
        queues_left=queues.left,
        left_because=queues.left_because,
        left_behind=row_left_behind(record, earlier),
        http_status=verdict.http_status,
        error_code=verdict.code,
        error=verdict.message,
        correlation_id=verdict.correlation_id or "",
        attempts=earlier.attempts + attempted,
        started_at=earlier.started_at or record.started_at,
        finished_at=record.finished_at,
        verified=_is_verified(record, verdict, facts),
        run_id=facts.run_id,
    )


def _not_begun(verdict: RowVerdict, facts: RunFacts) -> str:
    """The command to start again; empty where the row says how to go on from these results."""
    goes_on = verdict.status == "planned" and not facts.ended_early
    return "" if goes_on else facts.not_begun


def _next_action(verdict: RowVerdict, row: int, user_name: str, not_begun: str = "") -> str:
    return next_action(
        verdict.status,
        verdict.code,
        http_status=verdict.http_status,
        message=verdict.message,
        user_name=user_name,
        about={"row": row, "not_begun": not_begun, **verdict.about},
    )


def _retry(verdict: RowVerdict) -> bool:
    if verdict.retry is not None:
        return verdict.retry
    return verdict.status in ("failed", "partial", "not_run", "planned")


def _is_verified(record: RowRecord, verdict: RowVerdict, facts: RunFacts) -> bool:
    if verdict.status not in FINISHED or facts.dry_run:
        return False
    deleted = record.rare.held is not None
    proved = facts.verify and is_read_back(record, facts) and not facts.divisions_unknown
    return deleted or proved
