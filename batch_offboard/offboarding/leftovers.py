"""What still reaches, or depends on, people who are inactive and in no queue: what is looked for.

Nothing here changes anything, or the outcome of a row: it is only told.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from batch_offboard.offboarding.belongings import DEFAULT_STATION, STATION, held
from batch_offboard.offboarding.lacking import Lack
from batch_offboard.offboarding.models import Snapshot, User
from batch_offboard.offboarding.steps import Permission

Leftover = Literal["sessions", "numbers"]
LEFTOVERS: tuple[Leftover, ...] = get_args(Leftover)
"""The names under which `leftovers` of the configuration asks for each."""
DEFAULT_LEFTOVERS: tuple[Leftover, ...] = ("sessions", "numbers")
"""Those that cost next to no requests."""

STATIONS_SEEN = Permission((STATION.seen_with,), "person")


@dataclass(frozen=True, slots=True)
class Unseen:
    """A kind of thing that cannot be looked at, for want of these permissions.

    `lacks` is empty where it is unknown whether the client holds `permission`.
    """

    what: str
    permission: Permission
    lacks: tuple[Lack, ...] = ()


@dataclass(frozen=True, slots=True)
class Sessions:
    """How many people are logged in, and how many of them are in a conversation."""

    people: int
    logged_in: int
    in_conversation: int


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found before anything is changed, for the plan."""

    sessions: Sessions | None = None
    unseen: tuple[Unseen, ...] = ()


def sessions_of(people: Iterable[Snapshot]) -> Sessions:
    """Who of these people is logged in now, as far as Genesys shows it."""
    users = [person.user for person in people]
    inside = [user for user in users if user.is_logged_in]
    talking = sum(bool(user.conversations) for user in inside)
    return Sessions(len(users), len(inside), talking)


def phones_of(user: User) -> tuple[str, ...]:
    """The names of the stations that are the user's: the associated one, then the default one."""
    stations = (each for kind in (STATION, DEFAULT_STATION) for each in held(user, kind))
    return tuple({each.id: each.name or each.id for each in stations}.values())
