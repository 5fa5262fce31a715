"""Agreement to a plan: its changes, their digest, and how a person agreed. Pure."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from batch_offboard.offboarding.batching import chunks, target_of
from batch_offboard.offboarding.models import Call, Snapshot
from batch_offboard.offboarding.planning import Plan
from batch_offboard.offboarding.undo import UndoPlan

_CHANGES_AT_ONCE = 10_000


class PlannedChange(NamedTuple):
    """One change of a plan: what would be done to a user, and in which queue, group or team."""

    user_id: str
    operation: str
    target_id: str = ""


class PlannedChanges:
    """All changes of a plan, in order, created while iterating: a long list has many."""

    def __init__(self, calls: Collection[Call], people: Mapping[int, Snapshot]) -> None:
        """The changes that these calls make; `people` by row number."""
        self.calls = len(calls)
        """The number of calls."""
        self._by_user: dict[str, _UserChanges] = {}
        for call in calls:
            change = call.operation, target_of(call)
            for row in call.rows:
                user_id = people[row].user.id
                self._by_user[user_id] = _with(self._by_user.get(user_id, ()), change)

    def __iter__(self) -> Iterator[PlannedChange]:
        for user_id in sorted(self._by_user):
            for change in self._by_user[user_id]:
                yield PlannedChange(user_id, *change)


_UserChanges = tuple[tuple[str, str], ...]
"""What would be done to one user: operation and target of each change, in order."""


@lru_cache(maxsize=10_000)
def _with(known: _UserChanges, change: tuple[str, str]) -> _UserChanges:
    """`known` with one more change; cached, as many people have the same changes."""
    return tuple(sorted((*known, change)))


@dataclass(frozen=True, slots=True)
class PlanBasis:
    """The inputs of a plan, apart from what Genesys says."""

    list_sha256: str
    columns: Mapping[str, int]
    organisation_id: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan as shown to a person: its numbers, its lines, every change, and their digest.

    `organisation` is the name of the organisation that it would change.
    """

    plan: Plan | UndoPlan
    lines: tuple[str, ...]
    changes: Iterable[PlannedChange]
    digest: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a person agreed to a plan.

    `number` is the number of people that was typed. `plan_run` and `plan_digest` name the dry run
    whose plan was reviewed, if that was another run.
    """

    how: Literal["number_typed", "without_question", "earlier_plan"]
    number: int | None = None
    plan_run: str = ""
    plan_digest: str = ""


def digest_of(basis: PlanBasis, changes: Iterable[PlannedChange]) -> str:
    """The SHA-256 of a plan: equal only for equal changes and an equal basis.

    The digest of a JSON list, fed in parts: the whole text could fill the memory.
    """
    parts = [basis.list_sha256, dict(basis.columns), basis.organisation_id, basis.steps, []]
    digest, separator = hashlib.sha256(_json(parts)[: -len("]]")].encode()), ""
    for some in chunks(changes, _CHANGES_AT_ONCE):
        texts = _json(some)
        digest.update(f"{separator}{texts[1:-1]}".encode())
        separator = ","
    digest.update(b"]]")
    return digest.hexdigest()


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
