"""How far a run has come: rows that are held, and rows that a step gave up."""

from batch_offboard.genesys import Clock
from batch_offboard.offboarding.models import ApiError, Call, Snapshot, User
from batch_offboard.offboarding.people import Hold
from batch_offboard.record.events import Event, RowGivenUp, RowHeld
from batch_offboard.run.progress import Progress
from tests.run.runs import run_of

GONE = ApiError(404, "not.found", "Gone.")
STATE = Call("set_state", {"user_id": "u2", "state": "active", "version": 1}, (2,))
QUEUE = Call("add_members", {"queue_id": "Q1", "user_ids": ["u2", "u3"]}, (2, 3))


def test_a_held_row_is_out_and_on_record() -> None:
    """It counts among the held, by its code or else by its status."""
    events: list[Event] = []
    user = User("u1", "Anna Bauer", "anna@x.example", "active", 1)
    progress = Progress(people={2: Snapshot(2, user), 3: Snapshot(3, user)})
    progress.hold(
        run_of(events, Clock()), 2, Hold("skipped", "protected", "Protected.", retry=False)
    )
    progress.hold(run_of(events, Clock()), 3, Hold("already_done", "", "Deleted.", retry=False))
    assert progress.people == {}
    assert list(progress.held_codes()) == ["protected", "already_done"]
    assert [(type(each), each.row) for each in events if isinstance(each, RowHeld)] == [
        (RowHeld, 2),
        (RowHeld, 3),
    ]


def test_who_could_not_be_set_to_inactive_is_not_taken_further() -> None:
    """A step that fails after that stops none of the others."""
    events: list[Event] = []
    user = User("u1", "Anna Bauer", "anna@x.example", "active", 1)
    progress = Progress(people={row: Snapshot(row, user) for row in (2, 3)})
    progress.give_up(run_of(events, Clock()), "deactivate", STATE, [2], GONE)
    progress.give_up(run_of(events, Clock()), "remove_from_queues", QUEUE, [3, 2], GONE)
    assert progress.proceeding == [3]
    given_up = [each for each in events if isinstance(each, RowGivenUp)]
    assert [(each.row, each.step) for each in given_up] == [
        (2, "deactivate"),
        (3, "remove_from_queues"),
        (2, "remove_from_queues"),
    ]
    assert [each.target_id for each in given_up] == ["", "Q1", "Q1"]


def test_what_was_refused_is_not_asked_for_again() -> None:
    """Of this queue, for these rows: another queue, and another row, is another matter."""
    progress = Progress()
    progress.give_up(run_of([], Clock()), "remove_from_queues", QUEUE, [2], GONE)
    other = Call("add_members", {"queue_id": "Q2", "user_ids": ["u2", "u3"]}, (2, 3))
    rest = Call("add_members", {"queue_id": "Q1", "user_ids": ["u3"]}, (3,))
    assert list(progress.not_refused([QUEUE, other])) == [rest, other]
    progress.give_up(run_of([], Clock()), "remove_from_queues", QUEUE, [3], GONE)
    assert list(progress.not_refused([QUEUE])) == []
