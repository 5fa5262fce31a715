"""All optional steps together, and what holds of each of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.errors import ExitCode
from batch_offboard.offboarding.planning import Plan
from batch_offboard.offboarding.steps import STEPS, optional_steps
from batch_offboard.record.events import RestoreWanted
from batch_offboard.simulator import ALWAYS, Fault, Org
from batch_offboard.simulator.generate import OFFBOARDING_PERMISSIONS
from tests.rerun.chain import rerun_of, undo_of
from tests.steps.practice import furnished, groups_of, steps
from tests.support import Role, id_of, member_queues, permissions_without, run_people, simulator

FURTHER = tuple(step.name for step in optional_steps(STEPS.values()))
ALL = steps(*FURTHER)
NEEDED = {
    "revoke_tokens": ["oauth:token:delete"],
    "leave_groups": ["directory:group:view"],
    "leave_team": ["groups:team:assign"],
    "clear_skills": ["routing:skill:assign"],
    "clear_languages": ["routing:skill:assign", "routing:language:assign"],
    "release_station": ["telephony:station:disassociate"],
}


def everything(**more: Any) -> Org:
    """Anna has one of everything, Ben has nothing."""
    org = furnished(
        ["Anna", "Ben"],
        {"Billing": ["Anna"], "Chat": []},
        groups={"Night": ["Anna"], "Team A": ["Anna"]},
        group_types={"Team A": "TEAM"},
        through={"Chat": ["Team A", "Night"]},
        skills={"Anna": {"VIP": 5}},
        languages={"Anna": {"English": 4}},
        stations={"Anna": "Desk 1"},
        logged_in=["Anna"],
        **more,
    )
    org.users[id_of("Anna")].profile_skills = ["Welding"]
    return org


def test_everything_ends_and_comes_back(tmp_path: Path) -> None:
    """Done, nothing left to do for a second run, and undo gives it all back but the login."""
    org = everything()
    org.users[id_of("Anna")].logged_in = False
    before = org.snapshot()
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=ALL)
        writes, left = len(sim.writes), groups_of(org, "Anna") | member_queues(org, "Anna")
        again = run_people(sim, tmp_path, "Anna", "Ben", settings=ALL)
        no_more = len(sim.writes) - writes
        undone = undo_of(sim, ended.folder, settings=ALL)
    assert (ended.statuses, ended.exit_code, left) == (["done", "done"], ExitCode.OK, set())
    assert (again.statuses, no_more) == (["already_done", "already_done"], 0)
    assert (undone.statuses, org.snapshot()) == (["done", "done"], before)


def test_an_undos_own_record_says_what_it_is_to_put_back(tmp_path: Path) -> None:
    """Everything that was taken, by its id, so that an auditor needs no other journal."""
    with simulator(everything()) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=ALL)
        undone = undo_of(sim, ended.folder, settings=ALL)
    anna, ben = [each for each in undone.events if isinstance(each, RestoreWanted)]
    recorded = {
        name: [(each.id, each.value) for each in held] for name, held in anna.holdings.items()
    }
    assert recorded == {
        "groups": [(id_of("Night"), None)],
        "team": [(id_of("Team A"), None)],
        "skills": [(id_of("VIP"), 5)],
        "languages": [(id_of("English"), 4)],
        "profile_skills": [("Welding", None)],
        "station": [(id_of("Desk 1"), None)],
    }
    assert ben.holdings == {}


def test_who_has_only_more_than_queues_is_done_too(tmp_path: Path) -> None:
    """Inactive and in no queue, but in a group: done, not already done; a dry run says planned."""
    org = furnished(["Anna"], groups={"Night": ["Anna"]}, facts={"Anna": {"state": "inactive"}})
    with simulator(org) as sim:
        dry = run_people(sim, tmp_path, "Anna", settings=ALL, dry_run=True)
        nothing_sent = len(sim.writes)
        ended = run_people(sim, tmp_path, "Anna", settings=ALL)
        undone = undo_of(sim, ended.folder, settings=ALL)
    assert (dry.statuses, nothing_sent, ended.statuses) == (["planned"], 0, ["done"])
    assert (undone.statuses, groups_of(org, "Anna")) == (["done"], {"Night"})


def test_the_plan_counts_each_step(tmp_path: Path) -> None:
    """And no longer says that memberships through the groups will stay."""
    plans: list[Plan] = []
    with simulator(everything()) as sim:
        run_people(sim, tmp_path, "Anna", "Ben", settings=ALL, ask=plans.append)
    counted = [(each.title, each.count) for each in plans[0].optional]
    assert counted == [
        ("Handing callbacks to their queues", 0),
        ("Logging out everywhere", 2),
        ("Removing from groups", 1),
        ("Removing from work teams", 1),
        ("Clearing skills", 1),
        ("Clearing languages", 1),
        ("Clearing profile skills", 1),
        ("Releasing stations", 1),
    ]
    assert (plans[0].through_groups, len(plans[0].for_good)) == (0, 2)


@pytest.mark.parametrize("step", NEEDED)
def test_a_missing_permission_is_told_before_anything_is_changed(tmp_path: Path, step: str) -> None:
    """Exit code 2; with the permission and without the step it runs."""
    org = everything(client=(Role(permissions_without(*NEEDED[step])),))
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=steps(step))
        writes = len(sim.writes)
        without = run_people(sim, tmp_path, "Anna", settings=steps())
    assert (ended.exit_code, writes) == (ExitCode.USAGE, 0)
    assert " or ".join(NEEDED[step]) in str(ended.outcome.error)
    assert without.exit_code in (ExitCode.OK, ExitCode.ATTENTION)
    assert set(NEEDED[step]) <= set(OFFBOARDING_PERMISSIONS)


@dataclass(frozen=True)
class Refused:
    """A request that ends something of Anna, and what is left of hers when it is refused."""

    method: str
    path: str
    left: tuple[str, ...]


REFUSED = {
    "leave_groups": Refused("DELETE", f"/groups/{id_of('Night')}/", ("group Night",)),
    "leave_team": Refused("DELETE", f"/teams/{id_of('Team A')}/", ("work team Team A",)),
    "clear_skills": Refused("PUT", f"{id_of('Anna')}/routingskills", ("skill VIP", "skill Chat")),
    "clear_languages": Refused(
        "DELETE", f"{id_of('Anna')}/routinglanguages/", ("language English", "language German")
    ),
    "clear_profile_skills": Refused(
        "PUT", f"{id_of('Anna')}/profileskills", ("profile skill Welding",)
    ),
    "release_station": Refused("DELETE", f"{id_of('Anna')}/station", ("station Desk 1",)),
}


def test_every_step_can_be_refused() -> None:
    """A new step needs its entry above, unless it ends nothing that somebody has."""
    assert set(REFUSED) == {name for name in FURTHER if STEPS[name].reads}


@pytest.mark.parametrize("status", [403, 404, 409])
@pytest.mark.parametrize("step", REFUSED)
def test_a_refusal_concerns_one_person_and_what_is_refused(
    tmp_path: Path, step: str, status: int
) -> None:
    """Each thing that is left is named; Anna's other group and all that Ben has is ended."""
    org, refused = both_with_everything(), REFUSED[step]
    fault = Fault(
        action="status", status=status, method=refused.method, path=refused.path, times=ALWAYS
    )
    with simulator(org, faults=[fault]) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=steps(step))
    anna, ben = ended.of("Anna"), ended.of("Ben")
    assert (anna.status, anna.http_status, anna.retry) == ("partial", status, True)
    left = {each.partition(": not ended")[0] for each in anna.left_because.split("; ")}
    assert left == set(refused.left)
    assert (ben.status, ben.left_because) == ("done", "")


