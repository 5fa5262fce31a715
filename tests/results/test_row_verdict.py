"""The verdict on one row: what its record allows to be said of it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch_offboard.offboarding.models import (
    ApiError,
    Holding,
    MemberGroup,
    Membership,
    Named,
    Queue,
    User,
)
from batch_offboard.offboarding.people import unreadable
from batch_offboard.offboarding.steps import steps_named
from batch_offboard.record.events import Carried, RowHeld, StepsReadBack
from batch_offboard.results.models import COLUMNS
from batch_offboard.results.row_record import RowRecord, Undoing
from batch_offboard.results.row_result import row_result
from batch_offboard.results.row_verdict import RunFacts
from batch_offboard.run.progress import row_held

from .views import row_record

FACTS = RunFacts(run_id="run-2", dry_run=False, verify=True)
ACTIVE = User("u1", "Anna Bauer", "anna@x.example", "active", 1)
INACTIVE = User("u1", "Anna Bauer", "anna@x.example", "inactive", 2)
GONE = User("u1", "Anna Bauer", "anna@x.example", "deleted", 2)
HOLDS_NOTHING = replace(INACTIVE, holdings={"groups": ()})
IN_GROUP = replace(INACTIVE, holdings={"groups": (Holding("g1", "Night"),)})
ON_QUEUE = User("u1", "Anna Bauer", "anna@x.example", "inactive", 2, routing_status="IDLE")
BILLING = Membership("Q1", joined=True, ring_number=1, by="user")
CHAT = Membership("Q2", joined=True, ring_number=1, by="group")
ERROR = ApiError(400, "bad.request", "No.", "c-1")


def record(**facts: Any) -> RowRecord:
    """A row whose person was read and surveyed."""
    told = {"user": ACTIVE, "surveyed": True}
    return row_record(("u1",), **{**told, **facts})


def done_record(**facts: Any) -> RowRecord:
    """A row that was done and read back."""
    told = {
        "memberships": (BILLING,),
        "state_sent": True,
        "state_done": True,
        "queues_sent": ("Q1",),
        "queues_done": ("Q1",),
        "user_back": INACTIVE,
        "left": (),
        "status": 204,
        "correlation_id": "c-9",
    }
    return record(**{**told, **facts})


def said(told: RowRecord, facts: RunFacts = FACTS) -> tuple[object, ...]:
    """Status, code, HTTP status, retry and verified."""
    result = row_result(told, facts)
    return (
        result.status,
        result.error_code,
        result.http_status,
        result.retry,
        result.verified,
    )


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (done_record(), ("done", "", 200, False, True)),
        (record(user=INACTIVE, user_back=INACTIVE, left=()),
         ("already_done", "", 200, False, True)),
        (record(user=None), ("not_run", "", None, True, False)),
        (record(), ("not_run", "", None, True, False)),
        (done_record(user_back=None), ("partial", "interrupted", 204, True, False)),
        (done_record(left=None), ("partial", "interrupted", 204, True, False)),
        (done_record(left=(BILLING,)), ("partial", "membership_left", 204, True, False)),
        (done_record(left=(CHAT,)), ("partial", "group_membership", 200, False, False)),
        (done_record(left=(BILLING, CHAT)), ("partial", "membership_left", 204, True, False)),
        (done_record(user_back=ACTIVE), ("partial", "not_confirmed", 204, True, False)),
        (done_record(read_back_error=ApiError(503, "x", "y", "c")),
         ("partial", "not_confirmed", 503, True, False)),
        (record(given_up=ERROR, state_sent=True, user_back=ACTIVE, left=()),
         ("failed", "bad.request", 400, True, False)),
        (done_record(given_up=ERROR, left=(BILLING,)),
         ("partial", "bad.request", 400, True, False)),
        (done_record(given_up=ERROR), ("done", "", 200, False, True)),
        (record(state_sent=True, in_doubt=1), ("partial", "interrupted", None, True, False)),
        (record(state_sent=True, refused=ERROR), ("failed", "bad.request", 400, True, False)),
        (record(user=INACTIVE, refused=ERROR), ("partial", "bad.request", 400, True, False)),
    ],
)  # fmt: skip
def test_a_verdict(told: RowRecord, words: tuple[object, ...]) -> None:
    """What the words of the interface mean."""
    assert said(told) == words


UNVERIFIED = RunFacts("run-2", dry_run=False, verify=False)
ONLY_STATE = RunFacts("run-2", dry_run=False, verify=True, leaves_queues=False)
OPTIONAL = RunFacts("run-2", dry_run=False, verify=True, optional=steps_named(["leave_groups"]))


@pytest.mark.parametrize(
    ("told", "facts", "words"),
    [
        # verify: false
        (done_record(user_back=None, left=None), UNVERIFIED, ("done", "", 200, False, False)),
        (done_record(user_back=None, left=None, in_doubt=1), UNVERIFIED,
         ("partial", "still_there", 204, True, False)),
        (done_record(user_back=None, left=None, given_up=ERROR), UNVERIFIED,
         ("partial", "bad.request", 400, True, False)),
        (done_record(in_doubt=1), FACTS, ("done", "", 200, False, True)),
        (record(), UNVERIFIED, ("not_run", "", None, True, False)),
        (record(state_sent=True, in_doubt=1), UNVERIFIED,
         ("partial", "interrupted", None, True, False)),
        # memberships through a group
        (done_record(user_back=None, left=None, memberships=(CHAT,), other_done=True), UNVERIFIED,
         ("partial", "not_confirmed", 204, True, False)),
        (done_record(user_back=None, left=None, memberships=(CHAT,)), UNVERIFIED,
         ("partial", "group_membership", 200, False, False)),
        (done_record(user_back=None, left=None, memberships=(CHAT, BILLING), queues_done=(),
                     other_done=True), UNVERIFIED,
         ("partial", "membership_left", 204, True, False)),
        (done_record(left=(CHAT,), other_done=True), FACTS,
         ("partial", "group_membership", 200, False, False)),
        (done_record(left=(CHAT,), ended_elsewhere=("Q2",)), FACTS,
         ("partial", "membership_left", 204, True, False)),
        # a run that only sets the state
        (done_record(left=None, memberships=(), surveyed=False, queues_done=()), ONLY_STATE,
         ("done", "", 200, False, True)),
        (done_record(user_back=None, left=None, memberships=(), surveyed=False), ONLY_STATE,
         ("partial", "interrupted", 204, True, False)),
        (done_record(surveyed=False), FACTS, ("partial", "interrupted", 204, True, False)),
        # a run that does more
        (done_record(), OPTIONAL, ("partial", "interrupted", 204, True, False)),
        (done_record(steps_left=StepsReadBack(2, (), "t")), OPTIONAL,
         ("done", "", 200, False, True)),
        (done_record(steps_left=StepsReadBack(2, ("group A",), "t")), OPTIONAL,
         ("partial", "still_there", 204, True, False)),
        (done_record(), FACTS, ("done", "", 200, False, True)),
        # somebody who is gone
        (done_record(user_back=GONE), FACTS, ("done", "", 200, False, True)),
    ],
)  # fmt: skip
def test_a_verdict_of_a_run_with_other_settings(
    told: RowRecord, facts: RunFacts, words: tuple[object, ...]
) -> None:
    """What is not read back, or not ended, by the run's settings."""
    assert said(told, facts) == words


