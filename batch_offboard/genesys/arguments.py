"""The arguments of a call, checked and put into the form that the SDK's methods take.

First what a single operation takes, then what many share. Each raises InvalidCallError for values
that must never be sent.
"""

from collections.abc import Callable
from typing import Literal

from batch_offboard.genesys.argument_checks import (
    Arguments,
    InvalidCallError,
    checked_object,
    choice,
    guid,
    guid_or_all,
    guids,
    number,
    objects,
    truth,
    values,
)
from batch_offboard.offboarding.limits import (
    GROUP_MEMBERS_PER_CALL,
    GROUPS_PER_READ,
    MEMBERS_PER_CALL,
    PAGE_SIZE,
    PEOPLE_PER_QUERY,
    QUEUES_PER_READ,
    USERS_PER_READ,
)
from batch_offboard.offboarding.models import Json

SdkArguments = dict[str, object]
Check = Callable[[Arguments], SdkArguments]
"""Checks the arguments of a call and returns the keyword arguments of the SDK's method."""
BodyOf = Callable[[Arguments], Json]
"""Checks the arguments of a call and returns the JSON body to send."""
SEARCH_FIELDS = ("email", "employerInfo.employeeId", "employeeId")
_STATES = ("any", "active", "inactive", "deleted")


def users(arguments: Arguments) -> SdkArguments:
    """`state` is always sent: the default, active, leaves inactive users out."""
    return {
        "id": guids(arguments, "ids", USERS_PER_READ),
        "state": choice(arguments, "state", _STATES),
        **_expansions(arguments),
    }


def count_of_users(arguments: Arguments) -> SdkArguments:
    """One user a page is enough, as the total is what counts."""
    return {"state": choice(arguments, "state", _STATES), "page_size": 1}


def search(arguments: Arguments) -> SdkArguments:
    """An exact search; the states are always sent, because the default is not documented."""
    field = choice(arguments, "field", SEARCH_FIELDS)
    body = {
        "pageSize": PAGE_SIZE,
        "pageNumber": number(arguments, "page_number"),
        "query": [
            {"type": "EXACT", "fields": [field], "values": texts("values")(arguments)},
            {"type": "EXACT", "fields": ["state"], "values": texts("states")(arguments)},
        ],
        **_expansions(arguments),
    }
    return {"body": body}


def open_conversations(arguments: Arguments) -> SdkArguments:
    """A query for conversations without an end that began in `interval` and have these users."""
    dimension = choice(arguments, "dimension", ("userId", "scoredAgentId"))
    users = [
        _predicate(dimension, "matches", id) for id in guids(arguments, "ids", PEOPLE_PER_QUERY)
    ]
    body = {
        "interval": str(arguments["interval"]),
        "paging": {"pageSize": PAGE_SIZE, "pageNumber": number(arguments, "page_number")},
        "conversationFilters": [
            {"type": "and", "predicates": [_predicate("conversationEnd", "notExists")]}
        ],
        "segmentFilters": [{"type": "or", "predicates": users}],
    }
    return {"body": body}


def audits(arguments: Arguments) -> SdkArguments:
    """The audits of one service; one a page is enough, as the total is what counts."""
    body = {
        "serviceName": str(arguments["service"]),
        "interval": str(arguments["interval"]),
        "pageSize": 1,
        "pageNumber": 1,
    }
    return {"body": body}


def callbacks_to_queues(arguments: Arguments) -> SdkArguments:
    """Callbacks, each with its queue and no agent: they become the queue's [assumed]."""
    requests = [
        {"conversationId": guid(each, "id"), "queueId": guid(each, "queue_id")}
        for each in objects(arguments, "callbacks")
    ]
    return {"body": {"patchCallbackRequests": requests}}


def _predicate(dimension: str, operator: str, value: str | None = None) -> dict[str, Json]:
    found: dict[str, Json] = {"type": "dimension", "dimension": dimension, "operator": operator}
    return found if value is None else {**found, "value": value}


def user_queues(arguments: Arguments) -> SdkArguments:
    """`joined` is always sent: the default, true, leaves out queues the agent switched off."""
    return {**user_call(arguments), "joined": arguments["joined"] is True}


def queue_members(arguments: Arguments) -> SdkArguments:
    """`member_by` and `name` narrow the listing down and may be missing."""
    by, name = arguments.get("member_by"), arguments.get("name")
    chosen = {} if by is None else {"member_by": choice(arguments, "member_by", ("user", "group"))}
    named = {} if name is None else {"name": str(name)}
    return {"queue_id": guid(arguments, "queue_id"), **chosen, **named}


def division(arguments: Arguments) -> SdkArguments:
    """A division, or "*" for all."""
    return {"division_id": guid_or_all(arguments.get("division_id"), "division_id")}


def permission(arguments: Arguments) -> SdkArguments:
    """A permission such as `routing:queue:view`."""
    return {"permission": str(arguments["permission"])}


def with_user_count(_arguments: Arguments) -> SdkArguments:
    """Roles with the number of their users (`userCount`); by default it is left out."""
    return {"user_count": True}


def limits_of_queues(_arguments: Arguments) -> SdkArguments:
    """The namespace of the limits for queue requests [assumed]."""
    return {"namespace_name": "routing"}


def limits_of_requests(_arguments: Arguments) -> SdkArguments:
    """The namespace of the limits for requests of each token [assumed]."""
    return {"namespace_name": "platform.api"}


def full_roles(_arguments: Arguments) -> SdkArguments:
    """Roles with their permissions; by default they come with id and name only."""
    return {"include_full_roles": True}


def queues(arguments: Arguments) -> SdkArguments:
    """The ids of queues."""
    return {"id": guids(arguments, "ids", QUEUES_PER_READ)}


