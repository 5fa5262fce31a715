"""The practice organisation of the samples, and the people in it to whom something will happen."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from batch_offboard.simulator import Org, generate_org
from batch_offboard.simulator.generate import OFFBOARDING_PERMISSIONS
from batch_offboard.simulator.models import (
    ALL_DIVISIONS,
    Conversation,
    Grant,
    Named,
    Phone,
    Queue,
    Role,
    User,
)

SET_INACTIVE = "directory:user:edit"
NEVER = 10_000
"""So many removals meet 409 before the agent leaves wrap-up: more than any run tries."""


@dataclass(frozen=True)
class Cast:
    """The people of the list by what will become of them; everyone else only works there."""

    leavers: list[User]
    """Active, in queues, in no group: nothing stands in their way."""
    inactive_in_queues: User
    inactive: list[User]
    deleted: User
    in_group: User
    in_team: User
    in_wrap_up: User
    in_other_division: User
    shares_an_address: User
    protected: User
    managers: list[User]


def practice_org() -> tuple[Org, Cast]:
    """The organisation, always the same one, and its cast."""
    org = generate_org(
        users=400, queues=24, queues_per_user=4, seed=2026, divisions=3, groups=3, group_size=12,
        unjoined_share=0.12, skills_per_user=0,
    )  # fmt: skip
    for user in org.users.values():
        user.languages = []
    _limit_client(org)
    return org, _cast(org)


def save(org: Org, path: Path) -> None:
    """Write the organisation with one thing a line, so that a change of it can be read."""
    path.write_text(text_of(org), encoding="utf-8", newline="\n")


def text_of(org: Org) -> str:
    """The organisation's file."""
    parts = org.file().model_dump(mode="json", exclude_defaults=True)
    return "{\n" + ",\n".join(_lines(parts)) + "\n}\n"


def _lines(parts: dict[str, object]) -> Iterator[str]:
    for name, part in parts.items():
        if isinstance(part, list):
            things = ",\n".join(_compact(thing) for thing in part)
            yield f'"{name}": [\n{things}\n]'
        else:
            yield f'"{name}": {_compact(part)}'


def _compact(thing: object) -> str:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"))


def _limit_client(org: Org) -> None:
    """The client sees everything, but may set people to inactive in two divisions only."""
    offboarding = next(role for role in org.roles.values() if role.name == "Offboarding")
    seeing = [each for each in OFFBOARDING_PERMISSIONS if each != SET_INACTIVE]
    reader = Role(
        id="0b5e7a52-6f0e-4d0c-9a57-3f1f5a2c7d10", name="Offboarding: queues", permissions=seeing
    )
    org.roles[reader.id] = reader
    home, second, _ = org.divisions
    (client,) = org.clients.values()
    client.grants = [
        Grant(role=reader.id, division=ALL_DIVISIONS),
        Grant(role=offboarding.id, division=home),
        Grant(role=offboarding.id, division=second),
    ]


def _cast(org: Org) -> Cast:
    other = list(org.divisions)[2]
    free = _people(org, in_groups=False)
    here = [user for user in free if user.division != other]
    there = [user for user in free if user.division == other]
    group, _, team = org.groups.values()
    group.name, team.name = "Night Shift", "Claims Team Berlin"
    take = iter(here[::6])
    cast = Cast(
        leavers=[next(take) for _ in range(31)],
        inactive_in_queues=next(take),
        inactive=[next(take), next(take)],
        deleted=next(take),
        in_group=_member(org, group.members, other),
        in_team=_member(org, team.members - group.members, other),
        in_wrap_up=next(take),
        in_other_division=there[3],
        shares_an_address=next(take),
        protected=next(take),
        managers=here[3::24],
    )
    _give_parts(org, cast)
    return cast


def _people(org: Org, *, in_groups: bool) -> list[User]:
    return [
        user
        for user in org.users.values()
        if bool(org.groups_of(user.id)) is in_groups and len(org.memberships_of(user.id)) > 1
    ]


def _member(org: Org, ids: set[str], other_division: str) -> User:
    return next(
        user
        for user in _people(org, in_groups=True)
        if user.id in ids and user.division != other_division
    )


def _give_parts(org: Org, cast: Cast) -> None:
    """Bring everybody of the cast into the state that their part needs."""
    for user in (cast.inactive_in_queues, *cast.inactive, cast.deleted):
        user.state = "deleted" if user is cast.deleted else "inactive"
        user.grants, user.logged_in = [], False
    for user in (*cast.inactive, cast.deleted):
        for membership in org.memberships_of(user.id):
            org.remove_member(membership.queue_id, user.id)
    cast.in_wrap_up.wrap_up_attempts = NEVER
    cast.protected.title = "Head of Customer Care"
    _leave_things_behind(org, cast.leavers)
    _add_former_account(org, cast.shares_an_address)
    _add_queue_of_one(org, cast.leavers[4])


def _leave_things_behind(org: Org, leavers: Sequence[User]) -> None:
    """A number and a desk phone, and callbacks that wait for their owner."""
    desk = Named(id="5d9b1f0e-3c55-4a0b-9a57-0f6d2b7c1a44", name="Desk 12")
    org.stations[desk.id] = desk
    leavers[2].default_station = desk.id
    leavers[2].phones = [Phone(number="+49 30 5550112")]
    queue_id = org.memberships_of(leavers[3].id)[0].queue_id
    for number in (1, 2):
        callback_id = f"e2b7c1a4-0c0d-4e5f-8a6b-00000000000{number}"
        org.conversations[callback_id] = Conversation(
            id=callback_id, user=leavers[3].id, queue=queue_id, owned=True
        )


def _add_former_account(org: Org, user: User) -> None:
    """Someone who came back: the account of their first time is still there, set to inactive."""
    former = User(
        id="7d0d3c55-9a3b-4c8e-8f0e-2b1a64f0c9d3",
        name=user.name,
        email=user.email,
        state="inactive",
        division=user.division,
        employee_id="0090417",
        department=user.department,
    )
    org.users[former.id] = former


def _add_queue_of_one(org: Org, user: User) -> None:
    """A queue that the run leaves empty: the plan and the report say so."""
    named = Named(id="c4a1c0de-5b0f-4f0a-8d4e-6e2f9b7a1130", name="Callbacks EN")
    org.queues[named.id] = Queue(id=named.id, name=named.name)
    org.add_member(named.id, user.id)