NIGHT, DAY = "group Night", "group Day"


@pytest.mark.parametrize(
    ("left", "groups", "ended", "fixed", "code", "retry", "named"),
    [
        ((CHAT,), (NIGHT,), (NIGHT,), (NIGHT,), "dynamic_group", False, NIGHT),
        ((CHAT,), (NIGHT,), (NIGHT, DAY), (NIGHT,), "group_membership", True, NIGHT),
        ((CHAT,), (NIGHT, DAY), (NIGHT,), (NIGHT,), "group_membership", False, DAY),
        ((CHAT,), (NIGHT,), (NIGHT, DAY), (NIGHT, DAY), "dynamic_group", False, DAY),
        ((CHAT,), (), (NIGHT,), (NIGHT,), "group_membership", False, ""),
        ((), (), (NIGHT,), (NIGHT,), "dynamic_group", False, NIGHT),
        ((), (), (NIGHT, "skill VIP"), (NIGHT,), "still_there", True, ""),
    ],
)
def test_what_is_left_because_of_groups_that_nobody_can_leave(
    left: tuple[Membership, ...],
    groups: tuple[str, ...],
    ended: tuple[str, ...],
    fixed: tuple[str, ...],
    code: str,
    retry: bool,
    named: str,
) -> None:
    """A rerun helps only where something else is left too; each group is named."""
    back = StepsReadBack(2, ended, "t", fixed)
    result = row_result(done_record(left=left, groups=groups, steps_left=back), OPTIONAL)
    assert (result.status, result.error_code, result.retry) == ("partial", code, retry)
    assert named in result.next_action


