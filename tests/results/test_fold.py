"""From events to results, event by event."""

from dataclasses import replace
from typing import Any

import pytest

from batch_offboard.offboarding.models import (
    ApiError,
    Call,
    Leftovers,
    MemberGroup,
    Membership,
    Named,
    Queue,
    User,
)
from batch_offboard.record.events import (
    CallAnswered,
    CallStarted,
    Carried,
    CellCorrected,
    CellsCorrected,
    DivisionsRead,
    EffectRead,
    Event,
    GrantsReadBack,
    LeftoversRead,
    MembershipsRead,
    MembershipsReadBack,
    NamesAccepted,
    Paused,
    QueuesRead,
    ReadBackFailed,
    RestoreWanted,
    ResultsWritten,
    RowGivenUp,
    RowHeld,
    RowListed,
    RowsUndone,
    RunFinished,
    StepsReadBack,
    Traffic,
    UserRead,
    UserReadBack,
    Warned,
)
from batch_offboard.results.fold import RunFold, fold
from batch_offboard.results.models import RowResult
from batch_offboard.results.row_record import RowRecord

from .views import AGREED, PLAN, STARTED, started

USER = User("u2", "Anna Bauer", "anna@x.example", "active", 1)
INACTIVE = replace(USER, state="inactive", version=2)
BILLING = Membership("Q1", joined=True, ring_number=1, by="user")
ERROR = ApiError(400, "bad.request", "No.", "c-400")
BEGUN: tuple[Event, ...] = (
    started(settings={"verify": True, "steps": ["deactivate", "remove_from_queues"]}),
    RowListed(2, ("u2", "Anna")),
    RowListed(3, ("u3", "Ben")),
    UserRead(2, USER, "10:00"),
    QueuesRead((Queue("Q1", "Billing", Named("d"), 4),)),
    MembershipsRead(2, (BILLING,)),
)
SET_STATE = Call("set_state", {"user_id": "u2", "state": "inactive", "version": 1}, (2,))
REMOVE = Call("remove_members", {"queue_id": "Q1", "user_ids": ["u2"]}, (2,))
STATE_SENT = CallStarted(1, "deactivate", SET_STATE, "10:01")
STATE_DONE = CallAnswered(1, "done", "10:02", 200, "c-1")
REMOVAL_SENT = CallStarted(2, "remove_from_queues", REMOVE, "10:03")
REMOVAL_DONE = CallAnswered(2, "done", "10:04", 204, "c-2")
BACK = (UserReadBack(2, INACTIVE, "10:05"), MembershipsReadBack(2, (), "10:06"))
WRITTEN = ResultsWritten("results.csv", "0" * 64, "10:09", "0.2.0")
WHOLE: tuple[Event, ...] = (*BEGUN, STATE_SENT, STATE_DONE, REMOVAL_SENT, REMOVAL_DONE, *BACK)


def row(*events: Event) -> RowResult:
    """The result of row 2."""
    return fold(events).view().results[0]


@pytest.mark.parametrize(
    ("length", "status", "removed"),
    [
        (3, "not_run", None), (5, "not_run", None), (6, "not_run", 0), (7, "partial", 0),
        (8, "partial", 0), (9, "partial", 0), (10, "partial", 1), (11, "partial", 1),
        (12, "done", 1),
    ],
)  # fmt: skip
def test_a_row_line_by_line(length: int, status: str, removed: int | None) -> None:
    """From listed to done; from the first call on it is partial until all is read back."""
    result = row(*WHOLE[:length])
    assert (result.status, result.queues_removed) == (status, removed)


