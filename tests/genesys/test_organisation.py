"""Reading an organisation and performing calls on it, with the real SDK over real HTTP."""

import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from batch_offboard.errors import StoppedError
from batch_offboard.genesys import Genesys, Settings
from batch_offboard.genesys.argument_checks import InvalidCallError
from batch_offboard.offboarding.belongings import LANGUAGES, SKILLS, STATION, Belonging
from batch_offboard.offboarding.models import Answer, ApiError, Call, Membership, Named, User
from batch_offboard.simulator import ALWAYS, Assumptions, Fault, Limits, Simulator
from tests.virtual_time import VirtualTime

from .connected import QUICK, Watched, a_simulator, connected

NOBODY = str(uuid.UUID(int=0x4000_8000_0000_0000_0001, version=4))
MANY = 250
"""Users of an organisation whose listings have several pages."""


def in_state(sim: Simulator, state: str) -> list[str]:
    """The ids of the users in a state."""
    return [user.id for user in sim.org.users.values() if user.state == state]


def somebody(sim: Simulator) -> Any:
    """An active user who is in a queue."""
    active = set(in_state(sim, "active"))
    members = (user_id for queue in sim.org.queues.values() for user_id in queue.members)
    return sim.org.users[next(user_id for user_id in members if user_id in active)]


def test_users_are_read_a_hundred_at_a_time_whatever_their_state() -> None:
    """Inactive ones too; unknown ids are absent."""
    with a_simulator(users=MANY) as sim:
        ids = [*in_state(sim, "active")[:80], *in_state(sim, "inactive")[:10], NOBODY]
        users = connected(sim, lambda genesys: genesys.users(ids))
        assert sim.count(path="/users$") == 1
    assert isinstance(users, tuple)
    assert {user.id for user in users} == set(ids) - {NOBODY}
    assert {user.state for user in users} == {"active", "inactive"}


def test_more_than_a_hundred_ids_are_a_defect() -> None:
    """Genesys would refuse them."""
    with a_simulator(users=MANY) as sim, pytest.raises(InvalidCallError):
        connected(sim, lambda genesys: genesys.users(in_state(sim, "active")[:101]))


def test_expanded_users_show_what_the_steps_go_by() -> None:
    """Employee number, groups, team, roles, skills, languages and station."""
    expand = ("employerInfo", "groups", "team", "authorization", "skills", "languages", "station")
    with a_simulator() as sim:
        team = next(each for each in sim.org.groups.values() if each.type == "TEAM")
        known = sim.org.users[min(team.members & {*in_state(sim, "active")})]
        users = connected(sim, lambda genesys: genesys.users([known.id], expand))
    assert isinstance(users, tuple)
    found = users[0]
    assert [each.id for each in found.holdings["team"]] == [team.id]
    assert found.employee_id == known.employee_id
    assert set(found.role_ids or ()) == {grant.role for grant in known.grants}
    assert {each.id for each in found.holdings["skills"]} == {each.id for each in known.skills}
    assert set(found.holdings) >= {"groups", "skills", "languages"}


def test_one_user_is_read_by_its_id() -> None:
    """The call that confirms what was found, or not."""
    with a_simulator() as sim:
        known = somebody(sim)
        found = connected(sim, lambda genesys: genesys.user(known.id))
    assert isinstance(found, User)
    assert (found.id, found.state) == (known.id, known.state)


def test_an_unknown_user_is_a_real_404() -> None:
    """With the correlation id that support asks for."""
    with a_simulator() as sim:
        found = connected(sim, lambda genesys: genesys.user(NOBODY))
        correlation_id = sim.requests[-1].correlation_id
    message = "The requested resource was not found."
    assert found == ApiError(404, "not.found", message, correlation_id)


