"""The operations: every kind of call that this program can make, reading and writing, in one table.

Adding one costs one entry in `OPERATIONS`. Sources: the SDK's API classes, version 269.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from batch_offboard.genesys import arguments as take
from batch_offboard.genesys.argument_checks import Arguments, InvalidCallError
from batch_offboard.genesys.arguments import Check, ids, no_arguments, user_call, with_body
from batch_offboard.genesys.errors import UnusableAnswerError
from batch_offboard.genesys.pace import Family
from batch_offboard.offboarding.limits import GRANTS_PER_PAGE, PAGE_SIZE
from batch_offboard.offboarding.models import Json

CheckAnswer = Callable[[Arguments, Json], None]
"""Raises UnusableAnswerError for a body that does not answer a call with these arguments."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One kind of call: `method` of the SDK's class `api`.

    `family`: the routes that Genesys limits together with this one.
    `check_arguments`: returns the SDK's arguments; raises InvalidCallError for unsafe ones.
    `check_answer`: raises UnusableAnswerError for a body that does not answer the call.
    `items`: for a paged listing, the name of the list that each page holds.
    `only_status`: the one success status that counts, for a change that no reading can confirm.
    `nothing_there`: the error status that means there was nothing to change.
    `may_lack_items`: a page without items may lack the list.
    `needs_version`: the version of the group must be read just before and sent along.
    `optional`: a run goes on without what this reads, and says so.
    """

    api: str
    method: str
    check_arguments: Check
    family: Family
    writes: bool
    check_answer: CheckAnswer
    items: str | None = None
    only_status: int | None = None
    nothing_there: int | None = None
    needs_version: bool = False
    may_lack_items: bool = False
    optional: bool = False


def reading_operation(name: str) -> Operation:
    """The operation `name`; raises InvalidCallError unless it only reads."""
    return _operation(name, writes=False)


def writing_operation(name: str) -> Operation:
    """The operation that a Call names; raises InvalidCallError unless it changes something."""
    return _operation(name, writes=True)


def any_body(_arguments: Arguments, _body: Json) -> None:
    """The check of an answer whose status is all that counts."""


def holds(kind: type[dict[str, Json]] | type[list[Json]]) -> CheckAnswer:
    """The check of an answer that must be a JSON object (`dict`) or list (`list`)."""

    def check_answer(_arguments: Arguments, body: Json) -> None:
        """Raise UnusableAnswerError for a body of another kind."""
        if not isinstance(body, kind):
            raise UnusableAnswerError("no object" if kind is dict else "no list")

    return check_answer


_an_object = holds(dict)


def _user_in_state(arguments: Arguments, body: Json) -> None:
    """Raise UnusableAnswerError if a user is not in the state that was asked for."""
    if not isinstance(body, Mapping):
        raise UnusableAnswerError("no user")
    if body.get("id") != arguments["user_id"]:
        raise UnusableAnswerError("another user")
    if body.get("state") != arguments["state"] or not isinstance(body.get("version"), int):
        raise UnusableAnswerError("not the state that was asked for")


def _every_callback(_arguments: Arguments, body: Json) -> None:
    """An answer with 200 may name single callbacks that were not changed (`errorCount`)."""
    if not isinstance(body, Mapping) or not isinstance(body.get("errorCount"), int):
        raise UnusableAnswerError("no count of errors")
    if body["errorCount"]:
        raise UnusableAnswerError(f"{body['errorCount']} of the callbacks were not changed")


def _operation(name: str, *, writes: bool) -> Operation:
    found = OPERATIONS.get(name)
    if found is None or found.writes != writes:
        raise InvalidCallError(f"{name!r} is not a {'writing' if writes else 'reading'} operation")
    return found


def reads(
    api: str,
    method: str,
    check_arguments: Check = no_arguments,
    *,
    family: Family = "other",
    check_answer: CheckAnswer = _an_object,
    items: str | None = None,
) -> Operation:
    """An operation that only reads."""
    return Operation(api, method, check_arguments, family, False, check_answer, items)


def lists(
    api: str,
    method: str,
    check_arguments: Check = no_arguments,
    *,
    family: Family = "other",
    page_size: int = PAGE_SIZE,
    paging: Callable[[Check, int], Check] = take.paged,
) -> Operation:
    """An operation that reads a listing page by page, by page number or by cursor."""
    check = paging(check_arguments, page_size)
    return reads(api, method, check, family=family, items="entities")


def optional(operation: Operation) -> Operation:
    """The same reading operation, as one that a run can go on without."""
    return replace(operation, optional=True)


def writes(
    api: str,
    method: str,
    check_arguments: Check,
    *,
    family: Family = "other",
    check_answer: CheckAnswer = any_body,
) -> Operation:
    """An operation that changes something, and is therefore never repeated in doubt."""
    return Operation(api, method, check_arguments, family, True, check_answer)


_AUTHORIZATION, _GROUPS, _ROUTING = "AuthorizationApi", "GroupsApi", "RoutingApi"
_TEAMS, _TOKENS, _USERS = "TeamsApi", "TokensApi", "UsersApi"

OPERATIONS: Mapping[str, Operation] = {
    # The connection and what it may do
    "own_token": reads(_TOKENS, "get_tokens_me"),
    "organisation": reads("OrganizationApi", "get_organizations_me"),
    "own_limits": optional(
        reads("OrganizationApi", "get_organizations_limits_namespace", take.limits_of_requests)
    ),
    "queue_limits": optional(
        reads("OrganizationApi", "get_organizations_limits_namespace", take.limits_of_queues)
    ),
    "own_grants": optional(reads(_AUTHORIZATION, "get_authorization_subjects_me", take.full_roles)),
    "permitted_divisions": optional(
        lists(_AUTHORIZATION, "get_authorization_divisionspermitted_paged_me", take.permission)
    ),
    "divisions": lists(_AUTHORIZATION, "get_authorization_divisions"),
    # Users
    "users": lists(_USERS, "get_users", take.users),
    "count_of_users": reads(_USERS, "get_users", take.count_of_users),
    "user": reads(_USERS, "get_user", user_call),
    "search_users": reads(_USERS, "post_users_search", take.search, items="results"),
    "set_state": writes(
        _USERS, "patch_user", with_body(user_call, take.state_body), check_answer=_user_in_state
    ),
    "revoke_tokens": replace(
        writes(_TOKENS, "delete_token", user_call), only_status=204, nothing_there=404
    ),
    # Queues
    "queues": lists(_ROUTING, "get_routing_queues", family="queues"),
    "queues_by_id": lists(_ROUTING, "get_routing_queues", take.queues, family="queues"),
    "queue_members": lists(
        _ROUTING, "get_routing_queue_members", take.queue_members, family="queues"
    ),
    "user_queues": lists(_USERS, "get_user_queues", take.user_queues, family="queues"),
    "remove_members": writes(
        _ROUTING, "post_routing_queue_members", take.members_to_remove, family="queues"
    ),
    "add_members": writes(
        _ROUTING, "post_routing_queue_members", take.members_to_add, family="queues"
    ),
    "set_joined": writes(
        _ROUTING,
        "patch_routing_queue_members",
        with_body(ids("queue_id"), take.joined_body),
        family="queues",
    ),
    "set_ring_number": writes(
        _ROUTING, "patch_routing_queue_member", take.ring_number, family="queues"
    ),
    # Conversations
    "open_conversations": optional(
        replace(
            reads(
                "AnalyticsApi",
                "post_analytics_conversations_details_query",
                take.open_conversations,
                items="conversations",
            ),
            may_lack_items=True,
        )
    ),
    "hand_over_callbacks": writes(
        "ConversationsApi",
        "post_conversations_callbacks_bulk_update",
        take.callbacks_to_queues,
        check_answer=_every_callback,
    ),
    # Audits
    "audited_services": optional(reads("AuditApi", "get_audits_query_realtime_servicemapping")),
    "audits": optional(reads("AuditApi", "post_audits_query_realtime", take.audits)),
    # Roles
    "user_grants": reads(_AUTHORIZATION, "get_authorization_subject", take.subject),
    "division_grants": lists(
        _AUTHORIZATION,
        "get_authorization_division_grants",
        take.division,
        page_size=GRANTS_PER_PAGE,
    ),
    "roles": optional(lists(_AUTHORIZATION, "get_authorization_roles")),
    "counted_roles": optional(
        lists(_AUTHORIZATION, "get_authorization_roles", take.with_user_count)
    ),
    "role_holders": optional(
        lists(_AUTHORIZATION, "get_authorization_role_subjectgrants", ids("role_id"))
    ),
    "add_grants": writes(_AUTHORIZATION, "post_authorization_subject_bulkadd", take.grants),
    # Groups and teams
    "groups": lists(_GROUPS, "get_groups", take.groups),
    "all_groups": optional(lists(_GROUPS, "get_groups")),
    "group": reads(_GROUPS, "get_group", ids("group_id")),
    "dynamic_settings": reads(_GROUPS, "get_group_dynamicsettings", ids("group_id")),
    "leave_group": writes(_GROUPS, "delete_group_members", take.leavers("group_id", "ids")),
    "join_group": replace(
        writes(_GROUPS, "post_group_members", with_body(ids("group_id"), take.group_joiners_body)),
        needs_version=True,
    ),
    "teams": lists(_TEAMS, "get_teams", paging=take.by_cursor),
    "team_members": lists(_TEAMS, "get_team_members", ids("team_id"), paging=take.by_cursor),
    "leave_team": writes(_TEAMS, "delete_team_members", take.leavers("team_id", "id")),
    "join_team": writes(_TEAMS, "post_team_members", with_body(ids("team_id"), take.joiners_body)),
    # What else a user has
    "user_skills": lists(_USERS, "get_user_routingskills", user_call),
    "set_skills": writes(
        _USERS, "put_user_routingskills_bulk", with_body(user_call, take.proficiencies("skills"))
    ),
    "user_languages": lists(_USERS, "get_user_routinglanguages", user_call),
    "add_languages": writes(
        _USERS,
        "patch_user_routinglanguages_bulk",
        with_body(user_call, take.proficiencies("languages")),
    ),
    "remove_language": writes(_USERS, "delete_user_routinglanguage", ids("user_id", "language_id")),
    "user_profile_skills": reads(
        _USERS, "get_user_profileskills", user_call, check_answer=holds(list)
    ),
    "set_profile_skills": writes(
        _USERS, "put_user_profileskills", with_body(user_call, take.texts("skills"))
    ),
    "direct_reports": optional(
        reads(_USERS, "get_user_directreports", user_call, check_answer=holds(list))
    ),
    "call_forwarding": optional(reads(_USERS, "get_user_callforwarding", user_call)),
    "oauth_clients": optional(reads("OAuthApi", "get_oauth_clients")),
    "user_station": reads(_USERS, "get_user_station", user_call),
    "release_station": writes(_USERS, "delete_user_station_associatedstation", user_call),
    "associate_station": writes(
        _USERS, "put_user_station_associatedstation_station_id", ids("user_id", "station_id")
    ),
    "release_default_station": writes(_USERS, "delete_user_station_defaultstation", user_call),
    "set_default_station": writes(
        _USERS, "put_user_station_defaultstation_station_id", ids("user_id", "station_id")
    ),
}
