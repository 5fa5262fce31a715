"""What became of a row that was to be put back."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from batch_offboard.offboarding.codes import CODES
from batch_offboard.offboarding.models import (
    ApiError,
    Membership,
    Named,
    Queue,
    RoleGrant,
    User,
)
from batch_offboard.record.events import RestoreWanted, RowHeld, StepsReadBack
from batch_offboard.results.models import RowResult
from batch_offboard.results.row_record import RowRecord
from batch_offboard.results.row_result import undo_result
from batch_offboard.results.row_verdict import RunFacts
from batch_offboard.results.undo_verdict import UndoCode

from .views import row_record

QUEUES = {"Q1": Queue("Q1", "Billing", Named("d1", "Home"), 3)}
FACTS = RunFacts(run_id="undo-1", dry_run=False, verify=True, queues=QUEUES)
INACTIVE = User("u1", "Anna Bauer", "anna@x.example", "inactive", 2)
ACTIVE = replace(INACTIVE, state="active", version=3)
BILLING = Membership("Q1", joined=True, ring_number=2, by="user")
AGENT = RoleGrant("R1", "d1", "Agent")
UNREAD = "roles: they were not recorded before the run"
ERROR = ApiError(403, "not.authorized", "No.", "c-1")
REFUSED = {"refused_at": {"": ERROR}}


def wanted(**facts: Any) -> RestoreWanted:
    """Back to active, into Billing, with one role."""
    told: dict[str, Any] = {"state": "active", "memberships": (BILLING,), "grants": (AGENT,)}
    return RestoreWanted(2, **{**told, **facts})


def record(**facts: Any) -> RowRecord:
    """A row that was put back and read back."""
    told: dict[str, Any] = {
        "wanted": wanted(),
        "user": INACTIVE,
        "user_back": ACTIVE,
        "left": (BILLING,),
        "grants_back": (AGENT,),
        "state_sent": True,
        "state_done": True,
        "other_done": True,
        "status": 204,
    }
    return row_record(("u1",), **{**told, **facts})


UNTOUCHED = {"state_sent": False, "state_done": False, "other_done": False}
BY_CODE_OF_UNDO: dict[str, RowRecord] = {
    "not_confirmed": record(user_back=INACTIVE),
    "membership_left": record(left=()),
    "roles_left": record(grants_back=()),
    "still_missing": record(steps_left=StepsReadBack(2, ("group Night",), "")),
    "roles_unread": record(wanted=wanted(grants=(), notes=(UNREAD,)), grants_back=()),
    "membership_ended": record(left=(), wanted=wanted(memberships=(), ended=(BILLING,))),
    "interrupted": record(user_back=None, left=None),
    "queue_gone": record(left=(), refused_at={BILLING.queue_id: replace(ERROR, status=404)}),
    "queue_refused": record(left=(), refused_at={BILLING.queue_id: ERROR}),
}
"""A row for each code that an undo has of its own."""


def said(told: RowRecord, facts: RunFacts = FACTS) -> tuple[object, ...]:
    """Status and code, and the numbers of memberships before, put back and missing."""
    found = undo_result(told, facts)
    return (
        found.status,
        found.error_code,
        found.queues_before,
        found.queues_removed,
        found.queues_left,
    )


def test_each_code_has_its_row_here() -> None:
    """Nothing that an undo can write is left untested."""
    assert set(get_args(UndoCode)) == set(BY_CODE_OF_UNDO)


@pytest.mark.parametrize("code", BY_CODE_OF_UNDO)
def test_what_is_not_back_has_its_code_and_sentence(code: str) -> None:
    """Partial; the sentence is the code's own, never that of the status."""
    found = undo_result(BY_CODE_OF_UNDO[code], FACTS)
    assert (found.status, found.error_code, found.retry) == ("partial", code, False)
    assert code in CODES


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (record(), ("done", "", 1, 1, 0)),
        (record(**UNTOUCHED, user=ACTIVE, memberships=(BILLING,)), ("already_done", "", 0, 0, 0)),
        (record(left=()), ("partial", "membership_left", 1, 0, 1)),
        (record(memberships=(BILLING,), left=()), ("partial", "membership_left", 0, 0, 1)),
        (record(left=(replace(BILLING, by="group"),)), ("partial", "membership_left", 1, 0, 1)),
        (record(left=(replace(BILLING, joined=False),)), ("partial", "membership_left", 1, 0, 1)),
        (record(left=(replace(BILLING, ring_number=1),)), ("partial", "membership_left", 1, 0, 1)),
        (record(left=(replace(BILLING, ring_number=None),)), ("done", "", 1, 1, 0)),
        (record(left=(BILLING, replace(BILLING, by="group"))), ("done", "", 1, 1, 0)),
        (record(wanted=wanted(memberships=(), ended=(BILLING,))), ("done", "", 1, 1, 0)),
        (record(**REFUSED), ("partial", "not.authorized", 1, 1, 0)),
        (record(**REFUSED, **UNTOUCHED, left=()), ("failed", "not.authorized", 1, 0, 1)),
        (record(**REFUSED, **UNTOUCHED, in_doubt=1), ("partial", "not.authorized", 1, 1, 0)),
        (record(read_back_error=ERROR, left=None), ("partial", "not_confirmed", 1, 0, 1)),
        (record(**UNTOUCHED, user_back=None, left=None), ("not_run", "", 1, 0, 1)),
        (record(user=None), ("not_run", "", 1, 1, 0)),
        (
            record(held=RowHeld(2, "failed", "user_not_found", "Deleted.", False, "")),
            ("failed", "user_not_found", 1, 1, 0),
        ),
    ],
)  # fmt: skip
def test_the_verdict(told: RowRecord, words: tuple[object, ...]) -> None:
    """By what was read back: a queue kept through a group, or joined otherwise, is not back.

    One that went only while the undo was under way is missing, and none was put back.
    """
    assert words == said(told)


