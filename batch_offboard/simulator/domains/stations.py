"""Stations of users: the associated one and the default one. Source: SDK `UsersApi`.

The SDK's pages name no permissions; those here are Genesys' announcement for March 2026, said by
its staff. In whose division they are needed is [assumed]: the user's.
"""

from __future__ import annotations

from typing import Any, Literal

from batch_offboard.simulator import errors
from batch_offboard.simulator.access import Caller, existing
from batch_offboard.simulator.domains.users import EXPANDS
from batch_offboard.simulator.endpoints import Call, operation, route
from batch_offboard.simulator.models import User

VIEW = "telephony:otherStationAssociation:view"
EDIT = "telephony:otherStationAssociation:edit"
DISASSOCIATE = "telephony:station:disassociate"
DEFAULT = ("telephony:plugin:all", "telephony:phone:assign")

Field = Literal["station", "default_station"]


def _shape(caller: Caller, user: User) -> dict[str, Any]:
    """The stations of a user (`UserStations`); the default one is effective without another."""
    associated, default = _entry(caller, user.station), _entry(caller, user.default_station)
    shown = {
        "associatedStation": associated,
        "defaultStation": default,
        "effectiveStation": associated or default,
    }
    return {name: station for name, station in shown.items() if station is not None}


def _entry(caller: Caller, station_id: str | None) -> dict[str, Any] | None:
    if station_id is None:
        return None
    station = caller.org.stations[station_id]
    return {"id": station.id, "name": station.name, "type": "inin_webrtc_softphone"}


def _expanded(caller: Caller, user: User) -> dict[str, Any] | None:
    """Without the permission to see them: no stations, or nothing at all [assumed which]."""
    if caller.within(caller.divisions(VIEW), user):
        return _shape(caller, user)
    return {} if caller.assumptions.hidden_stations == "empty" else None


EXPANDS["station"] = _expanded


def _release(call: Call, field: Field, *permissions: str) -> None:
    """The user no longer has this station; fine when they had none."""
    call.org.change_belongings(call.user(*permissions).id, **{field: None})


def _give(call: Call, field: Field, *permissions: str) -> None:
    """The user has this station from now on; 409 when somebody else has it [assumed]."""
    user = call.user(*permissions)
    station = existing(call.org.stations, call.path["station_id"])
    others = (u for u in call.org.users.values() if u.id != user.id)
    if any(getattr(other, field) == station.id for other in others):
        raise errors.conflict("The station is associated with another user.")
    call.org.change_belongings(user.id, **{field: station.id})


_STATION = "/users/{user_id}/station"

ROUTES = [
    route(_STATION, GET=operation(lambda call: _shape(call.caller, call.user(VIEW)))),
    route(
        f"{_STATION}/associatedstation",
        DELETE=operation(lambda call: _release(call, "station", DISASSOCIATE), status=202),
    ),
    route(
        _STATION + "/associatedstation/{station_id}",
        PUT=operation(lambda call: _give(call, "station", EDIT), status=202),
    ),
    route(
        f"{_STATION}/defaultstation",
        DELETE=operation(lambda call: _release(call, "default_station", *DEFAULT), status=202),
    ),
    route(
        _STATION + "/defaultstation/{station_id}",
        PUT=operation(lambda call: _give(call, "default_station", *DEFAULT), status=202),
    ),
]
