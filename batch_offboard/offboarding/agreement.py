"""Agreement to a plan: its effects, their digest, and how a person agreed. Pure."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from batch_offboard.offboarding.batching import chunks, target_of
from batch_offboard.offboarding.models import Call, Snapshot
from batch_offboard.offboarding.planning import Plan
from batch_offboard.offboarding.undo import UndoPlan

_CHANGES_AT_ONCE = 10_000


class Change(NamedTuple):
    """One effect of a plan: what would be done to a user, and on which queue, group or team."""

    user_id: str
    operation: str
    target_id: str = ""


class Changes:
    """All effects of a plan, in order. Each is made when it is looked at: a long list has many."""

    def __init__(self, calls: Iterable[Call], people: Mapping[int, Snapshot]) -> None:
        """The effects of these calls; `people` by row number."""
        self._effects: dict[str, _Effects] = {}
        for call in calls:
            effect = call.operation, target_of(call)
            for row in call.rows:
                user_id = people[row].user.id
                self._effects[user_id] = _with(self._effects.get(user_id, ()), effect)

    def __iter__(self) -> Iterator[Change]:
        for user_id in sorted(self._effects):
            for effect in self._effects[user_id]:
                yield Change(user_id, *effect)


_Effects = tuple[tuple[str, str], ...]
"""What would be done to one user: operation and target of each effect, in order."""


@lru_cache(maxsize=10_000)
def _with(known: _Effects, effect: tuple[str, str]) -> _Effects:
    """`known` with one more effect; cached, as many people have the same."""
    return tuple(sorted((*known, effect)))


@dataclass(frozen=True, slots=True)
class PlanBasis:
    """The inputs of a plan, apart from what Genesys says."""

    list_sha256: str
    columns: Mapping[str, int]
    organisation_id: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan as it is put to a person: its numbers, its lines, every change, and their digest.

    `organisation` is the name of the one in which it would be carried out.
    """

    plan: Plan | UndoPlan
    lines: tuple[str, ...]
    changes: Iterable[Change]
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


def digest_of(basis: PlanBasis, changes: Iterable[Change]) -> str:
    """The SHA-256 of a plan: equal only for equal effects and an equal basis.

    It is that of a JSON list, which is too long to be made at once.
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