def test_a_done_row_in_full() -> None:
    """Times, attempts, evidence, the deciding call."""
    result = row(*WHOLE)
    assert (
        result.status, result.state_before, result.state_after, result.queues_before,
        result.queues_left, result.http_status, result.correlation_id, result.started_at,
        result.finished_at, result.attempts, result.verified, result.run_id,
    ) == (
        "done", "active", "inactive", 1, 0, 200, "c-2", "10:00", "10:06", 1, True, STARTED.run_id,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("length", "at"),
    [(4, "10:00"), (7, "10:01"), (8, "10:02"), (9, "10:03"), (10, "10:04"), (11, "10:05")],
)
def test_a_row_is_finished_when_it_was_last_heard_of(length: int, at: str) -> None:
    """Each request, each answer and each reading counts."""
    assert row(*WHOLE[:length]).finished_at == at


@pytest.mark.parametrize(
    "event",
    [
        RowHeld(2, "failed", "some_code", "No.", True, "10:09"),
        RowGivenUp(2, "deactivate", ERROR, "10:09"),
        ReadBackFailed(2, ERROR, "10:09"),
    ],
    ids=lambda event: event.kind,
)
def test_a_row_is_finished_when_it_was_held_or_given_up(event: Event) -> None:
    """It began when its person was read."""
    result = row(*BEGUN, event)
    assert (result.started_at, result.finished_at) == ("10:00", "10:09")


def test_a_view_in_between_is_that_of_the_events_so_far() -> None:
    """What was worked out before is not shown once an event has changed it."""
    night = Queue("Q2", "Chat", Named("d"), 3, (MemberGroup("g", "Night Shift"),))
    chat = Membership("Q2", joined=True, ring_number=1, by="group")
    events = (
        replace(STARTED, dry_run=True),
        *BEGUN[1:4],
        MembershipsRead(2, (chat,)),
        QueuesRead((night,)),
        Warned("divisions_unseen", "Not seen.", ("Berlin",)),
        RowHeld(2, "failed", "some_code", "No.", True, "10:09"),
    )
    for stream in (events, (*WHOLE, Warned("divisions_unseen", "Not seen.", ("Berlin",)))):
        run = RunFold()
        for number, event in enumerate(stream, 1):
            run.apply(event)
            assert run.view() == fold(stream[:number]).view()
    shown = [fold(events[:number]).view().results[0].left_because for number in (5, 6)]
    assert shown[0] != shown[1]


def test_a_view_is_worked_out_once_between_two_events() -> None:
    """Every screen of the page asks for it several times."""
    run = fold(WHOLE)
    before = run.view()
    assert run.view() is before
    run.apply(Warned("some_code", "Something."))
    assert run.view() is not before


def test_a_warning_of_something_else_spoils_no_row() -> None:
    """Only divisions that are not seen do, whatever else has names."""
    assert row(*WHOLE, Warned("identifiers", "Not compared.", ("Berlin",))).status == "done"


@pytest.mark.parametrize("outcome", ["refused", "conflict"])
def test_a_doubt_about_one_call_outlasts_the_refusal_of_another(outcome: Any) -> None:
    """The removal left and has no answer, so the row is not failed."""
    refused = CallAnswered(1, outcome, "10:02", 409, "c-400", ERROR)
    assert row(*BEGUN, STATE_SENT, refused).status == "failed"
    assert row(*BEGUN, STATE_SENT, refused, REMOVAL_SENT).status == "partial"


def test_a_server_error_without_effect_is_no_refusal() -> None:
    """The call was not made, as a reading shows, and may be made again."""
    unknown = CallAnswered(1, "unknown", "10:02", 504, "c", ERROR)
    assert row(*BEGUN, STATE_SENT, unknown, EffectRead(1, (), True, "10:03")).status == "not_run"


def test_a_row_that_nothing_was_said_of_is_not_run() -> None:
    """It keeps its place among the results."""
    results = fold(WHOLE).view().results
    assert [(each.row, each.status) for each in results] == [(2, "done"), (3, "not_run")]


def test_a_journal_without_beginning_is_no_run() -> None:
    """Not even its first line was written."""
    with pytest.raises(LookupError, match="run_started"):
        RunFold().view()


