"""Whatever a step ends comes back with an undo: every step, every belonging, from end to end.

A step whose belonging does not come back, and that says nothing in `not_undone`, fails here.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.errors import ExitCode
from batch_offboard.offboarding.belongings import BELONGINGS, SKILLS, TEAM, Belonging
from batch_offboard.offboarding.steps import STEPS, Step
from batch_offboard.record.events import CallStarted
from batch_offboard.simulator import ALWAYS, Assumptions, Fault, Org
from batch_offboard.simulator.models import Grant, Group, Member, Named, Queue, Rating
from tests.rerun.chain import undo_of
from tests.steps.practice import with_base
from tests.support import HOME, config, id_of, org_of, run_people, simulator


def _entity(org: Org, part: str, name: str) -> str:
    getattr(org, part)[id_of(name)] = Named(id=id_of(name), name=name)
    return id_of(name)


def _queue(org: Org, user_id: str) -> None:
    for name, joined, ring in (("Billing", True, 1), ("Chat", False, 3)):
        member = Member(id=user_id, joined=joined, ring_number=ring)
        org.queues[id_of(name)] = Queue(id=id_of(name), name=name, members={user_id: member})


def _roles(org: Org, user_id: str) -> None:
    org.users[user_id].grants = [
        Grant(role=id_of("Employee"), division=id_of(HOME)),
        Grant(role=id_of("Agent"), division="*"),
    ]


def _group(org: Org, user_id: str, name: str, **more: Any) -> None:
    org.groups[id_of(name)] = Group(id=id_of(name), name=name, members={user_id}, **more)


def _rated(org: Org, user_id: str, kind: str) -> None:
    ratings = [
        Rating(id=_entity(org, kind, f"{kind} {level}"), proficiency=level) for level in (0, 3)
    ]
    setattr(org.users[user_id], kind, ratings)


def _station(org: Org, user_id: str, field: str) -> None:
    setattr(org.users[user_id], field, _entity(org, "stations", "Desk 1"))


def _profile_skills(org: Org, user_id: str) -> None:
    org.users[user_id].profile_skills = ["Welding", "Żonglerka"]


GIVE: Mapping[str, Callable[[Org, str], None]] = {
    "memberships": _queue,
    "grants": _roles,
    "groups": lambda org, user_id: _group(org, user_id, "Night"),
    "team": lambda org, user_id: _group(org, user_id, "Team A", type="TEAM"),
    "skills": lambda org, user_id: _rated(org, user_id, "skills"),
    "languages": lambda org, user_id: _rated(org, user_id, "languages"),
    "profile_skills": _profile_skills,
    "station": lambda org, user_id: _station(org, user_id, "station"),
    "default_station": lambda org, user_id: _station(org, user_id, "default_station"),
}
"""How somebody in the practice organisation gets each belonging, by its name."""

ENDED = [
    pytest.param(step, each, id=f"{step.name}: {each.name}")
    for step in STEPS.values()
    for each in sorted(step.reads, key=lambda belonging: belonging.name)
]


def with_only(*belongings: Belonging) -> Org:
    """Anna has just these belongings."""
    org = org_of(["Anna"], facts={"Anna": {"grants": []}})
    for each in belongings:
        GIVE[each.name](org, id_of("Anna"))
    return org


def test_somebody_can_have_every_belonging() -> None:
    """A new belonging needs its entry in `GIVE`, else nothing here tries it."""
    assert set(GIVE) == {each.name for each in BELONGINGS}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_step_ends_what_an_undo_gives_back_or_says_otherwise(step: Step) -> None:
    """There is no third: what a step ends unseen could not come back."""
    assert step.reads or step.not_undone


@pytest.mark.parametrize("step, belonging", ENDED)
def test_who_has_only_that_comes_back(tmp_path: Path, step: Step, belonging: Belonging) -> None:
    """And the step has really ended it in between."""
    org = with_only(belonging)
    operations = ends_and_comes_back(org, tmp_path, step)
    assert operations & step.effects.keys()


@pytest.mark.parametrize("reads", [0, 2])
@pytest.mark.parametrize("name", STEPS)
def test_who_has_everything_comes_back(tmp_path: Path, name: str, reads: int) -> None:
    """Nothing else is lost on the way, and so many reads that lag behind a call are waited for."""
    lag = [
        Fault(action="lag", method=method, reads=reads, times=ALWAYS)
        for method in ("PATCH", "PUT", "DELETE")
        if reads
    ]
    ends_and_comes_back(with_only(*BELONGINGS), tmp_path, STEPS[name], faults=lag)


@pytest.mark.parametrize("step, belonging", ENDED)
def test_what_expand_leaves_out_comes_back_too(
    tmp_path: Path, step: Step, belonging: Belonging
) -> None:
    """It is asked for singly; where it cannot be, the row says so and nothing is lost."""
    if not belonging.expand:
        pytest.skip("read without expand")
    left_out = Assumptions(expands_left_out=(belonging.expand,))
    org = with_only(belonging)
    if belonging.operation or belonging is TEAM:
        ended = ends_and_comes_back(org, tmp_path, step, assumptions=left_out)
        assert ended & step.effects.keys()
        return
    with simulator(org, assumptions=left_out) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=config(steps=_with(step)))
    assert ended.statuses == ["partial"]
    assert "not seen" in ended.results[0].left_because


@pytest.mark.parametrize(
    "name, more",
    [
        ("leave_groups", {}),
        ("leave_team", {"type": "TEAM"}),
        ("clear_skills", {"type": "SKILLGROUP", "skills": [id_of("skills 3")]}),
    ],
)
def test_a_queue_that_was_switched_off_comes_back_so_through_a_group_too(
    tmp_path: Path, name: str, more: dict[str, Any]
) -> None:
    """Leaving the group forgets joined and ring number; nobody is to be called there again."""
    user_id = id_of("Anna")
    org = with_only(SKILLS)
    _group(org, user_id, "Night", **more)
    for number, joined, ring in ((1, False, 1), (2, True, 3), (3, False, 5), (4, True, 1)):
        own = {user_id: Member(id=user_id, joined=joined, ring_number=ring)}
        queue = Queue(id=id_of(f"Q{number}"), name=f"Q{number}", group_members=own)
        queue.member_groups = [id_of("Night")]
        org.queues[queue.id] = queue
    org.queues[id_of("Q4")].group_members.clear()
    ends_and_comes_back(org, tmp_path, STEPS[name])


def ends_and_comes_back(org: Org, folder: Path, step: Step, **options: Any) -> set[str]:
    """Run with the step and undo; the operations of the run."""
    before = org.snapshot()
    with simulator(org, **options) as sim:
        ended = run_people(sim, folder, "Anna", settings=config(steps=_with(step)))
        undone = undo_of(sim, ended.folder)
    assert (ended.exit_code, ended.statuses) == (ExitCode.OK, ["done"])
    assert (undone.exit_code, undone.statuses) == (ExitCode.OK, ["done"])
    assert org.snapshot() == before
    return {
        event.call.operation
        for event in ended.events
        if isinstance(event, CallStarted) and event.step == step.name
    }


def _with(step: Step) -> list[str]:
    """Steps as the configuration has them: setting to inactive first, and always."""
    return with_base(step.name)
