"""“Correct and run again” and “Put people back”: each begins with a plan."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from batch_offboard.errors import OffboardError
from batch_offboard.page import planning
from batch_offboard.page.reading import run_in
from batch_offboard.page.screens import correct, undo
from batch_offboard.page.shell import Shell, numbers_in


async def ask(shell: Shell, request: Request) -> Response:
    """The open rows, with the cells that can be corrected."""
    return await run_in_threadpool(_ask, shell, shell.run_name(request), "")


def _ask(shell: Shell, name: str | None, error: str) -> Response:
    if name is None:
        return shell.not_found()
    view = run_in(shell.desk.place.runs / name).view()
    rows = correct.open_rows(view)
    return shell.screen("correct", 400 if error else 200, name=name, rows=rows, error=error)


async def take(shell: Shell, request: Request) -> Response:
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
    if not given.run:
        return _ask(shell, name, "Choose at least one row.")
    try:
        made = planning.plan_corrected(shell.desk, name, view, given)
    except OffboardError as error:
        return _ask(shell, name, str(error))
    return shell.to_run(made)


async def ask_back(shell: Shell, request: Request) -> Response:
    """The people that a run changed, none of them ticked."""
    return await run_in_threadpool(_ask_back, shell, shell.run_name(request), "")


def _ask_back(shell: Shell, name: str | None, error: str) -> Response:
    if name is None:
        return shell.not_found()
    people = undo.changed_people(run_in(shell.desk.place.runs / name))
    return shell.screen("undo", 400 if error else 200, name=name, people=people, error=error)


async def take_back(shell: Shell, request: Request) -> Response:
    """Make the plan of an undo for the people who were ticked."""
    form = await shell.posted(request)
    rows, name = numbers_in(form, "row"), shell.run_name(request)
    return await run_in_threadpool(_take_back, shell, name, rows)


def _take_back(shell: Shell, name: str | None, rows: frozenset[int]) -> Response:
    if name is None:
        return shell.not_found()
    if not rows:
        return _ask_back(shell, name, "Choose at least one person.")
    try:
        made = planning.plan_undo(shell.desk, name, rows)
    except OffboardError as error:
        return _ask_back(shell, name, str(error))
    return shell.to_run(made)
