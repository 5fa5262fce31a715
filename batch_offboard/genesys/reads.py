"""The operations that only read: all that this program can ask to know.

Sources: the SDK's API classes, version 269.
"""

from collections.abc import Callable, Mapping

from batch_offboard.genesys.arguments import (
    Arguments,
    choice,
    guid,
    guid_or_all,
    guids,
    listed,
    number,
)
from batch_offboard.genesys.operation import Operation, SdkArguments
from batch_offboard.genesys.pace import Family
from batch_offboard.offboarding.limits import (
    GRANTS_PER_PAGE,
    GROUPS_PER_READ,
    PAGE_SIZE,
    USERS_PER_READ,
)

_STATES = ("any", "active", "inactive", "deleted")
SEARCH_FIELDS = ("email", "employerInfo.employeeId", "employeeId")


def _nothing(_arguments: Arguments) -> SdkArguments:
    return {}


def _page(arguments: Arguments) -> SdkArguments:
    return {"page_number": number(arguments, "page_number"), "page_size": PAGE_SIZE}


def _expanded(arguments: Arguments) -> SdkArguments:
    expand = [str(name) for name in listed(arguments, "expand")]
    return {"expand": expand} if expand else {}


def _users(arguments: Arguments) -> SdkArguments:
    """`state` is always said: it defaults to active, so that others would look unknown."""
    return {
        "id": guids(arguments, "ids", USERS_PER_READ),
        "state": choice(arguments, "state", _STATES),
        **_page(arguments),
        **_expanded(arguments),
    }


def _count_of_users(arguments: Arguments) -> SdkArguments:
    return {"state": choice(arguments, "state", _STATES), "page_size": 1}


def _user(arguments: Arguments) -> SdkArguments:
    return {"user_id": guid(arguments, "user_id")}


def _search(arguments: Arguments) -> SdkArguments:
    """Exact search, always with the states wanted: the default is not to be relied on."""
    query = [
        {
            "type": "EXACT",
            "fields": [choice(arguments, "field", SEARCH_FIELDS)],
            "values": list(listed(arguments, "values")),
        },
        {"type": "EXACT", "fields": ["state"], "values": list(listed(arguments, "states"))},
    ]
    body = {
        "pageSize": PAGE_SIZE,
        "pageNumber": number(arguments, "page_number"),
        "query": query,
        **_expanded(arguments),
    }
    return {"body": body}


def _user_queues(arguments: Arguments) -> SdkArguments:
    """`joined` is always said: it defaults to true, so that the rest would be missed."""
    joined = arguments["joined"] is True
    return {"user_id": guid(arguments, "user_id"), "joined": joined, **_page(arguments)}


def _queue_members(arguments: Arguments) -> SdkArguments:
    by = arguments.get("member_by")
    chosen = {} if by is None else {"member_by": choice(arguments, "member_by", ("user", "group"))}
    name = arguments.get("name")
    named = {} if name is None else {"name": str(name)}
    return {"queue_id": guid(arguments, "queue_id"), **chosen, **named, **_page(arguments)}


def _user_grants(arguments: Arguments) -> SdkArguments:
    return {"subject_id": guid(arguments, "user_id")}


def _division_grants(arguments: Arguments) -> SdkArguments:
    division_id = guid_or_all(arguments.get("division_id"), "division_id")
    return {**_page(arguments), "division_id": division_id, "page_size": GRANTS_PER_PAGE}


def _permitted(arguments: Arguments) -> SdkArguments:
    return {"permission": str(arguments["permission"]), **_page(arguments)}


def _own_grants(_arguments: Arguments) -> SdkArguments:
    """Full roles, as the permissions are wanted, not only the names."""
    return {"include_full_roles": True}


def _groups(arguments: Arguments) -> SdkArguments:
    return {"id": guids(arguments, "ids", GROUPS_PER_READ), **_page(arguments)}


def _group(arguments: Arguments) -> SdkArguments:
    return {"group_id": guid(arguments, "group_id")}


def _reads(
    api: str,
    method: str,
    sdk_arguments: Callable[[Arguments], SdkArguments],
    family: Family = "other",
) -> Operation:
    return Operation(api, method, family, False, sdk_arguments)


READS: Mapping[str, Operation] = {
    "own_token": _reads("TokensApi", "get_tokens_me", _nothing),
    "organisation": _reads("OrganizationApi", "get_organizations_me", _nothing),
    "users": _reads("UsersApi", "get_users", _users),
    "count_of_users": _reads("UsersApi", "get_users", _count_of_users),
    "user": _reads("UsersApi", "get_user", _user),
    "search_users": _reads("UsersApi", "post_users_search", _search),
    "user_queues": _reads("UsersApi", "get_user_queues", _user_queues, "queues"),
    "queues": _reads("RoutingApi", "get_routing_queues", _page, "queues"),
    "queue_members": _reads("RoutingApi", "get_routing_queue_members", _queue_members, "queues"),
    "user_grants": _reads("AuthorizationApi", "get_authorization_subject", _user_grants),
    "divisions": _reads("AuthorizationApi", "get_authorization_divisions", _page),
    "division_grants": _reads(
        "AuthorizationApi", "get_authorization_division_grants", _division_grants
    ),
    "permitted_divisions": _reads(
        "AuthorizationApi", "get_authorization_divisionspermitted_paged_me", _permitted
    ),
    "own_grants": _reads("AuthorizationApi", "get_authorization_subjects_me", _own_grants),
    "groups": _reads("GroupsApi", "get_groups", _groups),
    "group": _reads("GroupsApi", "get_group", _group),
    "dynamic_settings": _reads("GroupsApi", "get_group_dynamicsettings", _group),
}
