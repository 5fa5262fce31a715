"""Every operation of the table, as the installed SDK would send it."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from batch_offboard.genesys import sdk
from batch_offboard.genesys.argument_checks import InvalidCallError
from batch_offboard.genesys.arguments import json_object, removal, texts, user_call, with_body
from batch_offboard.genesys.errors import UnusableAnswerError
from batch_offboard.genesys.operations import (
    OPERATIONS,
    Operation,
    holds,
    reading_operation,
    reads,
    writes,
    writing_operation,
)
from batch_offboard.genesys.sdk import invoke, new_client
from batch_offboard.genesys.transport import EXCHANGE, Exchange

A, B, C = (f"{n}b9c1a52-3f0e-4d0c-9c1e-5a2f3b4c5d6e" for n in (1, 2, 3))
PAGE = {"page_number": 2}
USER = {"user_id": A}
PAGED = {"pageNumber": ["2"], "pageSize": ["100"]}
SEARCH = {"field": "email", "values": ["a@x"], "states": ["active"], "expand": ["groups"], **PAGE}
SEARCHED = {
    "pageSize": 100,
    "pageNumber": 2,
    "query": [
        {"type": "EXACT", "fields": ["email"], "values": ["a@x"]},
        {"type": "EXACT", "fields": ["state"], "values": ["active"]},
    ],
    "expand": ["groups"],
}
GRANT = {"role_id": B, "division_id": "*"}
MEMBER = {"id": B, "joined": False, "ring_number": 3}

# operation, arguments, method and path, query, body
SENT: list[tuple[str, dict[str, Any], str, dict[str, list[str]], Any]] = [
    ("own_token", {}, "GET /tokens/me", {}, None),
    ("organisation", {}, "GET /organizations/me", {}, None),
    ("own_limits", {}, "GET /organizations/limits/namespaces/platform.api", {}, None),
    (
        "users",
        {"ids": [A, B], "state": "any", "expand": ["groups", "team"], **PAGE},
        "GET /users",
        {"id": [f"{A},{B}"], "state": ["any"], "expand": ["groups,team"], **PAGED},
        None,
    ),
    (
        "count_of_users",
        {"state": "active"},
        "GET /users",
        {"state": ["active"], "pageSize": ["1"]},
        None,
    ),
    ("user", USER, f"GET /users/{A}", {}, None),
    ("search_users", SEARCH, "POST /users/search", {}, SEARCHED),
    (
        "user_queues",
        {**USER, "joined": True, **PAGE},
        f"GET /users/{A}/queues",
        {"joined": ["true"], **PAGED},
        None,
    ),
    (
        "user_queues",
        {**USER, "joined": False, **PAGE},
        f"GET /users/{A}/queues",
        {"joined": ["false"], **PAGED},
        None,
    ),
    (
        "queues_by_id",
        {"ids": [A, B], **PAGE},
        "GET /routing/queues",
        {"id": [f"{A},{B}"], **PAGED},
        None,
    ),
    ("queues", PAGE, "GET /routing/queues", PAGED, None),
    ("queue_members", {"queue_id": A, **PAGE}, f"GET /routing/queues/{A}/members", PAGED, None),
    (
        "queue_members",
        {"queue_id": A, "member_by": "group", **PAGE},
        f"GET /routing/queues/{A}/members",
        {"memberBy": ["group"], **PAGED},
        None,
    ),
    (
        "open_conversations",
        {"dimension": "userId", "ids": [A, B], "interval": "x/y", "page_number": 2},
        "POST /analytics/conversations/details/query",
        {},
        {
            "interval": "x/y",
            "paging": {"pageSize": 100, "pageNumber": 2},
            "conversationFilters": [
                {
                    "type": "and",
                    "predicates": [
                        {
                            "type": "dimension",
                            "dimension": "conversationEnd",
                            "operator": "notExists",
                        }
                    ],
                }
            ],
            "segmentFilters": [
                {
                    "type": "or",
                    "predicates": [
                        {
                            "type": "dimension",
                            "dimension": "userId",
                            "operator": "matches",
                            "value": each,
                        }
                        for each in (A, B)
                    ],
                }
            ],
        },
    ),
    ("user_grants", USER, f"GET /authorization/subjects/{A}", {}, None),
    ("divisions", PAGE, "GET /authorization/divisions", PAGED, None),
    (
        "division_grants",
        {"division_id": A, **PAGE},
        f"GET /authorization/divisions/{A}/grants",
        {"pageNumber": ["2"], "pageSize": ["500"]},
        None,
    ),
    (
        "audits",
        {"service": "SCIM", "interval": "x/y"},
        "POST /audits/query/realtime",
        {},
        {"serviceName": "SCIM", "interval": "x/y", "pageSize": 1, "pageNumber": 1},
    ),
    ("roles", PAGE, "GET /authorization/roles", PAGED, None),
    (
        "counted_roles",
        PAGE,
        "GET /authorization/roles",
        {"userCount": ["true"], **PAGED},
        None,
    ),
    ("all_groups", PAGE, "GET /groups", PAGED, None),
    ("direct_reports", USER, f"GET /users/{A}/directreports", {}, None),
    ("call_forwarding", USER, f"GET /users/{A}/callforwarding", {}, None),
    ("oauth_clients", {}, "GET /oauth/clients", {}, None),
    (
        "role_holders",
        {"role_id": A, **PAGE},
        f"GET /authorization/roles/{A}/subjectgrants",
        PAGED,
        None,
    ),
    (
        "permitted_divisions",
        {"permission": "routing:queue:view", **PAGE},
        "GET /authorization/divisionspermitted/paged/me",
        {"permission": ["routing:queue:view"], **PAGED},
        None,
    ),
    (
        "queue_limits",
        {},
        "GET /organizations/limits/namespaces/routing",
        {},
        None,
    ),
    ("own_grants", {}, "GET /authorization/subjects/me", {"includeFullRoles": ["true"]}, None),
    ("groups", {"ids": [A, B], **PAGE}, "GET /groups", {"id": [f"{A},{B}"], **PAGED}, None),
    ("group", {"group_id": A}, f"GET /groups/{A}", {}, None),
    ("dynamic_settings", {"group_id": A}, f"GET /groups/{A}/dynamicsettings", {}, None),
    (
        "set_state",
        {**USER, "state": "inactive", "version": 7},
        f"PATCH /users/{A}",
        {},
        {"state": "inactive", "version": 7},
    ),
    (
        "remove_members",
        {"queue_id": A, "user_ids": [B, C]},
        f"POST /routing/queues/{A}/members",
        {"delete": ["true"]},
        [{"id": B}, {"id": C}],
    ),
    (
        "add_members",
        {"queue_id": A, "user_ids": [B]},
        f"POST /routing/queues/{A}/members",
        {"delete": ["false"]},
        [{"id": B}],
    ),
    (
        "set_joined",
        {"queue_id": A, "members": [MEMBER]},
        f"PATCH /routing/queues/{A}/members",
        {},
        [{"id": B, "joined": False}],
    ),
    (
        "set_ring_number",
        {"queue_id": A, "user_id": B, "ring_number": 3},
        f"PATCH /routing/queues/{A}/members/{B}",
        {},
        {"id": B, "ringNumber": 3},
    ),
    (
        "add_grants",
        {**USER, "grants": [GRANT]},
        f"POST /authorization/subjects/{A}/bulkadd",
        {"subjectType": ["PC_USER"]},
        {"grants": [{"roleId": B, "divisionId": "*"}]},
    ),
    ("revoke_tokens", USER, f"DELETE /tokens/{A}", {}, None),
    (
        "leave_group",
        {"group_id": A, "user_ids": [B, C]},
        f"DELETE /groups/{A}/members",
        {"ids": [f"{B},{C}"]},
        None,
    ),
    (
        "join_group",
        {"group_id": A, "user_ids": [B], "version": 4},
        f"POST /groups/{A}/members",
        {},
        {"memberIds": [B], "version": 4},
    ),
    (
        "leave_team",
        {"team_id": A, "user_ids": [B]},
        f"DELETE /teams/{A}/members",
        {"id": [B]},
        None,
    ),
    (
        "join_team",
        {"team_id": A, "user_ids": [B]},
        f"POST /teams/{A}/members",
        {},
        {"memberIds": [B]},
    ),
    ("set_skills", {**USER, "skills": []}, f"PUT /users/{A}/routingskills/bulk", {}, []),
    (
        "set_skills",
        {**USER, "skills": [{"id": B, "proficiency": 2.5}]},
        f"PUT /users/{A}/routingskills/bulk",
        {},
        [{"id": B, "proficiency": 2.5}],
    ),
    (
        "add_languages",
        {**USER, "languages": [{"id": B, "proficiency": 3}]},
        f"PATCH /users/{A}/routinglanguages/bulk",
        {},
        [{"id": B, "proficiency": 3}],
    ),
    (
        "remove_language",
        {**USER, "language_id": B},
        f"DELETE /users/{A}/routinglanguages/{B}",
        {},
        None,
    ),
    (
        "user_skills",
        {**USER, **PAGE},
        f"GET /users/{A}/routingskills",
        PAGED,
        None,
    ),
    (
        "user_languages",
        {**USER, **PAGE},
        f"GET /users/{A}/routinglanguages",
        PAGED,
        None,
    ),
    ("user_profile_skills", USER, f"GET /users/{A}/profileskills", {}, None),
    (
        "set_profile_skills",
        {**USER, "skills": ["Welding"]},
        f"PUT /users/{A}/profileskills",
        {},
        ["Welding"],
    ),
    ("user_station", USER, f"GET /users/{A}/station", {}, None),
    ("release_station", USER, f"DELETE /users/{A}/station/associatedstation", {}, None),
    (
        "associate_station",
        {**USER, "station_id": B},
        f"PUT /users/{A}/station/associatedstation/{B}",
        {},
        None,
    ),
    (
        "hand_over_callbacks",
        {**USER, "callbacks": [{"id": A, "queue_id": B}]},
        "POST /conversations/callbacks/bulk/update",
        {},
        {"patchCallbackRequests": [{"conversationId": A, "queueId": B}]},
    ),
    ("release_default_station", USER, f"DELETE /users/{A}/station/defaultstation", {}, None),
    (
        "set_default_station",
        {**USER, "station_id": B},
        f"PUT /users/{A}/station/defaultstation/{B}",
        {},
        None,
    ),
]


class Recorder:
    """Takes the transport's place: keeps what would be sent and answers with nothing."""

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> None:
        """Keep the request."""
        self.method, self.url, self.body = method, urlsplit(url), body
        exchange = EXCHANGE.get()
        exchange.status, exchange.body = 204, b""


