"""Groups, work teams and skill groups."""

from __future__ import annotations

from typing import Any

from batch_offboard.simulator.models import Named
from batch_offboard.simulator.routes import shapes
from batch_offboard.simulator.routes.common import (
    PAGING,
    Call,
    cursor_page,
    operation,
    page,
    route,
)
from batch_offboard.simulator.rules import groups
from batch_offboard.simulator.rules.ids import existing_group

_CURSOR = ("pageSize", "after")


def _groups(call: Call) -> dict[str, Any]:
    found = groups.groups(call.caller, call.words("id"))
    return page(call, found, lambda g: shapes.group(call.caller, g))


def _group(call: Call) -> dict[str, Any]:
    return shapes.group(call.caller, existing_group(call.org, call.path["group_id"], "GROUP"))


def _dynamic_settings(call: Call) -> dict[str, Any]:
    group = groups.rule_based(call.caller, call.path["group_id"])
    return {
        "group": {"id": group.id, "selfUri": f"/api/v2/groups/{group.id}"},
        "query": {"skillConditions": []},
        "selfUri": call.request.path,
    }


def _members(call: Call) -> dict[str, Any]:
    group = existing_group(call.org, call.path["group_id"], "GROUP")
    found = groups.members(call.caller, group)
    return page(call, found, lambda u: shapes.user(call.caller, u, []))


def _add(call: Call) -> dict[str, Any]:
    groups.add_members(call.caller, call.path["group_id"], call.body)
    return {}


def _remove(call: Call) -> dict[str, Any]:
    groups.remove_members(call.caller, call.path["group_id"], call.words("ids") or [])
    return {}


def _teams(call: Call) -> dict[str, Any]:
    return cursor_page(call, groups.teams(call.caller), lambda g: shapes.group(call.caller, g))


def _team(call: Call) -> dict[str, Any]:
    return shapes.group(call.caller, groups.team(call.caller, call.path["team_id"]))


def _team_members(call: Call) -> dict[str, Any]:
    found = groups.members(call.caller, groups.team(call.caller, call.path["team_id"]))
    return cursor_page(call, found, _user_ref)


def _add_to_team(call: Call) -> dict[str, Any]:
    added = groups.add_to_team(call.caller, call.path["team_id"], call.body)
    return {"entities": [_user_ref(user) for user in added], "failures": []}


def _remove_from_team(call: Call) -> None:
    groups.remove_from_team(call.caller, call.path["team_id"], call.words("id") or [])


def _skill_groups(call: Call) -> dict[str, Any]:
    found = groups.skill_groups(call.caller)
    return cursor_page(call, found, lambda g: shapes.group(call.caller, g))


def _user_ref(user: Named) -> dict[str, Any]:
    return shapes.named("users", user)


ROUTES = [
    route("/groups", GET=operation(_groups, *PAGING, "id")),
    route("/groups/{group_id}", GET=operation(_group)),
    route("/groups/{group_id}/dynamicsettings", GET=operation(_dynamic_settings)),
    route(
        "/groups/{group_id}/members",
        GET=operation(_members, *PAGING),
        POST=operation(_add),
        DELETE=operation(_remove, "ids"),
    ),
    route("/teams", GET=operation(_teams, *_CURSOR)),
    route("/teams/{team_id}", GET=operation(_team)),
    route(
        "/teams/{team_id}/members",
        GET=operation(_team_members, *_CURSOR),
        POST=operation(_add_to_team),
        DELETE=operation(_remove_from_team, "id", status=204),
    ),
    route("/routing/skillgroups", GET=operation(_skill_groups, *_CURSOR)),
]
