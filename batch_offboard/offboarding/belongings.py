"""What people hold beyond state and version, each kind described once: the table of belongings.

An entry says how a belonging is read and named. Survey, read-back, journal, undo and report go by
this table and name no belonging themselves.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from batch_offboard.offboarding.models import Holding, Holdings, Snapshot, User

Decode = Callable[[Any], tuple[Holding, ...]]
"""What the JSON of a belonging says is held; AttributeError, KeyError or TypeError if it is no
such thing."""


@dataclass(frozen=True, slots=True, eq=False)
class Belonging:
    """One kind of thing that people hold; each kind is one object of this module.

    `name` is its key in `User.holdings` and so in the journal; `noun` names one of it to a person.
    `expand` is the name under which `UsersApi.get_users` shows it, 100 people a request.
    `operation` reads it for one user, with the same JSON: in place of an `expand`, and where the
    expanded answer lacks it ("not guaranteed to be returned"). `joins_queues` is true for what may
    make somebody a member of a queue. Queues and roles have neither: they are surveyed in bulk
    (`run.survey`). A work team that is not shown is looked for in the teams (`run.holdings`).
    `seen_with` is the permission without which none may be shown though there are some: "none"
    counts only where the client is known to hold it, or where `operation` says so.
    """

    name: str
    noun: str
    decode: Decode = lambda _: ()
    expand: str = ""
    operation: str = ""
    joins_queues: bool = False
    seen_with: str = ""

    def shown(self, user: Mapping[str, Any]) -> tuple[Holding, ...] | None:
        """The holdings of this kind in the JSON of a user; None if they are not shown at all."""
        value = user.get(self.expand)
        return None if value is None else self.decode(value)

    def named(self, holding: Holding) -> str:
        """One holding of this kind, as named in a sentence: `group Night Shift`."""
        return f"{self.noun} {holding.name or holding.id}"


@lru_cache(maxsize=10_000)
def _holding(id: str, name: str, value: float | None = None) -> Holding:
    """A holding, cached because many of up to 100,000 people hold the same.

    For a `value` that is a JSON object use `Holding` itself, as objects cannot be cached.
    """
    return Holding(id, name, value)


def _entity(found: Mapping[str, Any]) -> Holding:
    return _holding(str(found["id"]), str(found.get("name") or ""))


def _entities(found: Iterable[Mapping[str, Any]]) -> tuple[Holding, ...]:
    return tuple(_entity(each) for each in found)


def _one(found: Mapping[str, Any]) -> tuple[Holding, ...]:
    return (_entity(found),) if found else ()


def _rated(found: Iterable[Mapping[str, Any]]) -> tuple[Holding, ...]:
    return tuple(
        _holding(str(each["id"]), str(each.get("name") or ""), float(each.get("proficiency") or 0))
        for each in found
    )


def _texts(found: Iterable[str]) -> tuple[Holding, ...]:
    return tuple(_holding(text, "") for text in found)


def _station(kind: str) -> Decode:
    """A decoder of one of the stations of `UserStations`."""
    return lambda found: _one(found.get(kind) or {})


STATION_VIEW = "telephony:otherStationAssociation:view"
"""Needed to see other people's stations since March 2026, according to Genesys' staff."""

QUEUES = Belonging("memberships", "queue")
ROLES = Belonging("grants", "role")
GROUPS = Belonging("groups", "group", _entities, expand="groups", joins_queues=True)
TEAM = Belonging("team", "work team", _one, expand="team", joins_queues=True)
"""The work team of a person."""
SKILLS = Belonging(
    "skills", "skill", _rated, expand="skills", operation="user_skills", joins_queues=True
)
LANGUAGES = Belonging(
    "languages",
    "language",
    _rated,
    expand="languages",
    operation="user_languages",
    joins_queues=True,
)
PROFILE_SKILLS = Belonging(
    "profile_skills",
    "profile skill",
    _texts,
    expand="profileSkills",
    operation="user_profile_skills",
)
"""The skills that a person names in their profile."""
STATION = Belonging(
    "station",
    "station",
    _station("associatedStation"),
    expand="station",
    operation="user_station",
    seen_with=STATION_VIEW,
)
DEFAULT_STATION = Belonging(
    "default_station",
    "default station",
    _station("defaultStation"),
    expand="station",
    operation="user_station",
    seen_with=STATION_VIEW,
)
"""The phone that rings while a person is logged out."""

BELONGINGS: tuple[Belonging, ...] = (
    QUEUES,
    ROLES,
    GROUPS,
    TEAM,
    SKILLS,
    LANGUAGES,
    PROFILE_SKILLS,
    STATION,
    DEFAULT_STATION,
)
"""Every belonging. Names and JSON are those of the SDK's `User`, version 269.

A user without a work team is shown without the field [assumed].
"""


def shown_holdings(user: Mapping[str, Any], expand: Collection[str]) -> Holdings:
    """The belongings requested with `expand` that the JSON of a user shows."""
    found = {
        each.name: holdings
        for each in BELONGINGS
        if each.expand in expand and (holdings := each.shown(user)) is not None
    }
    return found if any(found.values()) else _nothing_of(tuple(found))


@lru_cache(maxsize=100)
def _nothing_of(names: tuple[str, ...]) -> Holdings:
    """Kept once, as many of up to 100,000 people hold nothing."""
    return dict.fromkeys(names, ())


def holdings_of(user: User, belonging: Belonging) -> tuple[Holding, ...]:
    """What the user holds of a belonging; empty if that was not read."""
    return user.holdings.get(belonging.name, ())


def with_holdings(person: Snapshot, belonging: Belonging, holdings: Iterable[Holding]) -> Snapshot:
    """The person with exactly these holdings of a belonging."""
    changed = {**person.user.holdings, belonging.name: tuple(holdings)}
    return replace(person, user=replace(person.user, holdings=changed))


def missing_holdings(
    wanted: Iterable[Holding], current: Iterable[Holding] | None
) -> tuple[Holding, ...]:
    """The wanted holdings that are missing or have another value."""
    there = tuple(current or ())
    return tuple(each for each in wanted if not any(each.is_same(other) for other in there))


def to_restore(before: Snapshot, now: Snapshot, belonging: Belonging) -> tuple[Holding, ...]:
    """The holdings of a belonging that an undo can give back now.

    Empty if what the person holds today was not read: a request that replaces everything would
    take away what they were given since.
    """
    current = now.user.holdings.get(belonging.name)
    if current is None or not is_time_to_restore(before, now):
        return ()
    return missing_holdings(holdings_of(before.user, belonging), current)


def is_time_to_restore(before: Snapshot, now: Snapshot) -> bool:
    """Whether belongings can go back now: not while the person is still inactive by the run."""
    return now.user.state == "active" or before.user.state != "active"


def removed_holdings(before: User, now: User | None, belongings: Iterable[Belonging]) -> Holdings:
    """The holdings of these belongings that the user had `before` and lacks `now`.

    `now` is None if unknown: then everything may have been taken.
    """
    current: Holdings = now.holdings if now else {}
    found = {
        each.name: missing_holdings(holdings_of(before, each), current.get(each.name))
        for each in BELONGINGS
        if each in belongings
    }
    return {name: holdings for name, holdings in found.items() if holdings}


def named_missing(wanted: Holdings, now: User) -> Iterator[str]:
    """The wanted holdings that are missing or could not be read, by name."""
    for each in BELONGINGS:
        unseen = "" if each.name in now.holdings else ": not seen"
        for missing in missing_holdings(wanted.get(each.name, ()), now.holdings.get(each.name)):
            yield each.named(missing) + unseen
