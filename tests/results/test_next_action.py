"""What a person should do now: a plain sentence for every outcome."""

import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from batch_offboard.errors import Action
from batch_offboard.offboarding.codes import CODES
from batch_offboard.record.events import Predecessor, RowStatus
from batch_offboard.results.next_action import (
    BY_HTTP_STATUS,
    BY_STATUS,
    CHECK_THE_NAME,
    NOTHING_BEGUN,
    SERVER_ERROR,
    UNDO_BY_STATUS,
    after_being_cut_off,
    missing_permissions,
    next_action,
    with_open_rows,
)
from batch_offboard.results.undo_verdict import UndoCode
from batch_offboard.termination_list.models import Problem
from tests.results.views import DONE, FAILED, started, view

CODES_OF_THE_LIST = get_args(Problem.__annotations__["code"])
OTHER_CODES = [
    "aborted",
    "ambiguous_person",
    "certificate_not_trusted",
    "conflict",
    "conflicting_rows",
    "connection_failed",
    "connection_lost",
    "divisions_unseen",
    "duplicate",
    "dynamic_group",
    "endless_listing",
    "group_membership",
    "host_not_found",
    "identity_mismatch",
    "interrupted",
    "membership_left",
    "not_confirmed",
    "not_due",
    "protected",
    "proxy_failed",
    "row_changed",
    "still_on_queue",
    "still_there",
    "timeout",
    "tls_failed",
    "undone",
    "unusable_answer",
    "user_not_found",
    "waited_too_long",
]
"""Of matching, planning, reading back, reruns and the connection."""
AGAIN = "rerun this results file"


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


@pytest.mark.parametrize("code", [*CODES_OF_THE_LIST, *OTHER_CODES])
def test_every_code_of_ours_has_a_sentence_of_its_own(code: str) -> None:
    """No code falls back to the general sentence of its status."""
    assert CODES[code].action


@pytest.mark.parametrize("code", get_args(UndoCode))
def test_every_code_of_an_undo_has_a_sentence_that_fits_one(code: str) -> None:
    """No code falls back to the general sentence of its status."""
    assert action("partial", code, command="undo") != action("partial", command="undo")


def test_a_rerun_before_anybody_is_due_is_for_later() -> None:
    """From the first day on which one of the rows is due; not if another row can be done now.

    And where all rows have to be corrected first, that is said.
    """
    waiting = replace(FAILED, status="skipped", error_code="not_due", retry=True)
    whole = replace(view(DONE, waiting), due=(None, "2026-12-01"))
    assert with_open_rows(whole, Path("r.csv")) == Action(
        "rerun_later", Path("r.csv"), day="2026-12-01"
    )
    unknown = replace(FAILED, error_code="user_not_found")
    assert with_open_rows(view(DONE, unknown), Path("r.csv")) == Action(
        "rerun_corrected", Path("r.csv")
    )
    now = replace(view(FAILED, waiting), due=(None, "2026-12-01"))
    assert with_open_rows(now, Path("r.csv")) == Action("rerun_here", Path("r.csv"))


def test_after_a_run_that_did_not_begin_the_list_is_run_again() -> None:
    """A rerun of its results would find nothing done, and may be refused for the same reason."""
    sentences = [
        action(status, code, not_begun="run", only_name_differs=True)
        for status in get_args(RowStatus)
        for code in ("", *CODES)
        if code not in ("undone", "row_changed", "interrupted")  # not before anything was begun
    ]
    assert [each for each in sentences if "rerun" in each or "retry, then" in each] == []


SENTENCES = [
    *(text for code in CODES.values() for text in (code.action, code.undo_action) if text),
    *BY_HTTP_STATUS.values(),
    *BY_STATUS.values(),
    *UNDO_BY_STATUS.values(),
    CHECK_THE_NAME,
    NOTHING_BEGUN,
    SERVER_ERROR,
]


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_is_short_and_names_no_command(text: str) -> None:
    """20 words or fewer; how to rerun differs between the command line and a page."""
    filled = text.format_map(defaultdict(lambda: "a b", again=AGAIN))
    long = [each for each in re.split(r"[.:] ", filled) if len(each.split()) > 20]
    assert (long, "batch-offboard" in text, "--" in text) == ([], False, False)


