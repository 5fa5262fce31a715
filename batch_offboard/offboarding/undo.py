"""What an undo is to put back, and whether it is there again."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from batch_offboard.offboarding.models import Call, Membership, RoleGrant, Snapshot, User
from batch_offboard.offboarding.planning import Planned
from batch_offboard.offboarding.steps import Step, further
from batch_offboard.offboarding.steps.deactivate import missing_grants
from batch_offboard.offboarding.steps.remove_from_queues import is_as_before, there_again
from batch_offboard.offboarding.taken import still_missing, taken


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run took from the person of a row, so what its undo gives back.

    `active` is true when the run set the person to inactive. `roles_unread` is true where the run
    took role grants that it had not recorded, so they cannot come back.
    `user` holds, of groups, team, skills, languages and station, what further steps took.
    """

    row: int
    user_id: str
    active: bool
    memberships: tuple[Membership, ...]
    grants: tuple[RoleGrant, ...]
    roles_unread: bool = False
    user: User | None = None


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What an undo would do, in the numbers that a person is asked to agree to.

    `notes` name what cannot be put back.
    """

    people: int
    to_active: int
    memberships: int
    queues: int
    grants: int
    nothing_to_do: int
    held: Mapping[str, int]
    notes: tuple[str, ...]
    further: tuple[Planned, ...] = ()


def before(wanted: Wanted, now: Snapshot) -> Snapshot:
    """The person as they are to be: as now, with what the run took put back."""
    user = replace(now.user, state="active") if wanted.active else now.user
    lost = wanted.user or taken(now.user, now.user, ())
    user = replace(
        user,
        groups=lost.groups,
        team=lost.team,
        skills=lost.skills,
        languages=lost.languages,
        station=lost.station,
    )
    return Snapshot(now.row, user, wanted.memberships, wanted.grants)


def undo_calls(
    step: Step, wanted: Mapping[int, Wanted], people: Iterable[Snapshot]
) -> Iterator[Call]:
    """The calls that a step can make now towards what is wanted."""
    return step.undo((before(wanted[person.row], person), person) for person in people)


def missing_memberships(
    wanted: Iterable[Membership], now: Iterable[Membership]
) -> tuple[Membership, ...]:
    """Those of the wanted memberships that are not there as they were."""
    current = tuple(now)
    return tuple(
        each
        for each in wanted
        if (there := there_again(each, current)) is None or not is_as_before(each, there)
    )


def calls_to_undo(
    steps: Iterable[Step], wanted: Mapping[int, Wanted], people: Collection[Snapshot]
) -> Iterator[Call]:
    """The calls that all steps can make now towards what is wanted."""
    for step in steps:
        yield from undo_calls(step, wanted, people)


def undo_plan_of(
    people: Sequence[Snapshot],
    wanted: Mapping[int, Wanted],
    steps: Sequence[Step],
    held_codes: Iterable[str],
    notes: tuple[str, ...],
) -> UndoPlan:
    """The plan for these people; `notes` name what cannot be put back."""
    missing = [
        each
        for person in people
        for each in missing_memberships(wanted[person.row].memberships, person.memberships or ())
    ]
    changed = sum(any(calls_to_undo(steps, wanted, [person])) for person in people)
    return UndoPlan(
        people=changed,
        to_active=sum(
            wanted[person.row].active and person.user.state == "inactive" for person in people
        ),
        memberships=len(missing),
        queues=len({each.queue_id for each in missing}),
        grants=sum(
            len(missing_grants(wanted[person.row].grants, person.grants or ())) for person in people
        ),
        nothing_to_do=len(people) - changed,
        held=dict(Counter(held_codes)),
        notes=notes,
        further=tuple(_planned(step, wanted, people) for step in further(steps)),
    )


def _planned(step: Step, wanted: Mapping[int, Wanted], people: Iterable[Snapshot]) -> Planned:
    """For how many people a further step has anything to put back."""
    count = sum(
        bool(lost and still_missing((step,), person.row, lost, person.user))
        for person in people
        for lost in (wanted[person.row].user,)
    )
    return Planned(step.undo_title, count, "person")
