"""Hand the callbacks that a person owns to the queues for which they wait."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import cast

from batch_offboard.offboarding.models import Call, Callback, Json, Leftovers, Snapshot
from batch_offboard.offboarding.steps.base import Effect, Permission, Remainder, Step

WORK_SEEN = Permission(
    ("analytics:conversationDetail:view", "analytics:agentConversationDetail:view"), "person"
)
"""What seeing open callbacks and conversations takes; in whose division is [assumed]."""
_EDIT = Permission(("conversation:callback:edit",), "person")


def _handed_over(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    handed = {each["id"] for each in cast(list[Mapping[str, Json]], arguments["callbacks"])}
    found = person.leftovers or Leftovers()
    kept = tuple(each for each in found.callbacks or () if each.id not in handed)
    return replace(person, leftovers=replace(found, callbacks=kept))


def _callbacks(person: Snapshot) -> tuple[Callback, ...]:
    return (person.leftovers.callbacks if person.leftovers else None) or ()


def _why_kept(callback: Callback) -> str:
    """Why a callback cannot go to its queue; empty if it can."""
    if callback.is_shared:
        return "Genesys shows others as its owners too"
    return "" if callback.queue_id else "Genesys shows no queue for it"


class HandOverCallbacks(Step):
    """POST the bulk update of callbacks (`ConversationsApi`), a request for each person.

    A callback whose owner has left the queue waits until its ownership ends (Genesys' help pages).
    That one which is given a queue and no agent becomes the queue's is [assumed]: it is read back.
    """

    name = "hand_over_callbacks"
    title = "Handing callbacks to their queues"
    undo_title = "Callbacks stay with their queues"
    unit = "person"
    does = (
        "hands the callbacks that they own, or that are scheduled for them, to the queues; before "
        "`remove_from_queues`"
    )
    permissions = (WORK_SEEN, _EDIT)
    needs_work = True
    precedes_queues = True
    effects: Mapping[str, Effect] = MappingProxyType({"hand_over_callbacks": _handed_over})
    not_undone = "callbacks that were handed to queues (they stay there)"

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """One call for each person with callbacks that are theirs alone and have a queue."""
        for person in people:
            callbacks: list[Json] = [
                {"id": each.id, "queue_id": each.queue_id}
                for each in _callbacks(person)
                if each.may_go_to_queue
            ]
            if callbacks:
                arguments: dict[str, Json] = {"user_id": person.user.id, "callbacks": callbacks}
                yield Call("hand_over_callbacks", arguments, (person.row,))

    def left(self, person: Snapshot) -> Iterator[Remainder]:
        """The callbacks that are still the person's."""
        if person.leftovers is None or person.leftovers.callbacks is None:
            yield Remainder("callbacks", why="not seen, as Genesys did not show them")
        for each in _callbacks(person):
            yield Remainder(f"callback {each.id}", why=_why_kept(each))

    def undo(self, _pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """Nothing: whoever has taken such a callback meanwhile keeps it."""
        yield from ()