def test_the_groups_to_change_are_named_where_nothing_is_known_of_their_rules() -> None:
    """Without the step that would leave them."""
    result = row_result(done_record(left=(CHAT,), groups=(NIGHT,)), FACTS)
    assert (result.error_code, NIGHT in result.next_action) == ("group_membership", True)


@pytest.mark.parametrize(
    ("step", "permission"),
    [("deactivate", "directory:user:edit"), ("something", "the permission")],
)
def test_a_refusal_that_names_no_permission_is_explained_by_the_step(
    step: str, permission: str
) -> None:
    """What the step needs; a step that this version does not know needs nobody knows what."""
    forbidden = ApiError(403, "missing.permissions", "You may not.", "c-7")
    told = record(given_up=forbidden, given_up_step=step, user_back=ACTIVE, left=())
    assert permission in row_result(told, FACTS).next_action


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, ("partial", "still_on_queue", 200, True, False)),
        ({"logged_out": True}, ("done", "", 200, False, True)),
        ({"left": (CHAT,)}, ("partial", "group_membership", 200, True, False)),
    ],
)
def test_who_is_still_on_queue_is_not_done(more: dict[str, Any], words: tuple[object, ...]) -> None:
    """Unless all logins were ended; a rerun may find them off queue, whatever else is left."""
    assert said(done_record(user_back=ON_QUEUE, **more)) == words


def test_what_genesys_still_shows_of_them_is_said() -> None:
    """The status by its own name."""
    assert "routing status IDLE." in row_result(done_record(user_back=ON_QUEUE), FACTS).error


def test_a_person_found_inactive_who_leaves_queues_is_done() -> None:
    """Something was needed, though no state call."""
    told = done_record(user=INACTIVE, state_sent=False, state_done=False)
    assert said(told)[0] == "done"


def test_divisions_unseen_spoil_every_row() -> None:
    """Named in the error, and never verified."""
    facts = RunFacts("run-2", dry_run=False, verify=True, divisions_unseen=("Berlin", "Paris"))
    result = row_result(done_record(), facts)
    assert said(done_record(), facts) == ("partial", "divisions_unseen", 200, True, False)
    assert "Berlin, Paris" in result.error
    assert "Berlin and Paris" in result.next_action


@pytest.mark.parametrize(
    "facts",
    [
        RunFacts("run-2", dry_run=False, verify=False),
        RunFacts("run-2", dry_run=False, verify=True, divisions_unknown=True),
    ],
    ids=["verify: false", "divisions unknown"],
)
def test_done_is_not_always_verified(facts: RunFacts) -> None:
    """Not read back, or with queues that may be hidden."""
    assert said(done_record(), facts) == ("done", "", 200, False, False)