@pytest.mark.parametrize("ours", [True, False])
def test_an_effect_that_was_read_settles_a_doubt(ours: bool) -> None:
    """Unknown and then read: ours. Refused and then found gone: not ours."""
    outcome = "unknown" if ours else "refused"
    answer = CallAnswered(2, outcome, "10:04", None if ours else 400, "c", ERROR)  # type: ignore[arg-type]
    effect = EffectRead(2, (2,), ours, "10:05")
    result = row(*WHOLE[:9], answer, effect, *BACK)
    assert (result.status, result.queues_removed) == ("done", int(ours))


def test_a_refusal_after_an_unknown_outcome_means_that_the_first_call_did_it() -> None:
    """A stale reading had it sent again; the second call met somebody who was out already."""
    unknown = CallAnswered(2, "unknown", "10:04", 504, "c", ERROR)
    stale = EffectRead(2, (), True, "10:05")
    sent_again = CallStarted(3, "remove_from_queues", REMOVE, "10:06")
    refused = CallAnswered(3, "refused", "10:07", 400, "c", ERROR)
    gone = EffectRead(3, (2,), False, "10:08")
    result = row(*WHOLE[:9], unknown, stale, sent_again, refused, gone, *BACK)
    assert (result.status, result.queues_removed) == ("done", 1)


def test_what_a_reading_says_of_a_call_is_on_record() -> None:
    """Ours: done. Not ours: somebody else was first. A refusal: it was never made."""
    unknown = CallAnswered(2, "unknown", "10:04", 504, "c", ERROR)
    refused = replace(unknown, outcome="refused", status=400)
    sent = (*BEGUN, REMOVAL_SENT)
    ours = fold((*sent, unknown, EffectRead(2, (2,), True, "10:05"))).records[2]
    theirs = fold((*sent, refused, EffectRead(2, (2,), False, "10:05"))).records[2]
    assert (ours.queues_sent, ours.queues_done, ours.rare.queues_gone) == (("Q1",), ("Q1",), ())
    assert (theirs.queues_sent, theirs.queues_done, theirs.rare.queues_gone) == ((), (), ("Q1",))
    assert (ours.in_doubt, theirs.in_doubt) == (0, 0)
    state = CallAnswered(1, "refused", "10:02", 409, "c", ERROR)
    others = fold((*BEGUN, STATE_SENT, state, EffectRead(1, (2,), False, "10:05"))).records[2]
    assert (others.state_sent, others.state_done, others.rare.queues_gone) == (False, False, ())


def test_what_was_given_up_is_on_record_by_its_target() -> None:
    """A queue, a group or a team; each keeps its own error."""
    other = ApiError(403, "missing.permissions", "No.", "c-403")
    given_up = (
        RowGivenUp(2, "remove_from_queues", ERROR, "10:05", "Q1"),
        RowGivenUp(2, "remove_from_queues", other, "10:05", "Q2"),
    )
    found = fold((*BEGUN, *given_up)).records[2]
    assert (found.rare.refused_at, found.rare.given_up) == ({"Q1": ERROR, "Q2": other}, other)


def test_what_the_reading_back_of_memberships_says_is_on_record() -> None:
    """Why each is left, the groups that lead there, and what an admin has ended elsewhere."""
    back = MembershipsReadBack(2, (BILLING,), "10:06", {"Q1": "why"}, ("group A",), ("Q2",))
    steps = StepsReadBack(2, ("skill VIP",), "10:07")
    found = fold((*BEGUN, back, steps)).records[2]
    rare = found.rare
    assert (found.left, rare.because, rare.groups) == ((BILLING,), {"Q1": "why"}, ("group A",))
    assert (rare.ended_elsewhere, rare.steps_left) == (("Q2",), steps)


