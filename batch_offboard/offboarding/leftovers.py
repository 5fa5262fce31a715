"""What still reaches, or depends on, people who are inactive and in no queue: what is looked for.

Nothing here changes anything, or the outcome of a row: it is only told.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from batch_offboard.offboarding.belongings import DEFAULT_STATION, STATION, held
from batch_offboard.offboarding.lacking import Lack
from batch_offboard.offboarding.models import (
    Callback,
    Leftovers,
    Named,
    OpenConversation,
    Snapshot,
    User,
)
from batch_offboard.offboarding.steps import Permission

Leftover = Literal["sessions", "numbers", "work"]
LEFTOVERS: tuple[Leftover, ...] = get_args(Leftover)
"""The names under which `leftovers` of the configuration asks for each."""
DEFAULT_LEFTOVERS: tuple[Leftover, ...] = ("sessions", "numbers", "work")
"""Those that cost next to no requests."""

STATIONS_SEEN = Permission((STATION.seen_with,), "person")
PHONES, WORK = "desk phones", "open callbacks and conversations"
"""What cannot be looked at without a permission."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A kind of thing that cannot be looked at, for want of these permissions.

    `lacks` is empty where it is unknown whether the client holds `permission`. `why` is Genesys'
    answer where it could not be read all the same.
    """

    what: str
    permission: Permission
    lacks: tuple[Lack, ...] = ()
    why: str = ""

    @property
    def divisions(self) -> frozenset[Named]:
        """The divisions in which the permission is missing."""
        return frozenset(each.division for each in self.lacks)


@dataclass(frozen=True, slots=True)
class Sessions:
    """How many people are logged in, and how many of them are in a conversation."""

    people: int
    logged_in: int
    in_conversation: int


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found before anything is changed, for the plan.

    `work` are the people who have open callbacks or conversations.
    """

    sessions: Sessions | None = None
    work: tuple[Snapshot, ...] = ()
    unseen: tuple[Unseen, ...] = ()


def sessions_of(people: Iterable[Snapshot]) -> Sessions:
    """Who of these people is logged in now, as far as Genesys shows it."""
    users = [person.user for person in people]
    inside = [user for user in users if user.is_logged_in]
    talking = sum(bool(user.conversations) for user in inside)
    return Sessions(len(users), len(inside), talking)


def work_of(user_id: str, conversations: Iterable[OpenConversation]) -> Leftovers:
    """The callbacks and conversations of one user among these."""
    callbacks = [each for each in conversations if user_id in each.owners]
    media = Counter(
        each.inside[user_id]
        for each in conversations
        if user_id in each.inside and user_id not in each.owners
    )
    found = sorted(Callback(each.id, each.queue_id) for each in callbacks)
    return Leftovers(tuple(found), dict(sorted(media.items())))


def unfinished_work(people: Iterable[Snapshot]) -> tuple[Snapshot, ...]:
    """Those of the people who have open callbacks or conversations."""
    return tuple(each for each in people if each.leftovers and not each.leftovers.is_nothing)


def phones_of(user: User) -> tuple[str, ...]:
    """The names of the stations that are the user's: the associated one, then the default one."""
    stations = (each for kind in (STATION, DEFAULT_STATION) for each in held(user, kind))
    return tuple({each.id: each.name or each.id for each in stations}.values())
