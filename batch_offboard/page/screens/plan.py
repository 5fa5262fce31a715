"""“The plan”: each row of the list, the person in Genesys, and what will happen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import RowResult
from batch_offboard.wording import counted

ROWS_A_PAGE = 100
SHOWN = {
    "all": "All",
    "change": "To change",
    "hold": "On hold",
    "nothing": "Nothing needed",
    "new": "New since the last plan",
}


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row of the plan's table.

    `may_accept` is true where only the name differs, so that a person may say that it is the same
    one; `is_new` where the plan before this one did not have it.
    """

    row: int
    listed: str
    person: str
    what: str
    queues: tuple[str, ...]
    next_action: str
    group: str
    may_accept: bool = False
    is_new: bool = False


def plan_rows(gathered: RunFold, new_people: frozenset[str] = frozenset()) -> list[PlanRow]:
    """All rows of a dry run, in the list's order; `new_people` are user ids."""
    return [
        _plan_row(gathered, each, is_new=each.user_id in new_people)
        for each in gathered.view().results
    ]


def _plan_row(gathered: RunFold, result: RowResult, *, is_new: bool) -> PlanRow:
    record = gathered.records[result.row]
    memberships = record.memberships if result.status == "planned" else ()
    queues = tuple(sorted({_queue_name(gathered, each.queue_id) for each in memberships}))
    group = {"planned": "change", "done": "nothing", "already_done": "nothing"}
    return PlanRow(
        row=result.row,
        listed=_listed(gathered, record.cells),
        person=result.user_name,
        what=_what(gathered, result, len(queues)),
        queues=queues,
        next_action=result.next_action if result.status != "planned" else "",
        group=group.get(result.status, "hold"),
        may_accept=result.error_code == "identity_mismatch",
        is_new=is_new,
    )


def _queue_name(gathered: RunFold, queue_id: str) -> str:
    queue = gathered.queues.get(queue_id)
    return queue.name if queue else queue_id


def _listed(gathered: RunFold, cells: Sequence[str]) -> str:
    """The person as the list has them: the name, else an identifier."""
    columns = gathered.started.list.columns
    found = (
        cells[columns[each]].strip()
        for each in ("name", "family_name", "email", "employee_id", "user_id")
        if each in columns and columns[each] < len(cells)
    )
    return next(filter(None, found), "")


def _what(gathered: RunFold, result: RowResult, queues: int) -> str:
    if result.status in ("done", "already_done"):
        return "Nothing needed"
    if result.status != "planned":
        return f"On hold: {result.error or result.error_code}"
    if gathered.started.command == "undo":
        return "Put back"
    steps = ["set to inactive"] if result.state_before == "active" else []
    steps += [f"leave {counted(queues, 'queue')}"] if queues else []
    said = ", ".join(steps) or "finish offboarding"
    return said[0].upper() + said[1:]


def plan_values(rows: Sequence[PlanRow], show: str, find: str, page: str) -> dict[str, Any]:
    """What the template needs of one page of the rows that were asked for."""
    shown = {key: words for key, words in SHOWN.items() if key != "new" or _are_new(rows)}
    show = show if show in shown else "all"
    chosen = _chosen(rows, show, find)
    pages = max(1, -(-len(chosen) // ROWS_A_PAGE))
    number = min(pages, max(1, int(page))) if page.isdecimal() and len(page) < 7 else 1
    return {
        "rows": chosen[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE],
        "tabs": [(key, words, len(_chosen(rows, key, ""))) for key, words in shown.items()],
        "show": show,
        "find": find,
        "page": number,
        "pages": pages,
    }


def _are_new(rows: Sequence[PlanRow]) -> bool:
    return any(row.is_new for row in rows)


def _chosen(rows: Sequence[PlanRow], show: str, find: str) -> list[PlanRow]:
    """The rows of one group that contain a text."""
    wanted = find.casefold().strip()
    return [
        row
        for row in rows
        if (show in ("all", row.group) or (show == "new" and row.is_new))
        and (not wanted or wanted in f"{row.row} {row.listed} {row.person} {row.what}".casefold())
    ]
