"""What was found out before anything was changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from batch_offboard.offboarding.models import Json, Membership, Queue, RoleGrant, User

RowStatus = Literal["done", "already_done", "partial", "failed", "skipped", "not_run", "planned"]


@dataclass(frozen=True, slots=True)
class RowHeld:
    """A row that this run does not attempt, decided before anything was changed for it.

    `user` is the person where one was found. `http_status` and `correlation_id` are those of the
    deciding call where there was one. `unread` is true where something could not be read, so that
    nothing is known of the person today.
    """

    row: int
    status: RowStatus
    code: str
    message: str
    retry: bool
    at: str
    user: User | None = None
    http_status: int | None = None
    correlation_id: str | None = None
    about: Mapping[str, Json] = field(default_factory=dict)
    unread: bool = False
    kind: Literal["row_held"] = "row_held"


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
class GrantsRead:
    """The role grants of a row's person, read before setting inactive takes them away."""

    row: int
    grants: tuple[RoleGrant, ...]
    kind: Literal["grants_read"] = "grants_read"


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that concerns the whole run and that a person should know, said once.

    Codes with a meaning for the results: `divisions_unseen` (names in `names`),
    `divisions_unknown`, `roles_unread`.
    """

    code: str
    message: str
    names: tuple[str, ...] = ()
    kind: Literal["warned"] = "warned"