def test_queues_are_told_with_their_reasons() -> None:
    """Before, removed, left; a queue that is kept through a group counts as left."""
    by_group = Membership("Q1", joined=True, ring_number=1, by="group")
    told = done_record(
        memberships=(BILLING, by_group, CHAT),
        left=(by_group, CHAT),
        because={"Q1": "Billing: why", "Q2": "Chat: why"},
    )
    result = row_result(told, FACTS)
    assert (
        result.queues_before,
        result.queues_removed,
        result.queues_left,
        result.left_because,
    ) == (2, 0, 2, "Billing: why; Chat: why")


def test_groups_are_named_before_anything_is_read_back() -> None:
    """From what was surveyed: a dry run, or `verify: false`."""
    queue = Queue("Q2", "Chat", Named("d"), 3, (MemberGroup("g", "Night Shift"),))
    facts = RunFacts("run-2", dry_run=True, verify=True, queues={"Q2": queue})
    result = row_result(record(memberships=(BILLING, CHAT)), facts)
    assert (result.status, result.left_because, result.queues_left) == (
        "planned",
        "Chat: member through group Night Shift",
        2,
    )


@pytest.mark.parametrize(
    ("held", "status"),
    [("failed", "failed"), ("skipped", "skipped"), ("already_done", "already_done")],
)
def test_a_held_row_says_why(held: Any, status: str) -> None:
    """Status, code, message and retry are the hold's."""
    hold = RowHeld(2, held, "some_code", "Because.", retry=True, at="t", http_status=404)
    result = row_result(record(user=None, held=hold), FACTS)
    assert (result.status, result.error_code, result.error, result.http_status) == (
        status,
        "some_code",
        "Because.",
        404,
    )


# -- over a chain of runs


@pytest.mark.parametrize(
    ("held", "code", "fresh", "changed"),
    [
        ("already_done", "", "already_done", "done"),
        ("failed", "user_not_found", "failed", "partial"),
        ("failed", "row_changed", "failed", "failed"),
        ("skipped", "not_due", "skipped", "partial"),
        ("skipped", "duplicate", "skipped", "skipped"),
    ],
)
def test_a_held_row_of_somebody_changed_before_is_not_called_unchanged(
    held: Any, code: str, fresh: str, changed: str
) -> None:
    """But a row that means somebody else now, or somebody twice, says nothing of them."""
    hold = RowHeld(2, held, code, "Because.", retry=True, at="t")
    before = carried(**{**EARLIER, "error_code": "membership_left"})
    told = [row_record(held=hold, carried=each) for each in (None, before)]
    assert [row_result(each, FACTS).status for each in told] == [fresh, changed]


@pytest.mark.parametrize(
    ("unread", "earlier", "code"),
    [
        (True, "interrupted", "not_confirmed"),
        (True, "membership_left", "some_code"),
        (False, "interrupted", "some_code"),
    ],
)
def test_a_doubt_is_kept_only_over_a_row_that_could_not_be_read(
    unread: bool, earlier: str, code: str
) -> None:
    """A row that is held for another reason says that one."""
    hold = RowHeld(2, "failed", "some_code", "Because.", retry=True, at="t", unread=unread)
    before = carried(**{**EARLIER, "error_code": earlier, "http_status": "200"})
    assert row_result(row_record(held=hold, carried=before), FACTS).error_code == code


@pytest.mark.parametrize(
    ("code", "queues_before", "told"),
    [
        ("unusable_answer", "", ("failed", "some_code")),
        ("unusable_answer", "0", ("partial", "not_confirmed")),
        ("not_confirmed", "", ("partial", "not_confirmed")),
        ("interrupted", "", ("partial", "not_confirmed")),
    ],
)
def test_what_an_earlier_run_could_not_read_it_did_not_change(
    code: str, queues_before: str, told: tuple[str, str]
) -> None:
    """Nothing is sent for a person who could not be read, so nothing is unconfirmed.

    Earlier versions read no queues if nobody was to leave any: what they sent stays in doubt.
    """
    hold = RowHeld(2, "failed", "some_code", "Because.", retry=True, at="t", unread=True)
    columns = {"status": "failed", "error_code": code, "queues_before": queues_before}
    result = row_result(row_record(held=hold, carried=carried(**{**EARLIER, **columns})), FACTS)
    assert (result.status, result.error_code) == told