def test_a_dry_run_only_plans() -> None:
    """Nothing is put back, everything that is missing is counted."""
    told = record(**UNTOUCHED, user_back=None, left=None)
    assert said(told, replace(FACTS, dry_run=True)) == ("planned", "", 1, 0, 1)


@pytest.mark.parametrize(
    ("told", "because"),
    [
        (record(left=()), "Billing: still not a member"),
        (
            record(left=(replace(BILLING, joined=False),)),
            "Billing: not joined, was joined",
        ),
        (record(grants_back=()), "role Agent: not put back"),
        (BY_CODE_OF_UNDO["roles_unread"], UNREAD),
        (BY_CODE_OF_UNDO["still_missing"], "group Night"),
    ],
)
def test_what_is_not_back_is_named(told: RowRecord, because: str) -> None:
    """Queues, roles, and what optional steps took."""
    assert because == undo_result(told, FACTS).left_because


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            "roles_left",
            "HR: undo this row again. If roles are still missing, ask a Genesys admin to give Anna "
            "Bauer the roles that the run removed.",
        ),
        (
            "roles_unread",
            "Ask a Genesys admin to give Anna Bauer their roles again. They were not recorded "
            "before the run, so the undo cannot.",
        ),
        (
            "not_confirmed",
            "HR: undo this row again. The change was accepted but not confirmed, so do not count "
            "Anna Bauer as put back yet.",
        ),
    ],
)
def test_the_next_action_is_that_of_an_undo(code: str, sentence: str) -> None:
    """It never speaks of a rerun, which would offboard."""
    assert sentence == undo_result(BY_CODE_OF_UNDO[code], FACTS).next_action


def test_nothing_is_for_a_rerun() -> None:
    """It must never take up what an undo has left open."""
    results: list[RowResult] = [undo_result(each, FACTS) for each in BY_CODE_OF_UNDO.values()]
    assert [False] * len(results) == [each.retry for each in results]