def test_rows_with_nothing_rare_share_one_value() -> None:
    """A list may have 100,000 of them; an answer after a refusal replaces it."""
    refused = CallAnswered(1, "refused", "10:02", 400, "c-1", error=ERROR)
    done, overcome = fold(WHOLE), fold((*BEGUN, STATE_SENT, refused, REMOVAL_SENT, REMOVAL_DONE))
    assert done.records[2].rare is done.records[3].rare is RowRecord(2, ()).rare
    assert overcome.records[2].rare == done.records[2].rare


def test_who_was_inactive_already_was_not_set_to_inactive_by_the_run() -> None:
    """No moment is shown for it."""
    found = (*BEGUN[:3], UserRead(2, INACTIVE, "10:00"), BACK[0])
    assert fold(found).view().inactive_at == {}


def test_a_row_began_when_it_was_first_heard_of() -> None:
    """Also where it was held at first, and read again."""
    hold = RowHeld(2, "failed", "some_code", "No.", True, "09:59")
    assert fold((*BEGUN[:3], hold, BEGUN[3])).records[2].started_at == "09:59"


def test_an_undo_that_was_declined_takes_its_mark_back() -> None:
    """Only its own: that of an earlier one stays."""
    marks = [RowsUndone((2,), run, "11:00") for run in ("run-8", "run-9", "")]
    assert [each.by_run for each in fold((*WHOLE, *marks)).records[2].rare.undoings] == ["run-8"]


def test_a_call_without_answer_is_in_doubt() -> None:
    """The program was killed in between."""
    result = row(*BEGUN, STATE_SENT)
    assert (result.status, result.error_code, result.state_after) == (
        "partial",
        "interrupted",
        "active",
    )


def test_a_refused_call_without_more_leaves_the_row_failed() -> None:
    """The refusal is what is known of it."""
    answer = CallAnswered(1, "refused", "10:02", 400, "c-400", ERROR)
    result = row(*BEGUN, STATE_SENT, answer)
    assert (result.status, result.error_code, result.correlation_id) == (
        "failed",
        "bad.request",
        "c-400",
    )


def test_a_call_that_was_limited_until_the_stop_never_happened() -> None:
    """A 429 was not processed: the row was not reached."""
    limited = ApiError(None, "interrupted", "Stopped.")
    answer = CallAnswered(1, "refused", "10:02", error=limited)
    assert row(*BEGUN, STATE_SENT, answer).status == "not_run"


def test_a_step_that_was_given_up() -> None:
    """The error is the row's; what was done before stays told."""
    refused = CallAnswered(2, "refused", "10:04", 400, "c-400", ERROR)
    effect = EffectRead(2, (), ours=False, at="10:04")
    given_up = RowGivenUp(2, "remove_from_queues", ERROR, "10:05")
    left = MembershipsReadBack(2, (BILLING,), "10:07", {"Q1": "Billing: not removed"})
    result = row(*WHOLE[:9], refused, effect, given_up, UserReadBack(2, INACTIVE, "10:06"), left)
    assert (
        result.status, result.error_code, result.state_after, result.queues_removed,
        result.queues_left, result.left_because,
    ) == ("partial", "bad.request", "inactive", 0, 1, "Billing: not removed")  # fmt: skip


def test_an_end_state_that_could_not_be_read() -> None:
    """Not confirmed, with the reading's own answer."""
    result = row(*WHOLE[:10], ReadBackFailed(2, ApiError(503, "x", "y", "c-503"), "10:05"))
    assert (result.status, result.error_code, result.http_status, result.correlation_id) == (
        "partial",
        "not_confirmed",
        503,
        "c-503",
    )


def test_a_held_row() -> None:
    """With the person where one was found."""
    hold = RowHeld(2, "skipped", "protected", "On the list.", False, "10:01", user=USER)
    result = row(*BEGUN[:3], hold)
    assert (result.status, result.user_name, result.state_before, result.started_at) == (
        "skipped",
        "Anna Bauer",
        "active",
        "10:01",
    )


