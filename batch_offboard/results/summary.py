"""The summary at the end of a run: lines for a person, one JSON object for a scheduler. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from batch_offboard.errors import ExitCode
from batch_offboard.record.events import FILE_KEPT
from batch_offboard.record.folder import REPORT_NAME, RESULTS_NAME, WORKBOOK_NAME
from batch_offboard.results.causes import SharedCause, shared_causes
from batch_offboard.results.delays import delays, overdue_and_active
from batch_offboard.results.models import ListCells, RowResult, RunView
from batch_offboard.results.moments import parse_moment
from batch_offboard.results.run_verdict import (
    attention,
    counts,
    label,
    rows_of_this_run,
    status_words,
    verdict,
)
from batch_offboard.wording import counted, printable

SHOWN_CAUSES = 10
LISTED_ROWS = 100
_ROW_NUMBERS = 12
_NAMES = 12


def summary_lines(view: RunView, folder: Path, missing: Collection[str] = ()) -> tuple[str, ...]:
    """The run in a few plain lines for a person; `folder` is the run folder.

    `missing` are the names of files that could not be written.
    """
    return (
        verdict(view),
        "",
        *_count_lines(view),
        *_attention_lines(view, missing),
        *_warning_lines(view),
        *_overdue_lines(view),
        "",
        f"Results: {_results_path(view, folder, missing) or 'not written'}",
        *_workbook_lines(view, folder, missing),
        f"Report:  {_report_path(folder, missing) or 'not written'}",
    )


def early_lines(view: RunView, folder: Path, missing: Collection[str] = ()) -> Iterator[str]:
    """What there is to say, beside the reason, of a run that ended before it changed anything."""
    path = _results_path(view, folder, missing)
    if path and any(row.error_code for row in rows_of_this_run(view)):
        yield f"Rows on hold, and why: {path}"
    for each in view.warnings:
        if each.code == FILE_KEPT:  # all others were shown as they came
            yield f"Warning: {printable(each.message)}"


def summary_object(
    view: RunView, exit_code: ExitCode, folder: Path, missing: Collection[str] = ()
) -> dict[str, object]:
    """The run as one JSON object; the keys are a stable, public interface.

    `attention` holds at most `LISTED_ROWS` rows, `attention_rows` says how many there are.
    """
    started, finished = view.started, view.finished
    open_rows = attention(view)
    return {
        "run_id": started.run_id,
        "command": started.command,
        "dry_run": started.dry_run,
        "exit_code": int(exit_code),
        "verdict": verdict(view),
        "organisation": {"id": started.organisation.id, "name": started.organisation.name},
        "region": started.region,
        "list": {
            "name": started.list.name,
            "sha256": started.list.sha256,
            "rows": len(view.results),
        },
        "started_at": started.at,
        "finished_at": finished.at if finished else None,
        "reason": finished.reason if finished else "",
        "plan": _plan_object(view),
        "counts": counts(view),
        "error_codes": dict(Counter(row.error_code for row in view.results if row.error_code)),
        "retry_rows": sum(row.retry for row in view.results),
        "verified_rows": sum(row.verified for row in view.results),
        "attention_rows": len(open_rows),
        "attention": [_row_object(row) for row in open_rows[:LISTED_ROWS]],
        "overdue_rows": _overdue_rows(view),
        "warnings": [
            {"code": each.code, "message": each.message, "names": list(each.names)}
            for each in view.warnings
        ],
        **_paths_object(view, folder, missing),
    }


def _paths_object(view: RunView, folder: Path, missing: Collection[str]) -> dict[str, object]:
    return {
        "run_folder": str(folder),
        "results": _results_path(view, folder, missing),
        "workbook": _workbook_path(view, folder, missing),
        "report": _report_path(folder, missing),
    }


def _results_path(view: RunView, folder: Path, missing: Collection[str]) -> str | None:
    return None if RESULTS_NAME in missing else str(folder / results_name(view))


def _workbook_path(view: RunView, folder: Path, missing: Collection[str]) -> str | None:
    if WORKBOOK_NAME in missing or not view.workbooks:
        return None
    return str(folder / view.workbooks[-1].name)


def _workbook_lines(view: RunView, folder: Path, missing: Collection[str]) -> Iterator[str]:
    """The workbook's path; a list that is too long for one has none."""
    path = _workbook_path(view, folder, missing)
    if path or WORKBOOK_NAME in missing:
        yield f"Excel:   {path or 'not written'}"


def _report_path(folder: Path, missing: Collection[str]) -> str | None:
    return None if REPORT_NAME in missing else str(folder / REPORT_NAME)


