"""Lists: taken in, shown as understood, their columns said."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from batch_offboard.errors import ListError, OffboardError
from batch_offboard.page.lists import MOST_BYTES, Draft
from batch_offboard.page.plans import PlanSource
from batch_offboard.page.screens import columns, understood
from batch_offboard.page.shell import Shell
from batch_offboard.page.voice import in_words
from batch_offboard.termination_list.looking import Looked
from batch_offboard.termination_list.models import IDENTIFYING, TerminationList
from batch_offboard.termination_list.template import template_workbook

_NOTHING_RECOGNISED = (
    "No column was recognised by which people can be found. Please say which it is."
)
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_GONE = "This list is no longer here. Choose it again."


async def start(shell: Shell, _request: Request) -> Response:
    """“Who is leaving?”"""
    return shell.start_screen()


async def take(shell: Shell, request: Request) -> Response:
    """Take a list in."""
    given = (await shell.posted(request, max_files=1)).get("list")
    if not isinstance(given, UploadFile) or not given.filename:
        return shell.start_screen("Choose a list.")
    data = await given.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        return shell.start_screen("The list must be smaller than 20 MB.")
    if not data.strip():
        return shell.start_screen("The list is empty.")
    draft = shell.desk.take_list(_file_name(given.filename), data)
    return shell.to(f"lists/{draft.id}")


def _file_name(given: str) -> str:
    """The last part of a name, as text: it is never a path."""
    name = PurePosixPath(given.replace("\\", "/")).name
    return "".join(each if each.isprintable() else "_" for each in name)[:200] or "list"


async def shown(shell: Shell, request: Request) -> Response:
    """“What was understood”; without a column that finds people, “Which column is which?”"""
    draft = _draft(shell, request)
    if draft is None:
        return shell.start_screen(_GONE)
    return await run_in_threadpool(_shown, shell, draft)


def _shown(shell: Shell, draft: Draft) -> Response:
    listed = draft.read
    if isinstance(listed, TerminationList):
        return _understood(shell, draft, listed)
    if draft.is_results_file:
        return shell.screen("handed_back", draft=draft)
    if draft.looked is None:
        return shell.start_screen(draft.refusal or str(listed))
    return _columns(shell, draft, draft.looked, _why(draft.looked, listed))


def _why(looked: Looked, error: ListError) -> str:
    """Why a list cannot be used as it is: most often nothing in it was recognised."""
    if not set(IDENTIFYING) & set(looked.fields.values()) and columns.may_identify(looked):
        return _NOTHING_RECOGNISED
    return " ".join([str(error), *in_words(error.actions)])


def _understood(shell: Shell, draft: Draft, listed: TerminationList, error: str = "") -> Response:
    return shell.screen(
        "understood",
        400 if error else 200,
        draft=draft,
        listed=listed,
        used=list(understood.used_columns(listed)),
        unused=understood.unused_columns(listed),
        may_change=draft.looked is not None,
        findings=understood.findings_shown(listed),
        error=error,
    )


async def ask_columns(shell: Shell, request: Request) -> Response:
    """“Which column is which?”"""
    draft = _draft(shell, request)
    looked = await run_in_threadpool(lambda: draft.looked) if draft else None
    if draft is None or looked is None:
        return shell.start_screen(_GONE)
    return _columns(shell, draft, looked, "")


def _columns(
    shell: Shell, draft: Draft, looked: Looked, error: str, target: str = "columns"
) -> Response:
    before = columns.chosen_before(shell.desk.runs, looked.header)
    return shell.screen(
        "columns",
        400 if error else 200,
        draft=draft,
        looked=looked,
        lines=columns.column_lines(looked, draft.choices, before.fields),
        uses=columns.USES,
        before=before.when if not draft.choices else "",
        error=error,
        target=target,
    )


async def say_columns(shell: Shell, request: Request) -> Response:
    """Read the list with the columns that the person chose."""
    form = await shell.posted(request)
    draft = _draft(shell, request)
    looked = await run_in_threadpool(lambda: draft.looked) if draft else None
    if draft is None or looked is None:
        return shell.start_screen(_GONE)
    fields = {str(name): str(value) for name, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_said, shell, draft, looked, fields)


def _said(shell: Shell, draft: Draft, looked: Looked, fields: Mapping[str, str]) -> Response:
    place = columns.place_of(looked, fields)
    if isinstance(place, str):
        return _columns(shell, draft, looked, place, "header-row")
    if place != (looked.sheet, looked.row):
        return _look_elsewhere(shell, draft, looked, *place)
    choices = columns.choices_of(looked, fields)
    changed = shell.desk.drafts.change(draft, draft.sheet, draft.header_row, choices)
    if "look" in fields:
        return shell.to(f"lists/{changed.id}/columns")
    if error := columns.problem_with(looked, choices):
        return _columns(shell, changed, looked, error.text, error.target)
    if isinstance(changed.read, ListError):
        return _columns(shell, changed, looked, str(changed.read))
    return shell.to(f"lists/{changed.id}")


def _look_elsewhere(
    shell: Shell, draft: Draft, looked: Looked, sheet: str | None, row: int
) -> Response:
    """Ask for the columns of another sheet, or below another row: what was chosen does not count.

    Of another sheet the row of the headers is looked for.
    """
    header_row = row if sheet == looked.sheet else None
    changed = shell.desk.drafts.change(draft, sheet, header_row, ())
    if changed.looked is None:
        kept = shell.desk.drafts.change(draft, draft.sheet, draft.header_row, draft.choices)
        return _columns(shell, kept, looked, columns.no_row(row), "header-row")
    return shell.to(f"lists/{changed.id}/columns")


async def again(shell: Shell, request: Request) -> Response:
    """Begin the dry run that makes the plan for the open rows of a results file."""
    await shell.posted(request)
    draft = _draft(shell, request)
    if draft is None:
        return shell.start_screen(_GONE)
    try:
        name = await run_in_threadpool(shell.desk.plan_results, draft)
    except OffboardError as error:
        return shell.start_screen(" ".join([str(error), *in_words(error.actions)]))
    return shell.to(f"runs/{name}")


async def template(_shell: Shell, _request: Request) -> Response:
    """An empty list, to be saved."""
    content = await run_in_threadpool(template_workbook)
    headers = {"content-disposition": 'attachment; filename="leavers.xlsx"'}
    return Response(content, media_type=_WORKBOOK, headers=headers)


async def plan(shell: Shell, request: Request) -> Response:
    """Begin the dry run that makes the plan of a list."""
    await shell.posted(request)
    draft = _draft(shell, request)
    if draft is None:
        return shell.start_screen(_GONE)
    source = PlanSource(
        "run",
        draft.name,
        sheet=draft.sheet,
        header_row=draft.header_row,
        choices=draft.choices,
    )
    try:
        name = await run_in_threadpool(shell.desk.plan, source, draft.data)
    except OffboardError as error:
        listed = draft.read
        if isinstance(listed, TerminationList):
            return _understood(shell, draft, listed, str(error))
        return shell.start_screen(str(error))
    return shell.to(f"runs/{name}")


def _draft(shell: Shell, request: Request) -> Draft | None:
    return shell.desk.drafts.find(request.path_params["id"])