def test_rows_that_were_undone() -> None:
    """Written into the undone run's journal by the undo."""
    undone = fold((*WHOLE, RowsUndone((2,), "run-9", "11:00")))
    assert undone.view().results[0].error_code == "undone"
    assert (fold(WHOLE).undoings, undone.undoings) == (0, 1)


def test_a_bulk_call_tells_of_all_its_rows() -> None:
    """One answer, many rows; each queue counts what left it."""
    both = Call("remove_members", {"queue_id": "Q1", "user_ids": ["u2", "u3"]}, (2, 3))
    view = fold(
        (
            *BEGUN,
            UserRead(3, replace(INACTIVE, id="u3"), "10:00"),
            MembershipsRead(3, (BILLING,)),
            CallStarted(5, "remove_from_queues", both, "10:03"),
            CallAnswered(5, "done", "10:04", 204, "c-5"),
        )
    ).view()
    assert [each.queues_removed for each in view.results] == [1, 1]
    assert [(each.queue.name, each.removed, each.left_members) for each in view.queues] == [
        ("Billing", 2, 2)
    ]


def test_what_concerns_the_whole_run_is_in_the_view() -> None:
    """Warnings, pauses, traffic by minute, accepted names, how it ended."""
    warning = Warned("divisions_unseen", "Not seen.", ("Berlin",))
    pause = Paused("token 1", "429", "a", "b")
    view = fold(
        (
            *WHOLE,
            warning,
            pause,
            Traffic("10:01Z", 5, 0),
            Traffic("10:02Z", 7, 1),
            NamesAccepted((2,)),
            RunFinished(3, "finished", "10:09"),
        )
    ).view()
    assert (view.warnings, view.pauses, view.accepted_names) == ((warning,), (pause,), (2,))
    assert [(each.minute, each.calls) for each in view.traffic] == [("10:01Z", 5), ("10:02Z", 7)]
    assert (view.finished, view.results[0].error_code) == (
        RunFinished(3, "finished", "10:09"),
        "divisions_unseen",
    )


def test_the_plan_and_who_agreed_are_in_the_view() -> None:
    """A run that ended before either, or is of an earlier version, has none."""
    agreed, before = fold((*BEGUN, PLAN, AGREED)).view(), fold(WHOLE).view()
    assert (agreed.plan, agreed.agreed) == (PLAN, AGREED)
    assert (before.plan, before.agreed) == (None, None)


def test_when_somebody_was_set_to_inactive() -> None:
    """The moment of the answer, or of the reading that showed it."""
    unknown = CallAnswered(1, "unknown", "10:02", None, None, ERROR)
    answered = fold(WHOLE).view().inactive_at
    read = fold((*BEGUN, STATE_SENT, unknown, BACK[0])).view().inactive_at
    assert (answered, read) == ({2: "10:02"}, {2: "10:05"})


EARLIER = {
    "status": "partial", "state_before": "active", "state_after": "inactive", "user_id": "u2",
    "finished_at": "2026-11-20T09:00:00Z",
}  # fmt: skip
"""What an earlier run has left of Anna: inactive, and still in a queue."""


@pytest.mark.parametrize(
    ("columns", "attempt", "user", "at"),
    [
        ({}, True, INACTIVE, "2026-11-20T09:00:00Z"),
        ({}, False, INACTIVE, None),
        ({}, True, USER, None),
        ({}, True, replace(INACTIVE, id="u3"), None),
        ({}, True, None, None),
        ({"state_before": "inactive"}, True, INACTIVE, None),
        ({"state_after": "active"}, True, INACTIVE, None),
        ({"finished_at": ""}, True, INACTIVE, None),
    ],
)
def test_who_was_set_to_inactive_by_an_earlier_run_is_so_since_then(
    columns: dict[str, str], attempt: bool, user: User | None, at: str | None
) -> None:
    """If the same person still is, and that run did it."""
    left = {f"offboard_{name}": text for name, text in {**EARLIER, **columns}.items()}
    listed = RowListed(2, ("u2", "Anna"), carried=Carried(left, attempt))
    read = () if user is None else (UserRead(2, user, "10:00"),)
    assert fold((BEGUN[0], listed, *read)).view().inactive_at.get(2) == at