def sent(operation: Operation, arguments: dict[str, Any]) -> tuple[str, dict[str, list[str]], Any]:
    """Method and path, query and body that the SDK sends for a call."""
    recorder = Recorder()
    EXCHANGE.set(Exchange())
    client = new_client("http://127.0.0.1:1", recorder)  # type: ignore[arg-type]
    invoke(client, operation.api, operation.method, operation.check_arguments(arguments))
    body = None if recorder.body is None else json.loads(recorder.body)
    path = recorder.url.path.removeprefix("/api/v2")
    return f"{recorder.method} {path}", parse_qs(recorder.url.query), body


@pytest.mark.parametrize(("name", "arguments", "target", "query", "body"), SENT)
def test_the_installed_sdk_sends_what_is_meant(
    name: str, arguments: dict[str, Any], target: str, query: dict[str, list[str]], body: Any
) -> None:
    """The call exists with these arguments, and asks for exactly this."""
    assert (target, query, body) == sent(OPERATIONS[name], arguments)


READ_BY_POST = (
    "post_users_search",
    "post_analytics_conversations_details_query",
    "post_audits_query_realtime",
)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_a_method_of_the_installed_sdk(name: str) -> None:
    """Which changes something unless it is a get or a search.

    A writing operation entered as a reading one would be repeated in doubt.
    """
    operation = OPERATIONS[name]
    assert callable(getattr(getattr(sdk, operation.api), operation.method, None))
    reading = operation.method.startswith("get_") or operation.method in READ_BY_POST
    assert operation.writes is not reading


