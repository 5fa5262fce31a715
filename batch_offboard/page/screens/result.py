"""The result of a run: the verdict, the counts, who needs attention."""

from typing import Any

from batch_offboard.page.screens.correct import correctable_rows
from batch_offboard.page.screens.runs import RunState
from batch_offboard.page.screens.undo import changed_people
from batch_offboard.record.folder import RESULTS_NAME, WORKBOOK_NAME
from batch_offboard.results.causes import shared_causes
from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import ListCells
from batch_offboard.results.results_xlsx import has_workbook
from batch_offboard.results.run_verdict import attention, counts, label, status_words, verdict


def unfinished_values(gathered: RunFold) -> dict[str, Any]:
    """What the template of a plan that was not finished needs."""
    view = gathered.view()
    return {
        "list_name": view.started.list.termination_list.name,
        "at": view.started.at,
        "reason": view.finished.reason if view.finished else "",
    }


def result_values(gathered: RunFold, state: RunState) -> dict[str, Any]:
    """What the template of a result needs."""
    view = gathered.view()
    cells = ListCells(view)
    is_undo = view.started.command == "undo"
    return {
        "verdict": verdict(view),
        "list_name": view.started.list.termination_list.name,
        "organisation": view.started.organisation.name,
        "at": view.started.at,
        "note": view.started.note,
        "reason": view.finished.reason if view.finished and state is RunState.STOPPED else "",
        "files": [*([WORKBOOK_NAME] if has_workbook(view) else ()), RESULTS_NAME],
        "counts": counts(view),
        "words": status_words(view),
        "labels": {word: label(word) for word in counts(view)},
        "causes": [
            (each, [(row.row, cells.name(row)) for row in each.rows])
            for each in shared_causes(attention(view))
        ],
        "cut_short": state is RunState.CUT_SHORT,
        "may_correct": not is_undo and bool(correctable_rows(view)),
        "may_undo": not is_undo and bool(changed_people(gathered)),
    }
