import random

import pytest

from batch_offboard.simulator import Org
from batch_offboard.simulator.errors import ApiError
from batch_offboard.simulator.tokens import Tokens

from .small import CLIENT


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