def test_who_was_set_to_inactive_again_is_so_since_this_run() -> None:
    """Not since an earlier one."""
    carried = Carried({f"offboard_{name}": text for name, text in EARLIER.items()}, True)
    view = fold((BEGUN[0], RowListed(2, (), carried=carried), *WHOLE[3:])).view()
    assert view.inactive_at == {2: "10:02"}


@pytest.mark.parametrize(
    ("version", "events", "state"),
    [
        ("0.2.0", (STATE_SENT, STATE_DONE), ""),
        ("0.2.0", (STATE_SENT,), ""),
        ("0.2.0", (), "active"),
        ("0.1.0", (STATE_SENT, STATE_DONE), "active"),
    ],
)
def test_the_state_of_a_held_row_is_none_that_its_person_has_no_more(
    version: str, events: tuple[Event, ...], state: str
) -> None:
    """Another row has set them to inactive since; the first version did not look at that."""
    begun = (replace(STARTED, program_version=version), *BEGUN[1:3])
    ben = replace(USER, id="u3")
    held = tuple(
        RowHeld(row, "skipped", "duplicate", "Row 2.", False, "10:00", user=user)
        for row, user in ((3, USER), (4, ben))
    )
    listed = RowListed(4, ("u3", "Ben"))
    results = fold((*begun, listed, UserRead(2, USER, "10:00"), *held, *events)).view().results
    assert [each.state_after for each in results][1:] == [state, "active"]
    assert results[0].state_after != ""


AGAIN = "HR: rerun this results file. The run stopped before this row."
FROM_THE_START = "HR: run the list again. This row was not started."


@pytest.mark.parametrize(
    ("changes", "events", "next_action"),
    [
        ({}, (), AGAIN),
        ({"dry_run": True}, (), FROM_THE_START),
        ({}, (RunFinished(2, "error", "10:09"),), FROM_THE_START),
        ({}, (RunFinished(4, "refused", "10:09"),), FROM_THE_START),
        ({}, (RunFinished(5, "stopped", "10:09"),), FROM_THE_START),
        ({}, (RunFinished(3, "finished", "10:09"),), AGAIN),
        ({}, (STATE_SENT, RunFinished(5, "stopped", "10:09")), AGAIN),
        (
            {"command": "rerun"},
            (RunFinished(4, "refused", "10:09"),),
            "HR: start the rerun again. This row was not started.",
        ),
    ],
)
def test_rows_of_a_run_that_sent_nothing_are_begun_from_the_start(
    changes: dict[str, Any], events: tuple[Event, ...], next_action: str
) -> None:
    """Only its end shows that it will not send anything more."""
    run = fold((replace(started(**changes), settings={"steps": ["deactivate"]}), *BEGUN[1:]))
    if events:
        assert run.view().results[1].next_action == AGAIN
    for event in events:
        run.apply(event)
    assert run.view().results[1].next_action == next_action


def ended(settings: dict[str, object], *events: Event) -> RowResult:
    """The result of row 2 of a run with these settings."""
    return row(started(settings=settings), *BEGUN[1:], *events)


@pytest.mark.parametrize(
    ("steps", "code"),
    [(["deactivate", "remove_from_queues"], "membership_left"), (["deactivate"], "queues_kept")],
)
def test_what_is_left_by_the_steps_of_the_run(steps: list[str], code: str) -> None:
    """Whoever is left in a queue was either to be removed, or not."""
    back = (UserReadBack(2, INACTIVE, "10:05"), MembershipsReadBack(2, (BILLING,), "10:06"))
    assert ended({"steps": steps}, STATE_SENT, STATE_DONE, *back).error_code == code


