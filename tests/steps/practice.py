"""An organisation where people have more than queues, and runs with the optional steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from batch_offboard.config import Config
from batch_offboard.offboarding.steps import STEPS
from batch_offboard.simulator import Org
from batch_offboard.simulator.models import Named, Rating
from tests.support import USUAL_LEFTOVERS, config, id_of, org_of

BASE = ("deactivate", "remove_from_queues")


def with_base(*optional: str) -> list[str]:
    """The two steps of every run and these, in an order that the configuration takes."""
    before = [each for each in optional if each in STEPS and STEPS[each].precedes_queues]
    return list(dict.fromkeys([BASE[0], *before, *BASE[1:], *optional]))


def steps(*optional: str, **sections: Any) -> Config:
    """The configuration with the two steps of every run and these, and the usual leftovers."""
    return config(**{"steps": with_base(*optional), "leftovers": USUAL_LEFTOVERS, **sections})


def furnished(
    people: Iterable[str],
    queues: Mapping[str, Any] | None = None,
    *,
    dynamic: Iterable[str] = (),
    skills: Mapping[str, Mapping[str, float]] | None = None,
    languages: Mapping[str, Mapping[str, float]] | None = None,
    stations: Mapping[str, str] | None = None,
    logged_in: Iterable[str] = (),
    skill_groups: Mapping[str, Iterable[str]] | None = None,
    **more: Any,
) -> Org:
    """An organisation; `skills` and `languages` give each person's with proficiency.

    `skill_groups` names the skills that each skill group asks for; `more` is that of `org_of`.
    """
    org = org_of(people, queues, **more)
    for group in dynamic:
        org.groups[id_of(group)].dynamic = True
    for group, wanted in (skill_groups or {}).items():
        org.groups[id_of(group)].skills = [id_of(each) for each in wanted]
    _rate(org, "skills", skills or {})
    _rate(org, "languages", languages or {})
    for person, station in (stations or {}).items():
        give_station(org, person, station)
    for person in logged_in:
        org.users[id_of(person)].logged_in = True
    return org


def give_station(org: Org, person: str, station: str, field: str = "station") -> None:
    """The person has this station: the associated one, or as `default_station`."""
    org.stations[id_of(station)] = Named(id=id_of(station), name=station)
    org.change_belongings(id_of(person), **{field: id_of(station)})


def _rate(org: Org, kind: str, told: Mapping[str, Mapping[str, float]]) -> None:
    for person, levels in told.items():
        for name in levels:
            getattr(org, kind)[id_of(name)] = Named(id=id_of(name), name=name)
        ratings = [Rating(id=id_of(name), proficiency=level) for name, level in levels.items()]
        setattr(org.users[id_of(person)], kind, ratings)


def groups_of(org: Org, person: str) -> set[str]:
    """The names of the groups, work team and skill groups that the person is in."""
    return {group.name for group in org.groups_of(id_of(person))}