def test_a_deleted_user_is_a_404_too() -> None:
    """Only `users` with the state "deleted" shows it."""

    async def work(genesys: Genesys) -> tuple[object, object]:
        return await genesys.user(deleted), await genesys.users([deleted], state="deleted")

    with a_simulator(users=MANY) as sim:
        deleted = in_state(sim, "deleted")[0]
        gone, found = connected(sim, work)
    assert isinstance(gone, ApiError)
    assert isinstance(found, tuple)
    assert (gone.status, [user.state for user in found]) == (404, ["deleted"])


def test_active_users_are_counted() -> None:
    """In one call."""
    with a_simulator(users=MANY) as sim:
        assert connected(sim, lambda genesys: genesys.active_users()) == len(
            in_state(sim, "active")
        )


def test_many_addresses_are_searched_at_once() -> None:
    """Fifty values a query, active and inactive people, ignoring case."""
    with a_simulator(users=MANY) as sim:
        wanted = [*in_state(sim, "active")[:100], *in_state(sim, "inactive")[:10]]
        emails = [str(sim.org.users[user_id].email).upper() for user_id in wanted]
        found = connected(sim, lambda genesys: genesys.search_users("email", emails))
        assert sim.count(path="search") == 3
    assert isinstance(found, tuple)
    assert {user.id for user in found} == set(wanted)


@pytest.mark.parametrize(
    ("fields", "searches"),
    [(("employerInfo.employeeId",), 2), (("employeeId",), 3)],
)
def test_the_employee_number_is_searched_under_the_name_that_is_known(
    fields: tuple[str, ...], searches: int
) -> None:
    """Which name the search accepts is assumed, so the other is tried on 400 and remembered."""

    async def work(genesys: Genesys) -> list[object]:
        return [await genesys.search_users("employee_id", [known.employee_id]) for _ in range(2)]

    with a_simulator(assumptions=Assumptions(employee_id_fields=fields)) as sim:
        known = somebody(sim)
        first, second = connected(sim, work)
        assert sim.count(path="search") == searches
    assert first == second
    assert isinstance(first, tuple)
    assert [(user.id, user.employee_id) for user in first] == [(known.id, known.employee_id)]


@pytest.mark.parametrize("page_cap", [None, 7])
def test_listings_are_read_to_their_end(page_cap: int | None) -> None:
    """The page size that was asked for is never taken as granted."""

    async def work(genesys: Genesys) -> tuple[Any, Any, Any, Any]:
        queues = await genesys.queues()
        assert isinstance(queues, tuple)
        members = await genesys.queue_members(queues[0].id)
        grants = await genesys.division_grants(home)
        return queues, members, grants, await genesys.users(in_state(sim, "active")[:100])

    with a_simulator(users=MANY, queues=20, assumptions=Assumptions(page_cap=page_cap)) as sim:
        home = next(iter(sim.org.divisions))
        queues, members, grants, users = connected(sim, work)
        known = sim.org.queues
    assert {queue.id for queue in queues} == set(known)
    through_groups = {*known[queues[0].id].members, *known[queues[0].id].group_members}
    assert {user_id for user_id, _ in members} >= through_groups - set(in_state(sim, "deleted"))
    assert len(grants) > 20
    assert len(users) == 100


def test_members_say_how_they_are_members() -> None:
    """Joined, ring number, by user or by group."""
    with a_simulator(users=MANY) as sim:
        queue = max(sim.org.queues.values(), key=lambda queue: len(queue.members))
        members = connected(sim, lambda genesys: genesys.queue_members(queue.id))
    assert isinstance(members, tuple)
    by_user = {user_id: each for user_id, each in members if each.by == "user"}
    expected = {
        user_id: Membership(queue.id, member.joined, member.ring_number, "user")
        for user_id, member in queue.members.items()
    }
    assert expected == by_user


def test_a_users_queues_are_all_of_them() -> None:
    """Joined and not joined, united."""
    with a_simulator() as sim:
        known = somebody(sim)
        found = connected(sim, lambda genesys: genesys.user_queues(known.id))
        expected = {
            (queue.id, queue.members[known.id].joined)
            for queue in sim.org.queues.values()
            if known.id in queue.members
        }
    assert isinstance(found, tuple)
    assert expected <= {(each.queue_id, each.joined) for each in found}