def test_the_queue_routes_are_one_family() -> None:
    """The organisation's limit on queue and queue-member endpoints concerns these."""
    queues = {name for name, operation in OPERATIONS.items() if operation.family == "queues"}
    targets = {name for name, _, target, *_ in SENT if "/queues" in target}
    assert queues == targets


@pytest.mark.parametrize(("name", "arguments", "target", "query", "body"), SENT)
def test_an_id_that_is_none_is_never_sent(
    name: str, arguments: dict[str, Any], target: str, query: object, body: object
) -> None:
    """Every id in a path or body has to be a GUID."""
    operation = OPERATIONS[name]
    for poison in ("..", "me", "", A.upper()):
        spoiled = json.loads(json.dumps(arguments).replace(A, poison).replace(B, poison))
        if spoiled != arguments:
            with pytest.raises(InvalidCallError):
                operation.check_arguments(spoiled)


@pytest.mark.parametrize("name", ["users", "queue_members", "nothing", ""])
def test_a_call_names_a_writing_operation(name: str) -> None:
    """Anything else is a defect, found before it is sent."""
    with pytest.raises(InvalidCallError):
        writing_operation(name)


@pytest.mark.parametrize("name", ["set_state", "remove_members", "nothing", ""])
def test_a_reading_names_a_reading_operation(name: str) -> None:
    """Nothing can be changed by reading."""
    with pytest.raises(InvalidCallError):
        reading_operation(name)


