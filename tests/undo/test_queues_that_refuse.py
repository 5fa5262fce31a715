"""One queue that cannot be given back costs that queue alone, and nobody is exposed meanwhile."""

from pathlib import Path
from typing import Any

import pytest

from batch_offboard.errors import ExitCode
from batch_offboard.simulator import ALWAYS, Assumptions, Fault, LoggedRequest, Org
from tests.rerun.chain import undo_of
from tests.support import (
    Member,
    Role,
    divisions_unknown,
    id_of,
    off,
    org_of,
    people_named,
    permissions_without,
    run_people,
    simulator,
    state_of,
)

QUEUES = {
    "Billing": ["Anna", "Ben", "Zoe"],
    "Chat": [off("Anna"), "Ben", "Zoe"],
    "Claims": [Member("Anna", joined=False, ring_number=4), "Zoe"],
}
READINGS = [
    pytest.param({}, id="as assumed"),
    pytest.param({"bulk_add_inactive": "refused"}, id="no inactive member"),
    pytest.param({"bulk_add_inactive": "ignored"}, id="inactive member ignored"),
    pytest.param({"join_inactive": "refused"}, id="inactive not joined"),
    pytest.param({"bulk_member_patch_takes_ring_number": True}, id="ring numbers in bulk"),
]


def org(**more: Any) -> Org:
    """Anna has switched off two of her three queues."""
    return org_of(["Anna", "Ben", "Zoe"], QUEUES, **more)


def membership(organisation: Org, queue: str, person: str) -> tuple[bool, int] | None:
    """Joined and ring number, or None."""
    member = organisation.queues[id_of(queue)].members.get(id_of(person))
    return (member.joined, member.ring_number) if member else None


@pytest.mark.parametrize("reading", READINGS)
def test_an_undo_is_the_identity_under_every_reading(
    tmp_path: Path, reading: dict[str, Any]
) -> None:
    """State, roles, queues with joined and ring number."""
    organisation = org()
    before = organisation.snapshot()
    with simulator(organisation, assumptions=Assumptions(**reading)) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben")
        undone = undo_of(sim, ended.folder)
    assert (undone.exit_code, undone.statuses) == (ExitCode.OK, ["done", "done"])
    assert organisation.snapshot() == before


@pytest.mark.parametrize("reading", READINGS)
def test_nobody_active_is_joined_in_a_queue_that_they_had_switched_off(
    tmp_path: Path, reading: dict[str, Any]
) -> None:
    """But for the moment between two requests where Genesys takes no inactive members."""
    organisation, exposed = org(), []

    def look(request: LoggedRequest) -> None:
        chat = membership(organisation, "Chat", "Anna")
        if undoing and state_of(organisation, "Anna") == "active" and chat == (True, 1):
            exposed.append(request.path)

    undoing = False
    with simulator(organisation, assumptions=Assumptions(**reading), on_request=look) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben")
        undoing = True
        undo_of(sim, ended.folder)
    takes_inactive = not {"bulk_add_inactive", "join_inactive"} & reading.keys()
    assert len(exposed) <= (0 if takes_inactive else 4)
    assert membership(organisation, "Chat", "Anna") == (False, 1)


@pytest.mark.parametrize("reading", ["bulk_add_inactive", "join_inactive"])
def test_what_cannot_be_read_before_people_are_active_is_put_right_then(
    tmp_path: Path, reading: str
) -> None:
    """Genesys ignores what was sent for inactive people, and nothing shows it at that moment."""
    organisation, undoing = org(), False

    def is_hidden(request: LoggedRequest) -> bool:
        is_reading = request.method == "GET" and "/queues" in request.path
        return undoing and is_reading and state_of(organisation, "Anna") == "inactive"

    ignoring = Assumptions(**{reading: "ignored"})
    with simulator(organisation, assumptions=ignoring) as sim:
        before = organisation.snapshot()
        ended = run_people(sim, tmp_path, "Anna")
        sim.add_fault(Fault(action="status", status=403, where=is_hidden, times=ALWAYS))

        def agrees(_plan: Any) -> bool:
            nonlocal undoing
            undoing = True
            return True

        undone = undo_of(sim, ended.folder, ask=agrees)
    assert organisation.snapshot() == before
    assert undone.statuses == ["done"]