def carried(attempt: bool = True, **columns: str) -> Carried:
    """What an earlier run left."""
    return Carried({f"offboard_{name}": value for name, value in columns.items()}, attempt)


EARLIER = {
    "status": "partial", "error_code": "interrupted", "state_before": "active",
    "queues_before": "3", "queues_removed": "1", "attempts": "2", "started_at": "2026-01-01",
    "run_id": "run-1", "user_id": "u1", "retry": "yes", "next_action": "HR: rerun.",
}  # fmt: skip


def test_a_row_that_is_not_attempted_stays_as_it_was() -> None:
    """Every column of it, attempts and run too."""
    earlier = carried(False, **{**EARLIER, "status": "done", "error_code": ""})
    result = row_result(row_record(carried=earlier), FACTS)
    assert (result.status, result.attempts, result.run_id, result.queues_removed) == (
        "done",
        2,
        "run-1",
        1,
    )


def test_evidence_counts_from_the_first_run_that_touched_the_row() -> None:
    """State before, queues before and removed, started; attempts go on."""
    told = done_record(
        carried=carried(**{**EARLIER, "error_code": "membership_left"}),
        user=INACTIVE,
        state_sent=False,
        state_done=False,
        memberships=(BILLING, Membership("Q3", joined=True, by="user")),
        queues_sent=("Q1", "Q3"),
        started_at="2026-02-02",
    )
    result = row_result(told, FACTS)
    assert (
        result.status, result.state_before, result.queues_before, result.queues_removed,
        result.attempts, result.started_at, result.run_id,
    ) == ("done", "active", 3, 3, 3, "2026-01-01", "run-2")  # fmt: skip


def test_what_was_in_doubt_and_is_gone_was_removed_by_the_run_that_sent_it() -> None:
    """Three before, one known as removed, one found now: the third was ours too."""
    told = done_record(
        carried=carried(**EARLIER), user=INACTIVE, state_sent=False, state_done=False
    )
    result = row_result(told, FACTS)
    assert (result.queues_before, result.queues_removed) == (3, 3)


def test_a_doubt_outlasts_a_run_that_could_read_nothing() -> None:
    """Cut short, then refused a look, then ended: still told by the run that sent the removal."""
    forbidden = ApiError(403, "missing.permissions", "You may not look.", "c-7")
    earlier = {**EARLIER, "state_before": "inactive", "queues_before": "1", "queues_removed": "0"}
    held = row_held(2, unreadable(forbidden), "2026-02-02")
    unread = row_result(row_record(carried=carried(**earlier), held=held), FACTS)
    columns = dict(zip(COLUMNS, unread.texts(), strict=True))
    told = record(user=INACTIVE, user_back=INACTIVE, left=(), carried=Carried(columns, True))
    ended = row_result(told, FACTS)
    assert (unread.status, unread.error_code, unread.retry) == ("partial", "not_confirmed", True)
    assert "missing.permissions" in unread.error
    assert (ended.status, ended.queues_before, ended.queues_removed) == ("done", 1, 1)


@pytest.mark.parametrize(
    ("logged_out", "user_id", "found", "status"),
    [
        (True, "u1", INACTIVE, "done"),
        (False, "u1", INACTIVE, "partial"),
        (True, "u9", INACTIVE, "partial"),
        (True, "u1", ACTIVE, "partial"),
    ],
)
def test_logins_that_an_earlier_run_ended_are_ended(
    logged_out: bool, user_id: str, found: User, status: str
) -> None:
    """Unless the person was active again meanwhile, or the row means somebody else."""
    columns = {**EARLIER, "user_id": user_id}
    before = replace(carried(**columns), logged_out=logged_out)
    told = done_record(user=found, user_back=ON_QUEUE, carried=before)
    assert row_result(told, FACTS).status == status


