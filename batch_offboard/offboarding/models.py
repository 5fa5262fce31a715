"""The values of offboarding: what Genesys says about a person, and the calls that change it.

Everything here is data. Field names follow the Genesys Cloud API (`User`, `Queue`, `QueueMember`,
`AuthzGrant` of the SDK), so that what the journal keeps can be compared with what the API says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal

State = Literal["active", "inactive", "deleted"]
MemberBy = Literal["user", "group", "unknown"]
Json = object
"""A value that JSON can hold."""

ALL_DIVISIONS = "*"
"""The division of what holds in every division."""


@dataclass(frozen=True, slots=True)
class Named:
    """An entity of the organisation; the name may be empty where Genesys hides it."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class MemberGroup:
    """A group, work team or skill group whose members are members of a queue (`MemberGroup`)."""

    id: str
    name: str = ""
    type: str = "GROUP"


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing that a person holds: a group, a work team, a skill, a station.

    `value` is restored with it, as plain JSON, such as a proficiency (0 to 5). `fixed` is true
    where no request can take it away: a group whose members follow a rule.
    """

    id: str
    name: str = ""
    value: Json = None
    fixed: bool = False

    def is_same(self, other: "Holding") -> bool:
        """Whether both are the same thing with the same value; names may be missing."""
        return (self.id, self.value) == (other.id, other.value)


Holdings = Mapping[str, tuple[Holding, ...]]
"""What a person holds, by the name of the belonging; what is missing was not seen."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue as the listing shows it; `member_count` only ever chooses the cheaper reading.

    `uses_rings` says whether its members have different ring numbers (bullseye routing), None if
    the listing does not show that.
    """

    id: str
    name: str
    division: Named
    member_count: int
    member_groups: tuple[MemberGroup, ...] = ()
    uses_rings: bool | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """One user's membership of one queue.

    `joined` is false for a queue that the agent has switched off: still a member. `ring_number` is
    None and `by` is "unknown" if only the user's own listing was read, which shows neither.
    """

    queue_id: str
    joined: bool
    ring_number: int | None = None
    by: MemberBy = "unknown"


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role that a user holds in a division ("*" for all divisions), lost on setting inactive."""

    role_id: str
    division_id: str
    role_name: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """A user as Genesys shows it today. None, or no entry in `holdings`, means not read.

    `routing_status` is that of `RoutingStatus`, `presence` the system presence, `conversations` how
    many are active (`UserConversationSummary`). `numbers` are the phone numbers and extensions
    among the `addresses`, except private ones; only the closing read takes them. The division's id
    is empty where Genesys shows none.
    """

    id: str
    name: str
    email: str
    state: State
    version: int
    employee_id: str | None = None
    role_ids: tuple[str, ...] | None = None
    holdings: Holdings = field(default_factory=dict)
    routing_status: str | None = None
    presence: str | None = None
    division: Named = Named("")
    conversations: int | None = None
    numbers: tuple[str, ...] | None = None

    @property
    def is_on_queue(self) -> bool:
        """Whether Genesys shows the user as on queue: idle, busy or not answering.

        A status that is not known yet counts too.
        """
        return _is_shown_otherwise(self.routing_status, "OFF_QUEUE")

    @property
    def is_logged_in(self) -> bool:
        """Whether Genesys shows the user as logged in somewhere."""
        return self.is_on_queue or _is_shown_otherwise(self.presence, "Offline")


def _is_shown_otherwise(shown: str | None, than: str) -> bool:
    """Whether something is shown, and it is another constant (the SDK ignores their case)."""
    return (shown or than).casefold() != than.casefold()


@dataclass(frozen=True, slots=True)
class OpenConversation:
    """A conversation without an end, as analytics shows it.

    `owners` are the ids of the users whose callback it is. `inside` has the users who are in it, or
    have parked it, with its medium (`voice`, `email`, …). `queue_id` may be empty.
    """

    id: str
    queue_id: str
    owners: frozenset[str]
    inside: Mapping[str, str]


@dataclass(frozen=True, slots=True, order=True)
class Callback:
    """A callback that waits for its owner, by its conversation; the queue may be unknown.

    `is_shared` is true where Genesys shows further owners.
    """

    id: str
    queue_id: str
    is_shared: bool = False

    @property
    def may_go_to_queue(self) -> bool:
        """Whether it can be given to its queue without taking it from anybody else."""
        return bool(self.queue_id) and not self.is_shared


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What depends on a person, as read before they leave; None is "not read".

    `callbacks` are those that they own or that are scheduled for them; `conversations` counts their
    open and parked ones by medium. `roles` only people of the run have. `groups` they own,
    `clients` (OAuth) they made; `forwarded_to` is where their calls go. All these are names.
    """

    callbacks: tuple[Callback, ...] | None = None
    conversations: Mapping[str, int] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    direct_reports: tuple[str, ...] = ()
    forwarded_to: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether nothing depends on the person, as far as was read."""
        return not any(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What Genesys says about the person of one row at one moment; `None` is "not read".

    `may_be_logged_in` says whether a login from before the person was set to inactive may still be
    open; no reading can prove that.
    """

    row: int
    user: User
    memberships: tuple[Membership, ...] | None = None
    grants: tuple[RoleGrant, ...] | None = None
    may_be_logged_in: bool = False
    leftovers: Leftovers | None = None

    def with_memberships(self, memberships: tuple[Membership, ...]) -> "Snapshot":
        """The person with these memberships instead."""
        # Of a long list so many are made that dataclasses.replace would take twice as long.
        grants, logged_in = self.grants, self.may_be_logged_in
        return Snapshot(self.row, self.user, memberships, grants, logged_in, self.leftovers)


@dataclass(frozen=True, slots=True)
class Call:
    """One request to Genesys that changes something, as data, and the rows that it serves.

    `operation` is a key of the table in `genesys.operations`; `arguments` are plain JSON. A dry
    run shows it, the journal keeps it, the genesys room performs it, undo starts from it.
    """

    operation: str
    arguments: Mapping[str, Json]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ApiError:
    """Why Genesys did not do what was asked, or why its answer could not be had.

    `status` is None when no answer came. `code` is Genesys' own code, or ours if there is none
    (`timeout`, `connection_lost`, `unusable_answer`, …). `correlation_id` is `ININ-Correlation-Id`,
    which Genesys support asks for.
    """

    status: int | None
    code: str
    message: str
    correlation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of a call.

    `done`: Genesys said so. `refused`: it was not carried out and will not be as it stands.
    `conflict`: refused because the person changed meanwhile (409, stale version): read again.
    `unknown`: it may or may not have happened; its effect must be read before it is repeated.
    """

    outcome: Literal["done", "refused", "conflict", "unknown"]
    status: int | None = None
    correlation_id: str | None = None
    body: Json = None
    error: ApiError | None = None