def test_role_grants_are_read() -> None:
    """A user's own ones."""
    with a_simulator() as sim:
        known = somebody(sim)
        found = connected(sim, lambda genesys: genesys.user_grants(known.id))
    assert isinstance(found, tuple)
    assert {grant.role_id for grant in found} == {grant.role for grant in known.grants}


@pytest.mark.parametrize("page_cap", [None, 1])
def test_a_belonging_is_read_of_one_user(page_cap: int | None) -> None:
    """In one answer, or a listing with all its pages."""

    async def work(genesys: Genesys) -> list[Any]:
        return [await genesys.holdings(each, known.id) for each in (SKILLS, LANGUAGES, STATION)]

    with a_simulator(assumptions=Assumptions(page_cap=page_cap)) as sim:
        known = next(user for user in sim.org.users.values() if user.station)
        skills, languages, station = connected(sim, work)
    assert len(known.skills) > 1
    assert {(each.id, each.value) for each in skills} == {
        (each.id, each.proficiency) for each in known.skills
    }
    assert [each.id for each in languages] == [each.id for each in known.languages]
    assert [each.id for each in station] == [known.station]


@pytest.mark.parametrize("name", ["revoke_tokens", "release_station", "wings"])
def test_nothing_is_changed_by_reading_a_belonging(name: str) -> None:
    """A writing or unknown name is a defect, found before anything is sent."""
    belonging = Belonging("wings", "wing", operation=name)
    with a_simulator(users=10, queues=1) as sim, pytest.raises(InvalidCallError):
        connected(sim, lambda genesys: genesys.holdings(belonging, NOBODY))


def test_what_the_client_may_see_and_do() -> None:
    """Divisions, those in which a permission is held, and the client's own grants."""

    async def work(genesys: Genesys) -> tuple[Any, Any, Any]:
        permitted = await genesys.permitted_divisions("routing:queue:view")
        return await genesys.divisions(), permitted, await genesys.own_grants()

    with a_simulator() as sim:
        divisions, permitted, grants = connected(sim, work)
        known = {division.id for division in sim.org.divisions.values()}
    assert {division.id for division in divisions} == known
    assert {division.id for division in permitted} == known | {"*"}
    assert [grant.allows("directory:user:edit") for grant in grants] == [True]


Read = Callable[[Genesys], Awaitable[object]]
READS: dict[str, Read] = {
    "users": lambda genesys: genesys.users([NOBODY]),
    "user": lambda genesys: genesys.user(NOBODY),
    "search": lambda genesys: genesys.search_users("email", ["a@x"]),
    "queues": lambda genesys: genesys.queues(),
    "members": lambda genesys: genesys.queue_members(NOBODY),
    "user_queues": lambda genesys: genesys.user_queues(NOBODY),
    "grants": lambda genesys: genesys.user_grants(NOBODY),
    "divisions": lambda genesys: genesys.divisions(),
    "division_grants": lambda genesys: genesys.division_grants(NOBODY),
    "roles": lambda genesys: genesys.roles(),
    "role_holders": lambda genesys: genesys.role_holders(Named(NOBODY)),
    "permitted": lambda genesys: genesys.permitted_divisions("routing:queue:view"),
    "own_grants": lambda genesys: genesys.own_grants(),
    "active_users": lambda genesys: genesys.active_users(),
    "group": lambda genesys: genesys.group_version(NOBODY),
    "skills": lambda genesys: genesys.holdings(SKILLS, NOBODY),
    "station": lambda genesys: genesys.holdings(STATION, NOBODY),
}
BROKEN = [
    Fault(action="html_200", times=ALWAYS),
    Fault(action="empty_200", times=ALWAYS),
    Fault(action="reset", times=ALWAYS),
    Fault(action="html", status=502, times=ALWAYS),
    Fault(action="html", status=403, times=ALWAYS),
    Fault(action="redirect", times=ALWAYS),
    Fault(action="status", status=403, code="missing.permissions", times=ALWAYS),
]


