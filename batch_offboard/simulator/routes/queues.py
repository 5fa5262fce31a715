"""Queues and their members."""

from __future__ import annotations

from typing import Any

from batch_offboard.simulator.routes import shapes
from batch_offboard.simulator.routes.common import PAGING, Call, operation, page, queue_route
from batch_offboard.simulator.rules import members, queues


def _list(call: Call) -> dict[str, Any]:
    found = queues.queues(call.caller, call.words("id"), call.words("divisionId"))
    return page(call, found, lambda q: shapes.queue(call.caller, q))


def _one(call: Call) -> dict[str, Any]:
    return shapes.queue(call.caller, queues.queue(call.caller, call.path["queue_id"]))


def _members(call: Call) -> dict[str, Any]:
    found = queues.members(
        call.caller,
        call.path["queue_id"],
        by=call.text("memberBy"),
        joined=call.truth("joined"),
        name=call.text("name"),
    )
    return page(call, found, lambda m: shapes.member(call.caller, m), totals=False)


def _add_or_remove(call: Call) -> None:
    members.add_or_remove(
        call.caller, call.path["queue_id"], call.body, delete=call.truth("delete") or False
    )


def _join(call: Call) -> dict[str, Any]:
    members.join(call.caller, call.path["queue_id"], call.body)
    return {"entities": []}


def _join_one(call: Call) -> None:
    members.join_one(call.caller, call.path["queue_id"], call.path["user_id"], call.body)


def _remove(call: Call) -> None:
    members.remove(call.caller, call.path["queue_id"], call.path["user_id"])


ROUTES = [
    queue_route("/routing/queues", GET=operation(_list, *PAGING, "id", "divisionId")),
    queue_route(
        "/routing/queues/{queue_id}/members",
        GET=operation(_members, *PAGING, "memberBy", "joined", "name"),
        POST=operation(_add_or_remove, "delete", status=204),
        PATCH=operation(_join, status=202),
    ),
    queue_route(
        "/routing/queues/{queue_id}/members/{user_id}",
        PATCH=operation(_join_one, status=202),
        DELETE=operation(_remove, status=204),
    ),
    queue_route("/routing/queues/{queue_id}", GET=operation(_one)),
]
