"""“Correct and run again” and “Put people back”: each begins with a plan."""

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from batch_offboard.errors import OffboardError
from batch_offboard.page import planning
from batch_offboard.page.plans import read_plan_source
from batch_offboard.page.reading import run_in
from batch_offboard.page.screens import correct, undo
from batch_offboard.page.screens.columns import Wrong
from batch_offboard.page.shell import Shell, numbers_in
from batch_offboard.record.journal import JOURNAL_NAME
from batch_offboard.record.journal_lines import read_start


async def ask(shell: Shell, request: Request) -> Response:
    """The open rows, with the cells that can be corrected."""
    name = shell.run_name(request)
    if name is None:
        return shell.not_found()
    afresh = bool(request.query_params.get("afresh"))
    return await run_in_threadpool(_ask, shell, name, afresh=afresh)


def _ask(shell: Shell, name: str, *, afresh: bool) -> Response:
    """The open rows as they are, or as corrected for a plan that was not started."""
    view = run_in(shell.desk.place.runs / name).view()
    plan = "" if afresh else planning.correction_plan(shell.desk.place, name)
    source = read_plan_source(shell.desk.place.runs / plan) if plan else None
    if source is None:
        return _asked(shell, name, correct.correctable_rows(view))
    given = correct.Corrections.of(view, source.form)
    made = read_start(shell.desk.place.runs / plan / JOURNAL_NAME)
    before = {"plan": plan, "at": made.at if made else ""}
    return _asked(shell, name, correct.correctable_rows(view, given), before=before)


def _asked(
    shell: Shell,
    name: str,
    rows: list[correct.CorrectableRow],
    wrong: Wrong | None = None,
    before: Mapping[str, str] | None = None,
) -> Response:
    error, target = (wrong.text, wrong.target) if wrong else ("", "")
    values = {"name": name, "rows": rows, "error": error, "target": target, "before": before}
    return shell.screen("correct", 400 if wrong else 200, **values)


async def plan_corrected(shell: Shell, request: Request) -> Response:
    """Make the plan of a rerun with the corrected cells."""
    form = await shell.posted(request)
    fields = {str(key): str(value) for key, value in form.items()}
    name = shell.run_name(request)
    return await run_in_threadpool(_take, shell, name, fields)


def _take(shell: Shell, name: str | None, fields: dict[str, str]) -> Response:
    if name is None:
        return shell.not_found()
    view = run_in(shell.desk.place.runs / name).view()
    given = correct.Corrections.of(view, fields)
    wrong = correct.wrong_correction(view, given)
    if wrong is None:
        try:
            return shell.to_run(planning.plan_corrected(shell.desk, name, view, given, fields))
        except OffboardError as error:
            wrong = Wrong(str(error), "rows")
    return _asked(shell, name, correct.correctable_rows(view, given), wrong)


async def ask_back(shell: Shell, request: Request) -> Response:
    """The people that a run changed, none of them ticked."""
    return await run_in_threadpool(_ask_back, shell, shell.run_name(request), {})


def _ask_back(
    shell: Shell,
    name: str | None,
    fields: Mapping[str, str],
    ticked: frozenset[int] = frozenset(),
    error: str = "",
) -> Response:
    if name is None:
        return shell.not_found()
    gathered = run_in(shell.desk.place.runs / name)
    people = undo.changed_people(gathered)
    earlier = undo.changed_before(shell.desk.place.runs, gathered.started)
    values = undo.undo_values(people, fields.get("find", ""), ticked, fields.get("tick", ""))
    return shell.screen(
        "undo", 400 if error else 200, name=name, error=error, earlier=earlier, **values
    )


async def take_back(shell: Shell, request: Request) -> Response:
    """Make the plan of an undo for the people who were ticked, or find and tick some."""
    form = await shell.posted(request)
    fields = {str(key): str(value) for key, value in form.items()}
    rows, name = numbers_in(form, "row"), shell.run_name(request)
    return await run_in_threadpool(_take_back, shell, name, fields, rows)


def _take_back(
    shell: Shell, name: str | None, fields: Mapping[str, str], rows: frozenset[int]
) -> Response:
    """Make the plan that puts the ticked people back."""
    if name is None:
        return shell.not_found()
    if "tick" in fields:
        return _ask_back(shell, name, fields, rows)
    if not rows:
        return _ask_back(shell, name, fields, rows, "Choose at least one person.")
    try:
        made = planning.plan_undo(shell.desk, name, rows)
    except OffboardError as error:
        return _ask_back(shell, name, fields, rows, str(error))
    return shell.to_run(made)
