"""Divisions, and where the client holds a permission. Source: SDK `AuthorizationApi`."""

from __future__ import annotations

from typing import Any

from batch_offboard.simulator import errors
from batch_offboard.simulator.access import check_guids
from batch_offboard.simulator.endpoints import PAGING, Call, operation, page, reference, route
from batch_offboard.simulator.models import ALL_DIVISIONS, Division
from batch_offboard.simulator.org import Org


def shape(org: Org, division_id: str) -> dict[str, Any]:
    """A division in JSON, or `*` for all of them."""
    if division_id == ALL_DIVISIONS:
        return {"id": ALL_DIVISIONS, "name": ALL_DIVISIONS}
    shown = reference("authorization/divisions", org.divisions[division_id])
    return shown | {"homeDivision": division_id == org.home_division()}


def visible(call: Call) -> dict[str, Division]:
    """The divisions by id, all of them unless `divisions_need_permission` is on."""
    found = call.org.divisions
    if not call.assumptions.divisions_need_permission:
        return found
    held = {grant.division for grant in call.caller.client.grants}
    return {i: d for i, d in found.items() if ALL_DIVISIONS in held or i in held}


def visible_one(call: Call) -> str:
    """The id of the division of the path; ApiError 400 or 404."""
    division_id = call.path["division_id"]
    check_guids([division_id])
    if division_id not in visible(call):
        raise errors.not_found()
    return division_id


def _list(call: Call) -> dict[str, Any]:
    ids, name = call.words("id"), call.text("name")
    found = [
        division.id
        for division in visible(call).values()
        if (ids is None or division.id in ids)
        and (name is None or name.lower() in division.name.lower())
    ]
    return page(call, found, lambda i: shape(call.org, i), highest=500)


def _permitted(call: Call) -> dict[str, Any]:
    """The divisions in which the client holds a permission."""
    permission, status = call.text("permission"), call.assumptions.divisions_permitted_me
    if permission is None:
        raise errors.bad_request("The permission is required.")
    if status == 403:
        raise errors.not_authorized()
    if status == 404:
        raise errors.not_found()
    held = call.caller.divisions(permission)
    every = ALL_DIVISIONS in held
    everything = call.assumptions.permitted_everywhere == "listed"
    found = [i for i in call.org.divisions if i in held or (every and everything)]
    listing = page(call, found, lambda i: shape(call.org, i), highest=500)
    return listing | {"allDivsPermitted": every}


ROUTES = [
    route("/authorization/divisions", GET=operation(_list, *PAGING, "id", "name")),
    route(
        "/authorization/divisions/{division_id}",
        GET=operation(lambda call: shape(call.org, visible_one(call))),
    ),
    route(
        "/authorization/divisionspermitted/paged/me",
        GET=operation(_permitted, *PAGING, "permission"),
    ),
]