@pytest.mark.parametrize(
    ("settings", "read", "warnings", "status", "verified"),
    [
        ({}, False, (), "partial", False),
        ({"verify": True}, False, (), "partial", False),
        ({"verify": False}, False, (), "done", False),
        ({}, True, (), "done", True),
        ({}, True, ("divisions_unknown",), "done", False),
        ({}, True, ("some_code",), "done", True),
    ],
)
def test_who_is_done_and_who_is_verified(
    settings: dict[str, object], read: bool, warnings: tuple[str, ...], status: str, verified: bool
) -> None:
    """By what was read back, unless the run's settings do without it."""
    warned = [Warned(code, "Something.") for code in warnings]
    result = ended(
        {"steps": ["deactivate"], **settings}, *WHOLE[6:10], *(BACK if read else ()), *warned
    )
    assert (result.status, result.verified) == (status, verified)


def test_the_rows_of_an_undo_are_judged_by_what_was_to_be_put_back() -> None:
    """Active again is done; for a run it would be nothing of the kind."""
    back = Call("set_state", {"user_id": "u2", "state": "active", "version": 2}, (2,))
    events = (
        UserRead(2, INACTIVE, "10:00"),
        RestoreWanted(2, state="active", memberships=(), grants=()),
        CallStarted(1, "deactivate", back, "10:01"),
        STATE_DONE,
        UserReadBack(2, USER, "10:05"),
        MembershipsReadBack(2, (), "10:06"),
    )
    for command, status in (("undo", "done"), ("run", "partial")):
        begun = started(command=command, settings={"steps": ["deactivate"]})
        assert row(begun, BEGUN[1], *events).status == status


@pytest.mark.parametrize(
    ("events", "writers"),
    [
        ((), {"0.1.0"}),
        ((WRITTEN,), {"0.1.0", "0.2.0"}),
        ((replace(WRITTEN, name="results.xlsx"),), {"0.1.0", "0.2.0"}),
        ((replace(WRITTEN, name="report.html"),), {"0.1.0"}),
        ((replace(WRITTEN, program_version=""),), {"0.1.0"}),
        ((WRITTEN, RowsUndone((2,), "run-9", "11:00")), set()),
        ((RowsUndone((2,), "run-9", "11:00"), WRITTEN), {"0.2.0"}),
    ],
)
def test_which_versions_may_have_written_the_report(
    events: tuple[Event, ...], writers: set[str]
) -> None:
    """The report itself proves nothing; after an undo it may be any version until it wrote."""
    assert fold((*BEGUN, *events)).view().writers == writers


def test_each_file_that_was_written_is_among_its_kind() -> None:
    """A numbered sibling too, in order."""
    csv, workbook, report, sibling = (
        replace(WRITTEN, name=name)
        for name in ("results.csv", "results-2.xlsx", "report.html", "results-3.csv")
    )
    view = fold((*BEGUN, csv, workbook, report, sibling)).view()
    assert (view.written, view.workbooks, view.reports) == ((csv, sibling), (workbook,), (report,))
    assert view.last == sibling


def test_what_was_seen_and_corrected_is_on_record() -> None:
    """Warnings, queues and divisions for checks and undos; leftovers and corrected cells."""
    warning, division = Warned("some_code", "Something."), Named("d", "Home")
    corrected = (CellCorrected(2, "B", "name", "Anna", "Anne"),)
    left = Leftovers(groups=("Night Shift",))
    run = fold(
        (
            *BEGUN,
            warning,
            DivisionsRead((division,)),
            LeftoversRead(2, left, "10:00"),
            CellsCorrected(corrected),
            GrantsReadBack(2, (), "10:05"),
        )
    )
    assert (run.warnings, run.divisions, list(run.queues)) == ((warning,), (division,), ["Q1"])
    assert (run.records[2].rare.leftovers, run.records[3].rare.leftovers) == (left, None)
    assert (run.records[2].rare.grants_back, run.records[3].rare.grants_back) == ((), None)
    assert run.view().corrected == corrected
