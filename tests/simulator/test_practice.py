import random

import pytest

from batch_offboard.simulator import Assumptions, Limits, Org, Simulator
from batch_offboard.simulator.errors import ApiError
from batch_offboard.simulator.practice import Tokens

from .small import ANNA, CLIENT, Http


def test_a_token_has_its_own_allowance(org: Org) -> None:
    """429 with Retry-After and Genesys' body; another token is not concerned."""
    now = [0.0]
    with Simulator(org, limits=Limits(per_minute=2), clock=lambda: now[0]) as sim:
        first, second = Http(sim), Http(sim)
        now[0] = 18
        replies = [first.get("/tokens/me") for _ in range(3)]
        assert [r.status for r in replies] == [200, 200, 429]
        assert replies[2].headers["Retry-After"] == "60"
        assert replies[2].json["code"] == "too.many.requests.retry.after"
        assert "Retry the request in [60] seconds" in replies[2].json["message"]
        assert second.get("/tokens/me").status == 200
        now[0] = 78
        assert first.get("/tokens/me").status == 200


def test_a_limited_call_is_not_processed(org: Org) -> None:
    """The user stays active."""
    with Simulator(org, limits=Limits(per_minute=0)) as sim:
        change = {"state": "inactive", "version": 7}
        assert Http(sim).patch(f"/users/{ANNA}", change).status == 429
    assert org.users[ANNA].state == "active"


def test_the_queue_routes_have_a_limit_of_the_whole_organisation(org: Org) -> None:
    """All tokens share it; other calls go on; the refused call costs the token nothing."""
    limits = Limits(per_minute=3, queue_routes_per_minute=1)
    with Simulator(org, limits=limits, clock=lambda: 0.0) as sim:
        first, second = Http(sim), Http(sim)
        assert first.get("/routing/queues").status == 200
        refused = second.get(f"/users/{ANNA}/queues")
        assert (refused.status, refused.json["limit"]["namespace"]) == (429, "routing")
        assert [second.get("/tokens/me").status for _ in range(3)] == [200] * 3


def test_the_queue_limit_may_not_say_what_it_is(org: Org) -> None:
    """Assumed."""
    limits = Limits(queue_routes_per_minute=0)
    assumptions = Assumptions(queue_limit_names_itself=False)
    with Simulator(org, limits=limits, assumptions=assumptions) as sim:
        assert "limit" not in Http(sim).get("/routing/queues").json


def test_limits_can_be_changed_while_it_runs(org: Org) -> None:
    """Another integration starts and stops."""
    with Simulator(org, limits=Limits(queue_routes_per_minute=5)) as sim:
        http = Http(sim)
        sim.limits.other_integration_per_minute = 5
        assert http.get("/routing/queues").status == 429
        sim.limits.other_integration_per_minute = 0
        assert http.get("/routing/queues").status == 200


def test_a_token_expires_by_the_clock_that_was_handed_in(org: Org) -> None:
    """401 `bad.credentials` from that second on."""
    now = [0.0]
    tokens = Tokens(lambda: now[0], random.Random(1))
    token = tokens.issue(org.clients[CLIENT])
    now[0] = 599.9
    assert token == tokens.authenticate(f"Bearer {token.secret}")
    now[0] = 600
    with pytest.raises(ApiError) as caught:
        tokens.authenticate(f"Bearer {token.secret}")
    assert (caught.value.status, caught.value.code) == (401, "bad.credentials")


@pytest.mark.parametrize("header", [None, "", "Basic abc", "Bearer"])
def test_a_missing_token_has_an_error_of_its_own(header: str | None) -> None:
    """401 `authentication.required`."""
    tokens = Tokens(lambda: 0.0, random.Random(1))
    with pytest.raises(ApiError) as caught:
        tokens.authenticate(header)
    assert (caught.value.status, caught.value.code) == (401, "authentication.required")


def test_several_tokens_of_a_client_live_side_by_side(org: Org) -> None:
    """Revoking one leaves the other."""
    tokens = Tokens(lambda: 0.0, random.Random(1))
    first, second = (tokens.issue(org.clients[CLIENT]) for _ in range(2))
    tokens.revoke(first.label)
    assert tokens.authenticate(f"bearer {second.secret}").label == "token-2"
    assert tokens.label(f"Bearer {first.secret}") is None
