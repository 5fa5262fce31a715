"""People and calls as the JSON cases of this room write them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from batch_offboard.offboarding.belongings import BELONGINGS, QUEUES, ROLES
from batch_offboard.offboarding.models import (
    Call,
    Callback,
    Holding,
    Leftovers,
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
    """A person. `queues` are `NAME`, `NAME off`, `NAME ring 3`, `NAME by group`, in any mix.

    Other belongings stand under their names; one that is missing was not seen.
    """
    user = User(
        id=told.get("id", f"user-{told['row']}"),
        name=told.get("name", ""),
        email=told.get("email", ""),
        state=told.get("state", "active"),
        version=told.get("version", 1),
        holdings={
            each.name: holdings_of(told[each.name])
            for each in BELONGINGS
            if each.name in told and each not in (QUEUES, ROLES)
        },
    )
    queues = told.get("queues")
    grants = told.get("grants")
    return Snapshot(
        told["row"],
        user,
        None if queues is None else tuple(membership(text) for text in queues),
        None if grants is None else tuple(RoleGrant(*grant) for grant in grants),
        may_be_logged_in=told.get("may_be_logged_in", False),
        leftovers=leftovers(told["callbacks"]) if "callbacks" in told else None,
    )


def leftovers(told: Iterable[str]) -> Leftovers:
    """Callbacks as `ID QUEUE`, or `ID` alone where the queue is unknown."""
    found = (text.split() for text in told)
    return Leftovers(tuple(Callback(id, "".join(queue)) for id, *queue in found))


def holdings_of(told: Iterable[str] | Mapping[str, Any]) -> tuple[Holding, ...]:
    """What is held of a belonging: ids (`ID fixed` for what cannot be taken), or values by id."""
    if isinstance(told, Mapping):
        return tuple(Holding(id, value=value) for id, value in told.items())
    return tuple(Holding(text.split()[0], fixed=text.endswith(" fixed")) for text in told)


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
