"""The digest of a plan."""

import hashlib
import json

import pytest

from batch_offboard.offboarding.agreement import PlanBasis, PlannedChange, PlannedChanges, digest_of
from batch_offboard.offboarding.models import Call

from .snapshots import person

USERS = {2: "u1", 3: "u2", 4: "u2"}
BASIS = PlanBasis("abc", {"user_id": 0, "name": 1}, "org", ("deactivate",))


@pytest.mark.parametrize("count", [0, 1, 10_000, 20_001])
def test_the_digest_is_that_of_one_json_list(count: int) -> None:
    """However many pieces it is made in: the digests of earlier versions stay the same."""
    changes = [PlannedChange(f"ü{number}", "set_state", "") for number in range(count)]
    effects = [[each.user_id, each.operation, each.target_id] for each in changes]
    whole = ["abc", {"name": 1, "user_id": 0}, "org", ["deactivate"], effects]
    text = json.dumps(whole, separators=(",", ":"))
    assert digest_of(BASIS, changes) == hashlib.sha256(text.encode()).hexdigest()


def test_changes_are_in_order_whatever_the_order_of_calls() -> None:
    """Of user, operation and target; two rows may mean one user. They can be looked at twice."""
    people = {row: person({"row": row, "id": user}) for row, user in USERS.items()}
    changes = PlannedChanges(
        [
            Call("set_state", {"user_id": "u2"}, (3,)),
            Call("remove_members", {"queue_id": "q2", "body": [{"id": "u1"}]}, (3, 2, 4)),
            Call("remove_members", {"queue_id": "q1"}, (4,)),
        ],
        people,
    )
    expected = [
        ("u1", "remove_members", "q2"),
        ("u2", "remove_members", "q1"),
        ("u2", "remove_members", "q2"),
        ("u2", "remove_members", "q2"),
        ("u2", "set_state", ""),
    ]
    assert (list(changes), list(changes)) == (expected, expected)
