"""Users: by id, one, change, search, their queues."""

from __future__ import annotations

from typing import Any

from batch_offboard.simulator import errors
from batch_offboard.simulator.routes import shapes
from batch_offboard.simulator.routes.common import (
    PAGING,
    Call,
    operation,
    page,
    queue_route,
    route,
)
from batch_offboard.simulator.rules import queues, search, users


def _list(call: Call) -> dict[str, Any]:
    found = users.users(call.caller, call.words("id"), call.text("state"))
    expand = _expand(call.words("expand"))
    return page(call, found, lambda u: shapes.user(call.caller, u, expand), highest=500)


def _one(call: Call) -> dict[str, Any]:
    found = users.user(call.caller, call.path["user_id"], call.text("state"))
    return shapes.user(call.caller, found, _expand(call.words("expand")))


def _change(call: Call) -> dict[str, Any]:
    changed = users.change(call.caller, call.path["user_id"], call.body)
    return shapes.user(call.caller, changed, [])


def _delete(call: Call) -> dict[str, Any]:
    users.delete(call.caller, call.path["user_id"])
    return {}


def _search(call: Call) -> dict[str, Any]:
    asked = search.asked(call.body)
    found = search.users(call.caller, asked)
    size = min(asked.page_size, call.caller.assumptions.page_cap or asked.page_size)
    start = (asked.page_number - 1) * size
    expand = _expand(asked.expand)
    return {
        "total": len(found),
        "pageCount": -(-len(found) // size),
        "pageSize": size,
        "pageNumber": asked.page_number,
        "types": ["users"],
        "results": [shapes.user(call.caller, u, expand) for u in found[start : start + size]],
    }


def _queues(call: Call) -> dict[str, Any]:
    joined = call.truth("joined")
    found = queues.queues_of(
        call.caller,
        call.path["user_id"],
        joined=True if joined is None else joined,
        divisions=call.words("divisionId"),
    )
    return page(call, found, lambda q: shapes.user_queue(call.caller, q))


def _expand(names: list[str] | None) -> list[str]:
    for name in names or []:
        if name not in shapes.EXPANDS:
            raise errors.invalid_value(name, "expand", ", ".join(shapes.EXPANDS))
    return names or []


ROUTES = [
    route("/users", GET=operation(_list, *PAGING, "id", "state", "expand")),
    route("/users/search", POST=operation(_search)),
    route(
        "/users/{user_id}",
        GET=operation(_one, "state", "expand"),
        PATCH=operation(_change),
        DELETE=operation(_delete),
    ),
    queue_route("/users/{user_id}/queues", GET=operation(_queues, *PAGING, "joined", "divisionId")),
]
