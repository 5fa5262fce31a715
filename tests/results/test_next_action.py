"""What a person should do now: a plain sentence for every outcome."""

from typing import get_args

import pytest

from batch_offboard.record.events import RowStatus
from batch_offboard.results.next_action import BY_CODE, missing_permissions, next_action
from batch_offboard.termination_list.models import Problem

CODES_OF_THE_INTERFACE = [
    "invalid_user_id",
    "user_not_found",
    "ambiguous_person",
    "identity_mismatch",
    "protected",
    "not_due",
    "invalid_date",
    "duplicate",
    "conflicting_rows",
    "malformed_row",
    "row_changed",
    "membership_left",
    "group_membership",
    "divisions_unseen",
    "not_confirmed",
    "interrupted",
    "undone",
    "not_a_person",
]
CODES_OF_THE_LIST = get_args(Problem.__annotations__["code"])
CODES_OF_THE_LINE = [
    "aborted",
    "certificate_not_trusted",
    "conflict",
    "connection_failed",
    "connection_lost",
    "endless_listing",
    "host_not_found",
    "proxy_failed",
    "timeout",
    "tls_failed",
    "unusable_answer",
    "waited_too_long",
]
AGAIN = "run `batch-offboard rerun` with this results file"


def action(
    status: RowStatus,
    code: str = "",
    *,
    http_status: int | None = None,
    message: str = "",
    user_name: str = "Zoë Berg",
    **about: object,
) -> str:
    """The next action of a row."""
    return next_action(
        status, code, http_status=http_status, message=message, user_name=user_name, about=about
    )


@pytest.mark.parametrize("code", [*CODES_OF_THE_INTERFACE, *CODES_OF_THE_LIST, *CODES_OF_THE_LINE])
def test_every_code_of_ours_has_a_sentence_of_its_own(code: str) -> None:
    """No code falls back to the general sentence of its status."""
    assert code in BY_CODE


@pytest.mark.parametrize("about", [{}, {"command": "undo"}], ids=["run", "undo"])
@pytest.mark.parametrize("status", get_args(RowStatus))
@pytest.mark.parametrize("code", ["", "something.new", *BY_CODE])
def test_a_sentence_is_whole_whatever_is_known(
    status: RowStatus, code: str, about: dict[str, object]
) -> None:
    """Without any further facts a sentence begins with a capital, ends, and has no gap."""
    for http_status in (None, 200, 400, 403, 404, 409, 413, 418, 429, 500, 502, 503, 504):
        sentence = action(status, code, http_status=http_status, user_name="", **about)
        assert sentence == sentence.strip()
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert not any(gap in sentence for gap in ("{", "}", "  ", "None", "()", " ,"))


