"""Free the stations (phones) of a person: the associated one and the default one."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, cast

from batch_offboard.offboarding.belongings import (
    DEFAULT_STATION,
    STATION,
    STATION_VIEW,
    Belonging,
    holdings_of,
    to_restore,
    with_holdings,
)
from batch_offboard.offboarding.models import Call, Holding, Json, Snapshot
from batch_offboard.offboarding.steps.base import Effect, Permission, Step

_VIEW = Permission((STATION_VIEW,), "person")
_DISASSOCIATE = Permission(("telephony:station:disassociate",), "person")
_ASSOCIATE = Permission(("telephony:otherStationAssociation:edit",), "person")
_DEFAULT = Permission(("telephony:plugin:all", "telephony:phone:assign"), "person")


class _Kind(NamedTuple):
    """One kind of station: the operation that ends it, and the one that gives it back."""

    belonging: Belonging
    release: str
    give_back: str


_KINDS = (
    _Kind(STATION, "release_station", "associate_station"),
    _Kind(DEFAULT_STATION, "release_default_station", "set_default_station"),
)
_NEEDED: Mapping[str, tuple[Permission, ...]] = MappingProxyType(
    {
        "release_station": (_VIEW, _DISASSOCIATE),
        "release_default_station": (_VIEW, _DEFAULT),
        "set_default_station": (_VIEW, _DEFAULT),
    }
)
"""By operation. Associating is tried without one: if refused, the undo names the person."""


def _released(belonging: Belonging) -> Effect:
    return lambda _arguments, person: with_holdings(person, belonging, ())


def _given(belonging: Belonging) -> Effect:
    def effect(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
        return with_holdings(person, belonging, (Holding(cast(str, arguments["station_id"])),))

    return effect


class ReleaseStation(Step):
    """DELETE the associated and the default station (`UsersApi`).

    A default station rings while nobody is logged in (Genesys' help pages). The SDK's pages name no
    permissions; these hold since March 2026, according to Genesys' staff. In whose division they
    are needed is [assumed]: the person's.
    """

    name = "release_station"
    title = "Releasing stations"
    undo_title = "Putting stations back"
    unit = "station"
    does = "releases their phone, and the default phone that rings while they are logged out"
    permissions = (_VIEW, _DISASSOCIATE, _DEFAULT)
    undo_permissions = (_ASSOCIATE,)
    reads = frozenset({STATION, DEFAULT_STATION})
    effects: Mapping[str, Effect] = MappingProxyType(
        {each.release: _released(each.belonging) for each in _KINDS}
        | {each.give_back: _given(each.belonging) for each in _KINDS}
    )

    def permissions_for(self, call: Call) -> tuple[Permission, ...]:
        """Each request has a permission of its own."""
        return _NEEDED.get(call.operation, ())

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """One call for each station of a person."""
        for person in people:
            for kind in _KINDS:
                if holdings_of(person.user, kind.belonging):
                    yield Call(kind.release, {"user_id": person.user.id}, (person.row,))

    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """Give the former stations back, unless the person has another of the kind now."""
        for before, now in pairs:
            for kind in _KINDS:
                for station in to_restore(before, now, kind.belonging):
                    if not holdings_of(now.user, kind.belonging):
                        arguments = {"user_id": now.user.id, "station_id": station.id}
                        yield Call(kind.give_back, arguments, (now.row,))
