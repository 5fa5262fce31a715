"""Stations of users. Source: SDK `UsersApi`; the SDK's pages name no permission."""

from __future__ import annotations

from batch_offboard.simulator import errors
from batch_offboard.simulator.caller import Caller
from batch_offboard.simulator.rules.ids import check_guids, living_user


def release(caller: Caller, user_id: str) -> None:
    """The user is no longer associated with a station; fine when they were with none."""
    living_user(caller.org, user_id)
    caller.org.change_belongings(user_id, station=None)


def associate(caller: Caller, user_id: str, station_id: str) -> None:
    """Associate the user with a station; 409 when somebody else is [assumed]."""
    living_user(caller.org, user_id)
    check_guids([station_id])
    if station_id not in caller.org.stations:
        raise errors.not_found()
    others = (u for u in caller.org.users.values() if u.id != user_id)
    if any(other.station == station_id for other in others):
        text = "The station is associated with another user."
        raise errors.ApiError(409, "general.conflict", text)
    caller.org.change_belongings(user_id, station=station_id)