def groups(arguments: Arguments) -> SdkArguments:
    """The ids of groups."""
    return {"id": guids(arguments, "ids", GROUPS_PER_READ)}


def subject(arguments: Arguments) -> SdkArguments:
    """A user as the subject of role grants."""
    return {"subject_id": guid(arguments, "user_id")}


def state_body(arguments: Arguments) -> Json:
    """State and version alone: "If specified, it is the only modifiable field"."""
    state = choice(arguments, "state", ("active", "inactive"))
    return {"state": state, "version": number(arguments, "version")}


def members_to_remove(arguments: Arguments) -> SdkArguments:
    """Members of one queue, to be removed together."""
    user_ids = guids(arguments, "user_ids", MEMBERS_PER_CALL)
    return removal(guid(arguments, "queue_id"), user_ids, delete=True)


def removal(queue_id: str, user_ids: list[str], *, delete: Literal[True]) -> SdkArguments:
    """The one way to remove members from a queue: without `delete=True` the call adds them."""
    if delete is not True:
        raise InvalidCallError("a removal without delete=True would add the members")
    return {"queue_id": queue_id, "body": [{"id": id} for id in user_ids], "delete": True}


def members_to_add(arguments: Arguments) -> SdkArguments:
    """`delete` is sent here too, so that neither direction depends on the default."""
    body = [{"id": id} for id in guids(arguments, "user_ids", MEMBERS_PER_CALL)]
    return {"queue_id": guid(arguments, "queue_id"), "body": body, "delete": False}


def joined_body(arguments: Arguments) -> Json:
    """Members of one queue, each with `joined`: nothing else is changed in bulk [assumed]."""
    members = objects(arguments, "members")
    if not 1 <= len(members) <= MEMBERS_PER_CALL:
        raise InvalidCallError(
            f"members: {len(members)}, where 1 to {MEMBERS_PER_CALL} are allowed"
        )
    return [{"id": guid(member, "id"), "joined": truth(member, "joined")} for member in members]


def ring_number(arguments: Arguments) -> SdkArguments:
    """One member's ring number, alone: the request takes "ring number OR joined" (SDK)."""
    user_id = guid(arguments, "user_id")
    body = {"id": user_id, "ringNumber": number(arguments, "ring_number")}
    return {"queue_id": guid(arguments, "queue_id"), "member_id": user_id, "body": body}


def grants(arguments: Arguments) -> SdkArguments:
    """Role grants for one user, each with a division or "*"."""
    body = [
        {"roleId": guid(grant, "role_id"), "divisionId": division(grant)["division_id"]}
        for grant in objects(arguments, "grants")
    ]
    return {**subject(arguments), "subject_type": "PC_USER", "body": {"grants": body}}


def leavers(holder: str, parameter: str) -> Check:
    """Who leaves a group or team; the SDK's `parameter` takes their ids separated by commas."""
    return lambda arguments: {
        holder: guid(arguments, holder),
        parameter: ",".join(guids(arguments, "user_ids", GROUP_MEMBERS_PER_CALL)),
    }


def joiners_body(arguments: Arguments) -> dict[str, Json]:
    """Who joins a team."""
    return {"memberIds": guids(arguments, "user_ids", GROUP_MEMBERS_PER_CALL)}


def group_joiners_body(arguments: Arguments) -> Json:
    """Who joins a group, and the group's version as read just before."""
    return joiners_body(arguments) | {"version": number(arguments, "version")}


def proficiencies(name: str) -> BodyOf:
    """The skills or languages `name`, each an id with a proficiency."""
    return lambda arguments: [
        {"id": guid(each, "id"), "proficiency": each.get("proficiency")}
        for each in objects(arguments, name)
    ]


def no_arguments(_arguments: Arguments) -> SdkArguments:
    """A call that takes no arguments."""
    return {}


def user_call(arguments: Arguments) -> SdkArguments:
    """A call that concerns one user and needs nothing but `user_id`."""
    return {"user_id": guid(arguments, "user_id")}


def ids(*names: str) -> Check:
    """A call that needs nothing but the ids `names`."""
    return lambda arguments: {name: guid(arguments, name) for name in names}


def with_body(check: Check, body_of: BodyOf) -> Check:
    """The arguments that `check` returns, and a JSON body."""
    return lambda arguments: {**check(arguments), "body": body_of(arguments)}


def paged(check: Check, page_size: int = PAGE_SIZE) -> Check:
    """The arguments that `check` returns, `page_number` (from 1) and the page size."""
    return lambda arguments: {
        **check(arguments),
        "page_number": number(arguments, "page_number"),
        "page_size": page_size,
    }


def by_cursor(check: Check, page_size: int = PAGE_SIZE) -> Check:
    """The arguments that `check` returns, the page size, and from the second page on the cursor."""

    def checked(arguments: Arguments) -> SdkArguments:
        cursor = arguments.get("cursor")
        after = {"after": str(cursor)} if cursor else {}
        return {**check(arguments), "page_size": page_size, **after}

    return checked


def texts(name: str) -> Callable[[Arguments], list[str]]:
    """The list of texts `name`, such as the body of `put_user_profileskills`."""

    def checked(arguments: Arguments) -> list[str]:
        given = values(arguments, name)
        if not all(isinstance(value, str) for value in given):
            raise InvalidCallError(f"{name}: not a list of texts")
        return [str(value) for value in given]

    return checked


def json_object(name: str) -> Callable[[Arguments], Arguments]:
    """The JSON object `name`, such as the body of `put_user_outofoffice`."""
    return lambda arguments: checked_object(arguments.get(name), name)


def _expansions(arguments: Arguments) -> SdkArguments:
    names = texts("expand")(arguments)
    return {"expand": names} if names else {}