NEW = {
    "list of texts": (
        writes("UsersApi", "put_user_profileskills", with_body(user_call, texts("skills"))),
        {"skills": []},
        (f"PUT /users/{A}/profileskills", {}, []),
    ),
    "object": (
        writes("UsersApi", "put_user_outofoffice", with_body(user_call, json_object("absence"))),
        {"absence": {"active": True}},
        (f"PUT /users/{A}/outofoffice", {}, {"active": True}),
    ),
    "user id alone": (
        writes("UsersApi", "delete_user_station_defaultstation", user_call),
        {},
        (f"DELETE /users/{A}/station/defaultstation", {}, None),
    ),
    "reading a list": (
        reads("UsersApi", "get_user_profileskills", user_call, check_answer=holds(list)),
        {},
        (f"GET /users/{A}/profileskills", {}, None),
    ),
}


@pytest.mark.parametrize("name", NEW)
def test_a_new_simple_operation_is_one_entry(name: str) -> None:
    """What one user has is read and written with what the table offers."""
    operation, arguments, expected = NEW[name]
    assert expected == sent(operation, {**USER, **arguments})
    with pytest.raises(InvalidCallError):
        operation.check_arguments({**arguments, "user_id": "me"})


@pytest.mark.parametrize(
    ("name", "spoiled"),
    [
        ("list of texts", {}),
        ("list of texts", {"skills": "Welding"}),
        ("list of texts", {"skills": ["Welding", 7]}),
        ("object", {}),
        ("object", {"absence": ["active"]}),
    ],
)
def test_a_body_of_the_wrong_kind_is_never_sent(name: str, spoiled: dict[str, Any]) -> None:
    """It is a defect, found before it is sent."""
    with pytest.raises(InvalidCallError):
        NEW[name][0].check_arguments({**USER, **spoiled})


@pytest.mark.parametrize("body", [None, {}, "text", 7])
def test_an_answer_without_the_list_asked_for_does_not_count(body: Any) -> None:
    """An empty 200 must not pass for "has none"."""
    holds(list)(USER, [])
    with pytest.raises(UnusableAnswerError, match="no list"):
        holds(list)(USER, body)


@pytest.mark.parametrize("delete", [False, None, 1])
def test_a_removal_cannot_be_an_addition(delete: Any) -> None:
    """Without `delete=True` the same call would add the members."""
    with pytest.raises(InvalidCallError):
        removal(A, [B], delete=delete)


@pytest.mark.parametrize(
    "arguments",
    [
        {"queue_id": A, "user_ids": [B] * 101},
        {"queue_id": A, "user_ids": []},
        {"queue_id": A},
    ],
)
@pytest.mark.parametrize("name", ["remove_members", "add_members"])
def test_a_bulk_call_has_at_most_a_hundred_members(name: str, arguments: dict[str, Any]) -> None:
    """More, or none, is a defect."""
    with pytest.raises(InvalidCallError):
        OPERATIONS[name].check_arguments(arguments)


@pytest.mark.parametrize("count", [0, 1, 100, 101])
def test_a_bulk_change_has_at_most_a_hundred_members(count: int) -> None:
    """More, or none, is a defect."""
    arguments = {"queue_id": A, "members": [{"id": B, "joined": True}] * count}
    if count in (1, 100):
        OPERATIONS["set_joined"].check_arguments(arguments)
    else:
        with pytest.raises(InvalidCallError):
            OPERATIONS["set_joined"].check_arguments(arguments)


def counts(name: str, arguments: dict[str, Any], body: Any) -> bool:
    """Whether this answer to this call counts."""
    try:
        OPERATIONS[name].check_answer(arguments, body)
    except UnusableAnswerError:
        return False
    return True


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"id": B, "state": "inactive", "version": 2},
        {"id": A, "state": "active", "version": 2},
        {"id": A, "state": None, "version": 2},
        {"id": A, "state": "inactive"},
        {"id": A, "state": "inactive", "version": None},
    ],
)
def test_a_state_is_set_only_when_the_answer_says_so(body: Any) -> None:
    """Empty, another person's, another state or no version does not count."""
    assert not counts("set_state", {**USER, "state": "inactive", "version": 1}, body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"errorCount": 0}, True),
        ({"errorCount": 1}, False),
        ({"errorCount": "0"}, False),
        ({}, False),
        (None, False),
        ([], False),
    ],
)
def test_callbacks_are_handed_over_only_if_none_is_counted_as_an_error(
    body: Any, expected: bool
) -> None:
    """The status is 200 all the same."""
    assert counts("hand_over_callbacks", USER, body) is expected


def test_the_answer_that_was_asked_for_counts() -> None:
    """The person, in the state, with a version."""
    body = {"id": A, "state": "inactive", "version": 2, "name": "Ann"}
    assert counts("set_state", {**USER, "state": "inactive", "version": 1}, body)
    assert counts("remove_members", {}, None)