def test_a_queue_deleted_meanwhile_costs_itself_alone(tmp_path: Path) -> None:
    """It is named; the advice is not that of a mistyped id; all else is as before."""
    organisation = org()
    with simulator(organisation) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben")
        del organisation.queues[id_of("Billing")]
        undone = undo_of(sim, ended.folder)
    anna = undone.of("Anna")
    assert (anna.status, anna.error_code, anna.http_status) == ("partial", "queue_gone", 404)
    assert anna.left_because.startswith("Billing: still not a member")
    assert "no longer exist" in anna.next_action
    assert state_of(organisation, "Anna") == "active"
    assert membership(organisation, "Chat", "Anna") == (False, 1)
    assert membership(organisation, "Claims", "Anna") == (False, 4)
    assert membership(organisation, "Chat", "Ben") == (True, 1)


def test_a_queue_in_a_division_that_the_client_lost_is_named_with_it(tmp_path: Path) -> None:
    """A 403 for one queue, which could not be known before; the others are given back whole."""
    organisation = org(divisions={"Berlin": ["Billing"]}, client=(Role(),))
    with simulator(organisation, **divisions_unknown()) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben")
        reading = permissions_without("routing:queueMember:manage", "routing:queue:edit")
        organisation.roles[id_of("role 0")].permissions = list(reading)
        _grant_here(organisation)
        undone = undo_of(sim, ended.folder)
    anna = undone.of("Anna")
    assert (anna.status, anna.error_code, anna.http_status) == ("partial", "queue_refused", 403)
    assert "Billing: still not a member (division Berlin)" in anna.left_because
    assert membership(organisation, "Chat", "Anna") == (False, 1)
    assert state_of(organisation, "Anna") == "active"


def _grant_here(organisation: Org) -> None:
    """The client may change queues in the home division only."""
    from batch_offboard.simulator.models import Grant
    from batch_offboard.simulator.models import Role as SimRole
    from tests.support import HOME

    role = SimRole(
        id=id_of("queues"),
        name="Queues",
        permissions=["routing:queueMember:manage", "routing:queue:edit"],
    )
    organisation.roles[role.id] = role
    (client,) = organisation.clients.values()
    client.grants.append(Grant(role=role.id, division=id_of(HOME)))


def test_a_locked_queue_costs_itself_alone(tmp_path: Path) -> None:
    """Whatever Genesys answers to that one, again and again."""
    organisation = org()
    with simulator(organisation) as sim:
        ended = run_people(sim, tmp_path, "Anna")
        path = f"/api/v2/routing/queues/{id_of('Billing')}/members"
        locked = Fault(action="status", status=423, path=path, method="POST", times=ALWAYS)
        sim.add_fault(locked)
        undone = undo_of(sim, ended.folder)
    anna = undone.of("Anna")
    assert (anna.status, anna.error_code) == ("partial", "queue_refused")
    assert state_of(organisation, "Anna") == "active"
    assert membership(organisation, "Claims", "Anna") == (False, 4)


def test_a_ring_number_that_cannot_be_given_back_is_said(tmp_path: Path) -> None:
    """What it is and what it was."""
    organisation = org()
    with simulator(organisation) as sim:
        ended = run_people(sim, tmp_path, "Anna")
        path = f"/api/v2/routing/queues/{id_of('Claims')}/members/{id_of('Anna')}"
        sim.add_fault(Fault(action="status", status=400, path=path, method="PATCH", times=ALWAYS))
        undone = undo_of(sim, ended.folder)
    anna = undone.of("Anna")
    assert (anna.status, anna.queues_left) == ("partial", 1)
    assert anna.left_because == "Claims: ring number 1, was 4"


@pytest.mark.parametrize("status", [403, 404, 423])
def test_a_queue_that_refuses_everybody_stops_no_undo(tmp_path: Path, status: int) -> None:
    """However many were in it: it counts against nobody, and is not asked person by person."""
    people = people_named("P", 25)
    organisation = org_of([*people, "Zoe"], {"Billing": people, "Chat": map(off, people)})
    with simulator(organisation) as sim:
        ended = run_people(sim, tmp_path, *people)
        if status == 404:
            del organisation.queues[id_of("Billing")]
        path = f"/api/v2/routing/queues/{id_of('Billing')}/members"
        fault = Fault(action="status", status=status, path=path, method="POST", times=ALWAYS)
        sim.add_fault(fault)
        undone = undo_of(sim, ended.folder)
        asked = len([each for each in sim.writes if id_of("Billing") in each.path])
    assert undone.exit_code == ExitCode.ATTENTION
    assert asked <= 1 + 2
    for name in people:
        assert undone.of(name).left_because.startswith("Billing: still not a member")
        assert (state_of(organisation, name), membership(organisation, "Chat", name)) == (
            "active",
            (False, 1),
        )
