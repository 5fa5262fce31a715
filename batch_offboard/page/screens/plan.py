"""“The plan”: each row of the list, the person in Genesys, and what will happen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from batch_offboard.page.plans import is_expired
from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import RowResult, RunView
from batch_offboard.wording import counted

ROWS_A_PAGE = 100
SHOWN = {
    "all": "All",
    "change": "To change",
    "hold": "On hold",
    "nothing": "Nothing needed",
    "new": "New since the last plan",
}
"""By key: the tabs above the rows of a plan."""


_ALARMING = (
    "Left without agents:",
    "An undo cannot put this back:",
    "Cannot be put back:",
    "Note:",
)
"""The beginnings of plan lines that a person must not miss."""
_LONGEST_LABEL = 40


@dataclass(frozen=True, slots=True)
class PlanText:
    """The lines of a plan, sorted for the page.

    `lead` says how many people would be changed and `names` who they are. `facts` are the lines of
    the form `label: value`, such as the organisation; `alarming` those not to be missed.
    """

    lead: str
    names: str
    facts: tuple[tuple[str, str], ...]
    alarming: tuple[str, ...]
    rest: tuple[str, ...]


def plan_text(lines: Sequence[str]) -> PlanText:
    """Sort the lines of a plan as it was shown; the first, its title, is left out.

    The names are the line that is indented further, below the line with the number of people.
    """
    lines = lines[1:]
    at = next((n for n, line in enumerate(lines) if line.startswith("    ")), 0)
    lead, names = (lines[at - 1].strip(), lines[at].strip()) if at else ("", "")
    others = [line.strip() for n, line in enumerate(lines) if not at or n not in (at - 1, at)]
    facts = [fact for line in others if (fact := _fact(line))]
    alarming = tuple(line for line in others if line.startswith(_ALARMING))
    rest = tuple(line for line in others if not _fact(line) and line not in alarming)
    return PlanText(lead, names, tuple(facts), alarming, rest)


def _fact(line: str) -> tuple[str, str] | None:
    label, found, value = line.partition(": ")
    is_fact = found and len(label) <= _LONGEST_LABEL and not label[:1].isdigit()
    return (label, value.removesuffix(".")) if is_fact and not line.startswith(_ALARMING) else None


def plan_heading_values(view: RunView, now: datetime) -> dict[str, Any]:
    """Values for the templates of a plan and of the check before its start."""
    if view.plan is None:
        return {"plan": None, "told": plan_text(()), "expired": True}
    return {
        "plan": view.plan,
        "told": plan_text(view.plan.lines),
        "expired": is_expired(view.plan.at, now),
    }


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row of the plan's table.

    `group` is a key of SHOWN. `may_accept` is true where only the name differs, so that a person
    may say that it is the same one; `is_new` where the plan before lacked a change to the person.
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
    """What will happen to the person of a row, in a few words."""
    if result.status in ("done", "already_done"):
        return "Nothing needed"
    if result.status != "planned":
        return f"On hold: {result.error or result.error_code}"
    if gathered.started.command == "undo":
        return "Put back"
    steps = ["set to inactive"] if result.state_before == "active" else []
    steps += [f"remove from {counted(queues, 'queue')}"] if queues else []
    said = ", ".join(steps) or "finish offboarding"
    return said[0].upper() + said[1:]


def plan_values(rows: Sequence[PlanRow], show: str, find: str, page: str) -> dict[str, Any]:
    """Values for the template: one page of the rows in group `show` that contain `find`, and tabs.

    Any text will do for `show` and `page`: unknown ones mean all rows, and the first page.
    """
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