@pytest.mark.parametrize("fault", BROKEN, ids=lambda fault: fault.action)
def test_a_read_that_fails_is_a_value_and_never_an_empty_listing(fault: Fault) -> None:
    """Whatever the reading: an ApiError with a code and a sentence."""

    async def work(genesys: Genesys) -> dict[str, object]:
        sim.add_fault(fault)
        return {name: await read(genesys) for name, read in READS.items()}

    with a_simulator(users=10, queues=1) as sim:
        found = connected(sim, work, Settings(per_minute=60_000, attempts=2))
    assert {name for name, value in found.items() if isinstance(value, ApiError)} == set(READS)
    assert all(isinstance(value, ApiError) and value.message for value in found.values())


def set_state(user: Any, version: int | None = None) -> Call:
    """Setting that user inactive."""
    arguments = {"user_id": user.id, "state": "inactive", "version": version or user.version}
    return Call("set_state", arguments, (1,))


def performed(sim: Simulator, *calls: Call, watched: Watched | None = None) -> list[Answer]:
    """What becomes of these calls, one after another."""

    async def work(genesys: Genesys) -> list[Answer]:
        return [await genesys.perform(call) for call in calls]

    return connected(sim, work, QUICK, watched)


def test_a_state_is_set() -> None:
    """Done, with status, correlation id and the user as Genesys shows it."""
    with a_simulator() as sim:
        user = somebody(sim)
        [answer] = performed(sim, set_state(user))
        correlation_id = sim.requests[-1].correlation_id
        assert sim.org.users[user.id].state == "inactive"
        assert sim.writes[-1].body == {"state": "inactive", "version": user.version - 1}
    assert (answer.outcome, answer.status, answer.correlation_id) == ("done", 200, correlation_id)
    assert answer.error is None


@pytest.mark.parametrize("status", [409, 400])
def test_a_stale_version_is_a_conflict(status: Any) -> None:
    """Genesys says it in two ways."""
    with a_simulator(assumptions=Assumptions(stale_version_status=status)) as sim:
        [answer] = performed(sim, set_state(somebody(sim), version=99))
    assert (answer.outcome, answer.status) == ("conflict", status)


def test_a_refusal_carries_genesys_words() -> None:
    """For the results file."""
    fault = Fault(
        action="status", method="PATCH", status=403, code="missing.permissions", message="No"
    )
    with a_simulator(faults=[fault]) as sim:
        [answer] = performed(sim, set_state(somebody(sim)))
    assert answer.error is not None
    assert (answer.outcome, answer.status, answer.error.code, answer.error.message) == (
        "refused", 403, "missing.permissions", "No",
    )  # fmt: skip


UNKNOWN = [
    Fault(action="reset", applied=True),
    Fault(action="reset"),
    Fault(action="html", status=502, applied=True),
    Fault(action="status", status=504, applied=True),
    Fault(action="status", status=408),
    Fault(action="html_200"),
    Fault(action="empty_200", applied=True),
    Fault(action="truncated"),
    Fault(action="cut_json"),
    Fault(action="null_state"),
    Fault(action="hang", seconds=0.05, applied=True),
]


BODILESS = [
    fault for fault in UNKNOWN if fault.action in ("reset", "html", "status", "html_200", "hang")
]


