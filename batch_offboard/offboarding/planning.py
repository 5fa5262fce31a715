"""The plan of a run: what it would do, in the numbers that a person is asked to agree to."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from batch_offboard.offboarding.belongings import QUEUES
from batch_offboard.offboarding.effects import after
from batch_offboard.offboarding.limits import USERS_PER_READ
from batch_offboard.offboarding.models import Call, Queue, Snapshot
from batch_offboard.offboarding.read_costs import listing_cost, sweep_cost
from batch_offboard.offboarding.reasons import may_come_through_group
from batch_offboard.offboarding.steps import Step, optional_steps


@dataclass(frozen=True, slots=True)
class Planned:
    """What an optional step would do: its title, and the number of changes in `unit` (singular)."""

    title: str
    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do to the organisation.

    `people` are those who need at least one call; `calls` counts the writing calls and the
    read-back; `held` counts, by error code, the rows on hold. `roles_kept` says whether all role
    grants that will be lost were read, so that undo can restore them. `through_groups` counts the
    memberships through a group that stay; `for_good` names what no undo can put back. `names` are
    the people who are changed. `lacking` says which permissions the rows with the code
    `missing_permission` need, and where. `before` are sentences on what should be dealt with before
    people leave, and on what could not be looked at. `kept` counts the memberships that stay as
    no step ends them.
    """

    people: int
    to_inactive: int
    memberships: int
    queues: int
    emptied_queues: tuple[str, ...]
    through_groups: int
    nothing_to_do: int
    held: Mapping[str, int]
    roles_kept: bool
    calls: int
    minutes: float
    optional: tuple[Planned, ...] = ()
    for_good: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    lacking: str = ""
    before: tuple[str, ...] = ()
    kept: int = 0


def calls_needed(people: Iterable[Snapshot], steps: Iterable[Step]) -> list[Call]:
    """Every call that these people still need, step by step."""
    everyone = list(people)
    return [call for step in steps for call in step.calls(everyone)]


def plan_of(
    people: Sequence[Snapshot],
    calls: Sequence[Call],
    steps: Iterable[Step],
    queues: Mapping[str, Queue],
    held_codes: Iterable[str],
    per_minute: float,
    lacking: str = "",
) -> Plan:
    """The plan with these calls for these people; `per_minute` is the allowance over all tokens."""
    steps, leaving = tuple(steps), _leaving(calls)
    touched = {row for call in calls for row in call.rows}
    total = len(calls) + _read_back_cost(people, leaving, queues)
    return Plan(
        people=len(touched),
        to_inactive=sum(call.operation == "set_state" for call in calls),
        memberships=sum(leaving.values()),
        queues=len(leaving),
        emptied_queues=_emptied(leaving, queues),
        through_groups=_staying(people, steps, queues),
        nothing_to_do=sum(
            person.row not in touched and not person.memberships for person in people
        ),
        held=dict(Counter(held_codes)),
        roles_kept=all(
            person.grants is not None for person in people if person.user.state == "active"
        ),
        calls=total,
        minutes=total / per_minute,
        optional=tuple(_planned(step, people) for step in optional_steps(steps)),
        for_good=tuple(step.not_undone for step in steps if step.not_undone),
        names=tuple(
            person.user.name or person.user.id for person in people if person.row in touched
        ),
        lacking=lacking,
        kept=_kept(people, steps),
    )


def _leaving(calls: Iterable[Call]) -> Counter[str]:
    """How many people are removed from each queue, by its id."""
    leaving: Counter[str] = Counter()
    for call in calls:
        if call.operation == "remove_members":
            leaving[str(call.arguments["queue_id"])] += len(call.rows)
    return leaving


def _planned(step: Step, people: Iterable[Snapshot]) -> Planned:
    return Planned(step.title, sum(len(call.rows) for call in step.calls(people)), step.unit)


def _kept(people: Iterable[Snapshot], steps: Iterable[Step]) -> int:
    if any(QUEUES in step.reads for step in steps):
        return 0
    return sum(each.by != "group" for person in people for each in person.memberships or ())


def _staying(people: Iterable[Snapshot], steps: Sequence[Step], queues: Mapping[str, Queue]) -> int:
    """How many memberships through a group remain after the groups to leave are left."""
    ending = optional_steps(steps)
    staying = 0
    for person in people:
        through = [each for each in person.memberships or () if each.by == "group"]
        if through and ending:
            user = _once_done(person, ending).user
            through = [each for each in through if may_come_through_group(user, each, queues)]
        staying += len(through)
    return staying


def _once_done(person: Snapshot, steps: Sequence[Step]) -> Snapshot:
    for call in calls_needed((person,), steps):
        person = after(call, person)
    return person


def _read_back_cost(
    people: Sequence[Snapshot], leaving: Mapping[str, int], queues: Mapping[str, Queue]
) -> int:
    states = ceil(len(people) / USERS_PER_READ)
    listed = [queues[queue_id] for queue_id in leaving if queue_id in queues]
    members = sum(1 for person in people if person.memberships)
    return states + min(sweep_cost(listed), listing_cost(members))


def _emptied(leaving: Mapping[str, int], queues: Mapping[str, Queue]) -> tuple[str, ...]:
    return tuple(
        sorted(
            queues[queue_id].name
            for queue_id, count in leaving.items()
            if queue_id in queues and queues[queue_id].member_count <= count
        )
    )