@pytest.mark.parametrize(
    "about",
    [{}, {"command": "undo"}, {"not_begun": "run"}, {"command": "undo", "not_begun": "undo"}],
    ids=["run", "undo", "run not begun", "undo not begun"],
)
@pytest.mark.parametrize("status", get_args(RowStatus))
@pytest.mark.parametrize("code", ["", "something.new", *CODES])
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
    (action("already_done"), "Nothing to do: everything was already done."),
    (action("not_run"), f"HR: {AGAIN}. The run stopped before this row."),
    (
        action("planned"),
        "Nothing was changed: this was a dry run. HR: if the plan looks right, start the real run.",
    ),
    (
        action("not_run", "timeout", http_status=504),
        f"HR: {AGAIN}. The run stopped before this row.",
    ),
    (
        action(
            "failed",
            "missing.permissions",
            http_status=403,
            message="Unable to perform the requested action. You are missing the following "
            "permission(s): directory:user:edit",
        ),
        "Ask a Genesys admin to give the OAuth client the permission directory:user:edit. It is "
        f"needed in the divisions of Zoë Berg and of their queues. Then {AGAIN}.",
    ),
    (
        action(
            "partial",
            "missing.any.permissions",
            http_status=403,
            message="Unable to perform the requested action. You must have at least one of the "
            "following permissions assigned: routing:queue:edit, routing:queueMember:manage",
        ),
        "Ask a Genesys admin to give the OAuth client the permissions routing:queue:edit or "
        "routing:queueMember:manage. It is needed in the divisions of Zoë Berg and of their "
        f"queues. Then {AGAIN}.",
    ),
    (
        action("failed", "not.authorized", http_status=403),
        "Ask a Genesys admin to give the OAuth client the permission named in offboard_error. It "
        f"is needed in the divisions of Zoë Berg and of their queues. Then {AGAIN}.",
    ),
    (
        action("failed", "user_not_found", http_status=404, user_name=""),
        "HR: check the user id, e-mail address or employee number of this row. It may be "
        f"mistyped or from another Genesys organisation. Correct it, then {AGAIN}.",
    ),
    (
        action("failed", "not.found", http_status=404),
        "HR: check the id in this row. It may be mistyped or from another Genesys organisation, "
        f"or the person was deleted. Correct it, then {AGAIN}.",
    ),
    (
        action("partial", "general.conflict", http_status=409),
        f"HR: {AGAIN}. The person was being changed, or was still in a call or wrap-up.",
    ),
    (
        action("failed", "too.many.requests.retry.after", http_status=429),
        f"HR: {AGAIN} in a few minutes. Genesys received too many requests.",
    ),
    (
        action("failed", "service.unavailable", http_status=503),
        f"HR: {AGAIN} in a few minutes. Genesys itself had a problem.",
    ),
    (
        action("partial", "group_membership", groups=["group Night Shift"]),
        "Ask a Genesys admin to take Zoë Berg out of group Night Shift. Until then, Zoë Berg "
        "will stay in the queue. If still logged in or set active again, Zoë Berg can be offered "
        "calls.",
    ),
    (
        action(
            "partial",
            "group_membership",
            groups=["group Night Shift", "work team Day {0}", "group =x"],
        ),
        "Ask a Genesys admin to take Zoë Berg out of group Night Shift, work team Day {0} and "
        "group =x. Until then, Zoë Berg will stay in the queue. If still logged in or set "
        "active again, Zoë Berg can be offered calls.",
    ),
    (
        action("partial", "divisions_unseen", divisions=["Sales", "Support"]),
        "Ask a Genesys admin to give the OAuth client its role in divisions Sales and Support too. "
        f"It does not see their queues. Then {AGAIN}.",
    ),
    (
        action("skipped", "not_due", due="2026-12-01"),
        f"HR: {AGAIN} on or after 2026-12-01. This person is not due until then.",
    ),
    (
        action("skipped", "duplicate", other_row=7),
        "Nothing to do here: row 7 is the same person. See that row.",
    ),
    (
        action("skipped", "conflicting_rows", rows=[3, 7, 9]),
        "HR: rows 3, 7 and 9 are the same person but contradict each other. Keep the right one, "
        f"enter yes in its offboard_retry, then {AGAIN}.",
    ),
    (
        action("skipped", "identity_mismatch", only_name_differs=True, row=4),
        "HR: check whether this row means Zoë Berg. If so, accept the name of row 4 in the rerun. "
        f"If not, correct the row, enter yes in its offboard_retry, then {AGAIN}.",
    ),
    (
        action("skipped", "identity_mismatch", only_name_differs=False, row=4),
        "HR: check whether this row means Zoë Berg. Correct the row, enter yes in its "
        f"offboard_retry, then {AGAIN}.",
    ),
    (
        action("skipped", "undone", row=5),
        "Nothing to do: an undo put this row back, so it is left alone. To offboard this person "
        "after all, name row 5 in the rerun.",
    ),
    (
        action("failed", "user_not_found", command="undo"),
        "Nothing can be put back: somebody deleted this person in Genesys. If that was a mistake, "
        "ask a Genesys admin.",
    ),
    (action("done", command="undo"), "Nothing to do: everything was put back."),
    (
        action("failed", "timeout", command="undo"),
        "HR: undo this row again in a few minutes. Genesys did not answer in time.",
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


def test_open_rows_are_done_with_the_results_file() -> None:
    """Where there are any, and a rerun is what does them."""
    file = Path("runs") / "one" / "results.csv"
    assert with_open_rows(view(DONE, FAILED), file) == Action("rerun_here", file)
    for nothing in (
        view(DONE),
        view(FAILED, started=started(dry_run=True)),
        view(FAILED, started=started(command="undo")),
    ):
        assert with_open_rows(nothing, file) is None


def test_a_run_that_was_cut_off_goes_on_in_its_folder() -> None:
    """An undo is not resumed: the same rows of the undone run are undone again."""
    folder, previous = Path("runs") / "two", Predecessor("one", "runs/one")
    undo = started(command="undo", previous=previous)
    assert after_being_cut_off(view(FAILED, DONE), folder) == Action("rerun_here", folder)
    assert after_being_cut_off(view(FAILED, DONE, started=undo), folder) == Action(
        "undo_run", Path("runs/one"), (2, 3)
    )
