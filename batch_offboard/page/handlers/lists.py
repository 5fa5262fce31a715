"""Lists: handing one in, showing how it was read, choosing its columns, planning."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from batch_offboard.errors import ListError, OffboardError
from batch_offboard.page import planning
from batch_offboard.page.lists import MOST_BYTES, Draft, day_formats
from batch_offboard.page.plans import PlanSource
from batch_offboard.page.screens import columns, understood
from batch_offboard.page.shell import TOO_LARGE, Shell
from batch_offboard.page.voice import action_sentences
from batch_offboard.termination_list.models import IDENTIFYING, TerminationList
from batch_offboard.termination_list.preview import ListPreview

_NOTHING_RECOGNISED = "No column that finds people was recognised. Say which one it is."
"""What is shown above the choice of columns if none was recognised."""
_TWO_WAYS = "The dates of the list can be read in two ways, as in {text}. "
"""What is shown above the choice of columns for dates that can be read in two ways."""
_SAY_ORDER = (
    "Say what comes first, or write them in Excel like 2026-04-03 and choose the list again."
)
"""What to do about them where one of two orders can be chosen."""
_WRITE_DAYS = "Write them in Excel like 2026-04-03, then choose the list again."
"""What to do about them where neither can."""
_GONE = "This list is no longer here. Choose it again."
"""What is shown for a list that is no longer kept."""


async def start_screen(shell: Shell, _request: Request) -> Response:
    """“Who is leaving?”"""
    return await run_in_threadpool(_start, shell)


def _start(shell: Shell) -> Response:
    try:
        shell.desk.read_settings()
    except OffboardError as error:
        return shell.start_screen(str(error))
    return shell.start_screen()


async def upload(shell: Shell, request: Request) -> Response:
    """Take in the uploaded list, and go on to how it was read."""
    given = (await shell.posted(request, max_files=1)).get("list")
    if not isinstance(given, UploadFile) or not given.filename:
        return shell.start_screen("Choose a list.")
    data = await given.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        return shell.start_screen(TOO_LARGE)
    if not data.strip():
        return shell.start_screen("The list is empty.")
    draft = shell.desk.take_list(_file_name(given.filename), data)
    return shell.to(f"lists/{draft.id}")


def _file_name(given: str) -> str:
    """The last part of a name, as text: it is never a path."""
    name = PurePosixPath(given.replace("\\", "/")).name
    return "".join(each if each.isprintable() else "_" for each in name)[:200] or "list"


async def list_screen(shell: Shell, request: Request) -> Response:
    """“How your list was read”; without a column that finds people, “Which column is which?”"""
    draft = _draft(shell, request)
    if draft is None:
        return shell.start_screen(_GONE)
    return await run_in_threadpool(_shown, shell, draft)


def _shown(shell: Shell, draft: Draft) -> Response:
    listed = draft.read
    if isinstance(listed, TerminationList):
        return _understood(shell, draft, listed)
    if draft.is_results_file:
        return shell.screen("handed_back", 400, draft=draft)
    if draft.preview is None:
        return shell.start_screen(str(listed))
    return _columns(shell, draft, draft.preview, _why(draft, draft.preview, listed), _target(draft))


def _target(draft: Draft) -> str:
    """The part of the form that the error of a list is about."""
    return "date-order" if day_formats(draft.ambiguous_day) else "columns"


def _why(draft: Draft, preview: ListPreview, error: ListError) -> str:
    """Why a list cannot be used as it is: its error, or that no column finds people."""
    if draft.ambiguous_day:
        advice = _SAY_ORDER if day_formats(draft.ambiguous_day) else _WRITE_DAYS
        return _TWO_WAYS.format(text=draft.ambiguous_day) + advice
    is_other_sheet = draft.sheet is None and preview.sheet not in (None, *preview.sheets[:1])
    if not is_other_sheet and not set(IDENTIFYING) & set(preview.fields.values()):
        return _NOTHING_RECOGNISED
    return " ".join([str(error), *action_sentences(error.actions)])


def _understood(shell: Shell, draft: Draft, listed: TerminationList, error: str = "") -> Response:
    return shell.screen(
        "understood",
        400 if error else 200,
        draft=draft,
        listed=listed,
        used=list(understood.used_columns(listed)),
        unused=understood.unused_column_names(listed),
        may_change=draft.preview is not None,
        findings=understood.findings_shown(listed),
        error=error,
    )


async def ask_columns(shell: Shell, request: Request) -> Response:
    """“Which column is which?”"""
    draft = _draft(shell, request)
    preview = await run_in_threadpool(lambda: draft.preview) if draft else None
    if draft is None or preview is None:
        return shell.start_screen(_GONE)
    return _columns(shell, draft, preview, "")


def _columns(
    shell: Shell, draft: Draft, preview: ListPreview, error: str, target: str = "columns"
) -> Response:
    before = columns.chosen_before(shell.desk.place.runs, preview.header)
    return shell.screen(
        "columns",
        400 if error else 200,
        draft=draft,
        preview=preview,
        lines=columns.column_lines(preview, draft.choices, before.fields),
        uses=columns.USES,
        **columns.day_order(draft.ambiguous_day, draft.date_format),
        before=before.when if not draft.choices else "",
        error=error,
        target=target,
    )


async def choose_columns(shell: Shell, request: Request) -> Response:
    """Read the list with the columns that the person chose."""
    form = await shell.posted(request)
    draft = _draft(shell, request)
    preview = await run_in_threadpool(lambda: draft.preview) if draft else None
    if draft is None or preview is None:
        return shell.start_screen(_GONE)
    fields = {str(name): str(value) for name, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_said, shell, draft, preview, fields)


def _said(shell: Shell, draft: Draft, preview: ListPreview, fields: Mapping[str, str]) -> Response:
    place = columns.place_of(preview, fields)
    if isinstance(place, columns.Wrong):
        return _columns(shell, draft, preview, place.text, place.target)
    if place != (preview.sheet, preview.row):
        return _look_elsewhere(shell, draft, preview, *place)
    changed = replace(
        draft,
        sheet=preview.sheet,
        choices=columns.choices_of(preview, fields),
        date_format=columns.date_format_of(fields, draft.date_format),
    )
    shell.desk.place.drafts.keep(changed)
    if "look" in fields:
        return shell.to(f"lists/{draft.id}/columns")
    if wrong := columns.wrong_choice(preview, changed.choices):
        return _columns(shell, changed, preview, wrong.text, wrong.target)
    if isinstance(changed.read, ListError):
        why = _why(changed, preview, changed.read)
        return _columns(shell, changed, preview, why, _target(changed))
    return shell.to(f"lists/{draft.id}")


def _look_elsewhere(
    shell: Shell, draft: Draft, preview: ListPreview, sheet: str | None, row: int
) -> Response:
    """Ask for the columns of another sheet or header row; earlier choices are dropped.

    On another sheet `row` does not count: the header row is found anew.
    """
    header_row = row if sheet == preview.sheet else None
    changed = replace(draft, sheet=sheet, header_row=header_row, choices=())
    if changed.preview is None:
        return _columns(
            shell,
            draft,
            preview,
            f"Row {row} has no column names. Type the number of another row.",
            "header-row",
        )
    shell.desk.place.drafts.keep(changed)
    return shell.to(f"lists/{draft.id}/columns")


async def plan_rerun(shell: Shell, request: Request) -> Response:
    """Begin the dry run that makes the plan for the open rows of a results file."""
    await shell.posted(request)
    draft = _draft(shell, request)
    if draft is None:
        return shell.start_screen(_GONE)
    try:
        name = await run_in_threadpool(planning.plan_results, shell.desk, draft)
    except OffboardError as error:
        return shell.refused(error)
    return shell.to_run(name)


async def plan(shell: Shell, request: Request) -> Response:
    """Begin the dry run that makes the plan of a list."""
    await shell.posted(request)
    draft = _draft(shell, request)
    if draft is None:
        return shell.start_screen(_GONE)
    listed = await run_in_threadpool(lambda: draft.read)
    if isinstance(listed, ListError):
        return shell.start_screen(str(listed))
    source = PlanSource(
        "run",
        draft.name,
        sheet=draft.sheet,
        header_row=draft.header_row,
        choices=draft.choices,
        date_format=draft.date_format,
    )
    try:
        name = await run_in_threadpool(planning.make_plan, shell.desk, source, draft.data)
    except OffboardError as error:
        return _understood(shell, draft, listed, str(error))
    return shell.to_run(name)


def _draft(shell: Shell, request: Request) -> Draft | None:
    return shell.desk.place.drafts.find(request.path_params["id"])
