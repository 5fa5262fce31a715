"""What an undo has to put back, and whether it has been put back."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from batch_offboard.offboarding.belongings import missing_holdings, named_missing
from batch_offboard.offboarding.effects import after
from batch_offboard.offboarding.models import (
    Call,
    Holdings,
    Membership,
    RoleGrant,
    Snapshot,
)
from batch_offboard.offboarding.planning import Planned
from batch_offboard.offboarding.steps import Step, optional_steps
from batch_offboard.offboarding.steps.deactivate import missing_grants
from batch_offboard.offboarding.steps.remove_from_queues import is_restored, matching_membership

MOST_ROUNDS = 8
"""More rounds than any undo takes: memberships, joined flags, ring numbers, state, roles."""


@dataclass(frozen=True, slots=True)
class Restore:
    """What a run took from the person of a row, and its undo gives back.

    `active` is true when the run set the person to inactive. `roles_unread` is true where the run
    took role grants that it had not recorded, so they cannot come back. `holdings` are what the
    optional steps took of other belongings. `ended` are memberships that had ended before the run
    could remove them, through Genesys or an admin: they are not put back.
    """

    row: int
    user_id: str
    active: bool
    memberships: tuple[Membership, ...]
    grants: tuple[RoleGrant, ...]
    roles_unread: bool = False
    holdings: Holdings = field(default_factory=dict)
    ended: tuple[Membership, ...] = ()

    @property
    def queue_ids(self) -> frozenset[str]:
        """The ids of the queues that an undo has to read."""
        return frozenset(each.queue_id for each in (*self.memberships, *self.ended))


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What an undo would do, in the numbers that a person is asked to agree to.

    `notes` say what cannot be put back; `names` are the people who are changed. `lacking` is as in
    the plan of a run.
    """

    people: int
    to_active: int
    memberships: int
    queues: int
    grants: int
    nothing_to_do: int
    held: Mapping[str, int]
    notes: tuple[str, ...]
    optional: tuple[Planned, ...] = ()
    names: tuple[str, ...] = ()
    lacking: str = ""


def target_state(wanted: Restore, now: Snapshot) -> Snapshot:
    """The person as they should be: as now, with what the run took put back."""
    state = "active" if wanted.active else now.user.state
    user = replace(now.user, state=state, holdings=wanted.holdings)
    return Snapshot(now.row, user, wanted.memberships, wanted.grants)


def undo_calls(
    step: Step, wanted: Mapping[int, Restore], people: Iterable[Snapshot]
) -> Iterator[Call]:
    """The calls that a step can make now to restore what is wanted."""
    return step.undo((target_state(wanted[person.row], person), person) for person in people)


def missing_memberships(
    wanted: Iterable[Membership], now: Iterable[Membership]
) -> tuple[Membership, ...]:
    """The wanted memberships that are missing or differ from before."""
    current = tuple(now)
    return tuple(
        each
        for each in wanted
        if (there := matching_membership(each, current)) is None or not is_restored(each, there)
    )


def still_ended(ended: Iterable[Membership], now: Iterable[Membership]) -> tuple[Membership, ...]:
    """The ended memberships that nobody has restored, whatever their flags."""
    current = tuple(now)
    return tuple(each for each in ended if matching_membership(each, current) is None)


def is_to_follow(wanted: Restore, now: Snapshot) -> bool:
    """Whether memberships that come through restored groups are not shown yet."""
    missing = missing_memberships(wanted.memberships, now.memberships or ())
    through = [each for each in missing if each.by == "group"]
    return bool(through) and not any(named_missing(wanted.holdings, now.user))


def calls_to_undo(
    steps: Iterable[Step], wanted: Mapping[int, Restore], people: Collection[Snapshot]
) -> Iterator[Call]:
    """The calls that all steps can make now to restore what is wanted."""
    for step in steps:
        yield from undo_calls(step, wanted, people)


def whole_undo(
    steps: Sequence[Step], wanted: Mapping[int, Restore], people: Iterable[Snapshot]
) -> tuple[Call, ...]:
    """Every call of an undo if all goes well: a call may be possible only after another.

    Raises RuntimeError, a defect, if a step never stops yielding calls: its `effects` lack those of
    its undo.
    """
    found: list[Call] = []
    now = tuple(people)
    for _ in range(MOST_ROUNDS):
        calls = tuple(calls_to_undo(steps, wanted, now))
        if not calls:
            return tuple(found)
        found += calls
        for call in calls:
            now = tuple(after(call, person) for person in now)
    asking = sorted({call.operation for call in calls})
    raise RuntimeError(f"the undo never ends: {', '.join(asking)} is asked for again and again")


def undo_plan_of(
    people: Sequence[Snapshot],
    calls: Iterable[Call],
    wanted: Mapping[int, Restore],
    steps: Sequence[Step],
    held_codes: Iterable[str],
    notes: tuple[str, ...],
    lacking: str = "",
) -> UndoPlan:
    """The undo plan that begins with these calls; `notes` say what cannot be put back."""
    missing = [
        each
        for person in people
        for each in missing_memberships(wanted[person.row].memberships, person.memberships or ())
    ]
    changed = {row for call in calls for row in call.rows}
    return UndoPlan(
        people=len(changed),
        to_active=sum(
            wanted[person.row].active and person.user.state == "inactive" for person in people
        ),
        memberships=len(missing),
        queues=len({each.queue_id for each in missing}),
        grants=sum(
            len(missing_grants(wanted[person.row].grants, person.grants or ())) for person in people
        ),
        nothing_to_do=len(people) - len(changed),
        held=dict(Counter(held_codes)),
        notes=notes,
        optional=tuple(_planned(step, wanted, people) for step in optional_steps(steps)),
        names=tuple(each.user.name or each.user.id for each in people if each.row in changed),
        lacking=lacking,
    )


def _planned(step: Step, wanted: Mapping[int, Restore], people: Iterable[Snapshot]) -> Planned:
    """For how many people an optional step has anything to put back."""
    count = sum(
        any(
            missing_holdings(
                wanted[person.row].holdings.get(each.name, ()), person.user.holdings.get(each.name)
            )
            for each in step.reads
        )
        for person in people
    )
    return Planned(step.undo_title, count, "person")