def test_logins_that_this_run_ended_are_ended_whatever_earlier_ones_did() -> None:
    """Also where the person was active again."""
    told = done_record(user_back=ON_QUEUE, logged_out=True, carried=carried(**EARLIER))
    assert row_result(told, FACTS).status == "done"


def test_whom_an_earlier_run_set_to_inactive_is_done() -> None:
    """Also where there was no queue to leave, and this run found nothing to do."""
    before = carried(**{**EARLIER, "queues_before": "0", "queues_removed": "0"})
    told = record(user=INACTIVE, user_back=INACTIVE, left=(), carried=before)
    assert said(told)[0] == "done"


def test_what_an_earlier_run_finished_stays_done() -> None:
    """Found inactive and in no queue now: done, not already done, if the chain did it."""
    told = record(user=INACTIVE, user_back=INACTIVE, left=(), carried=carried(**EARLIER))
    assert said(told)[0] == "done"


def test_a_row_that_a_stop_leaves_again_keeps_its_earlier_evidence() -> None:
    """Nothing was read in this run: the counts are those of the runs before."""
    result = row_result(row_record(carried=carried(**EARLIER)), FACTS)
    assert (result.queues_before, result.queues_removed, result.state_before) == (3, 1, "active")


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ({"user": None, "surveyed": False}, "done"),
        ({"user": INACTIVE}, "done"),
        ({"user": ACTIVE}, "partial"),
        ({"user": INACTIVE, "memberships": (BILLING,)}, "partial"),
    ],
)
def test_a_done_row_that_was_named_stays_done_over_a_stop(
    found: dict[str, Any], status: str
) -> None:
    """Unless it was seen to be open again: else the next run would call it already done."""
    earlier = carried(**{**EARLIER, "status": "done", "error_code": ""})
    assert row_result(record(**found, carried=earlier), FACTS).status == status


def test_a_dry_run_counts_no_attempt() -> None:
    """It says what a real run would attempt."""
    facts = RunFacts("run-2", dry_run=True, verify=True)
    result = row_result(record(carried=carried(**EARLIER)), facts)
    assert (result.status, result.attempts) == ("planned", 2)


@pytest.mark.parametrize(
    ("earlier", "unseen", "status"),
    [
        (None, (), "already_done"),
        (carried(**EARLIER), (), "done"),
        (None, ("Berlin",), "planned"),
        (carried(**EARLIER), ("Berlin",), "planned"),
    ],
)
def test_a_dry_run_finishes_no_row_that_a_real_run_would_not(
    earlier: Carried | None, unseen: tuple[str, ...], status: str
) -> None:
    """A rerun of its results carries finished rows on, as what the earlier runs made of them."""
    facts = RunFacts("run-2", dry_run=True, verify=True, divisions_unseen=unseen)
    assert row_result(record(user=INACTIVE, carried=earlier), facts).status == status


@pytest.mark.parametrize(
    ("more", "earlier", "steps", "status"),
    [
        ({}, "interrupted", (), "done"),
        ({}, "still_on_queue", (), "planned"),
        ({"user_back": ON_QUEUE}, "interrupted", (), "planned"),
        ({"user_back": ON_QUEUE, "logged_out": True}, "interrupted", (), "done"),
        ({"read_back_error": ERROR}, "interrupted", (), "planned"),
        ({"surveyed": False}, "interrupted", (), "done"),
        ({}, "interrupted", ("revoke_tokens",), "planned"),
        ({"user": HOLDS_NOTHING}, "interrupted", ("leave_groups",), "done"),
        ({"user": IN_GROUP}, "interrupted", ("leave_groups",), "planned"),
    ],
)
def test_a_dry_run_plans_what_a_real_run_would_do(
    more: dict[str, Any], earlier: str, steps: tuple[str, ...], status: str
) -> None:
    """A closing read of who is still on queue too; where no queue is left none need be read."""
    before = carried(**{**EARLIER, "error_code": earlier})
    facts = RunFacts(
        "run-2",
        dry_run=True,
        verify=True,
        leaves_queues="surveyed" not in more,
        optional=steps_named(steps),
    )
    result = row_result(record(**{"user": INACTIVE, "carried": before, **more}), facts)
    assert (result.status, result.http_status) == (status, 200)