@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        *(("set_state", fault) for fault in UNKNOWN),
        *(("remove_members", fault) for fault in BODILESS),
    ],
    ids=lambda each: f"{each.action}-{each.applied}" if isinstance(each, Fault) else each,
)
def test_a_write_whose_outcome_is_unknown_is_sent_once(operation: str, fault: Fault) -> None:
    """The effect must be read before it is repeated. A removal's answer has no body to spoil."""
    with a_simulator(faults=[Fault(**{**vars(fault), "path": "^/api/v2/(users/|routing)"})]) as sim:
        user = somebody(sim)
        queue_id = next(queue.id for queue in sim.org.queues.values() if user.id in queue.members)
        calls = {
            "set_state": set_state(user),
            "remove_members": Call(
                "remove_members", {"queue_id": queue_id, "user_ids": [user.id]}, (1,)
            ),
        }
        [answer] = performed(sim, calls[operation])
        assert len(sim.writes) == 1
    assert answer.outcome == "unknown"
    assert answer.error is not None


def test_a_limited_write_is_repeated() -> None:
    """A 429 was not processed."""
    watched = Watched()
    fault = Fault(action="status", method="PATCH", status=429, retry_after="1.2")
    with a_simulator(faults=[fault]) as sim:
        [answer] = performed(sim, set_state(somebody(sim)), watched=watched)
        assert [request.status for request in sim.writes] == [429, 200]
    assert answer.outcome == "done"
    assert [(pause.scope) for pause in watched.pauses] == ["token 1"]


def test_members_leave_and_return() -> None:
    """Removed, added again, and set as they were, through the group's, team's and role's calls."""
    with a_simulator() as sim:
        user = somebody(sim)
        queue = next(queue for queue in sim.org.queues.values() if user.id in queue.members)
        members = {"queue_id": queue.id, "user_ids": [user.id]}
        before = queue.members[user.id].model_copy()
        member = {"id": user.id, "joined": before.joined}
        ring = {"queue_id": queue.id, "user_id": user.id, "ring_number": before.ring_number}
        [removed] = performed(sim, Call("remove_members", members, (1,)))
        assert user.id not in sim.org.queues[queue.id].members
        added, put = performed(
            sim,
            Call("add_members", members, (1,)),
            Call("set_joined", {"queue_id": queue.id, "members": [member]}, (1,)),
        )
        [ringing] = performed(sim, Call("set_ring_number", ring, (1,)))
        assert sim.org.queues[queue.id].members[user.id] == before
    assert [each.outcome for each in (removed, added, put, ringing)] == ["done"] * 4


def test_roles_skills_languages_and_tokens() -> None:
    """Every other call for a person is understood by the server as it is meant."""
    with a_simulator() as sim:
        user = next(
            each for each in sim.org.users.values() if each.state == "active" and each.station
        )
        about: dict[str, Any] = {"user_id": user.id}
        grant = {"role_id": user.grants[0].role, "division_id": "*"}
        languages = [{"id": user.languages[0].id, "proficiency": 3}]
        calls = [
            Call("add_grants", {**about, "grants": [grant]}, (1,)),
            Call("set_skills", {**about, "skills": []}, (1,)),
            Call("remove_language", {**about, "language_id": user.languages[0].id}, (1,)),
            Call("add_languages", {**about, "languages": languages}, (1,)),
            Call("release_station", about, (1,)),
            Call("associate_station", {**about, "station_id": user.station}, (1,)),
            Call("revoke_tokens", about, (1,)),
        ]
        answers = performed(sim, *calls)
    assert [(answer.outcome, answer.error) for answer in answers] == [("done", None)] * len(calls)


def test_groups_and_teams_are_left_and_joined() -> None:
    """Joining a group names the version that was read just before."""

    async def work(genesys: Genesys) -> list[str]:
        outcomes = []
        for kind, group in {"group": a_group, "team": a_team}.items():
            members = {f"{kind}_id": group.id, "user_ids": [sorted(group.members)[0]]}
            left = await genesys.perform(Call(f"leave_{kind}", members, (1,)))
            version = {"version": await genesys.group_version(group.id)} if kind == "group" else {}
            joined = await genesys.perform(Call(f"join_{kind}", {**members, **version}, (1,)))
            outcomes += [left.outcome, joined.outcome]
        return outcomes

    with a_simulator() as sim:
        groups = [each for each in sim.org.groups.values() if not each.dynamic and each.members]
        a_group = next(each for each in groups if each.type == "GROUP")
        a_team = next(each for each in groups if each.type == "TEAM")
        assert connected(sim, work) == ["done"] * 4


