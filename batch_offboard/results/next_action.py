"""What a person should do now: about a row, in the column offboard_next_action; and with a run.

A row's sentences are chosen by its code where the table of codes has any, else by the HTTP status
of the request that decided the row, else by the row's status. They name no command and no option,
because they are shown on pages too. What to do with a run is an action, which each shell words.
Pure.
"""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from batch_offboard.errors import Action
from batch_offboard.offboarding.codes import CODES, TO_CORRECT
from batch_offboard.record.events import RowStatus
from batch_offboard.results.models import FINISHED, RunView
from batch_offboard.results.run_verdict import next_due

_PERMISSION = re.compile(r"(?<![\w:])[A-Za-z]\w*:[A-Za-z]\w*:[A-Za-z*]\w*")
_AGAIN = {"run": "rerun this results file", "undo": "undo this row again"}
"""By command: how a row is attempted again."""
_FROM_THE_START: Mapping[str, str] = {
    "run": "run the list again",
    "rerun": "start the rerun again",
    "undo": "start the undo again",
}
"""By command: how to go on after a run that ended before it sent anything that changes anything."""
_WITH_YES = ", enter yes in its offboard_retry"
"""What a row needs that a rerun would otherwise not attempt."""

_ACCEPT = "accept the name of row {row} in the "
"""How the advice to accept a name begins."""
CHECK_THE_NAME = (
    f"HR: check whether this row means {{name}}. If so, {_ACCEPT}"
    "{next_run}. If not, correct the row{with_yes}, then {again}."
)
"""For an `identity_mismatch` in which nothing but the name differs."""

WHOLE_COLUMN_UNKNOWN = (
    "HR: none of the values in the column used to find people exist in Genesys. Choose the column "
    "that identifies people, or check that the list is for this organisation. Then {again}."
)
"""For a person who was not found, like everybody else the column was to identify."""

BY_HTTP_STATUS: Mapping[int, str] = {
    400: "Ask a Genesys admin to read offboard_error: Genesys did not accept the request. Then "
    "{again}.",
    401: "Ask a Genesys admin to check the OAuth client and its secret. Then {again}.",
    403: "Ask a Genesys admin to give the OAuth client {permission}. It is needed in the divisions "
    "of {name} and of their queues. Then {again}.",
    404: "HR: check the id in this row. It may be mistyped or from another Genesys organisation, "
    "or the person was deleted. Correct it, then {again}.",
    408: CODES["timeout"].action,
    409: "HR: {again}. The person was being changed, or was still in a call or wrap-up.",
    413: "Ask a Genesys admin to read offboard_error: Genesys found the request too large. Then "
    "{again}.",
    429: CODES["too.many.requests.retry.after"].action,
}
"""By status of the deciding answer: what to do if no code of ours says it."""
SERVER_ERROR = "HR: {again} in a few minutes. Genesys itself had a problem."
"""For a row to which Genesys answered with status 500 or higher."""

NOTHING_BEGUN = "HR: {again}. This row was not started."
"""For a row of a run that ended before it sent anything that changes anything."""

BY_STATUS: Mapping[RowStatus, str] = {
    "done": "Nothing to do.",
    "already_done": "Nothing to do: everything was already done.",
    "partial": "HR: {again}. If this happens again, ask a Genesys admin to read offboard_error.",
    "failed": "HR: {again}. If this happens again, ask a Genesys admin to read offboard_error.",
    "skipped": "HR: read offboard_error. To have this row attempted, enter yes in its "
    "offboard_retry.",
    "not_run": "HR: {again}. The run stopped before this row.",
    "planned": "Nothing was changed: this was a dry run. HR: if the plan looks right, start the "
    "real run.",
}
"""By status of the row: what to do if neither code nor HTTP status says it."""
UNDO_BY_STATUS: Mapping[RowStatus, str] = {
    "done": "Nothing to do: everything was put back.",
    "already_done": "Nothing to do: everything was already as before the run.",
    "planned": "Nothing was changed: this was a dry run of an undo.",
}
"""The same for rows of an undo, where it differs."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """The facts that a sentence can name, with words for unknown ones."""

    again: str
    next_run: str
    with_yes: str
    name: str
    row: str
    rows: str
    other_row: str
    due: str
    groups: str
    divisions: str
    missing: str
    permission: str


def advises_acceptance(action: str) -> bool:
    """Whether a next action is to accept the name: nothing else holds the row."""
    return _ACCEPT.partition("{")[0] in action


def next_action(
    status: RowStatus,
    code: str,
    *,
    http_status: int | None,
    message: str,
    user_name: str,
    about: Mapping[str, object],
) -> str:
    """Plain sentences: what a person should do now about the row, and who.

    `message` is Genesys' own (a 403 names the missing permission). `about` may hold what the
    sentences name: `command` ("undo" for an undo run), `not_begun` (the command of a run that ended
    before it sent anything that changes anything), `row`, `other_row` (of a duplicate),
    `rows` (that conflict), `due` (an ISO date), `permission` (that the refused step needs),
    `only_name_differs` (of a mismatch), `whole_column_unknown` (of a person who was not found, as
    nobody was), `groups` (kind and name), `divisions` (names), `missing` (permissions and the
    divisions where they are needed).
    """
    command = "undo" if about.get("command") == "undo" else "run"
    not_begun = str(about.get("not_begun") or "")
    if code == "identity_mismatch" and about.get("only_name_differs"):
        template = CHECK_THE_NAME
    elif command == "run" and about.get("whole_column_unknown"):
        template = WHOLE_COLUMN_UNKNOWN
    else:
        template = _template(status, code, http_status, command, not_begun)
    if "{" not in template:
        return template
    facts = _facts(message, user_name, about, command, not_begun)
    # Shared, as many rows of a long list have the same.
    return sys.intern(template.format(**{name: getattr(facts, name) for name in _Facts.__slots__}))


def _facts(
    message: str, user_name: str, about: Mapping[str, object], command: str, not_begun: str
) -> _Facts:
    """The facts that the sentences may name; unknown ones in words."""
    return _Facts(
        again=_FROM_THE_START[not_begun] if not_begun else _AGAIN[command],
        next_run="next run" if not_begun == "run" else "rerun",
        with_yes="" if not_begun else _WITH_YES,
        name=user_name or "this person",
        row=_joined(_strings(about.get("row"))) or "N",
        rows=_named("row", about.get("rows"), "the rows named in offboard_error"),
        other_row=_named("row", about.get("other_row"), "the row named in offboard_error"),
        due=_joined(_strings(about.get("due"))) or "the day named in offboard_error",
        groups=_joined(_strings(about.get("groups"))) or "the group named in offboard_left_because",
        divisions=_named("division", about.get("divisions"), "the divisions it cannot see"),
        missing=_joined(_strings(about.get("missing"))) or "the permission named in offboard_error",
        permission=_permission(message, _joined(_strings(about.get("permission")))),
    )


def missing_permissions(message: str) -> tuple[str, ...]:
    """The permissions that Genesys' message of a 403 names, such as `directory:user:edit`."""
    return tuple(dict.fromkeys(_PERMISSION.findall(message)))


