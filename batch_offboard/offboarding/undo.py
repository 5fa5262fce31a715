"""What an undo is to put back, and whether it is there again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from batch_offboard.offboarding.models import Call, Membership, RoleGrant, Snapshot, User
from batch_offboard.offboarding.planning import Planned
from batch_offboard.offboarding.steps import Step
from batch_offboard.offboarding.steps.remove_from_queues import is_as_before, there_again
from batch_offboard.offboarding.taken import taken


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