def test_before_sending_is_awaited_before_anything_is_sent() -> None:
    """The journal is written while the server has seen nothing yet."""
    seen: list[int] = []

    async def before_sending() -> None:
        seen.append(sim.count("PATCH"))

    async def work(genesys: Genesys) -> Answer:
        return await genesys.perform(set_state(somebody(sim)), before_sending=before_sending)

    with a_simulator() as sim:
        assert connected(sim, work).outcome == "done"
    assert seen == [0]


def test_an_organisations_limit_is_not_taken_for_the_tokens() -> None:
    """The error's key, or the calls that the token had left, tell the two apart."""
    watched, time = Watched(), VirtualTime()
    limits = Limits(queue_routes_per_minute=1, window_seconds=2)
    with a_simulator(users=MANY, limits=limits, clock=time.seconds) as sim:
        queue_id = max(sim.org.queues.values(), key=lambda queue: len(queue.members)).id
        found = connected(
            sim, lambda genesys: genesys.queue_members(queue_id), QUICK, watched, time
        )
        met = [(round(each.at), each.status) for each in sim.requests.matching(path="members")]
        members = len(sim.org.memberships(queue_id))
    assert isinstance(found, tuple)
    assert len(found) == members > 200
    assert [(pause.scope, pause.ends - pause.begins) for pause in watched.pauses] == [
        ("queue routes", timedelta(seconds=2))
    ]
    assert met[:3] == [(0, 200), (0, 429), (2, 200)]


def test_every_request_that_was_sent_is_told() -> None:
    """For the progress bar and the report; the allowance is that of all tokens together."""
    watched = Watched()

    async def work(genesys: Genesys) -> float:
        await genesys.active_users()
        return genesys.allowance.in_all

    with a_simulator(
        faults=[Fault(action="status", path="users", status=429, retry_after="0.1")]
    ) as sim:
        found = connected(sim, work, Settings(per_minute=6000, tokens=2), watched)
    limited = [call.limited for call in watched.sent]
    assert (len(limited), sum(limited), found) == (5, 1, 12_000)


def test_a_wait_that_is_too_long_stops_everybody() -> None:
    """A Retry-After of two hours is not slept."""
    watched = Watched()
    fault = Fault(action="status", method="PATCH", status=429, retry_after=7200)
    with (
        a_simulator(faults=[fault]) as sim,
        pytest.raises(StoppedError, match="asks for a wait until"),
    ):
        performed(sim, set_state(somebody(sim)), watched=watched)
    assert watched.stop.requested


@pytest.mark.parametrize("page_cap", [None, 1])
def test_work_teams_and_their_members_are_listed_to_the_last_page(page_cap: int | None) -> None:
    """By cursor: these listings know no page numbers."""
    with a_simulator(assumptions=Assumptions(page_cap=page_cap)) as sim:
        teams = [each for each in sim.org.groups.values() if each.type == "TEAM"]
        living = {each.id for each in sim.org.users.values() if each.state != "deleted"}
        known = {each.id: each.members & living for each in teams}

        async def work(genesys: Genesys) -> dict[str, set[str]]:
            teams = await genesys.teams()
            assert isinstance(teams, tuple)
            return {each.id: {*await genesys.team_members(each.id)} for each in teams}

        found = connected(sim, work)
    assert found == known
    assert max(map(len, found.values())) > 1


def test_a_team_that_is_gone_has_no_members() -> None:
    """It was deleted since somebody was seen in it."""
    with a_simulator(users=10, queues=1) as sim:
        assert connected(sim, lambda genesys: genesys.team_members(NOBODY)) == ()
