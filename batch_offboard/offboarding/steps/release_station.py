"""Free the station (phone) that the person is associated with."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import cast

from batch_offboard.offboarding.models import Call, Json, Named, Snapshot
from batch_offboard.offboarding.steps.base import (
    Effect,
    Fact,
    Left,
    Permission,
    can_be_put_back,
)


def _released(_arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    return replace(person, user=replace(person.user, station=None))


def _associated(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    station = Named(cast(str, arguments["station_id"]))
    return replace(person, user=replace(person.user, station=station))


class ReleaseStation:
    """DELETE the associated station (`UsersApi`); it takes no permission by the SDK's pages."""

    name = "release_station"
    title = "Releasing stations"
    undo_title = "Associating stations again"
    unit = "person"
    permissions: tuple[Permission, ...] = ()
    reads: frozenset[Fact] = frozenset({Fact.STATION})
    effects: Mapping[str, Effect] = MappingProxyType(
        {"release_station": _released, "associate_station": _associated}
    )
    not_undone = ""

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """One call for each person who is associated with a station."""
        for person in people:
            if person.user.station is not None:
                yield Call("release_station", {"user_id": person.user.id}, (person.row,))

    def left(self, person: Snapshot) -> Iterator[Left]:
        """The station that the person is still associated with."""
        if person.user.station is not None:
            yield Left(f"station {person.user.station.name or person.user.station.id}")

    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """The station again, unless the person has another one by now."""
        for before, now in pairs:
            station = before.user.station
            if station and not now.user.station and can_be_put_back(before, now):
                arguments = {"user_id": now.user.id, "station_id": station.id}
                yield Call("associate_station", arguments, (now.row,))