CASES = [
    (action("done"), "Nothing to do."),
    (action("already_done"), "Nothing to do: nothing was needed."),
    (action("not_run"), f"HR: {AGAIN}; the run stopped before this row."),
    (
        action("planned"),
        "Nothing was changed: this was a dry run; HR does the real run when the plan looks right.",
    ),
    (
        action("not_run", "timeout", http_status=504),
        f"HR: {AGAIN}; the run stopped before this row.",
    ),
    (
        action(
            "failed",
            "missing.permissions",
            http_status=403,
            message="Unable to perform the requested action. You are missing the following "
            "permission(s): directory:user:edit",
        ),
        "A Genesys admin should give a role of the OAuth client the permission "
        "directory:user:edit in the division of Zoë Berg and of their queues (roles are given per "
        f"division); then {AGAIN}.",
    ),
    (
        action(
            "partial",
            "missing.any.permissions",
            http_status=403,
            message="Unable to perform the requested action. You must have at least one of the "
            "following permissions assigned: routing:queue:edit, routing:queueMember:manage",
        ),
        "A Genesys admin should give a role of the OAuth client the permissions routing:queue:edit "
        "or routing:queueMember:manage in the division of Zoë Berg and of their queues (roles are "
        f"given per division); then {AGAIN}.",
    ),
    (
        action("failed", "not.authorized", http_status=403),
        "A Genesys admin should give a role of the OAuth client the permission named in "
        "offboard_error in the division of Zoë Berg and of their queues (roles are given per "
        f"division); then {AGAIN}.",
    ),
    (
        action("failed", "user_not_found", http_status=404, user_name=""),
        "HR: check the user id, e-mail address or employee number of this row; it is mistyped or "
        f"belongs to another Genesys organisation; correct it, then {AGAIN}.",
    ),
    (
        action("failed", "not.found", http_status=404),
        "HR: check the id in this row; it is mistyped or belongs to another Genesys organisation, "
        f"or the person was deleted; correct it, then {AGAIN}.",
    ),
    (
        action("partial", "general.conflict", http_status=409),
        f"HR: {AGAIN}; the person was being changed, or was still in a call or wrap-up.",
    ),
    (
        action("failed", "too.many.requests.retry.after", http_status=429),
        f"HR: {AGAIN} in a few minutes; Genesys was asked too often.",
    ),
    (
        action("failed", "service.unavailable", http_status=503),
        f"HR: {AGAIN} in a few minutes; Genesys itself had a problem.",
    ),
    (
        action("partial", "group_membership", groups=["group Night Shift"]),
        "Ask a Genesys admin to take Zoë Berg out of group Night Shift; until then calls can still "
        "reach Zoë Berg.",
    ),
    (
        action(
            "partial",
            "group_membership",
            groups=["group Night Shift", "work team Day {0}", "group =x"],
        ),
        "Ask a Genesys admin to take Zoë Berg out of group Night Shift, work team Day {0} and "
        "group =x; until then calls can still reach Zoë Berg.",
    ),
    (
        action("partial", "divisions_unseen", divisions=["Sales", "Support"]),
        "A Genesys admin should let the OAuth client see the queues of divisions Sales and Support "
        f"(roles are given per division) or look there for Zoë Berg; then {AGAIN}.",
    ),
    (
        action("skipped", "not_due", due="2026-12-01"),
        f"HR: {AGAIN} on or after 2026-12-01; this person is not due before.",
    ),
    (
        action("skipped", "duplicate", other_row=7),
        "Nothing to do here: the same person is done by row 7; look there.",
    ),
    (
        action("skipped", "conflicting_rows", rows=[3, 7, 9]),
        "HR: rows 3, 7 and 9 mean the same person but disagree; keep the right one, type yes into "
        f"its offboard_retry, then {AGAIN}.",
    ),
    (
        action("skipped", "identity_mismatch", only_name_differs=True, row=4),
        "HR: check whether this row means Zoë Berg; if it is the same person under another name, "
        f"{AGAIN} and `--accept-names 4`, else correct the row and type yes into its "
        "offboard_retry first.",
    ),
    (
        action("skipped", "identity_mismatch", only_name_differs=False, row=4),
        "HR: check whether this row means Zoë Berg; correct the row, type yes into its "
        f"offboard_retry and {AGAIN}.",
    ),
    (
        action("skipped", "undone", row=5),
        "Nothing to do: this row was put back by an undo and is left alone; to do it after all, "
        "name it: `batch-offboard rerun … --rows 5`.",
    ),
    (
        action("failed", "user_not_found", command="undo"),
        "Nothing can be put back: this person was deleted in Genesys; if that was a mistake, ask "
        "a Genesys admin.",
    ),
    (action("done", command="undo"), "Nothing to do: this person was put back."),
    (
        action("failed", "timeout", command="undo"),
        "HR: run `batch-offboard undo` for this row again in a few minutes; Genesys did not answer "
        "in time.",
    ),
]


@pytest.mark.parametrize("found, expected", CASES, ids=[expected[:40] for _, expected in CASES])
def test_the_sentence_says_what_to_do_and_who(found: str, expected: str) -> None:
    """The sentence of each kind of outcome, with its facts."""
    assert expected == found


def test_the_missing_permissions_are_those_that_genesys_names() -> None:
    """Each is named once; other words with colons are none."""
    message = "permission(s): a:b:c, routing:queueMember:manage, a:b:c, x:y:* at 12:30:45"
    assert missing_permissions(message) == ("a:b:c", "routing:queueMember:manage", "x:y:*")
