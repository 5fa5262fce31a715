"""Free the station (phone) that the person is associated with."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import cast

from batch_offboard.offboarding.belongings import STATION, held, holding, to_restore
from batch_offboard.offboarding.models import Call, Holding, Json, Snapshot
from batch_offboard.offboarding.steps.base import Effect, Step


def _released(_arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    return holding(person, STATION, ())


def _associated(arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    return holding(person, STATION, (Holding(cast(str, arguments["station_id"])),))


class ReleaseStation(Step):
    """DELETE the associated station (`UsersApi`); no permission needed, according to the SDK."""

    name = "release_station"
    title = "Releasing stations"
    undo_title = "Associating stations again"
    unit = "person"
    does = "frees their phone"
    reads = frozenset({STATION})
    effects: Mapping[str, Effect] = MappingProxyType(
        {"release_station": _released, "associate_station": _associated}
    )

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """One call for each person who is associated with a station."""
        for person in people:
            if held(person.user, STATION):
                yield Call("release_station", {"user_id": person.user.id}, (person.row,))

    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """Associate the former station again, unless the person has any station now."""
        for before, now in pairs:
            for station in to_restore(before, now, STATION):
                if not held(now.user, STATION):
                    arguments = {"user_id": now.user.id, "station_id": station.id}
                    yield Call("associate_station", arguments, (now.row,))
