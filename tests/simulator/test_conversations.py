"""Conversations in the practice organisation: the query, and callbacks that change owner."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from batch_offboard.simulator import Assumptions, Org, Simulator
from batch_offboard.simulator.models import Conversation

from .small import ANNA, BARE_CLIENT, BEN, BILLING, NOBODY, Http, guid, small_org

MAIL, OWNED, SCHEDULED, OLD, OVER = (guid(n) for n in range(501, 506))
QUERY = "/analytics/conversations/details/query"
UPDATE = "/conversations/callbacks/bulk/update"


def with_conversations() -> Org:
    """Anna has one of each, an old one and one that is over."""
    org = small_org()
    for each in (
        Conversation(id=MAIL, medium="email", user=ANNA, parked=True),
        Conversation(id=OWNED, user=ANNA, queue=BILLING, owned=True),
        Conversation(id=SCHEDULED, user=ANNA, queue=BILLING, scheduled="2030-01-01T09:00:00.000Z"),
        Conversation(id=OLD, medium="email", user=ANNA, days_ago=40),
        Conversation(id=OVER, medium="call", user=ANNA, ended=True),
    ):
        org.conversations[each.id] = each
    return org


@pytest.fixture
def org() -> Org:
    """The small organisation, with conversations."""
    return with_conversations()


@pytest.fixture
def http(sim: Simulator) -> Http:
    """Logged in as the client that may do everything."""
    role = next(iter(sim.org.roles.values()))
    role.permissions += ["analytics:conversationDetail:view", "conversation:callback:edit"]
    return Http(sim)


def query(dimension: str, *values: str, days: float = 31, **more: Any) -> dict[str, Any]:
    """A query for open conversations."""
    now = datetime.now(UTC)
    predicates = [
        {"type": "dimension", "dimension": dimension, "operator": "matches", "value": value}
        for value in values
    ]
    is_open = {"type": "dimension", "dimension": "conversationEnd", "operator": "notExists"}
    return {
        "interval": f"{(now - timedelta(days=days)).isoformat()}/{now.isoformat()}",
        "conversationFilters": [{"type": "and", "predicates": [is_open]}],
        "segmentFilters": [{"type": "or", "predicates": predicates}],
    } | more


def found(http: Http, body: dict[str, Any]) -> set[str]:
    """The ids of the conversations found."""
    answer = http.post(QUERY, body)
    assert answer.status == 200, answer.data
    return {each["conversationId"] for each in answer.json.get("conversations", ())}


def test_open_conversations_of_the_last_days_are_found(http: Http) -> None:
    """By participant, or by owner."""
    assert found(http, query("userId", ANNA, BEN)) == {MAIL, SCHEDULED}
    assert found(http, query("scoredAgentId", ANNA, BEN)) == {OWNED}
    assert found(http, query("userId", BEN)) == set()


def test_an_owner_may_be_shown_as_participant() -> None:
    """The other reading."""
    with Simulator(
        with_conversations(), assumptions=Assumptions(callback_owner="participant")
    ) as sim:
        next(iter(sim.org.roles.values())).permissions.append("analytics:conversationDetail:view")
        http = Http(sim)
        assert found(http, query("userId", ANNA)) == {MAIL, SCHEDULED, OWNED}
        assert found(http, query("scoredAgentId", ANNA)) == set()


def test_pages(http: Http) -> None:
    """With the number of all."""
    body = query("userId", ANNA, paging={"pageSize": 1, "pageNumber": 2})
    answer = http.post(QUERY, body).json
    assert (len(answer["conversations"]), answer["totalHits"]) == (1, 2)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (query("userId", ANNA, days=32), 400),
        (query("userId", ANNA) | {"interval": "yesterday"}, 400),
        (query("userId", *[ANNA] * 200), 400),
        (query("ani", ANNA), 400),
        (query("userId", ANNA, paging={"pageSize": 101}), 400),
    ],
)
def test_queries_that_are_refused(http: Http, body: dict[str, Any], status: int) -> None:
    """Or are not modelled."""
    assert http.post(QUERY, body).status == status


def test_without_the_permissions(sim: Simulator) -> None:
    """403 for both."""
    bare = Http(sim, BARE_CLIENT)
    assert [bare.post(QUERY, query("userId", ANNA)).status, bare.post(UPDATE, {}).status] == [
        403
    ] * 2


def test_a_callback_becomes_its_queues(sim: Simulator, http: Http) -> None:
    """Each by itself; what is no callback is an error of its own."""
    requests = [{"conversationId": each, "queueId": BILLING} for each in (OWNED, MAIL, NOBODY)]
    answer = http.post(UPDATE, {"patchCallbackRequests": requests})
    assert (answer.status, answer.json["errorCount"], answer.json["errorIndexes"]) == (
        200,
        2,
        [1, 2],
    )
    owned = sim.org.conversations[OWNED]
    assert (owned.user, owned.owned) == ("", False)
