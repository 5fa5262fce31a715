"""The digest of a plan."""

import hashlib
import json

import pytest

from batch_offboard.offboarding.agreement import Change, PlanBasis, digest_of

BASIS = PlanBasis("abc", {"user_id": 0, "name": 1}, "org", ("deactivate",))


@pytest.mark.parametrize("count", [0, 1, 10_000, 20_001])
def test_the_digest_is_that_of_one_json_list(count: int) -> None:
    """However many pieces it is made in: the digests of earlier versions stay the same."""
    changes = [Change(f"ü{number}", "set_state", "") for number in range(count)]
    effects = [[each.user_id, each.operation, each.target_id] for each in changes]
    whole = ["abc", {"name": 1, "user_id": 0}, "org", ["deactivate"], effects]
    text = json.dumps(whole, separators=(",", ":"))
    assert digest_of(BASIS, changes) == hashlib.sha256(text.encode()).hexdigest()
