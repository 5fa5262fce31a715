"""What the journal records about one row, gathered event by event."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

from batch_offboard.offboarding.models import ApiError, Call, Leftovers, Membership, RoleGrant, User
from batch_offboard.record.events import Carried, RestoreWanted, RowHeld, StepsReadBack


class Undoing(NamedTuple):
    """An undo that puts a row back: its run, and its ordinal among the journal's undos."""

    by_run: str
    number: int


@dataclass(frozen=True, slots=True)
class RareFacts:
    """What is on record for few rows: why one is held, what was refused or left, its undos."""

    held: RowHeld | None = None
    leftovers: Leftovers | None = None
    """What depends on the person; None where nothing does, or nothing was read."""
    queues_gone: tuple[str, ...] = ()
    """Queues that the person was found to have left before our call could take effect."""
    other_done: bool = False
    """Whether a call was carried out that neither sets the state nor removes from a queue."""
    logged_out: bool = False
    """Whether this run ended all logins."""
    refused: ApiError | None = None
    """What Genesys answered to the row's last call, if it was a refusal."""
    given_up: ApiError | None = None
    given_up_step: str = ""
    refused_at: Mapping[str, ApiError] = field(default_factory=dict)
    """What was given up, by the id of the queue, group or team; the id is empty without one."""
    because: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    ended_elsewhere: tuple[str, ...] = ()
    steps_left: StepsReadBack | None = None
    """What the optional steps have left; None until that was recorded."""
    read_back_error: ApiError | None = None
    undoings: tuple[Undoing, ...] = ()
    """The undos that put this row back, the latest last."""
    wanted: RestoreWanted | None = None
    grants_back: tuple[RoleGrant, ...] | None = None


_NO_RARE_FACTS = RareFacts()


@dataclass(slots=True)
class RowRecord:
    """The record of one row in one run. What earlier runs found and did is in `carried`.

    There may be 100,000 of them, so empty values are shared, what few rows have is in `rare`, and
    short collections are tuples: a set would take ten times the memory.
    """

    row: int
    cells: tuple[str, ...]
    due: str | None = None
    carried: Carried | None = None
    user: User | None = None
    memberships: tuple[Membership, ...] = ()
    surveyed: bool = False
    """Whether the memberships were read before anything was changed."""
    grants: tuple[RoleGrant, ...] = ()
    """The role grants before anything was changed, as far as they were read."""
    user_back: User | None = None
    left: tuple[Membership, ...] | None = None
    in_doubt: int = 0
    """The number of calls that were sent and have no answer, or an inconclusive one."""
    state_sent: bool = False
    """Whether a call that sets the state was sent, and not refused; likewise `queues_sent`."""
    state_done: bool = False
    queues_sent: tuple[str, ...] = ()
    queues_done: tuple[str, ...] = ()
    steps_sent: tuple[str, ...] = ()
    """The steps of which any call left for this row."""
    status: int | None = None
    correlation_id: str | None = None
    started_at: str = ""
    finished_at: str = ""
    inactive_at: str = ""
    rare: RareFacts = _NO_RARE_FACTS

    def note(self, **facts: Any) -> None:
        """Record facts that few rows have, by their names in `RareFacts`."""
        if any(getattr(self.rare, name) != fact for name, fact in facts.items()):
            self.rare = replace(self.rare, **facts)

    def sent(self, step: str, call: Call) -> None:
        """Record that a call of a step is sent."""
        self.in_doubt += 1
        self.steps_sent = _with(self.steps_sent, step)
        if call.operation == "set_state":
            self.state_sent = True
        elif call.operation == "remove_members":
            self.queues_sent = _with(self.queues_sent, str(call.arguments["queue_id"]))

    def done(self, call: Call, at: str) -> None:
        """Record that a call was carried out."""
        if call.operation == "set_state":
            self.state_done = True
            self.inactive_at = at
        elif call.operation == "remove_members":
            self.queues_done = _with(self.queues_done, str(call.arguments["queue_id"]))
        else:
            logged_out = self.rare.logged_out or call.operation == "revoke_tokens"
            self.note(other_done=True, logged_out=logged_out)

    def not_done(self, call: Call) -> None:
        """Record that a call was clearly refused: if its effect is there, someone else made it."""
        if call.operation == "set_state":
            self.state_sent = self.state_done
        elif call.operation == "remove_members":
            refused = {str(call.arguments["queue_id"])}.difference(self.queues_done)
            self.queues_sent = tuple(each for each in self.queues_sent if each not in refused)

    def gone(self, queue_id: str) -> None:
        """Record that the person had left a queue before our call could take effect."""
        self.note(queues_gone=_with(self.rare.queues_gone, queue_id))

    @property
    def person(self) -> User | None:
        """The person as found before anything was changed, of a held row too."""
        return self.user or (self.rare.held.user if self.rare.held else None)

    @property
    def person_now(self) -> User | None:
        """The person as last read."""
        return self.user_back or self.person

    @property
    def found_open(self) -> bool:
        """Whether the person was active or in a queue before this run changed anything."""
        is_active = self.user is not None and self.user.state == "active"
        return is_active or bool(self.memberships)

    @property
    def state_changed(self) -> bool:
        """Whether this run set the person to inactive, as far as known."""
        if not self.state_sent:
            return False
        shown_inactive = self.user_back is not None and self.user_back.state == "inactive"
        unknown = self.user_back is None and self.in_doubt > 0
        return self.state_done or shown_inactive or unknown

    @property
    def queues_removed(self) -> frozenset[str]:
        """The queues that this run took the person out of: sent, and listed as gone.

        Those that came through a group count if this run ends more than queues.
        """
        if self.left is None:
            return frozenset(self.queues_done) - {each.queue_id for each in self.memberships_now}
        ended = frozenset(self.queues_sent).difference(self.rare.queues_gone)
        if self.rare.other_done:
            ended |= {each.queue_id for each in self.memberships if each.by == "group"}
        return ended - {each.queue_id for each in self.left}

    @property
    def changed(self) -> bool:
        """Whether this run may have changed anything for the person."""
        queues_unknown = self.left is None and self.in_doubt > 0
        queues_changed = queues_unknown or bool(self.queues_removed)
        return self.state_changed or queues_changed or self.rare.other_done

    @property
    def memberships_now(self) -> tuple[Membership, ...]:
        """The memberships that are left: as read back, else as follows from the answers."""
        if self.left is not None:
            return self.left
        out = {*self.queues_done, *self.rare.queues_gone}
        return tuple(
            each for each in self.memberships if each.queue_id not in out or each.by == "group"
        )

    @property
    def is_unread(self) -> bool:
        """Whether this run sent anything for the row whose effect it never read back."""
        state_unread = bool(self.steps_sent) and self.user_back is None
        return state_unread or (bool(self.queues_sent) and self.left is None)

    @property
    def is_on_queue(self) -> bool:
        """Whether the person was read back as on queue."""
        return self.user_back is not None and self.user_back.is_on_queue

    @property
    def state_now(self) -> str:
        """The person's state: as read back, else as follows from the answers."""
        if self.user_back is not None:
            return self.user_back.state
        if self.state_done:
            return "inactive"
        return self.user.state if self.user else ""


@lru_cache(maxsize=10_000)
def _with(known: tuple[str, ...], one: str) -> tuple[str, ...]:
    """`known` with `one` in it; cached, as many rows have the same steps and queues."""
    return known if one in known else (*known, one)
