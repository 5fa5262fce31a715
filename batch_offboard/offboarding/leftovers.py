"""What still reaches, or depends on, people who are inactive and in no queue: what is looked for.

Nothing here changes anything, nor the outcome of a row: it is only reported.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict, get_args

from batch_offboard.offboarding.belongings import DEFAULT_STATION, STATION, holdings_of
from batch_offboard.offboarding.lacks import Lack
from batch_offboard.offboarding.models import (
    ApiError,
    Callback,
    Named,
    OpenConversation,
    Snapshot,
    User,
)
from batch_offboard.offboarding.steps import Permission
from batch_offboard.offboarding.steps.hand_over_callbacks import WORK_SEEN

Leftover = Literal[
    "sessions",
    "numbers",
    "work",
    "roles",
    "groups",
    "directory",
    "clients",
    "direct_reports",
    "forwarding",
]
LEFTOVERS: tuple[Leftover, ...] = get_args(Leftover)
"""The names under which `leftovers` of the configuration asks for each."""
DEFAULT_LEFTOVERS: tuple[Leftover, ...] = LEFTOVERS[:6]
"""Those that cost next to no requests."""

STATIONS_SEEN = Permission((STATION.seen_with,), "person")
ROLES_SEEN = Permission(("authorization:role:view",))
CLIENTS_SEEN = Permission(("oauth:client:view",))
AUDITS_SEEN = Permission(("audits:audit:view",))
FORWARDING_SEEN = Permission(("conversation:callForwarding:view",))
LOOKING: Mapping[Leftover, Permission] = {
    "numbers": STATIONS_SEEN,
    "work": WORK_SEEN,
    "roles": ROLES_SEEN,
    "directory": AUDITS_SEEN,
    "clients": CLIENTS_SEEN,
    "forwarding": FORWARDING_SEEN,
}
"""By leftover: the permission that looking for it takes; the others take none."""

PHONES, WORK = "desk phones", "open callbacks and conversations"
ROLES_HELD, GROUPS_OWNED = "roles that only leavers have", "groups owned by leavers"
OAUTH_CLIENTS, DIRECT_REPORTS = "OAuth clients created by leavers", "direct reports"
CALL_FORWARDING, DIRECTORY = "call forwarding", "whether a directory manages users here"
"""What cannot be looked at without a permission."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A kind of thing that cannot be looked at, and why.

    Or, instead of a reason, the `permission` for lack of which nothing may be shown: `lacks` says
    where the client is known to lack it; it is empty where that is unknown. `lacks_permission` is
    set where the reason is a permission that the client does not have at all.
    """

    what: str
    why: str = ""
    permission: Permission | None = None
    lacks: tuple[Lack, ...] = ()
    lacks_permission: bool = False

    @property
    def divisions(self) -> frozenset[Named]:
        """The divisions in which the permission is missing."""
        return frozenset(each.division for each in self.lacks)


def forbidden(what: str, permission: Permission) -> Unseen:
    """What cannot be looked at because the client lacks this permission."""
    return Unseen(what, f"The OAuth client lacks {permission}.", lacks_permission=True)


def unread(what: str, error: ApiError) -> Unseen:
    """What could not be looked at because of this error.

    A login that is really lost ends the run, so a 401 that gets here is about this request alone.
    """
    if error.status == 401:
        why = f"The login works, but Genesys refuses this request (401): {error.message}"
        return Unseen(what, why)
    return Unseen(what, error.message)


@dataclass(frozen=True, slots=True)
class Sessions:
    """How many people are logged in, and how many of them are in a conversation."""

    people: int
    logged_in: int
    in_conversation: int


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found before anything is changed, for the plan.

    `people` are those that something else depends on. `doubtful_roles` are those that perhaps
    nobody else has; `ownerless` are groups whose owners all leave.
    """

    sessions: Sessions | None = None
    people: tuple[Snapshot, ...] = ()
    doubtful_roles: tuple[str, ...] = ()
    ownerless: tuple[str, ...] = ()
    has_directory: bool = False
    unseen: tuple[Unseen, ...] = ()


def sessions_of(people: Iterable[Snapshot]) -> Sessions:
    """Who of these people is logged in now, as far as Genesys shows it."""
    users = [person.user for person in people]
    inside = [user for user in users if user.is_logged_in]
    talking = sum(bool(user.conversations) for user in inside)
    return Sessions(len(users), len(inside), talking)


MOST_ROLES = 5
"""At most this many doubtful roles are looked up, one request each."""


class OpenWork(TypedDict):
    """The open work of a person, as fields of `Leftovers`."""

    callbacks: tuple[Callback, ...]
    conversations: Mapping[str, int]


def open_work_of(user_id: str, conversations: Iterable[OpenConversation]) -> OpenWork:
    """The callbacks and conversations of one user among these."""
    callbacks = [each for each in conversations if user_id in each.owners]
    media = Counter(
        each.inside[user_id]
        for each in conversations
        if user_id in each.inside and user_id not in each.owners
    )
    found = sorted(Callback(each.id, each.queue_id, len(each.owners) > 1) for each in callbacks)
    return OpenWork(callbacks=tuple(found), conversations=dict(sorted(media.items())))


def needed_by_others(people: Iterable[Snapshot]) -> tuple[Snapshot, ...]:
    """The people that something else depends on."""
    return tuple(each for each in people if each.leftovers and not each.leftovers.is_nothing)


def roles_in_doubt(
    roles: Iterable[tuple[Named, int | None]], holders: Mapping[str, Sequence[Snapshot]]
) -> tuple[tuple[Named, ...], tuple[str, ...]]:
    """The roles that perhaps only these holders have: those to look up, and the other names.

    A role is in doubt if it has no more users in all (`userCount`) than there are holders here.
    That inactive users do not count is [assumed]. Roles of admins are looked up first.
    """
    doubtful = [
        role
        for role, users in roles
        if role.id in holders and users is not None and users <= len(holders[role.id])
    ]
    doubtful.sort(key=lambda role: ("admin" not in role.name.casefold(), role.name.casefold()))
    return tuple(doubtful[:MOST_ROLES]), tuple(each.name for each in doubtful[MOST_ROLES:])


def phones_of(user: User) -> tuple[str, ...]:
    """The names of the stations that are the user's: the associated one, then the default one."""
    stations = (each for kind in (STATION, DEFAULT_STATION) for each in holdings_of(user, kind))
    return tuple({each.id: each.name or each.id for each in stations}.values())
