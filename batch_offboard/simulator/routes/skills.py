"""Skills, languages and stations of users."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from batch_offboard.simulator.routes import shapes
from batch_offboard.simulator.routes.common import PAGING, Call, operation, page, route
from batch_offboard.simulator.rules import skills, stations
from batch_offboard.simulator.rules.ids import living_user


def _list(kind: skills.Kind) -> Callable[[Call], dict[str, Any]]:
    def perform(call: Call) -> dict[str, Any]:
        user_id = call.path["user_id"]
        found = skills.ratings(call.caller, user_id, kind)
        return page(call, found, lambda r: shapes.rating(user_id, r))

    return perform


def _add(kind: skills.Kind) -> Callable[[Call], dict[str, Any]]:
    def perform(call: Call) -> dict[str, Any]:
        skills.add(call.caller, call.path["user_id"], kind, call.body)
        return _list(kind)(call)

    return perform


def _remove(kind: skills.Kind) -> Callable[[Call], None]:
    def perform(call: Call) -> None:
        skills.remove(call.caller, call.path["user_id"], kind, call.path["rated_id"])

    return perform


def _replace(call: Call) -> dict[str, Any]:
    skills.replace(call.caller, call.path["user_id"], call.body)
    return _list("skill")(call)


def _station(call: Call) -> dict[str, Any]:
    return shapes.stations(call.caller, living_user(call.org, call.path["user_id"]))


def _release(call: Call) -> None:
    stations.release(call.caller, call.path["user_id"])


def _associate(call: Call) -> None:
    stations.associate(call.caller, call.path["user_id"], call.path["station_id"])


ROUTES = [
    route("/users/{user_id}/routingskills", GET=operation(_list("skill"), *PAGING)),
    route(
        "/users/{user_id}/routingskills/bulk",
        PUT=operation(_replace),
        PATCH=operation(_add("skill")),
    ),
    route(
        "/users/{user_id}/routingskills/{rated_id}",
        DELETE=operation(_remove("skill"), status=204),
    ),
    route("/users/{user_id}/routinglanguages", GET=operation(_list("language"), *PAGING)),
    route("/users/{user_id}/routinglanguages/bulk", PATCH=operation(_add("language"))),
    route(
        "/users/{user_id}/routinglanguages/{rated_id}",
        DELETE=operation(_remove("language"), status=204),
    ),
    route("/users/{user_id}/station", GET=operation(_station)),
    route("/users/{user_id}/station/associatedstation", DELETE=operation(_release, status=202)),
    route(
        "/users/{user_id}/station/associatedstation/{station_id}",
        PUT=operation(_associate, status=202),
    ),
]
