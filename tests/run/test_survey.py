"""One survey for runs and undos: people and what they hold, and who is held unread."""

import asyncio
from collections.abc import Mapping

from batch_offboard.genesys import Clock
from batch_offboard.offboarding.models import ApiError, Snapshot, User
from batch_offboard.record.events import Event, RowHeld
from batch_offboard.run.progress import Progress
from batch_offboard.run.survey import Part, survey
from tests.run.runs import run_of

DENIED = ApiError(403, "missing.permission", "Denied.")


class Parts:
    """Parts that note when they are begun, and for which rows they are completed."""

    def __init__(self) -> None:
        self.noted: list[object] = []
        self.progress = Progress()

    async def find(self) -> None:
        """Two people, found a while after all has begun."""
        await asyncio.sleep(0)
        self.noted.append("found")
        for row in (2, 3):
            user = User(f"u{row}", "Anna Bauer", "anna@x.example", "active", 1)
            self.progress.people[row] = Snapshot(row, user)

    def part(self, name: str, unread: Mapping[int, ApiError], *, readable: bool = True) -> Part:
        """A part that these rows' people cannot be read of."""

        async def begin() -> bool:
            self.noted.append(f"{name} begun")
            return readable

        async def complete() -> Mapping[int, ApiError]:
            self.noted.append((name, sorted(self.progress.people)))
            await asyncio.sleep(0)
            return unread

        return Part(name, complete, begin)


def surveyed(parts: Parts, *them: Part) -> list[RowHeld]:
    """The rows that a survey of these parts holds."""
    events: list[Event] = []
    run = run_of(events, Clock())
    asyncio.run(survey(run, parts.progress, parts.find(), them))
    return [event for event in events if isinstance(event, RowHeld)]


def test_parts_begin_while_the_people_are_found() -> None:
    """Each is completed for all of them."""
    parts = Parts()
    assert surveyed(parts, parts.part("Queues", {}), parts.part("Roles", {})) == []
    begun = ["Queues begun", "Roles begun", "found"]
    assert parts.noted == [*begun, ("Queues", [2, 3]), ("Roles", [2, 3])]


def test_who_cannot_be_read_is_held_once_with_the_part_and_the_person() -> None:
    """A row that two parts could not read is one row; the others go on."""
    parts = Parts()
    them = (parts.part("The queues", {2: DENIED}), parts.part("The roles", {2: DENIED}))
    (held,) = surveyed(parts, *them)
    assert (held.row, held.code, held.http_status, held.unread) == (2, DENIED.code, 403, True)
    assert held.message == "The queues could not be read: Denied."
    assert held.user is not None
    assert parts.noted[-1] == ("The roles", [2, 3])
    assert list(parts.progress.people) == [3]


def test_who_is_held_as_a_part_cannot_be_read_at_all_costs_no_more_requests() -> None:
    """The other parts are completed without them."""
    parts = Parts()
    them = (parts.part("Roles", {}), parts.part("Queues", {2: DENIED}, readable=False))
    assert [held.row for held in surveyed(parts, *them)] == [2]
    assert parts.noted[-2:] == [("Queues", [2, 3]), ("Roles", [3])]
