"""“The plan”: each row of the list, the person in Genesys, and what will happen."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from batch_offboard.offboarding.codes import cause
from batch_offboard.page.plans import is_expired
from batch_offboard.page.screens.columns import recorded_uses
from batch_offboard.page.screens.correct import may_accept_name
from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import RowResult, RunView, listed_name
from batch_offboard.results.moments import day_in_words, parse_day
from batch_offboard.results.row_record import RowRecord
from batch_offboard.wording import counted, rows_named

ROWS_A_PAGE = 100
SHOWN = {
    "all": "All",
    "change": "To change",
    "hold": "On hold",
    "later": "Not due yet",
    "carried": "Not run this time",
    "nothing": "Nothing needed",
    "new": "New since the last plan",
}
"""By key: the tabs above the rows of a plan."""
_ALWAYS = ("all", "change", "hold", "nothing")
"""The groups that are shown even if there is no such row."""
_NOTHING_CODES = ("duplicate", "not_a_person", "undone")
"""The codes of rows about which nobody has to do anything."""
_HELD_LINE = re.compile(r"\s*[\d,]+ rows? on hold: (?!the OAuth client)")
"""The line of a plan about rows on hold, whose number includes rows that need nothing."""
_DAY_LABELS = {"last_day": "Last day", "effective_date": "Effective date"}
"""By field: how a day of the list is labelled in its row."""

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


def plan_heading_values(
    view: RunView, now: datetime, rows: Sequence["PlanRow"]
) -> Mapping[str, Any]:
    """Values for the templates of a plan and of the check before its start."""
    if view.plan is None:
        return {"plan": None, "text": plan_text(()), "expired": True, "accepted": ""}
    lines = view.plan.lines
    if view.started.command != "undo":
        # The table's own numbers: what the plan calls on hold includes rows that need nothing.
        lines = (*(each for each in lines if not _HELD_LINE.match(each)), *group_lines(rows))
    return {
        "plan": view.plan,
        "text": plan_text(lines),
        "expired": is_expired(view.plan.at, now),
        "accepted": accepted_line(rows),
    }


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row of the plan's table.

    `group` is a key of SHOWN, `code` that of a row that is not attempted. `may_accept` is true
    where only the name differs, so that a person may say that it is the same one; `is_new` where
    the plan before lacked a change to the person. `day` is the day in the list and as it was read.
    `accepted` are the two names of a person whose name was accepted.
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
    code: str = ""
    day: str = ""
    accepted: str = ""


def plan_rows(gathered: RunFold, new_people: frozenset[str] = frozenset()) -> list[PlanRow]:
    """All rows of a dry run, in the list's order; `new_people` are user ids."""
    view = gathered.view()
    days = _Days(view)
    accepted = frozenset(view.accepted_names)
    found = []
    for result in view.results:
        record = gathered.records[result.row]
        row = _plan_row(gathered, result, record, is_new=result.user_id in new_people)
        both = f"{row.listed} / {row.person}" if result.row in accepted and row.person else ""
        found.append(replace(row, day=days.of(record), accepted=both))
    return found


class _Days:
    """The days of a list's rows, as the list has them and as they were read."""

    def __init__(self, view: RunView) -> None:
        used = recorded_uses(view.started.list)
        self._columns = {at: field for at, field in used.items() if field in _DAY_LABELS}

    def of(self, record: RowRecord) -> str:
        """`Last day: 20.11.2026 → 20 November 2026`; empty for a row without a day."""
        found = {
            record.cells[at].strip(): field
            for at, field in self._columns.items()
            if at < len(record.cells) and record.cells[at].strip()
        }
        if not record.due or not found:
            return ""
        day, fields = parse_day(record.due), set(found.values())
        label = _DAY_LABELS[fields.pop()] if len(fields) == 1 else "Effective from"
        read = day - timedelta(days=label == _DAY_LABELS["last_day"])
        return f"{label}: {' / '.join(found)} → {day_in_words(read)}"


def _plan_row(gathered: RunFold, result: RowResult, record: RowRecord, *, is_new: bool) -> PlanRow:
    group = _group(result, record)
    memberships = record.memberships if result.status == "planned" else ()
    queues = tuple(sorted({_queue_name(gathered, each.queue_id) for each in memberships}))
    return PlanRow(
        row=result.row,
        listed=_listed(gathered, record.cells),
        person=result.user_name,
        what=_what(gathered, result, len(queues), group),
        queues=queues,
        next_action=result.next_action if result.status != "planned" else "",
        group=group,
        may_accept=may_accept_name(result),
        is_new=is_new,
        code=result.error_code or result.status,
    )


