"""Pace and backoff: what goes wrong on the way, on reads and on writes, and what comes of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.record.events import Paused
from batch_offboard.simulator import ALWAYS, Fault, Limits, Simulator, fault_mix
from tests.rerun.chain import rerun_of
from tests.support import (
    Ended,
    config,
    id_of,
    member_queues,
    off,
    org_of,
    people_named,
    run_people,
    simulator,
    state_of,
    without_people,
)

PEOPLE = people_named("P", 3)

PASSING = {
    "408": Fault(action="status", status=408),
    "429": Fault(action="status", status=429, retry_after=2),
    "429 of fractions": Fault(action="status", status=429, retry_after="1.5"),
    "429 without Retry-After": Fault(action="status", status=429),
    "429 of words": Fault(action="status", status=429, retry_after="soon"),
    "500": Fault(action="status", status=500),
    "503": Fault(action="status", status=503, retry_after=2),
    "504 after applying": Fault(action="status", status=504, applied=True),
    "HTML 502": Fault(action="html", status=502),
    "Latin-1 502": Fault(action="html", status=502, latin1=True),
    "HTML 502 after applying": Fault(action="html", status=502, applied=True),
    "HTML 200": Fault(action="html_200"),
    "HTML 200 after applying": Fault(action="html_200", applied=True),
    "empty 200": Fault(action="empty_200"),
    "empty 200 after applying": Fault(action="empty_200", applied=True),
    "reset": Fault(action="reset"),
    "reset after applying": Fault(action="reset", applied=True),
    "truncated": Fault(action="truncated"),
    "cut JSON": Fault(action="cut_json"),
    "hang": Fault(action="hang", seconds=0.02),
    "hang after applying": Fault(action="hang", seconds=0.02, applied=True),
}
READS = {
    "users": "/users$",
    "members": "/members$",
    "queues": "/routing/queues$",
    "grants": "/authorization/subjects/[0-9a-f]",
}


def org() -> Any:
    """Three people in two queues, and somebody who stays."""
    return org_of([*PEOPLE, "Zoe"], {"Billing": [*PEOPLE, "Zoe"], "Chat": [off(PEOPLE[0])]})


def assert_all_done(ended: Ended, sim: Simulator) -> None:
    """Everybody on the list is done, nobody else is touched."""
    assert [(each.status, each.verified, each.error_code) for each in ended.results] == [
        ("done", True, "")
    ] * 3
    assert [each.queues_removed for each in ended.results] == [2, 1, 1]
    assert [state_of(sim.org, name) for name in PEOPLE] == ["inactive"] * 3
    assert without_people(sim.org.snapshot(), *PEOPLE) == without_people(org().snapshot(), *PEOPLE)
    assert ended.exit_code == 0


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_fault_on_a_read_is_got_over(tmp_path: Path, fault: Fault) -> None:
    """Each kind of read meets it twice, and the run ends as an undisturbed one."""
    faults = [replace(fault, method="GET", path=path, times=2) for path in READS.values()]
    with simulator(org(), faults=faults) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    assert_all_done(ended, sim)


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
@pytest.mark.parametrize("method", ["PATCH", "POST"], ids=["state", "members"])
def test_a_fault_on_a_write_is_got_over_and_never_repeated_blindly(
    tmp_path: Path, fault: Fault, method: str
) -> None:
    """A call whose outcome is unknown is read before it is repeated; a 429 was not processed."""
    faults = [replace(fault, method=method, path="/api/v2/(users|routing)", times=2)]
    with simulator(org(), faults=faults) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    assert_all_done(ended, sim)
    for target in {each.path for each in sim.writes}:
        assert repeated_blindly(sim, target) == []


def repeated_blindly(sim: Simulator, path: str) -> list[int]:
    """The numbers of writes to `path` that follow one of unknown outcome without a read between."""
    blind, unsure = [], False
    for request in sim.requests:
        if request.is_write and request.path == path:
            if unsure:
                blind.append(request.number)
            unsure = request.status is None or (request.status != 429 and request.fault is not None)
        elif request.method == "GET" and is_read_of(request, path):
            unsure = False
    return blind


def is_read_of(request: Any, path: str) -> bool:
    """Whether the read shows the effect of a write to `path`."""
    if path.endswith("/members"):
        return request.path == path or request.path.endswith("/queues")
    return request.path == "/api/v2/users" and path.rsplit("/", 1)[1] in request.query.get("id", "")


def test_a_patch_lost_after_it_was_applied_is_sent_once(tmp_path: Path) -> None:
    """The answer is lost, a read shows that the person is inactive: nothing more is sent."""
    faults = [Fault(action="reset", applied=True, method="PATCH", path=id_of(PEOPLE[0]))]
    with simulator(org(), faults=faults) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    patches = sim.requests.matching("PATCH", id_of(PEOPLE[0]))
    assert len(patches) == 1
    following = [
        each
        for each in sim.requests
        if each.number > patches[0].number
        and id_of(PEOPLE[0]) in f"{each.query.get('id', '')}{each.body}"
    ]
    assert following[0].method == "GET"
    assert_all_done(ended, sim)


def test_a_patch_lost_before_it_was_applied_is_read_and_sent_again(tmp_path: Path) -> None:
    """PATCH, GET, PATCH."""
    faults = [Fault(action="reset", method="PATCH", path=id_of(PEOPLE[0]))]
    with simulator(org(), faults=faults) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    about = [
        each.method
        for each in sim.requests
        if id_of(PEOPLE[0]) in f"{each.path if each.is_write else ''}{each.query.get('id', '')}"
    ]
    assert about[about.index("PATCH") :][:3] == ["PATCH", "GET", "PATCH"]
    assert_all_done(ended, sim)


def test_a_removal_of_unknown_outcome_is_counted_as_ours(tmp_path: Path) -> None:
    """The evidence of a removal whose answer was lost after it was applied."""
    faults = [Fault(action="truncated", method="POST", path="/members")]
    faults += [Fault(action="reset", applied=True, method="POST", path="/members", times=2)]
    with simulator(org(), faults=faults) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    assert_all_done(ended, sim)


def test_a_server_that_never_answers_is_given_up_after_the_configured_time(
    tmp_path: Path,
) -> None:
    """A read that hangs is a timeout, and is tried again."""
    faults = [Fault(action="hang", method="GET", path="/users$")]
    with simulator(org(), faults=faults) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE, settings=config(genesys={"timeout_seconds": 1}))
    assert_all_done(ended, sim)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault(action="status", status=500), 500, "internal.server.error"),
        (Fault(action="html", status=502), 502, "http_502"),
        (Fault(action="reset"), None, "connection_lost"),
        (Fault(action="html_200"), 200, "unusable_answer"),
        (Fault(action="status", status=408), 408, "request.timeout"),
    ],
    ids=["500", "502", "reset", "html 200", "408"],
)
def test_a_write_that_never_succeeds_fails_its_row_alone(
    tmp_path: Path, fault: Fault, status: int | None, code: str
) -> None:
    """As many tries as configured, then failed with the last answer; the others are done."""
    faults = [replace(fault, method="PATCH", path=id_of(PEOPLE[1]), times=ALWAYS)]
    with simulator(org(), faults=faults) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE, settings=config(retry={"attempts": 3}))
    row = ended.of(PEOPLE[1])
    assert (row.status, row.http_status, row.error_code, row.retry, row.state_after) == (
        "failed",
        status,
        code,
        True,
        "active",
    )
    assert sim.count("PATCH", id_of(PEOPLE[1])) == 3
    assert [ended.of(name).status for name in (PEOPLE[0], PEOPLE[2])] == ["done", "done"]
    assert (member_queues(sim.org, PEOPLE[1]), ended.exit_code) == ({"Billing"}, 3)


def test_a_permanent_refusal_is_not_tried_again(tmp_path: Path) -> None:
    """A 400 that is no version conflict: two PATCHes are never sent."""
    fault = Fault(
        action="status",
        status=400,
        code="invalid.value",
        message="Value [x] is not valid",
        method="PATCH",
        path=id_of(PEOPLE[1]),
        times=ALWAYS,
    )
    with simulator(org(), faults=[fault]) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    row = ended.of(PEOPLE[1])
    assert (row.status, row.http_status, row.error_code, row.error) == (
        "failed",
        400,
        "invalid.value",
        "Value [x] is not valid",
    )
    assert sim.count("PATCH", id_of(PEOPLE[1])) == 1


def test_a_429_costs_no_attempt(tmp_path: Path) -> None:
    """More 429s than tries are allowed, and the call succeeds all the same."""
    faults = [
        Fault(action="status", status=429, retry_after=1, method="PATCH", path="/users", times=5)
    ]
    with simulator(org(), faults=faults) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE, settings=config(retry={"attempts": 1}))
    assert_all_done(ended, sim)


def test_a_pause_that_genesys_asks_for_is_waited_out_and_mentioned(tmp_path: Path) -> None:
    """Nothing leaves before Retry-After is over, and the journal says why it waited."""
    faults = [Fault(action="status", status=429, retry_after=60, method="PATCH", path="/users")]
    with simulator(org(), faults=faults) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE, settings=config(rate={"workers": 1}))
    (limited,) = sim.requests.matching("PATCH", status=429)
    following = [each.at for each in sim.requests if each.number > limited.number]
    assert min(following) - limited.at >= 59
    assert [each.scope for each in ended.events if isinstance(each, Paused)] == ["token 1"]
    assert_all_done(ended, sim)


def test_the_limits_of_token_and_queue_routes_are_kept_to(tmp_path: Path) -> None:
    """Both limits together, and everything is done in the end."""
    people = people_named("P", 12)
    whole = org_of(people, {f"Q{number}": people[number::3] for number in range(3)})
    limits = Limits(per_minute=40, queue_routes_per_minute=6)
    with simulator(whole, limits=limits) as sim:
        ended = run_people(sim, tmp_path, *people)
    assert set(ended.statuses) == {"done"}
    assert sim.count(status=429) > 0


# -- what stops a run


def test_a_wait_longer_than_allowed_stops_the_run(tmp_path: Path) -> None:
    """Exit 5; the untouched rows are not_run, and the results say who was reached."""
    people = people_named("P", 6)
    fault = Fault(
        action="status", status=429, retry_after=3600, method="PATCH", path="/users", nth=3
    )
    whole = org_of(people, {"Billing": people})
    with simulator(whole, faults=[fault]) as sim:
        ended = run_people(sim, tmp_path, *people, settings=config(rate={"workers": 1}))
    assert (ended.exit_code, sim.count("POST", "/members")) == (5, 0)
    assert sorted(ended.statuses) == ["not_run"] * 4 + ["partial"] * 2
    for name in people:
        partial = ended.of(name).status == "partial"
        assert state_of(whole, name) == ("inactive" if partial else "active")
    cut = [each for each in ended.results if each.status == "partial"]
    assert {(each.error_code, each.retry) for each in cut} == {("interrupted", True)}
    rows = ended.file_rows()
    assert [row["offboard_status"] for row in rows] == ended.statuses
    assert "max_wait_seconds" in str(ended.outcome.error)


def test_a_wait_longer_than_allowed_while_reading_leaves_every_row_not_run(
    tmp_path: Path,
) -> None:
    """Exit 5 without one writing request."""
    fault = Fault(action="status", status=429, retry_after=999, path="/members$", method="GET")
    with simulator(org(), faults=[fault]) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    assert (ended.exit_code, ended.statuses, len(sim.writes)) == (5, ["not_run"] * 3, 0)


def test_too_many_failures_stop_the_run(tmp_path: Path) -> None:
    """More than half of at least 20 attempted rows failed: stop, exit 5, the rest not_run."""
    people = people_named("P", 60)
    fault = Fault(action="status", status=400, method="PATCH", path="/users", times=ALWAYS)
    whole = org_of(people, {"Billing": people})
    with simulator(whole, faults=[fault]) as sim:
        ended = run_people(sim, tmp_path, *people)
    attempted = sim.count("PATCH")
    assert ended.exit_code == 5
    assert 20 <= attempted < 60
    assert (ended.statuses.count("failed"), ended.statuses.count("not_run")) == (
        attempted,
        60 - attempted,
    )
    assert "max_failure_percent" in str(ended.outcome.error)


@pytest.mark.parametrize("after", [0, 5], ids=["while reading", "while writing"])
def test_genesys_lost_part_way_stops_the_run(tmp_path: Path, after: int) -> None:
    """Exit 5 for a scheduler that tries again, however many were done before; a rerun ends it."""
    people = people_named("P", 30)
    whole = org_of(people, {"Billing": people})

    def vanish(request: Any) -> None:
        done = sum(each.state == "inactive" for each in whole.users.values())
        if done >= after and (after or request.path.endswith("/queues")):
            sim.vanish()

    settings = config(retry={"attempts": 2}, rate={"workers": 1})
    with simulator(whole, on_request=vanish) as sim:
        ended = run_people(sim, tmp_path, *people, settings=settings)
    assert ended.exit_code == 5
    assert "The connection to Genesys was lost" in str(ended.outcome.error)
    assert ended.statuses.count("not_run") >= (20 if after else 30)
    with simulator(whole) as sim:
        again = rerun_of(sim, ended.folder)
    assert (again.exit_code, set(again.statuses)) == (0, {"done"})


@pytest.mark.parametrize(("people", "code"), [(19, 3), (30, 5)])
def test_too_many_who_cannot_be_read_stop_the_run(tmp_path: Path, people: int, code: int) -> None:
    """Failures while reading count as those while writing do."""
    fault = Fault(action="status", status=500, path="/routing/queues$", times=ALWAYS)
    names = people_named("P", people)
    with simulator(org_of(names, {"Billing": names}), faults=[fault]) as sim:
        ended = run_people(sim, tmp_path, *names)
    assert (ended.exit_code, set(ended.statuses), len(sim.writes)) == (code, {"failed"}, 0)


def test_hopeless_rows_keep_nobody_in_a_queue(tmp_path: Path) -> None:
    """People who are inactive already, as after a kill, did not fail: they leave their queues."""
    stuck, hopeless = people_named("S", 25), people_named("H", 22)
    fault = Fault(action="status", status=400, method="PATCH", path="/users", times=ALWAYS)
    whole = org_of([*stuck, *hopeless], {"Billing": stuck})
    for name in stuck:
        whole.users[id_of(name)].state = "inactive"
    with simulator(whole, faults=[fault]) as sim:
        ended = run_people(sim, tmp_path, *stuck, *hopeless)
    assert ended.exit_code == 3
    assert ended.statuses == ["done"] * 25 + ["failed"] * 22


def test_people_with_nothing_to_do_do_not_loosen_the_breaker(tmp_path: Path) -> None:
    """They are not attempted: the share is that of the rows that are."""
    idle, hopeless = people_named("I", 40), people_named("H", 30)
    fault = Fault(action="status", status=400, method="PATCH", path="/users", times=ALWAYS)
    whole = org_of([*idle, *hopeless])
    for name in idle:
        whole.users[id_of(name)].state = "inactive"
    with simulator(whole, faults=[fault]) as sim:
        ended = run_people(sim, tmp_path, *idle, *hopeless)
    assert ended.exit_code == 5
    assert 20 <= sim.count("PATCH") < 30


def test_refused_removals_trip_the_breaker_too(tmp_path: Path) -> None:
    """Rows that are partial because a call was refused count like failed ones, per phase."""
    people = people_named("P", 30)
    queues = {f"Q{number:02d}": [name] for number, name in enumerate(people)}
    fault = Fault(action="status", status=400, method="POST", path="/members$", times=ALWAYS)
    with simulator(org_of(people, queues), faults=[fault]) as sim:
        ended = run_people(sim, tmp_path, *people)
    assert ended.exit_code == 5
    assert 20 <= sim.count("POST", "/members") < 30
    assert set(ended.statuses) == {"partial"}
    assert all(each.retry for each in ended.results)


@pytest.mark.parametrize(("failing", "exit_code"), [(10, 3), (11, 5)])
def test_the_twentieth_row_makes_it_enough_to_judge_by(
    tmp_path: Path, failing: int, exit_code: int
) -> None:
    """Also where it is one that went well: the share is judged, not when the failures came."""
    people = people_named("P", 20)
    faults = [
        Fault(action="status", status=400, method="PATCH", path=id_of(each), times=ALWAYS)
        for each in people[:failing]
    ]
    with simulator(org_of(people, {"Billing": people}), faults=faults) as sim:
        ended = run_people(sim, tmp_path, *people, settings=config(rate={"workers": 1}))
    removals = sim.count("POST", "/members")
    assert (ended.exit_code, removals > 0) == (exit_code, exit_code == 3)


def test_fewer_than_twenty_failures_do_not_stop_a_run(tmp_path: Path) -> None:
    """A short list is carried through, whatever share of it fails."""
    people = people_named("P", 19)
    fault = Fault(action="status", status=400, method="PATCH", path="/users", times=ALWAYS)
    with simulator(org_of(people), faults=[fault]) as sim:
        ended = run_people(sim, tmp_path, *people)
    assert (ended.exit_code, ended.statuses) == (3, ["failed"] * 19)


# -- tokens


def test_a_token_is_renewed_before_it_expires(tmp_path: Path) -> None:
    """A token of 200 seconds and a run that takes longer: not one 401."""
    people = people_named("P", 35)
    whole = org_of(people, {"Billing": people}, token_seconds=200)
    with simulator(whole) as sim:
        ended = run_people(
            sim, tmp_path, *people, settings=config(rate={"per_minute": 12, "burst": 1})
        )
    assert set(ended.statuses) == {"done"}
    assert sim.count("POST", "/oauth/token") > 1
    assert sim.count(status=401) == 0


def test_a_revoked_token_is_renewed_once_for_all_workers(tmp_path: Path) -> None:
    """401 in the middle of the run: one login, and every call is made after all."""
    people = people_named("P", 12)
    whole = org_of(people, {"Billing": people})
    revoked: list[int] = []

    def revoke(request: Any) -> None:
        if request.method == "PATCH" and not revoked:
            revoked.append(request.number)
            sim.practice.tokens.revoke()

    with simulator(whole, on_request=revoke) as sim:
        ended = run_people(sim, tmp_path, *people)
    assert set(ended.statuses) == {"done"}
    assert sim.count("POST", "/oauth/token") == 2
    assert sim.count(status=401) >= 1


def test_a_login_that_is_lost_stops_the_run(tmp_path: Path) -> None:
    """401 on a new token too: exit 5, and the rows that were not reached are not_run."""
    people = people_named("P", 8)
    fault = Fault(action="status", status=401, path="/api/v2/users/", nth=3, times=ALWAYS)
    whole = org_of(people, {"Billing": people})
    with simulator(whole, faults=[fault]) as sim:
        ended = run_people(sim, tmp_path, *people, settings=config(rate={"workers": 1}))
    assert (ended.exit_code, len(ended.results)) == (5, 8)
    assert set(ended.statuses) == {"partial", "not_run"}
    assert ended.statuses.count("partial") == sum(
        state_of(whole, name) == "inactive" for name in people
    )


def test_a_limited_login_is_waited_for(tmp_path: Path) -> None:
    """Login answers 400 `invalid_request (rate limit exceeded …)` twice."""
    fault = Fault(
        action="status",
        status=400,
        code="invalid_request (rate limit exceeded)",
        message="rate limit exceeded the maximum. Retry the request in [3] seconds",
        path="/oauth/token",
        times=2,
    )
    with simulator(org(), faults=[fault]) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    assert_all_done(ended, sim)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_fifth_of_all_requests_meets_some_fault(tmp_path: Path, seed: int) -> None:
    """Whatever happens, no row is called done whose person is not, and nobody else is touched."""
    people = people_named("P", 25)
    queues = {f"Q{number}": [*people[number::4], "Zoe"] for number in range(4)}
    whole = org_of([*people, "Zoe"], queues)
    before = whole.snapshot()
    with simulator(whole, faults=fault_mix(0.2), seed=seed) as sim:
        ended = run_people(sim, tmp_path, *people)
    for name in people:
        row = ended.of(name)
        ended_well = state_of(whole, name) == "inactive" and not member_queues(whole, name)
        assert (row.status == "done") <= ended_well
        assert (row.status == "failed") <= (state_of(whole, name) == "active")
    assert without_people(before, *people) == without_people(whole.snapshot(), *people)
    assert all(each.retry for each in ended.results if each.status != "done")


def test_what_was_not_read_before_a_stop_is_left_empty(tmp_path: Path) -> None:
    """People were read, memberships were not: no cell claims that there were no queues."""
    fault = Fault(action="status", status=429, retry_after=999, path="/queues/[^/]+/members$")
    one_by_one = config(rate={"workers": 1})
    for dry_run in (False, True):
        with simulator(org(), faults=[fault]) as sim:
            ended = run_people(sim, tmp_path, *PEOPLE, dry_run=dry_run, settings=one_by_one)
        assert [
            (each.status, each.state_before, each.queues_before, each.queues_left)
            for each in ended.results
        ] == [("not_run", "active", None, None)] * 3


def test_without_verifying_rows_that_a_stop_cut_off_are_not_run(tmp_path: Path) -> None:
    """Neither already done, though inactive before the queues were read, nor half done."""
    people = people_named("P", 4)
    facts = {people[3]: {"state": "inactive"}}
    settings = config(verify=False, rate={"workers": 1})
    ended = []
    for fault in (
        Fault(action="status", status=429, retry_after=999, path="/routing/queues$"),
        Fault(action="status", status=429, retry_after=999, method="PATCH", nth=2),
    ):
        with simulator(org_of(people, {"Billing": people}, facts=facts), faults=[fault]) as sim:
            run = run_people(sim, tmp_path, *people, settings=settings)
        ended.append([(each.status, each.retry, each.attempts) for each in run.results])
    not_run = ("not_run", True, 0)
    assert ended[0] == [not_run] * 4
    assert sorted(ended[1]) == sorted([("partial", True, 1)] * 2 + [not_run] * 2)
