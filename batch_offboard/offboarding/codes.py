"""The table of codes: what each error code means in a few words, and what to do about it now. Pure.

The plan, the report, the column offboard_next_action and the README's table are made from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One value of the column offboard_error_code.

    `words` is its meaning in short. `action` says what to do now, and who does it; `undo_action`
    replaces it in an undo. If both are empty, HTTP status and row status decide. Actions may name,
    in braces, the facts that `results.next_action` fills in: `again`, `with_yes`, `name`, `row`,
    `rows`, `other_row`, `due`, `groups`, `divisions`, `missing`.
    """

    name: str
    words: str
    action: str = ""
    undo_action: str = ""


_THE_ROW = (
    Code(
        "invalid_user_id",
        "the user id is not valid",
        "HR: correct the user id in this row, then {again}.",
    ),
    Code(
        "invalid_email",
        "the e-mail cell does not hold one e-mail address",
        "HR: enter this person's e-mail address, and nothing else, in this row, then {again}.",
    ),
    Code(
        "damaged_id",
        "a spreadsheet has damaged the employee number",
        "HR: enter the full employee number in this row (format the column as text first), then "
        "{again}.",
    ),
    Code(
        "no_identifier",
        "no user id, e-mail address or employee number",
        "HR: fill in this person's user id, e-mail address or employee number, then {again}.",
    ),
    Code(
        "malformed_row",
        "the cells of the row do not fit the header",
        "HR: correct the cells of this row, or delete the row if it isn't a person, then {again}.",
    ),
    Code(
        "not_a_person",
        "a total or a remark below the last person",
        "Nothing to do: this line is not a person. If it is, HR: fill in who it is{with_yes}, then "
        "{again}.",
    ),
    Code(
        "invalid_date",
        "no valid date, though the list has dates",
        "HR: enter the date in this row as YYYY-MM-DD, then {again}.",
    ),
    Code(
        "row_changed",
        "the identifier was changed, so the row now means another person",
        "HR: some columns may have been sorted without the others. Restore this row's original "
        "identifier, then {again}. If the new person is right, name row {row} in the rerun.",
    ),
)
"""Codes of rows that the list makes unusable."""
_THE_PERSON = (
    Code(
        "user_not_found",
        "no such Genesys user",
        "HR: check the user id, e-mail address or employee number of this row. It may be mistyped "
        "or from another Genesys organisation. Correct it, then {again}.",
        "Nothing can be put back: somebody deleted this person in Genesys. If that was a "
        "mistake, ask a Genesys admin.",
    ),
    Code(
        "ambiguous_person",
        "more than one Genesys user fits",
        "HR: more than one Genesys user fits this row. Enter the right user id in it, then "
        "{again}.",
    ),
    Code(
        "identity_mismatch",
        "the row's identifiers or name belong to different people",
        "HR: check whether this row means {name}. Correct the row{with_yes}, then {again}.",
    ),
    Code(
        "conflicting_rows",
        "rows for the same person contradict each other",
        "HR: {rows} are the same person but contradict each other. Keep the right "
        "one{with_yes}, then {again}.",
    ),
    Code(
        "duplicate",
        "the same person as another row",
        "Nothing to do here: {other_row} is the same person. See that row.",
    ),
    Code(
        "protected",
        "on the protected list",
        "Nothing to do: the protected list includes this person. If they really are leaving, ask "
        "a Genesys admin to remove them from `guards.protected` in the settings.",
    ),
    Code(
        "not_due",
        "not due yet",
        "HR: {again} on or after {due}. This person is not due until then.",
    ),
    Code(
        "undone",
        "put back by an undo and left alone since",
        "Nothing to do: an undo put this row back, so it is left alone. To offboard this person "
        "after all, name row {row} in the rerun.",
    ),
)
"""Codes of rows whose person is not clear, protected, not due or put back."""
_WHAT_REMAINS = (
    Code(
        "group_membership",
        "still in a queue through a group",
        "Ask a Genesys admin to take {name} out of {groups}. Until then, {name} will stay in the "
        "queue. If still logged in or set active again, {name} can be offered calls.",
    ),
    Code(
        "dynamic_group",
        "in a group whose members follow a rule",
        "Ask a Genesys admin to change the rule of {groups} so that it no longer includes {name}. "
        "Nobody can be taken out of such a group by hand.",
    ),
    Code(
        "membership_left",
        "still in a queue after two removals",
        "HR: {again}. If this happens again, ask a Genesys admin to remove {name} from the queues "
        "named in offboard_left_because.",
        "HR: {again}. If this happens again, ask a Genesys admin to put {name} back into the "
        "queues named in offboard_left_because.",
    ),
    Code(
        "queues_kept",
        "still in queues: the settings leave out the step `remove_from_queues`",
        "Ask a Genesys admin to add the step `remove_from_queues` to `steps` in the settings. Then "
        "{again}. Until then, {name} will stay in the queues named in offboard_left_because.",
    ),
    Code(
        "still_there",
        "something that an optional step should have ended is still there",
        "HR: {again}. If this happens again, ask a Genesys admin to end what "
        "offboard_left_because names for {name}.",
    ),
    Code(
        "still_on_queue",
        "inactive and in no queue, but still logged in and on queue",
        "HR: {again} after the shift of {name}. If it is urgent, ask a Genesys admin to log "
        "{name} out first. The step `revoke_tokens` in the settings also does this. Until then, "
        "{name} can still receive calls.",
    ),
    Code(
        "divisions_unseen",
        "done as far as the client can see, but some queues are hidden from it",
        "Ask a Genesys admin to give the OAuth client its role in {divisions} too. It does not see "
        "their queues. Then {again}.",
    ),
    Code(
        "missing_permission",
        "the OAuth client lacks a permission in a division of this person or their queues",
        "Ask a Genesys admin to give the OAuth client {missing}. Then {again}.",
    ),
    Code(
        "not_confirmed",
        "accepted by Genesys, but not confirmed by reading back",
        "HR: {again}. The change was accepted but not confirmed, so do not count {name} as done "
        "yet.",
        "HR: {again}. The change was accepted but not confirmed, so do not count {name} as put "
        "back yet.",
    ),
    Code(
        "interrupted",
        "the run stopped in the middle of the row",
        "HR: {again}. This row was cut short. The rerun does only what is left.",
        "HR: {again}. This row was cut short. Only what is left will be put back.",
    ),
    Code(
        "roles_left",
        "undo: roles that the run removed have not been put back",
        undo_action="HR: {again}. If roles are still missing, ask a Genesys admin to give {name} "
        "the roles that the run removed.",
    ),
    Code(
        "queue_gone",
        "undo: a queue no longer exists in Genesys, so nobody can be put back into it",
        undo_action="Nothing to do: the queues named in offboard_left_because no longer exist. "
        "Everything else was put back.",
    ),
    Code(
        "queue_refused",
        "undo: Genesys did not allow somebody to be put back into a queue",
        undo_action="Ask a Genesys admin to give the OAuth client routing:queueMember:manage in "
        "the divisions named in offboard_left_because. Then {again}.",
    ),
    Code(
        "still_missing",
        "undo: something else that the run removed is still missing",
        undo_action="HR: {again}. If this happens again, ask a Genesys admin to give {name} what "
        "offboard_left_because names.",
    ),
    Code(
        "membership_ended",
        "undo: a queue membership had ended before the run removed it, so it was not put back",
        undo_action="HR: check whether the queues named in offboard_left_because are still right "
        "for {name}. If so, ask a Genesys admin to put {name} back into them.",
    ),
    Code(
        "roles_unread",
        "undo: the roles were not recorded before the run, so they cannot be put back",
        undo_action="Ask a Genesys admin to give {name} their roles again. They were not recorded "
        "before the run, so the undo cannot.",
    ),
)
"""Codes of rows of which something is left, or not confirmed."""
_THE_CONNECTION = (
    Code(
        "conflict",
        "somebody else was changing the person at the same time",
        "HR: {again}. Somebody else was changing {name} at the same time.",
    ),
    Code(
        "timeout",
        "Genesys did not answer in time",
        "HR: {again} in a few minutes. Genesys did not answer in time.",
    ),
    Code(
        "connection_lost",
        "the network connection broke",
        "HR: {again} once the network is back. The connection to Genesys was lost.",
    ),
    Code(
        "connection_failed",
        "no network connection could be made",
        "HR: {again} once the network is back. Genesys could not be reached.",
    ),
    Code(
        "host_not_found",
        "Genesys' address could not be found",
        "HR: {again} once the network is back. If this happens again, ask a Genesys admin to "
        "check GENESYS_DOMAIN.",
    ),
    Code(
        "proxy_failed",
        "the company's proxy did not let the request through",
        "Ask IT why the proxy refuses the connection to Genesys. Then {again}.",
    ),
    Code(
        "tls_failed",
        "no secure connection, often because of a proxy or firewall in between",
        "Ask IT why no secure connection to Genesys can be made. Then {again}.",
    ),
    Code(
        "certificate_not_trusted",
        "no trusted connection, often because of a proxy or firewall in between",
        "Ask IT for this network's certificate, and name it in the settings (`genesys.ca_file`). "
        "Then {again}.",
    ),
    Code(
        "aborted",
        "a request was cut off when the run was stopped",
        "HR: {again}. The run was stopped before Genesys answered.",
    ),
    Code(
        "waited_too_long",
        "Genesys asked for longer waits than the settings allow",
        "HR: {again} later. Genesys' request limits were reached before this row.",
    ),
    Code(
        "endless_listing",
        "a listing from Genesys did not come to an end",
        "HR: {again}. If this happens again, ask a Genesys admin to report the listing named in "
        "offboard_error to Genesys support.",
    ),
    Code(
        "unusable_answer",
        "the answer came from something other than Genesys, such as a proxy",
        "HR: {again}. If this happens again, ask IT whether a proxy or firewall changes Genesys' "
        "answers.",
    ),
)
"""Codes of requests that Genesys did not receive or answer."""
_OF_GENESYS = (
    Code(
        "too.many.requests.retry.after",
        "Genesys received too many requests",
        "HR: {again} in a few minutes. Genesys received too many requests.",
    ),
    Code(
        "general.conflict",
        "somebody else was changing the person, or they were in a call or wrap-up",
    ),
    Code("missing.permissions", "the client lacks a permission"),
    Code("not.authorized", "the client may not do this"),
)
"""Codes of Genesys itself, in better words."""

CODES: Mapping[str, Code] = {
    each.name: each
    for each in (*_THE_ROW, *_THE_PERSON, *_WHAT_REMAINS, *_THE_CONNECTION, *_OF_GENESYS)
}
"""Every code of ours, and those of Genesys for which there are better words, by name."""


TO_CORRECT = frozenset(
    (*(each.name for each in _THE_ROW), "user_not_found", "ambiguous_person", "identity_mismatch")
)
"""The codes of rows that end the same way again unless somebody corrects the list."""

DELETED = "already_done"
"""The status of a row held because its person is deleted, which needs no code."""


def cause(code: str) -> str:
    """The code of a held row, or its status if it has none, in words."""
    if code == DELETED:
        return "already deleted in Genesys"
    return CODES[code].words if code in CODES else f"Genesys answered {code}"
