"""People and calls as the JSON cases of this room write them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from batch_offboard.offboarding.models import (
    Call,
    Membership,
    Queue,
    RoleGrant,
    Snapshot,
    User,
)
from batch_offboard.offboarding.models import Named as Division

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[Any]:
    """The cases of a file."""
    found: list[Any] = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    return found


def person(told: Mapping[str, Any]) -> Snapshot:
    """A person. `queues` are `NAME`, `NAME off`, `NAME ring 3`, `NAME by group`, in any mix."""
    user = User(
        id=told.get("id", f"user-{told['row']}"),
        name=told.get("name", ""),
        email=told.get("email", ""),
        state=told.get("state", "active"),
        version=told.get("version", 1),
    )
    queues = told.get("queues")
    grants = told.get("grants")
    return Snapshot(
        told["row"],
        user,
        None if queues is None else tuple(membership(text) for text in queues),
        None if grants is None else tuple(RoleGrant(*grant) for grant in grants),
    )


def membership(text: str) -> Membership:
    """A membership as the cases write it; by user unless said otherwise."""
    queue_id, *words = text.split()
    ring = words[words.index("ring") + 1] if "ring" in words else "1"
    by = words[words.index("by") + 1] if "by" in words else "user"
    ring_number = None if by == "unknown" else int(ring)
    return Membership(queue_id, "off" not in words, ring_number, by)  # type: ignore[arg-type]


def people(told: Iterable[Mapping[str, Any]]) -> list[Snapshot]:
    """Several people; `"times": N` stands for N people alike in rows that follow each other."""
    return [
        person({**each, "row": each["row"] + number})
        for each in told
        for number in range(each.get("times", 1))
    ]


def written(call: Call) -> dict[str, Any]:
    """A call as the cases write it."""
    return {
        "operation": call.operation,
        "arguments": dict(call.arguments),
        "rows": list(call.rows),
    }


def queue(queue_id: str, members: int, name: str = "") -> Queue:
    """A queue of so many members."""
    return Queue(queue_id, name or queue_id, Division("home"), members)
