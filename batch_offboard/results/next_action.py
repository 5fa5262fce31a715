"""What a person should do now about a row, and who: one plain sentence for every outcome.

The sentence is chosen by the row's code where we have one for the case, else by the HTTP status
of the call that decided it, else by the row's status.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from batch_offboard.record.events import RowStatus

_PERMISSION = re.compile(r"(?<![\w:])[A-Za-z]\w*:[A-Za-z]\w*:[A-Za-z*]\w*")

_AGAIN = {
    "run": "run `batch-offboard rerun` with this results file",
    "undo": "run `batch-offboard undo` for this row again",
}

BY_CODE: Mapping[str, str] = {
    # What is wrong with the row itself: HR mends the list.
    "invalid_user_id": "HR: correct the user id in this row, then {again}.",
    "damaged_id": "HR: write the full employee number into this row (format the column as text "
    "first), then {again}.",
    "no_identifier": "HR: fill in this person's user id, e-mail address or employee number, "
    "then {again}.",
    "invalid_date": "HR: write the date in this row as YYYY-MM-DD, then {again}.",
    "malformed_row": "HR: correct this row, its cells do not fit the header, or delete it if it is "
    "no person's, then {again}.",
    "row_changed": "HR: put back the identifier that this row had (the columns may have been "
    "sorted apart), or check that it is the right person, then {again}.",
    "not_a_person": "Nothing to do: this line is below the last person and is not a person; if it "
    "is one, HR fills in who it is, types yes into its offboard_retry, then {again}.",
    # Whether it is the right person: HR looks before anything is sent.
    "user_not_found": "HR: check the user id, e-mail address or employee number of this row; it "
    "is mistyped or belongs to another Genesys organisation; correct it, then {again}.",
    "ambiguous_person": "HR: more than one person in Genesys fits this row; write the right "
    "person's user id into it, then {again}.",
    "identity_mismatch": "HR: check whether this row means {name}; correct the row, type yes into "
    "its offboard_retry and {again}.",
    "name_differs": "HR: check whether this row means {name}; if it is the same person under "
    "another name, {again} and `--accept-names {row}`, else correct the row and type yes into "
    "its offboard_retry first.",
    "conflicting_rows": "HR: {rows} mean the same person but disagree; keep the right one, "
    "type yes into its offboard_retry, then {again}.",
    "duplicate": "Nothing to do here: the same person is done by {other_row}; look there.",
    "protected": "Nobody is expected to act: this person is on the protected list; if they "
    "really leave, a Genesys admin takes them off `guards.protected` in config.yaml.",
    "not_due": "HR: {again} on or after {due}; this person is not due before.",
    "undone": "Nothing to do: this row was put back by an undo and is left alone; to do it after "
    "all, name it: `batch-offboard rerun … --rows {row}`.",
    # What is left or unproved after a change.
    "group_membership": "Ask a Genesys admin to take {name} out of {groups}; until then calls can "
    "still reach {name}.",
    "dynamic_group": "Ask a Genesys admin to see to it that the rule of {groups} no longer takes "
    "{name} in; nobody can be taken out of such a group by hand.",
    "still_there": "HR: {again}; if it comes back, ask a Genesys admin to end for {name} what "
    "offboard_left_because names.",
    "membership_left": "HR: {again}; if it comes back, ask a Genesys admin to take {name} out "
    "of the queues named in offboard_left_because.",
    "divisions_unseen": "A Genesys admin should let the OAuth client see the queues of "
    "{divisions} (roles are given per division) or look there for {name}; then {again}.",
    "not_confirmed": "HR: {again}; the change was accepted but could not be read back, so do "
    "not count {name} as done yet.",
    "interrupted": "HR: {again}; this row was cut short and only the rest of it is done then.",
    "conflict": "HR: {again}; {name} was being changed by someone else at the same time.",
    # What came of the line to Genesys rather than of the person.
    "timeout": "HR: {again} in a few minutes; Genesys did not answer in time.",
    "connection_lost": "HR: {again} once the network is back; the connection to Genesys was lost.",
    "connection_failed": "HR: {again} once the network is back; Genesys could not be reached.",
    "host_not_found": "HR: {again} once the network is back; if it comes back, a Genesys admin "
    "should check GENESYS_DOMAIN.",
    "proxy_failed": "Ask IT why the proxy refuses the connection to Genesys; then {again}.",
    "tls_failed": "Ask IT why no secure connection to Genesys comes about; then {again}.",
    "certificate_not_trusted": "Ask IT for the certificate that this network uses and name it in "
    "config.yaml (`genesys.ca_file`); then {again}.",
    "aborted": "HR: {again}; the run was told to end at once.",
    "waited_too_long": "HR: {again} later; Genesys' limits left no room for this row.",
    "endless_listing": "HR: {again}; if it comes back, a Genesys admin should ask Genesys support "
    "about the listing named in offboard_error.",
    "unusable_answer": "HR: {again}; if it comes back, a Genesys admin should look for a proxy "
    "or firewall that changes Genesys' answers.",
    "too.many.requests.retry.after": "HR: {again} in a few minutes; Genesys was asked too often.",
}
"""By our own code (and the few of Genesys' that say more than their HTTP status)."""

BY_HTTP_STATUS: Mapping[int, str] = {
    400: "A Genesys admin should read offboard_error: Genesys did not accept the request; when "
    "that is settled, {again}.",
    401: "A Genesys admin should check the OAuth client and its secret; then {again}.",
    403: "A Genesys admin should give a role of the OAuth client {permission} in the division of "
    "{name} and of their queues (roles are given per division); then {again}.",
    404: "HR: check the id in this row; it is mistyped or belongs to another Genesys "
    "organisation, or the person was deleted; correct it, then {again}.",
    408: BY_CODE["timeout"],
    409: "HR: {again}; the person was being changed, or was still in a call or wrap-up.",
    413: "A Genesys admin should read offboard_error: Genesys found the request too large; "
    "then {again}.",
    429: BY_CODE["too.many.requests.retry.after"],
}

BY_STATUS: Mapping[RowStatus, str] = {
    "done": "Nothing to do.",
    "already_done": "Nothing to do: nothing was needed.",
    "partial": "HR: {again}; a Genesys admin should read offboard_error if it comes back.",
    "failed": "HR: {again}; a Genesys admin should read offboard_error if it comes back.",
    "skipped": "HR: read offboard_error; type yes into offboard_retry to have this row attempted.",
    "not_run": "HR: {again}; the run stopped before this row.",
    "planned": "Nothing was changed: this was a dry run; HR does the real run when the plan "
    "looks right.",
}

_SERVER_TROUBLE = "HR: {again} in a few minutes; Genesys itself had a problem."
UNDO: Mapping[str, str] = {
    "done": "Nothing to do: this person was put back.",
    "already_done": "Nothing to do: this person was already as before.",
    "planned": "Nothing was changed: this was a dry run of an undo.",
    "user_not_found": "Nothing can be put back: this person was deleted in Genesys; if that was "
    "a mistake, ask a Genesys admin.",
    "membership_left": "HR: {again}; if it comes back, ask a Genesys admin to put {name} into "
    "the queues named in offboard_left_because again.",
    "not_confirmed": "HR: {again}; the change was accepted but could not be read back, so do "
    "not count {name} as put back yet.",
    "roles_left": "HR: {again}; if roles are still missing, ask a Genesys admin to give {name} "
    "the roles that the run took.",
    "still_missing": "HR: {again}; if it comes back, ask a Genesys admin to give {name} what "
    "offboard_left_because names.",
    "roles_unread": "Ask a Genesys admin to give {name} their roles again: they were not "
    "recorded before the run, so undo cannot.",
}
"""By status or code, where an undo has something else to say."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a sentence can name, with words for what is not known."""

    again: str
    name: str
    row: str
    rows: str
    other_row: str
    due: str
    groups: str
    divisions: str
    permission: str


def next_action(
    status: RowStatus,
    code: str,
    *,
    http_status: int | None,
    message: str,
    user_name: str,
    about: Mapping[str, object],
) -> str:
    """One plain sentence: what a person should do now about the row, and who.

    `message` is Genesys' own (a 403 names the missing permission). `about` may hold what the
    sentence names: `command` ("undo" for an undo run), `row`, `other_row` (of a duplicate),
    `rows` (that conflict), `due` (an ISO date), `permission` (that the refused step needs),
    `only_name_differs` (of a mismatch), `groups` (kind and name), `divisions` (names).
    """
    command = "undo" if about.get("command") == "undo" else "run"
    if code == "identity_mismatch" and about.get("only_name_differs"):
        code = "name_differs"
    template = _template(status, code, http_status, command)
    if "{" not in template:
        return template
    facts = _Facts(
        again=_AGAIN[command],
        name=user_name or "this person",
        row=_joined(_strings(about.get("row"))) or "N",
        rows=_named("row", about.get("rows"), "the rows named in offboard_error"),
        other_row=_named("row", about.get("other_row"), "the row named in offboard_error"),
        due=_joined(_strings(about.get("due"))) or "the day named in offboard_error",
        groups=_joined(_strings(about.get("groups"))) or "the group named in offboard_left_because",
        divisions=_named("division", about.get("divisions"), "the divisions it cannot see"),
        permission=_permission(message, _joined(_strings(about.get("permission")))),
    )
    return template.format(**{name: getattr(facts, name) for name in _Facts.__slots__})


def missing_permissions(message: str) -> tuple[str, ...]:
    """The permissions that Genesys' message of a 403 names, such as `directory:user:edit`."""
    return tuple(dict.fromkeys(_PERMISSION.findall(message)))


def _template(status: RowStatus, code: str, http_status: int | None, command: str) -> str:
    if command == "undo" and (undo := UNDO.get(code) or UNDO.get(status)):
        return undo
    if status in {"done", "already_done", "planned", "not_run"}:
        return BY_STATUS[status]
    if code in BY_CODE:
        return BY_CODE[code]
    if http_status is None:
        return BY_STATUS[status]
    return BY_HTTP_STATUS.get(
        http_status, _SERVER_TROUBLE if http_status >= 500 else BY_STATUS[status]
    )


def _permission(message: str, step_needs: str) -> str:
    """The missing permission in words; Genesys says whether all or one of several is needed.

    Where Genesys names none, it is what the refused step needs.
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
