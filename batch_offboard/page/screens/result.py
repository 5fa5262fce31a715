"""The result of a run: the verdict, the counts, who needs attention."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from batch_offboard.commands.report import RERUN_OUTDATED
from batch_offboard.commands.runs import continued_in
from batch_offboard.page.screens.correct import correctable_rows
from batch_offboard.page.screens.runs import RunState, run_names
from batch_offboard.page.screens.undo import changed_before, changed_people
from batch_offboard.record.events import FILE_KEPT, Warned
from batch_offboard.record.folder import RESULTS_NAME, WORKBOOK_NAME
from batch_offboard.results.causes import shared_causes
from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import ListCells, RunView
from batch_offboard.results.results_xlsx import has_workbook
from batch_offboard.results.run_verdict import attention, counts, label, status_words, verdict

_MOST_LEFT = 50
"""For how many people it is shown what is left behind."""


def unfinished_values(gathered: RunFold) -> dict[str, Any]:
    """What the template of a plan that was not finished needs."""
    view = gathered.view()
    return {
        "list_name": view.started.list.termination_list.name,
        "at": view.started.at,
        "reason": view.finished.reason if view.finished else "",
    }


def about_files(warnings: Iterable[Warned]) -> list[str]:
    """The warnings about files that somebody has edited, or that could not be written again."""
    return [each.message for each in warnings if each.code in (FILE_KEPT, RERUN_OUTDATED)]


def result_values(gathered: RunFold, view: RunView, state: RunState, runs: Path) -> dict[str, Any]:
    """What the template of a result needs, shown as `view`; `runs` is the folder of all runs."""
    cells = ListCells(view)
    is_undo = view.started.command == "undo"
    continued = _continued(view, runs)
    return {
        "continued": continued,
        "most_left": _MOST_LEFT,
        "left_behind": [
            (row.row, cells.name(row), row.left_behind) for row in view.results if row.left_behind
        ],
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
        "may_correct": not is_undo and not continued and bool(correctable_rows(view)),
        "may_undo": not is_undo
        and bool(changed_people(gathered) or changed_before(runs, view.started)),
    }


def _continued(view: RunView, runs: Path) -> dict[str, str] | None:
    """The run that has taken over this one's open rows, if there is one: its name, and when."""
    later = continued_in(runs, view.started.run_id) if view.started.command != "undo" else None
    if later is None or later.started is None or later.folder.name not in run_names(runs):
        return None
    return {"run": later.folder.name, "at": later.started.at}
