"""What Genesys showed: before the run changed anything, and read back after its calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from batch_offboard.offboarding.models import (
    ApiError,
    Leftovers,
    Membership,
    Named,
    Queue,
    RoleGrant,
    User,
)


@dataclass(frozen=True, slots=True)
class UserRead:
    """The person of a row as Genesys showed it before this run changed anything."""

    row: int
    user: User
    at: str
    kind: Literal["user_read"] = "user_read"


@dataclass(frozen=True, slots=True)
class QueuesRead:
    """The queues that the OAuth client can see, with their counts before the run."""

    queues: tuple[Queue, ...]
    kind: Literal["queues_read"] = "queues_read"


@dataclass(frozen=True, slots=True)
class MembershipsRead:
    """All queue memberships of a row's person before this run changed anything."""

    row: int
    memberships: tuple[Membership, ...]
    kind: Literal["memberships_read"] = "memberships_read"


@dataclass(frozen=True, slots=True)
class DivisionsRead:
    """The divisions that the OAuth client can see: they name those in which roles are held."""

    divisions: tuple[Named, ...]
    kind: Literal["divisions_read"] = "divisions_read"


@dataclass(frozen=True, slots=True)
class GrantsRead:
    """The role grants of a row's person, read before setting inactive takes them away."""

    row: int
    grants: tuple[RoleGrant, ...]
    kind: Literal["grants_read"] = "grants_read"


@dataclass(frozen=True, slots=True)
class LeftoversRead:
    """What depends on a row's person, read before they leave, and again once it was changed.

    If nothing depends on the person, there is no such event.
    """

    row: int
    leftovers: Leftovers
    at: str
    kind: Literal["leftovers_read"] = "leftovers_read"


@dataclass(frozen=True, slots=True)
class UserReadBack:
    """The person of a row as Genesys shows it after this run's calls for it."""

    row: int
    user: User
    at: str
    kind: Literal["user_read_back"] = "user_read_back"


@dataclass(frozen=True, slots=True)
class MembershipsReadBack:
    """The queue memberships that a row's person still has, listed after the removals.

    `because` has, by queue id, why a membership is left; `groups` are the groups that lead to them,
    as `group Night Shift` or `work team Claims Berlin`. `ended_elsewhere` are the queues of those
    that must end with a group that was left.
    """

    row: int
    left: tuple[Membership, ...]
    at: str
    because: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    ended_elsewhere: tuple[str, ...] = ()
    kind: Literal["memberships_read_back"] = "memberships_read_back"


@dataclass(frozen=True, slots=True)
class StepsReadBack:
    """What the optional steps should have ended for a row's person but have not, in words.

    Nothing is left when `left` is empty. `groups` names those that no call can end: groups that
    follow a rule. In an undo: what these steps took and have not put back.
    """

    row: int
    left: tuple[str, ...]
    at: str
    groups: tuple[str, ...] = ()
    kind: Literal["steps_read_back"] = "steps_read_back"


@dataclass(frozen=True, slots=True)
class GrantsReadBack:
    """The role grants that a row's person has after an undo."""

    row: int
    grants: tuple[RoleGrant, ...]
    at: str
    kind: Literal["grants_read_back"] = "grants_read_back"


@dataclass(frozen=True, slots=True)
class ReadBackFailed:
    """The end state of a row could not be read, so nothing is called done."""

    row: int
    error: ApiError
    at: str
    kind: Literal["read_back_failed"] = "read_back_failed"


ReadEvent = (
    UserRead
    | QueuesRead
    | MembershipsRead
    | DivisionsRead
    | GrantsRead
    | LeftoversRead
    | UserReadBack
    | MembershipsReadBack
    | StepsReadBack
    | GrantsReadBack
    | ReadBackFailed
)
