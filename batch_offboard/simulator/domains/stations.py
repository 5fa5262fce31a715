"""Stations of users. Source: SDK `UsersApi`; the SDK's pages name no permission."""

from __future__ import annotations

from typing import Any

from batch_offboard.simulator import errors
from batch_offboard.simulator.access import Caller, existing
from batch_offboard.simulator.domains.users import EXPANDS
from batch_offboard.simulator.endpoints import Call, operation, route
from batch_offboard.simulator.models import User


def _shape(caller: Caller, user: User) -> dict[str, Any]:
    """The stations of a user: only the associated one is modelled."""
    if user.station is None:
        return {}
    station = caller.org.stations[user.station]
    shown = {"id": station.id, "name": station.name, "type": "inin_webrtc_softphone"}
    return {"associatedStation": shown, "effectiveStation": dict(shown)}


EXPANDS["station"] = _shape


def _release(call: Call) -> None:
    """The user is no longer associated with a station; fine when they were with none."""
    call.org.change_belongings(call.user().id, station=None)


def _associate(call: Call) -> None:
    """Associate the user with a station; 409 when somebody else is [assumed]."""
    user, station = call.user(), existing(call.org.stations, call.path["station_id"])
    others = (u for u in call.org.users.values() if u.id != user.id)
    if any(other.station == station.id for other in others):
        raise errors.conflict("The station is associated with another user.")
    call.org.change_belongings(user.id, station=station.id)


_STATION = "/users/{user_id}/station"

ROUTES = [
    route(_STATION, GET=operation(lambda call: _shape(call.caller, call.user()))),
    route(f"{_STATION}/associatedstation", DELETE=operation(_release, status=202)),
    route(
        _STATION + "/associatedstation/{station_id}",
        PUT=operation(_associate, status=202),
    ),
]