def _plan_object(view: RunView) -> dict[str, object] | None:
    if view.plan is None:
        return None
    plan, agreed = view.plan, view.agreed
    return {
        "people": plan.people,
        "calls": plan.calls,
        "digest": plan.digest,
        "agreed": agreed
        and {
            "who": agreed.who,
            "at": agreed.at,
            "how": agreed.how,
            "number": agreed.number,
            "plan_run": agreed.plan_run,
        },
    }


def results_name(view: RunView) -> str:
    """The name of the results file that was written last."""
    return view.written[-1].name if view.written else RESULTS_NAME


def _row_object(row: RowResult) -> dict[str, object]:
    return {
        "row": row.row,
        "status": row.status,
        "user_id": row.user_id,
        "user_name": row.user_name,
        "error_code": row.error_code,
        "error": row.error,
        "next_action": row.next_action,
        "correlation_id": row.correlation_id,
        "retry": row.retry,
    }


def _count_lines(view: RunView) -> Iterator[str]:
    words = status_words(view)
    shown = [each for each in counts(view).items() if each[1]]
    width = max((len(f"{number:,}") for _, number in shown), default=1)
    for outcome, number in shown:
        yield f"  {number:>{width},}  {label(outcome)}: {words[outcome]}"


def _attention_lines(view: RunView, missing: Collection[str]) -> Iterator[str]:
    """The causes for which rows need attention, and how many are not shown."""
    open_rows = attention(view)
    if not open_rows:
        return
    own = frozenset(row.row for row in rows_of_this_run(view))
    causes = shared_causes(row for row in open_rows if row.row in own)
    list_cells = ListCells(view)
    yield ""
    if causes:
        yield "Needs attention:"
    for each in causes[:SHOWN_CAUSES]:
        yield from _cause_lines(each, list_cells)
    where = "" if RESULTS_NAME in missing else f": filter offboard_status in {results_name(view)}"
    if rest := sum(len(each.rows) for each in causes[SHOWN_CAUSES:]):
        yield f"  … and {counted(rest, 'more row')}{where}"
    if earlier := sum(row.row not in own for row in open_rows):
        need = "needs" if earlier == 1 else "need"
        yield f"{counted(earlier, 'row')} of earlier runs still {need} attention{where}"


def _cause_lines(cause: SharedCause, list_cells: ListCells) -> Iterator[str]:
    """A cause once, with everybody who has it, and what to do."""
    names = [f"row {row.row}, {_name(list_cells, row)}" for row in cause.rows[:_NAMES]]
    names[0] = f"R{names[0][1:]}"
    words = f" ({cause.status_label}){f': {cause.words}' if cause.words else ''}"
    if len(cause.rows) == 1:
        yield f"  {names[0]}{words}"
    else:
        yield f"  {counted(len(cause.rows), 'row')}{words}"
        more = len(cause.rows) - len(names)
        yield f"      {'; '.join(names)}{f' and {more} more' if more else ''}"
    yield f"      {cause.next_action}"


def _name(list_cells: ListCells, row: RowResult) -> str:
    return printable(list_cells.name(row)).strip()


def _warning_lines(view: RunView) -> Iterator[str]:
    """The warnings of the run."""
    if view.warnings:
        yield ""
    for warning in view.warnings:
        first, *actions = warning.message.strip().split("\n")
        yield f"Warning: {printable(first)}"
        yield from (f"  {printable(each)}" for each in actions)


def _overdue_lines(view: RunView) -> Iterator[str]:
    """Rows set to inactive more than a day late, and rows that still wait after a day."""
    own = frozenset(row.row for row in rows_of_this_run(view))
    late = [delay for delay in delays(view) if delay.overdue and delay.result.row in own]
    begun = parse_moment(view.started.at)  # else an earlier run of the chain set it
    done = [each.result.row for each in late if each.inactive_at and each.inactive_at >= begun]
    waiting = overdue_and_active(view)
    if done or waiting:
        yield ""
    if done:
        yield f"Set to inactive more than a day late: {_numbers(done)}."
    if waiting:
        yield f"More than a day overdue and not set to inactive: {_numbers(waiting)}."


def _overdue_rows(view: RunView) -> list[int]:
    late = {delay.result.row for delay in delays(view) if delay.overdue}
    wanted = late.union(overdue_and_active(view))
    return [result.row for result in view.results if result.row in wanted]


def _numbers(numbers: Sequence[int]) -> str:
    """`row 3`, `rows 3, 7, 9`, `40 rows (3, 7, 9, …)`."""
    shown = ", ".join(map(str, numbers[:_ROW_NUMBERS]))
    if len(numbers) > _ROW_NUMBERS:
        return f"{counted(len(numbers), 'row')} ({shown}, …)"
    return f"row {shown}" if len(numbers) == 1 else f"rows {shown}"
