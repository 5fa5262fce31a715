"""Queues, and who is in them. Source: SDK `RoutingApi`, `UsersApi.get_user_queues`."""

from __future__ import annotations

from typing import Any

from batch_offboard.simulator.access import check_guids
from batch_offboard.simulator.endpoints import (
    PAGING,
    Call,
    division_reference,
    operation,
    page,
    queue_route,
)
from batch_offboard.simulator.models import Queue
from batch_offboard.simulator.org import Membership

VIEW = "routing:queue:view"


def listed(call: Call, memberships: list[Membership]) -> list[Membership]:
    """The memberships that listings show: who is inactive or deleted may be hidden."""
    hidden = _hidden(call)
    if not hidden:
        return memberships
    return [m for m in memberships if call.org.users[m.user_id].state not in hidden]


def _hidden(call: Call) -> set[str]:
    hidden = set()
    if not call.assumptions.inactive_members_listed:
        hidden.add("inactive")
    if not call.assumptions.deleted_members_listed:
        hidden.add("deleted")
    return hidden


def _list(call: Call) -> dict[str, Any]:
    """The queues that the client may see; what it may not see is silently left out."""
    ids, divisions = call.words("id"), call.words("divisionId")
    held = call.caller.require(VIEW)
    check_guids(ids or [])
    found = [
        queue
        for queue in call.org.queues.values()
        if call.caller.within(held, queue)
        and (ids is None or queue.id in ids)
        and (divisions is None or call.org.division_of(queue) in divisions)
    ]
    return page(call, found, lambda queue: _shape(call, queue))


def _of_user(call: Call) -> dict[str, Any]:
    """The queues of one user that the client may see.

    `joined` is a filter; the listing does not tell how the user became a member.
    """
    joined, divisions, org = call.truth("joined"), call.words("divisionId"), call.org
    user = call.user()
    held = call.caller.require(VIEW)
    memberships: dict[str, bool] = {}
    for membership in listed(call, org.memberships_of(user.id)):
        joined_before = memberships.get(membership.queue_id, False)
        memberships[membership.queue_id] = joined_before or membership.joined
    found = [
        org.queues[queue_id]
        for queue_id, is_joined in memberships.items()
        if is_joined == (joined is not False)
        and call.caller.within(held, org.queues[queue_id])
        and (divisions is None or org.division_of(org.queues[queue_id]) in divisions)
    ]
    return page(call, found, lambda q: _shape(call, q) | {"joined": memberships[q.id]})


def _shape(call: Call, queue: Queue) -> dict[str, Any]:
    """A queue with its counts and member groups."""
    counts = call.org.counts(queue.id, _hidden(call))
    return (
        _bullseye(call, queue)
        | {
            "id": queue.id,
            "name": queue.name,
            "division": division_reference(call.org, queue),
            "memberCount": counts.members,
            "userMemberCount": counts.by_user,
            "joinedMemberCount": counts.joined,
            "memberGroups": [_member_group(call, group_id) for group_id in queue.member_groups],
            "selfUri": f"/api/v2/routing/queues/{queue.id}",
        }
        | _further_groups(call, queue)
    )


def _further_groups(call: Call, queue: Queue) -> dict[str, Any]:
    """The groups of bullseye rings, of conditional routing and of conditional activation."""

    def shown(ids: list[str]) -> list[dict[str, Any]]:
        return [_member_group(call, group_id) for group_id in ids]

    found = {
        "bullseye": {"rings": [{"memberGroups": shown(queue.ring_groups)}]},
        "conditionalGroupRouting": {"rules": [{"groups": shown(queue.routing_groups)}]},
        "conditionalGroupActivation": {"rules": [{"groups": shown(queue.activation_groups)}]},
    }
    used = (queue.ring_groups, queue.routing_groups, queue.activation_groups)
    return {name: value for (name, value), ids in zip(found.items(), used, strict=True) if ids}


def _bullseye(call: Call, queue: Queue) -> dict[str, Any]:
    """The rings of a queue, if it has more than one."""
    rings, listed = call.org.rings(queue.id), call.assumptions.bullseye_listed
    if listed == "never" or (listed == "used" and rings == 1):
        return {}
    return {"bullseye": {"rings": [{}] * rings} if rings > 1 else None}


def _member_group(call: Call, group_id: str) -> dict[str, Any]:
    found = call.org.groups[group_id]
    return {
        "id": found.id,
        "name": found.name,
        "type": found.type,
        "memberCount": len(found.members),
    }


ROUTES = [
    queue_route("/routing/queues", GET=operation(_list, *PAGING, "id", "divisionId")),
    queue_route(
        "/routing/queues/{queue_id}", GET=operation(lambda call: _shape(call, call.queue(VIEW)))
    ),
    queue_route(
        "/users/{user_id}/queues", GET=operation(_of_user, *PAGING, "joined", "divisionId")
    ),
]
