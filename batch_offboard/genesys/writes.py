"""The operations that change something: all that a Call may name.

Sources: the SDK's API classes, version 269.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from batch_offboard.genesys.arguments import (
    Arguments,
    InvalidCallError,
    choice,
    guid,
    guid_or_all,
    guids,
    number,
    objects,
)
from batch_offboard.genesys.errors import UnusableAnswerError
from batch_offboard.genesys.operation import Operation, SdkArguments, anything
from batch_offboard.genesys.pace import Family
from batch_offboard.offboarding.limits import GROUP_MEMBERS_PER_CALL, MEMBERS_PER_CALL
from batch_offboard.offboarding.models import Json


def _one_user(arguments: Arguments) -> SdkArguments:
    return {"user_id": guid(arguments, "user_id")}


def _state(arguments: Arguments) -> SdkArguments:
    """State alone with its version: "If specified, it is the only modifiable field"."""
    state = choice(arguments, "state", ("active", "inactive"))
    return _one_user(arguments) | {
        "body": {"state": state, "version": number(arguments, "version")}
    }


def _is_user_in_state(arguments: Arguments, body: Json) -> None:
    if not isinstance(body, Mapping):
        raise UnusableAnswerError("no user")
    if body.get("id") != arguments["user_id"]:
        raise UnusableAnswerError("another user")
    if body.get("state") != arguments["state"] or not isinstance(body.get("version"), int):
        raise UnusableAnswerError("not the state that was asked for")


def _members_to_remove(arguments: Arguments) -> SdkArguments:
    return removal(guid(arguments, "queue_id"), _member_ids(arguments), delete=True)


def removal(queue_id: str, user_ids: list[str], *, delete: Literal[True]) -> SdkArguments:
    """The one way to take members out of a queue: without `delete=True` the call adds them."""
    if delete is not True:
        raise InvalidCallError("a removal without delete=True would add the members")
    return {"queue_id": queue_id, "body": _entities(user_ids), "delete": True}


def _members_to_add(arguments: Arguments) -> SdkArguments:
    """`delete` is said here too, so that neither direction rests on a default."""
    return {
        "queue_id": guid(arguments, "queue_id"),
        "body": _entities(_member_ids(arguments)),
        "delete": False,
    }


def _member_ids(arguments: Arguments) -> list[str]:
    return guids(arguments, "user_ids", MEMBERS_PER_CALL)


def _entities(ids: list[str]) -> list[dict[str, str]]:
    return [{"id": id} for id in ids]


def _members_to_set(arguments: Arguments) -> SdkArguments:
    members = [_member(member) for member in objects(arguments, "members")]
    if not 1 <= len(members) <= MEMBERS_PER_CALL:
        raise InvalidCallError(
            f"members: {len(members)}, where 1 to {MEMBERS_PER_CALL} are allowed"
        )
    return {"queue_id": guid(arguments, "queue_id"), "body": members}


def _member(member: Arguments) -> dict[str, object]:
    joined, ring_number = member.get("joined"), member.get("ring_number")
    if not isinstance(joined, bool):
        raise InvalidCallError(f"joined: {joined!r} is neither true nor false")
    body: dict[str, object] = {"id": guid(member, "id"), "joined": joined}
    return body if ring_number is None else body | {"ringNumber": number(member, "ring_number")}


def _grants(arguments: Arguments) -> SdkArguments:
    grants = [
        {
            "roleId": guid(grant, "role_id"),
            "divisionId": guid_or_all(grant.get("division_id"), "division_id"),
        }
        for grant in objects(arguments, "grants")
    ]
    return {
        "subject_id": guid(arguments, "user_id"),
        "subject_type": "PC_USER",
        "body": {"grants": grants},
    }


def _group_leavers(arguments: Arguments) -> SdkArguments:
    ids = guids(arguments, "user_ids", GROUP_MEMBERS_PER_CALL)
    return {"group_id": guid(arguments, "group_id"), "ids": ",".join(ids)}


def _group_joiners(arguments: Arguments) -> SdkArguments:
    """`version` is the group's, as read just before (`needs_version`)."""
    body = {
        "memberIds": guids(arguments, "user_ids", GROUP_MEMBERS_PER_CALL),
        "version": number(arguments, "version"),
    }
    return {"group_id": guid(arguments, "group_id"), "body": body}


def _team_leavers(arguments: Arguments) -> SdkArguments:
    ids = guids(arguments, "user_ids", GROUP_MEMBERS_PER_CALL)
    return {"team_id": guid(arguments, "team_id"), "id": ",".join(ids)}


def _team_joiners(arguments: Arguments) -> SdkArguments:
    ids = guids(arguments, "user_ids", GROUP_MEMBERS_PER_CALL)
    return {"team_id": guid(arguments, "team_id"), "body": {"memberIds": ids}}


def _proficiencies(name: str) -> Callable[[Arguments], SdkArguments]:
    def sdk_arguments(arguments: Arguments) -> SdkArguments:
        body = [
            {"id": guid(each, "id"), "proficiency": each.get("proficiency")}
            for each in objects(arguments, name)
        ]
        return _one_user(arguments) | {"body": body}

    return sdk_arguments


def _language(arguments: Arguments) -> SdkArguments:
    return _one_user(arguments) | {"language_id": guid(arguments, "language_id")}


def _station(arguments: Arguments) -> SdkArguments:
    return _one_user(arguments) | {"station_id": guid(arguments, "station_id")}


def _writes(
    api: str,
    method: str,
    sdk_arguments: Callable[[Arguments], SdkArguments],
    family: Family = "other",
    believe: Callable[[Arguments, Json], None] = anything,
) -> Operation:
    return Operation(api, method, family, True, sdk_arguments, believe)


WRITES: Mapping[str, Operation] = {
    "set_state": _writes("UsersApi", "patch_user", _state, believe=_is_user_in_state),
    "remove_members": _writes(
        "RoutingApi", "post_routing_queue_members", _members_to_remove, "queues"
    ),
    "add_members": _writes("RoutingApi", "post_routing_queue_members", _members_to_add, "queues"),
    "set_members": _writes("RoutingApi", "patch_routing_queue_members", _members_to_set, "queues"),
    "add_grants": _writes("AuthorizationApi", "post_authorization_subject_bulkadd", _grants),
    "revoke_tokens": replace(
        _writes("TokensApi", "delete_token", _one_user), only_status=204, nothing_there=404
    ),
    "leave_group": _writes("GroupsApi", "delete_group_members", _group_leavers),
    "join_group": replace(
        _writes("GroupsApi", "post_group_members", _group_joiners), needs_version=True
    ),
    "leave_team": _writes("TeamsApi", "delete_team_members", _team_leavers),
    "join_team": _writes("TeamsApi", "post_team_members", _team_joiners),
    "set_skills": _writes("UsersApi", "put_user_routingskills_bulk", _proficiencies("skills")),
    "add_languages": _writes(
        "UsersApi", "patch_user_routinglanguages_bulk", _proficiencies("languages")
    ),
    "remove_language": _writes("UsersApi", "delete_user_routinglanguage", _language),
    "release_station": _writes("UsersApi", "delete_user_station_associatedstation", _one_user),
    "associate_station": _writes(
        "UsersApi", "put_user_station_associatedstation_station_id", _station
    ),
}


def writing_operation(name: str) -> Operation:
    """The operation that a Call names; raises InvalidCallError for any but a writing one."""
    if name not in WRITES:
        raise InvalidCallError(f"{name!r} is no operation that changes something")
    return WRITES[name]
