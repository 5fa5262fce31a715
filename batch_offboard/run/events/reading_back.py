"""What the people are and hold after the calls, as Genesys shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from batch_offboard.offboarding.models import ApiError, Membership, RoleGrant, User


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

    `because` says by queue id why one is left; `groups` are the groups that lead to them, as
    `group Night Shift` or `work team Claims Berlin`.
    `ended_elsewhere` are the queues of those that must end with a group that was left.
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
    """What the further steps should have ended for a row's person and have not, in words.

    Nothing is left when `left` is empty. `groups` names those of it that no call can end: groups
    that follow a rule. In an undo: what these steps took and have not put back.
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
