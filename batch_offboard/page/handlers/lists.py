"""Lists: taken in, shown as understood, their columns said."""

from pathlib import PurePosixPath

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from batch_offboard.errors import ListError, OffboardError
from batch_offboard.page import planning
from batch_offboard.page.lists import MOST_BYTES, Draft
from batch_offboard.page.plans import PlanSource
from batch_offboard.page.screens import columns, understood
from batch_offboard.page.shell import Shell
from batch_offboard.termination_list.looking import Looked
from batch_offboard.termination_list.models import TerminationList

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
    listed = await run_in_threadpool(lambda: draft.read)
    if isinstance(listed, TerminationList):
        return _understood(shell, draft, listed)
    looked = await run_in_threadpool(lambda: draft.looked)
    if looked is None:
        return shell.start_screen(str(listed))
    return _columns(shell, draft, looked, str(listed))


def _understood(shell: Shell, draft: Draft, listed: TerminationList, error: str = "") -> Response:
    return shell.screen(
        "understood",
        400 if error else 200,
        draft=draft,
        listed=listed,
        used=list(understood.used_columns(listed)),
        unused=understood.unused_letters(listed),
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


def _columns(shell: Shell, draft: Draft, looked: Looked, error: str) -> Response:
    before = columns.chosen_before(shell.desk.place.runs, looked.header)
    return shell.screen(
        "columns",
        400 if error else 200,
        draft=draft,
        looked=looked,
        lines=columns.column_lines(looked, draft.choices, before.fields),
        uses=columns.USES,
        before=before.when if not draft.choices else "",
        error=error,
    )


async def say_columns(shell: Shell, request: Request) -> Response:
    """Read the list with the columns that the person chose."""
    form = await shell.posted(request)
    draft = _draft(shell, request)
    looked = await run_in_threadpool(lambda: draft.looked) if draft else None
    if draft is None or looked is None:
        return shell.start_screen(_GONE)
    fields = {str(name): str(value) for name, value in form.items() if isinstance(value, str)}
    sheet = fields.get("sheet") or draft.sheet
    if sheet != (draft.sheet or looked.sheet):
        # Other columns: they are asked for anew.
        changed = shell.desk.place.drafts.change(draft, sheet, ())
        return shell.to(f"lists/{changed.id}/columns")
    choices = columns.choices_of(looked, fields)
    changed = shell.desk.place.drafts.change(draft, sheet, choices)
    if error := columns.problem_with(looked, choices):
        return _columns(shell, changed, looked, error)
    listed = await run_in_threadpool(lambda: changed.read)
    if isinstance(listed, ListError):
        return _columns(shell, changed, looked, str(listed))
    return shell.to(f"lists/{changed.id}")


async def plan(shell: Shell, request: Request) -> Response:
    """Begin the dry run that makes the plan of a list."""
    await shell.posted(request)
    draft = _draft(shell, request)
    if draft is None:
        return shell.start_screen(_GONE)
    listed = await run_in_threadpool(lambda: draft.read)
    if isinstance(listed, ListError):
        return shell.start_screen(str(listed))
    source = PlanSource("run", draft.name, sheet=draft.sheet, choices=draft.choices)
    try:
        name = await run_in_threadpool(planning.make_plan, shell.desk, source, draft.data)
    except OffboardError as error:
        return _understood(shell, draft, listed, str(error))
    return shell.to_run(name)


def _draft(shell: Shell, request: Request) -> Draft | None:
    return shell.desk.place.drafts.find(request.path_params["id"])