def with_open_rows(view: RunView, results_file: Path) -> Action | None:
    """The action for the rows that a run left open; None if there is nothing to do.

    After a dry run that is the run itself, if it would attempt anybody.
    """
    if view.started.dry_run:
        planned = any(row.status == "planned" for row in view.results)
        return Action("run_for_real") if planned else None
    if view.started.command == "undo":
        return _rest_of_undo(view)
    again = [row for row in view.results if row.retry]
    if again and all(row.error_code == "not_due" for row in again):
        return Action("rerun_later", results_file, day=next_due(view))
    if again and all(row.error_code in TO_CORRECT for row in again):
        return Action("rerun_corrected", results_file)
    return Action("rerun_here", results_file) if again else None


def _rest_of_undo(view: RunView) -> Action | None:
    previous = view.started.previous
    rows = tuple(
        row.row
        for row in view.results
        if undo_helps(row.status, row.error_code, http_status=row.http_status)
    )
    return Action("undo_rest", Path(previous.folder), rows) if previous and rows else None


def undo_helps(status: RowStatus, code: str, *, http_status: int | None) -> bool:
    """Whether a row that an undo left as it is can be put back by another one."""
    return status not in FINISHED and "{again}" in _template(status, code, http_status, "undo", "")


def after_being_cut_off(view: RunView, folder: Path) -> Action:
    """The action that continues after the run in `folder` was cut off."""
    previous = view.started.previous
    if view.started.command != "undo" or previous is None:
        return Action("rerun_here", folder)
    # An undo is not resumed: the run is undone once more, for the same rows.
    rows = tuple(sorted(each.row for each in view.results))
    return Action("undo_run", Path(previous.folder), rows)


def _template(
    status: RowStatus, code: str, http_status: int | None, command: str, not_begun: str
) -> str:
    if not_begun and status in {"planned", "not_run"}:
        return NOTHING_BEGUN
    known = CODES.get(code)
    if command == "undo":
        special = (known.undo_action if known else "") or UNDO_BY_STATUS.get(status)
        if special:
            return special
    if status in {"done", "already_done", "planned", "not_run"}:
        return BY_STATUS[status]
    if known is not None and known.action:
        return known.action
    if http_status is None:
        return BY_STATUS[status]
    other = SERVER_ERROR if http_status >= 500 else BY_STATUS[status]
    return BY_HTTP_STATUS.get(http_status, other)


def _permission(message: str, step_needs: str) -> str:
    """The missing permission in words; Genesys says whether all or one of several is needed.

    If Genesys names none, those that the refused step needs.
    """
    names = missing_permissions(message)
    if not names and step_needs:
        return f"the permission {step_needs}"
    if not names:
        return "the permission named in offboard_error"
    word = "permission" if len(names) == 1 else "permissions"
    return f"the {word} " + (" or " if "at least one" in message else " and ").join(names)


def _named(noun: str, names: object, unknown: str) -> str:
    """`group Night Shift`, `groups A and B`, or `unknown` where there is no name."""
    found = _strings(names)
    if not found:
        return unknown
    return f"{noun if len(found) == 1 else noun + 's'} {_joined(found)}"


def _strings(value: object) -> list[str]:
    if value is None or value == "":
        return []
    items = value if isinstance(value, list | tuple | set | frozenset) else [value]
    return [str(item) for item in items]


def _joined(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]
