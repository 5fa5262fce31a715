"""Organisations and readings of Genesys as chance has them, for what must hold of every undo."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from batch_offboard.offboarding.steps import STEPS
from batch_offboard.simulator import Org
from batch_offboard.simulator.models import Grant, Group, Member, Named, Rating, Role, User
from tests.steps.practice import BASE, with_base
from tests.support import HOME, id_of, org_of
from tests.support import Member as Told

LEAVERS = ("P1", "P2", "P3", "P4")
QUEUES = ("Billing", "Chat", "Claims", "Nights")

READINGS: dict[str, tuple[Any, ...]] = {
    "bulk_add_inactive": ("accepted", "ignored", "refused"),
    "join_inactive": ("accepted", "ignored", "refused"),
    "bulk_join_stranger": ("ignored", 404),
    "bulk_member_patch_takes_ring_number": (False, True),
    "bulk_remove_stranger": ("ignored", "refused"),
    "inactive_members_listed": (True, False),
    "expands_left_out": ((), ("skills",), ("languages", "station"), ("profileSkills",)),
    "stale_version_status": (409, 400),
    "double_membership_listed": ("twice", "user", "group"),
    "member_name_filter": ("contains", "ignored", 400),
    "grants_for_inactive": ("accepted", "refused"),
    "subject_shows_group_grants": (True, False),
    "division_grants_list_all_divisions": (False, True),
    "all_divisions_grants": ("listed", "nothing", 404),
}
"""The assumptions that bear on an undo, the reading by default first."""


def readings(chance: random.Random) -> dict[str, Any]:
    """A reading of each assumption, more often than not the one by default."""
    return {
        name: values[0] if chance.random() < 0.5 else chance.choice(values)
        for name, values in READINGS.items()
    }


def steps(chance: random.Random) -> list[str]:
    """The two steps of every run, and each of the others or not."""
    return with_base(*_some(chance, [name for name in STEPS if name not in BASE], 0.5))


def organisation(chance: random.Random) -> Org:
    """Four leavers and one who stays, with some of everything that somebody can have."""
    people = [*LEAVERS, "Zoe"]
    org = org_of(
        people,
        {queue: [_member(chance, each) for each in _some(chance, people, 0.6)] for queue in QUEUES},
        groups={each: _some(chance, people, 0.4) for each in ("Night", "Rule", "Team")},
        group_types={"Team": "TEAM"},
        through={queue: _some(chance, ["Night", "Rule", "Team"], 0.3) for queue in QUEUES},
        divisions={"Berlin": ["Chat", *_some(chance, people, 0.3)]},
        facts={each: {"state": "inactive"} for each in _some(chance, LEAVERS, 0.15)},
    )
    org.groups[id_of("Rule")].dynamic = True
    for name in ("Boss", "Auditor"):
        org.roles[id_of(name)] = Role(id=id_of(name), name=name)
    for user in org.users.values():
        _furnish(chance, org, user)
    skilled = {user.id for user in org.users.values() if id_of("s1") in {s.id for s in user.skills}}
    group = Group(id=id_of("Skilled"), name="Skilled", type="SKILLGROUP", members=skilled)
    group.skills = [id_of("s1")]
    org.groups[group.id] = group
    org.queues[id_of("Nights")].member_groups += _some(chance, [group.id], 0.4)
    _switch_off(chance, org)
    return org


def image(org: Org) -> dict[str, Any]:
    """The organisation without what no undo gives back, or nobody can tell apart.

    Logins that were ended; and joined flag and ring number of a membership through a group where
    there is one by user too: setting the one sets the other.
    """
    whole = org.snapshot()
    for user in whole["users"].values():
        del user["logged_in"]
    for queue in whole["queues"].values():
        queue["group_members"] = {
            user_id: own
            for user_id, own in queue["group_members"].items()
            if user_id not in queue["members"] and own != Member(id=user_id).model_dump()
        }
    return whole


def _some(chance: random.Random, items: Iterable[str], share: float) -> list[str]:
    return [each for each in items if chance.random() < share]


def _member(chance: random.Random, name: str) -> Told:
    return Told(name, joined=chance.random() < 0.6, ring_number=chance.choice([1, 1, 1, 2, 6]))


def _furnish(chance: random.Random, org: Org, user: User) -> None:
    """Roles in one division, in two, or in all, and some of the rest."""
    divisions = [id_of(HOME), id_of("Berlin"), "*"]
    roles = _some(chance, ["Employee", "Agent", "Boss", "Auditor"], 0.5)
    user.grants = [
        Grant(role=id_of(role), division=division)
        for role in roles
        for division in chance.sample(divisions, chance.choice([1, 1, 2]))
        if user.state == "active"
    ]
    for kind, names in (("skills", ["s1", "s2", "s3"]), ("languages", ["de", "pl"])):
        known = {id_of(name): Named(id=id_of(name), name=name) for name in names}
        getattr(org, kind).update(known)
        rated = [id_of(name) for name in _some(chance, names, 0.5)]
        levels = [Rating(id=each, proficiency=chance.choice([0, 1, 2.5, 5])) for each in rated]
        setattr(user, kind, levels)
    user.profile_skills = _some(chance, ["Welding", "Żonglerka"], 0.4)
    user.logged_in = chance.random() < 0.3
    for desk in _some(chance, [f"Desk of {user.name}"], 0.4):
        org.stations[id_of(desk)] = Named(id=id_of(desk), name=desk)
        user.station = id_of(desk)
        user.default_station = id_of(desk) if user.logged_in else None


def _switch_off(chance: random.Random, org: Org) -> None:
    """Some queues are switched off by people who are in them through a group."""
    for queue in org.queues.values():
        through = {each for group in queue.member_groups for each in org.groups[group].members}
        for user_id in _some(chance, sorted(through - queue.members.keys()), 0.5):
            joined, ring = chance.random() < 0.5, chance.choice([1, 4])
            queue.group_members[user_id] = Member(id=user_id, joined=joined, ring_number=ring)