def _group(result: RowResult, record: RowRecord) -> str:
    """The group of a row; a rerun leaves rows as they are that it does not attempt."""
    if result.status == "planned":
        return "change"
    if result.status in ("done", "already_done") or result.error_code in _NOTHING_CODES:
        return "nothing"
    if record.carried is not None and record.rare.held is None:
        return "carried"
    return "later" if result.error_code == "not_due" else "hold"


def group_lines(rows: Sequence[PlanRow]) -> Iterator[str]:
    """The lines of a plan about rows on hold, with the numbers that the table has for them."""
    held = Counter(row.code for row in rows if row.group == "hold")
    if held:
        yield f"{counted(held.total(), 'row')} on hold: {_causes(held)}."
    later = sum(row.group == "later" for row in rows)
    if later:
        yield f"{counted(later, 'row')} not due yet."
    nobody = Counter(
        row.code for row in rows if row.group == "nothing" and row.code in _NOTHING_CODES
    )
    if nobody:
        need = "needs" if nobody.total() == 1 else "need"
        yield f"{counted(nobody.total(), 'row')} {need} nothing: {_causes(nobody)}."


def _causes(codes: Counter[str]) -> str:
    """`no such user (2); the same person as another row (1)`, without numbers if it is one."""
    if len(codes) == 1:
        return cause(next(iter(codes)))
    return "; ".join(f"{cause(code)} ({number:,})" for code, number in codes.most_common())


def accepted_line(rows: Sequence[PlanRow]) -> str:
    """`1 name accepted by you: row 8.`; empty without any."""
    numbers = [row.row for row in rows if row.accepted]
    if not numbers:
        return ""
    return f"{counted(len(numbers), 'name')} accepted by you: {rows_named(numbers)}."


def _queue_name(gathered: RunFold, queue_id: str) -> str:
    queue = gathered.queues.get(queue_id)
    return queue.name if queue else queue_id


def _listed(gathered: RunFold, cells: Sequence[str]) -> str:
    """The person as the list has them: the name, else an identifier."""
    columns = gathered.started.list.columns
    found = (
        cells[columns[each]].strip()
        for each in ("email", "employee_id", "user_id")
        if each in columns and columns[each] < len(cells)
    )
    return listed_name(columns, cells) or next(filter(None, found), "")


def _what(gathered: RunFold, result: RowResult, queues: int, group: str) -> str:
    """What will happen to the person of a row, in a few words."""
    if result.status in ("done", "already_done"):
        return "Nothing needed"
    if result.status != "planned":
        return f"{SHOWN[group]}: {result.error or result.error_code}"
    if gathered.started.command == "undo":
        return "Put back"
    steps = ["set to inactive"] if result.state_before == "active" else []
    steps += [f"remove from {counted(queues, 'queue')}"] if queues else []
    said = ", ".join(steps) or "finish offboarding"
    return said[0].upper() + said[1:]


def plan_values(
    rows: Sequence[PlanRow],
    show: str,
    find: str,
    page: str,
    ticked: frozenset[int] = frozenset(),
) -> dict[str, Any]:
    """Values for the template: one page of the rows in group `show` that contain `find`, and tabs.

    Any text will do for `show` and `page`: unknown ones mean all rows, and the first page. `ticked`
    are the rows in which a person has ticked the name; a tick stays with a row that is not shown.
    """
    shown = {key: words for key, words in SHOWN.items() if key in _ALWAYS or _chosen(rows, key, "")}
    show = show if show in shown else "all"
    chosen = _chosen(rows, show, find)
    pages = max(1, -(-len(chosen) // ROWS_A_PAGE))
    number = min(pages, max(1, int(page))) if page.isdecimal() and len(page) < 7 else 1
    seen = chosen[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE]
    accepting = sorted(row.row for row in rows if row.may_accept and row.row in ticked)
    return {
        "rows": seen,
        "accepting": accepting,
        "unseen": sorted(set(accepting).difference(row.row for row in seen)),
        "kept": "".join(f"&accept={row}" for row in accepting),
        "may_tick": any(row.may_accept for row in seen),
        "tabs": [(key, words, len(_chosen(rows, key, ""))) for key, words in shown.items()],
        "show": show,
        "find": find,
        "page": number,
        "pages": pages,
    }


def _chosen(rows: Sequence[PlanRow], show: str, find: str) -> list[PlanRow]:
    """The rows of one group that contain a text."""
    wanted = find.casefold().strip()
    return [
        row
        for row in rows
        if (show in ("all", row.group) or (show == "new" and row.is_new))
        and (not wanted or wanted in f"{row.row} {row.listed} {row.person} {row.what}".casefold())
    ]