def both_with_everything() -> Org:
    """Anna and Ben share a group, and each has a group, team, skills, languages, and station."""
    org = furnished(
        ["Anna", "Ben"],
        groups={"Night": ["Anna"], "Day": ["Anna", "Ben"], "Team A": ["Anna"], "Team B": ["Ben"]},
        group_types={"Team A": "TEAM", "Team B": "TEAM"},
        skills={"Anna": {"Chat": 3.5, "VIP": 5}, "Ben": {"Chat": 1}},
        languages={"Anna": {"English": 4, "German": 2}, "Ben": {"English": 1}},
        stations={"Anna": "Desk 1", "Ben": "Desk 2"},
    )
    for name in ("Anna", "Ben"):
        org.users[id_of(name)].profile_skills = ["Welding"]
    return org


def test_without_reading_back_the_answers_count(tmp_path: Path) -> None:
    """`verify: false`: done by the answers, verified no."""
    org = furnished(["Anna"], groups={"Night": ["Anna"]}, skills={"Anna": {"VIP": 5}})
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=steps(*FURTHER, verify=False))
    anna = ended.of("Anna")
    assert (anna.status, anna.verified, groups_of(org, "Anna")) == ("done", False, set())


@pytest.mark.parametrize("verify", [True, False])
def test_a_run_stopped_before_the_further_steps_is_not_done(tmp_path: Path, verify: bool) -> None:
    """The row is cut short, whatever it has ended so far, and the rerun does the rest."""
    org = everything()
    settings = steps(*FURTHER, verify=verify)
    too_long = Fault(action="status", status=429, retry_after=9999, method="DELETE")
    with simulator(org, faults=[too_long]) as sim:
        first = run_people(sim, tmp_path, "Anna", settings=settings)
        second = rerun_of(sim, first.folder, settings=settings)
        third = run_people(sim, tmp_path, "Anna", settings=settings)
    anna = first.of("Anna")
    assert (first.exit_code, anna.status, anna.error_code) == (
        ExitCode.STOPPED,
        "partial",
        "interrupted",
    )
    assert (org.users[id_of("Anna")].logged_in, groups_of(org, "Anna")) == (False, set())
    assert second.statuses == (["done"] if verify else ["partial"])
    assert third.statuses == ["already_done"]


def test_a_queue_through_a_group_is_unproved_without_reading_back(tmp_path: Path) -> None:
    """`verify: false`: no answer tells of it, so the rerun has to read."""
    org, settings = everything(), steps(*FURTHER, verify=False)
    with simulator(org) as sim:
        first = run_people(sim, tmp_path, "Anna", settings=settings)
        second = rerun_of(sim, first.folder, settings=settings)
    anna = first.of("Anna")
    assert (anna.status, anna.error_code, anna.retry) == ("partial", "not_confirmed", True)
    assert second.statuses == ["done"]