def test_a_dry_run_says_nothing_of_whom_it_has_not_surveyed() -> None:
    """Their queues are to be left, and were not read."""
    facts = RunFacts("run-2", dry_run=True, verify=True)
    assert row_result(record(surveyed=False), facts).status == "not_run"


def test_an_undone_row_is_skipped() -> None:
    """A later rerun leaves it alone unless it is named."""
    result = row_result(done_record(undoings=(Undoing("run-3", 1),)), FACTS)
    assert (result.status, result.error_code, result.retry) == ("skipped", "undone", False)
    assert "run-3" in result.error


def test_an_undone_row_was_attempted_all_the_same() -> None:
    """How many runs have attempted it does not change by putting the person back."""
    undone = row_result(done_record(undoings=(Undoing("run-3", 1),)), FACTS)
    assert undone.attempts == row_result(done_record(), FACTS).attempts == 1


# -- whatever the record says

USERS = st.sampled_from([ACTIVE, INACTIVE, User("u1", "", "", "deleted", 1)])
LISTED = st.lists(st.sampled_from([BILLING, CHAT]), unique=True).map(tuple)
QUEUE_IDS = st.lists(st.sampled_from(["Q1", "Q2"]), unique=True).map(tuple)
RECORDS = st.builds(
    row_record,
    user=st.none() | USERS,
    memberships=LISTED,
    surveyed=st.booleans(),
    user_back=st.none() | USERS,
    left=st.none() | LISTED,
    read_back_error=st.none() | st.just(ERROR),
    given_up=st.none() | st.just(ERROR),
    refused=st.none() | st.just(ERROR),
    in_doubt=st.integers(0, 2),
    state_sent=st.booleans(),
    state_done=st.booleans(),
    queues_sent=QUEUE_IDS,
    queues_done=QUEUE_IDS,
    queues_gone=QUEUE_IDS,
    carried=st.none() | st.just(carried(**EARLIER)),
)


@settings(max_examples=200)
@given(RECORDS, st.booleans())
def test_nothing_is_called_done_that_was_not_read_back(told: RowRecord, unknown: bool) -> None:
    """Inactive (or gone) and in no queue when it was read back, whatever else was recorded."""
    facts = RunFacts("run-2", dry_run=False, verify=True, divisions_unknown=unknown)
    result = row_result(told, facts)
    if result.status in ("done", "already_done"):
        assert told.user_back is not None
        assert told.user_back.state != "active"
        assert told.left == ()
    assert result.verified is (result.status in ("done", "already_done") and not unknown)


@settings(max_examples=200)
@given(RECORDS, st.booleans(), st.booleans())
def test_every_row_has_what_the_interface_promises(
    told: RowRecord, verify: bool, dry_run: bool
) -> None:
    """A code on every failed and partial row, a next action on all, retry where it is due."""
    facts = RunFacts("run-2", dry_run=dry_run, verify=verify)
    result = row_result(told, facts)
    assert (result.error_code == "") <= (result.status not in ("failed", "partial"))
    assert result.next_action
    unfinished = result.status in ("failed", "not_run", "planned", "partial")
    assert result.retry is (unfinished and result.error_code != "group_membership")
    assert (result.queues_left or 0) <= len(told.memberships) + len(told.left or ())


@settings(max_examples=200)
@given(RECORDS)
def test_failed_means_still_active_as_far_as_is_known(told: RowRecord) -> None:
    """Whoever may have been changed, or was found inactive, is partial."""
    result = row_result(told, FACTS)
    if result.status == "failed":
        assert result.state_after == "active"
        assert not told.state_changed
