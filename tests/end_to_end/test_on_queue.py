"""Nobody is called done who is still shown as on queue."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.errors import ExitCode
from batch_offboard.record.events import PhaseStarted, UserReadBack
from batch_offboard.record.journal import JOURNAL_NAME
from batch_offboard.simulator import ALWAYS, Assumptions, Fault, LoggedRequest, Org, Simulator
from tests.rerun.chain import Row, edited, rerun_of, results_of, undo_of
from tests.steps.practice import steps
from tests.support import (
    Ended,
    config,
    fast_clock,
    id_of,
    org_of,
    people_named,
    run_people,
    simulator,
)

ON_QUEUE = {"logged_in": True, "routing_status": "IDLE", "presence": "On Queue"}
LOGGED_IN = {"logged_in": True, "presence": "Available"}
LEFT = "still shown as on queue"
STILL_ON_QUEUE = ("partial", "still_on_queue", True, LEFT)
DONE = ("done", "", False, "")


def anna_is(**facts: Any) -> Org:
    """An organisation in which Anna is like this, and in a queue; Ben is logged off."""
    return org_of(["Anna", "Ben"], {"Billing": ["Anna", "Ben"]}, facts={"Anna": facts})


def become(org: Org, **facts: Any) -> None:
    """Anna is like this from now on."""
    org.change_belongings(id_of("Anna"), **facts)


def off_queue(org: Org) -> None:
    """Anna logs off."""
    become(org, logged_in=False, routing_status="OFF_QUEUE", presence="Offline")


def said(ended: Ended) -> tuple[str, str, bool, str]:
    """What the results say of Anna."""
    anna = ended.of("Anna")
    return anna.status, anna.error_code, anna.retry, anna.left_behind


def is_look(request: LoggedRequest) -> bool:
    """Whether this request reads the routing status after the calls.

    Before them it is read with the conversations, for the plan.
    """
    expanded = request.query.get("expand", "").split(",")
    return "routingStatus" in expanded and "conversationSummary" not in expanded


def looks(sim: Simulator) -> list[LoggedRequest]:
    """The requests that read the routing status."""
    return [each for each in sim.requests if is_look(each)]


def at_look(number: int, act: Callable[[], None]) -> Callable[[LoggedRequest], None]:
    """Let something happen right before this look."""
    seen: list[LoggedRequest] = []

    def on_request(request: LoggedRequest) -> None:
        if is_look(request):
            seen.append(request)
            if len(seen) == number:
                act()

    return on_request


def test_who_is_on_queue_all_the_time_is_partial_until_they_are_off(tmp_path: Path) -> None:
    """Three looks within half a minute; a rerun sends nothing more, and finishes the row later."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await fast_clock().sleep(seconds)

    org = anna_is(**ON_QUEUE)
    with simulator(org) as sim:
        first = run_people(sim, tmp_path, "Anna", "Ben", clock=replace(fast_clock(), sleep=sleep))
        looked, written = looks(sim), len(sim.writes)
        second = rerun_of(sim, first.folder)
        off_queue(org)
        third = rerun_of(sim, second.folder)
        assert len(sim.writes) == written
    anna, ben = id_of("Anna"), id_of("Ben")
    assert [set(each.query["id"].split(",")) for each in looked] == [{anna, ben}, {anna}, {anna}]
    listings_settle = pytest.approx(3, abs=0.01)
    assert [each for each in slept if each >= 1] == [listings_settle, 10, 15]
    assert [said(each) for each in (first, second, third)] == [STILL_ON_QUEUE] * 2 + [DONE]
    exit_codes = (first.exit_code, second.exit_code, third.exit_code)
    assert exit_codes == (ExitCode.ATTENTION, ExitCode.ATTENTION, ExitCode.OK)
    assert first.of("Ben").status == "done"
    last = third.of("Anna")
    assert (last.state_before, last.queues_removed, last.verified) == ("active", 1, True)


def test_the_row_says_what_it_saw_and_what_to_do(tmp_path: Path) -> None:
    """In the results, and in the journal."""
    with simulator(anna_is(**ON_QUEUE | {"routing_status": "INTERACTING"})) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    anna = ended.of("Anna")
    assert (anna.http_status, anna.verified, anna.queues_left) == (200, False, 0)
    assert anna.error == (
        "Inactive and in no queue, but Genesys still shows the routing status INTERACTING."
    )
    assert anna.next_action == (
        "HR: rerun this results file after the shift of Anna Test. If it is urgent, ask a "
        "Genesys admin to log Anna Test out first. The step `revoke_tokens` in the settings also "
        "does this. Until then, Anna Test can still receive calls."
    )
    assert ended.file_rows()[0]["offboard_left_behind"] == LEFT
    (read_back,) = (each for each in ended.events if isinstance(each, UserReadBack))
    assert (read_back.user.routing_status, read_back.user.presence) == ("INTERACTING", "On Queue")


@pytest.mark.parametrize(
    "status", ["OFF_QUEUE", "IDLE", "INTERACTING", "NOT_RESPONDING", "COMMUNICATING"]
)
def test_every_routing_status_but_off_queue_is_on_queue(tmp_path: Path, status: str) -> None:
    """Whatever the presence is."""
    with simulator(anna_is(routing_status=status)) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    assert said(ended) == (DONE if status == "OFF_QUEUE" else STILL_ON_QUEUE)


@pytest.mark.parametrize("look", [2, 3])
def test_who_goes_off_queue_between_the_looks_is_done(tmp_path: Path, look: int) -> None:
    """Their call has ended; no further look is taken."""
    org = anna_is(**ON_QUEUE)
    with simulator(org, on_request=at_look(look, lambda: off_queue(org))) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    assert (said(ended), len(looks(sim)), ended.exit_code) == (DONE, look, ExitCode.OK)


@pytest.mark.parametrize(
    ("presence", "left"),
    [("Available", "still shown as logged in"), ("Offline", "")],
)
def test_who_is_logged_in_off_queue_is_done_and_that_is_said(
    tmp_path: Path, presence: str, left: str
) -> None:
    """Nothing is offered to them, but somebody should know."""
    with simulator(anna_is(**LOGGED_IN | {"presence": presence})) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben")
    assert said(ended) == ("done", "", False, left)
    assert (ended.of("Anna").verified, ended.exit_code, len(looks(sim))) == (True, ExitCode.OK, 1)
    assert ended.of("Ben").left_behind == ""


@pytest.mark.parametrize(
    ("left_out", "left"),
    [
        (("routingStatus", "presence"), ""),
        (("routingStatus",), "still shown as logged in"),
        (("presence",), LEFT),
    ],
)
def test_what_genesys_does_not_show_keeps_nobody_from_done(
    tmp_path: Path, left_out: tuple[str, ...], left: str
) -> None:
    """`expand` is best effort."""
    with simulator(anna_is(**ON_QUEUE), assumptions=Assumptions(expands_left_out=left_out)) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    assert said(ended) == (STILL_ON_QUEUE if left == LEFT else ("done", "", False, left))


@pytest.mark.parametrize("ends", [True, False])
def test_whether_setting_inactive_ends_logins_is_seen(tmp_path: Path, ends: bool) -> None:
    """Documented nowhere."""
    assumptions = Assumptions(inactivation_ends_logins=ends)
    with simulator(anna_is(**ON_QUEUE), assumptions=assumptions) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    assert (said(ended), len(looks(sim))) == ((DONE, 1) if ends else (STILL_ON_QUEUE, 3))


def test_without_verifying_nobody_looks(tmp_path: Path) -> None:
    """`verify: false` has no closing read."""
    with simulator(anna_is(**ON_QUEUE)) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=config(verify=False))
    assert (said(ended), looks(sim)) == (DONE, [])


def test_people_off_queue_cost_no_request_more(tmp_path: Path) -> None:
    """The closing read of 100 people is one request, as it was; nobody else is asked for."""
    people = people_named("P", 120)
    org = org_of(people, {"Billing": people})
    with simulator(org) as sim:
        run_people(sim, tmp_path, *people)
        last_write = sim.writes[-1].number
        users = [each for each in sim.requests.matching("GET", "/users") if "id" in each.query]
    closing = [each for each in users if each.number > last_write]
    assert (len(closing), len(users) - len(closing)) == (2, 2)
    assert looks(sim) == closing
    assert [each for each in sim.requests if "routingstatus" in each.path] == []


# -- in a dry run


def planned(sim: Simulator, folder: Path, **settings: Any) -> dict[str, str]:
    """What a dry run says of each of them."""
    ended = run_people(sim, folder, "Anna", "Ben", dry_run=True, settings=config(**settings))
    assert ended.exit_code == ExitCode.OK
    return {name: ended.of(name).status for name in ("Anna", "Ben")}


def inactive_already(**facts: Any) -> Org:
    """An organisation in which Anna and Ben are inactive and in no queue, and Anna like this."""
    inactive = {"state": "inactive"}
    return org_of(["Anna", "Ben"], facts={"Anna": inactive | facts, "Ben": inactive})


@pytest.mark.parametrize(("facts", "status"), [(ON_QUEUE, "planned"), (LOGGED_IN, "already_done")])
def test_a_dry_run_calls_nobody_finished_who_is_on_queue(
    tmp_path: Path, facts: Row, status: str
) -> None:
    """They need a real run, which looks until they are off queue; one look is enough here."""
    with simulator(inactive_already(**facts)) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", dry_run=True, settings=steps())
        assert len(looks(sim)) == 1
    assert (ended.of("Anna").status, ended.of("Ben").status) == (status, "already_done")


def test_a_dry_run_calls_nobody_finished_whose_logins_it_could_not_read(tmp_path: Path) -> None:
    """The look is refused; what is not known is for the real run."""
    refused = Fault(action="status", status=403, where=is_look)
    with simulator(inactive_already(), faults=[refused]) as sim:
        assert set(planned(sim, tmp_path).values()) == {"planned"}


def test_a_dry_run_without_verifying_does_not_look(tmp_path: Path) -> None:
    """As the real run would not."""
    with simulator(inactive_already(**ON_QUEUE)) as sim:
        assert planned(sim, tmp_path, verify=False)["Anna"] == "already_done"
        assert looks(sim) == []


def test_a_dry_run_looks_at_nobody_who_is_active(tmp_path: Path) -> None:
    """They are to be set to inactive in any case."""
    with simulator(anna_is(**ON_QUEUE)) as sim:
        assert set(planned(sim, tmp_path).values()) == {"planned"}
        assert looks(sim) == []


# -- logging them out


def test_who_was_logged_out_by_the_run_is_done(tmp_path: Path) -> None:
    """By the step `revoke_tokens`."""
    with simulator(anna_is(**ON_QUEUE)) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=steps("revoke_tokens"))
    assert (said(ended), len(looks(sim))) == (DONE, 1)


def shown_on_queue_all_the_same(org: Org) -> Callable[[LoggedRequest], None]:
    """Let Genesys go on showing Anna as on queue, whatever ends."""

    def on_request(request: LoggedRequest) -> None:
        if is_look(request):
            become(org, routing_status="IDLE")

    return on_request


def test_who_was_logged_out_is_done_even_if_shown_on_queue(tmp_path: Path) -> None:
    """Nobody can be on queue without a login; it is said all the same."""
    org = anna_is(**ON_QUEUE)
    with simulator(org, on_request=shown_on_queue_all_the_same(org)) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=steps("revoke_tokens"))
    assert said(ended) == ("done", "", False, LEFT)


def kept_from_leaving() -> Fault:
    """A removal from the queue that Genesys refuses once."""
    return Fault(action="status", status=400, method="POST", path="/members", times=1)


@pytest.mark.parametrize("first_steps", [(), ("revoke_tokens",)])
def test_a_rerun_counts_what_an_earlier_run_has_logged_out(
    tmp_path: Path, first_steps: tuple[str, ...]
) -> None:
    """Even if it has the step no more itself, and through a run in between."""
    org = anna_is(**ON_QUEUE)
    refused = [replace(kept_from_leaving(), times=2)]
    on_request = shown_on_queue_all_the_same(org)
    with simulator(org, on_request=on_request, faults=refused) as sim:
        first = run_people(sim, tmp_path, "Anna", settings=steps(*first_steps))
        second = rerun_of(sim, first.folder)
        third = rerun_of(sim, second.folder)
    assert [each.of("Anna").http_status for each in (first, second)] == [400, 400]
    assert said(third) == (("done", "", False, LEFT) if first_steps else STILL_ON_QUEUE)


def test_a_login_since_the_logging_out_counts_again(tmp_path: Path) -> None:
    """Somebody has set them to active between the runs."""
    org = anna_is(**ON_QUEUE)
    on_request = shown_on_queue_all_the_same(org)
    with simulator(org, on_request=on_request, faults=[kept_from_leaving()]) as sim:
        first = run_people(sim, tmp_path, "Anna", settings=steps("revoke_tokens"))
        org.change_user(id_of("Anna"), state="active")
        second = rerun_of(sim, first.folder)
    assert said(second) == STILL_ON_QUEUE


def test_what_ends_something_else_ends_no_login(tmp_path: Path) -> None:
    """Only the step `revoke_tokens` logs anybody out."""
    org = org_of(["Anna"], groups={"Night": ["Anna"]}, facts={"Anna": ON_QUEUE})
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=steps("leave_groups"))
    assert (said(ended), sim.count("DELETE", "/members")) == (STILL_ON_QUEUE, 1)


def test_logging_out_one_person_logs_out_nobody_else(tmp_path: Path) -> None:
    """The row was made another person's between the runs."""
    org = anna_is(**ON_QUEUE)
    org.change_belongings(id_of("Ben"), **ON_QUEUE)

    def to_ben(row: Row) -> Row:
        return {**row, "user_id": id_of("Ben"), "name": "Ben Test"}

    with simulator(org, faults=[kept_from_leaving()]) as sim:
        first = run_people(sim, tmp_path, "Anna", settings=steps("revoke_tokens"))
        theirs = edited(results_of(first), first.folder / "edited.csv", to_ben)
        second = rerun_of(sim, theirs, rows=[2])
        third = rerun_of(sim, second.folder)
    for ended in (second, third):
        ben = ended.of("Ben")
        assert (ben.status, ben.error_code) == ("partial", "still_on_queue")


def test_a_refused_logging_out_ends_no_login(tmp_path: Path) -> None:
    """The refusal is the row's error; the rerun logs them out."""
    refused = Fault(action="status", status=403, method="DELETE", path="/tokens/")
    with simulator(anna_is(**ON_QUEUE), faults=[refused]) as sim:
        first = run_people(sim, tmp_path, "Anna", settings=steps("revoke_tokens"))
        second = rerun_of(sim, first.folder, settings=steps("revoke_tokens"))
    assert (first.of("Anna").http_status, first.of("Anna").left_behind) == (403, LEFT)
    assert said(second) == DONE


def test_who_was_inactive_before_and_on_queue_is_logged_out_by_the_rerun(tmp_path: Path) -> None:
    """Nothing else was needed for them, and the dry run before it does not say that all is done."""
    log_out = steps("revoke_tokens")
    org = org_of(["Anna"], facts={"Anna": {**ON_QUEUE, "state": "inactive"}})
    with simulator(org) as sim:
        first = run_people(sim, tmp_path, "Anna")
        again = rerun_of(sim, first.folder)
        dry = rerun_of(sim, again.folder, dry_run=True)
        last = rerun_of(sim, again.folder, settings=log_out)
    assert [said(each) for each in (first, again, last)] == [STILL_ON_QUEUE] * 2 + [DONE]
    assert (dry.of("Anna").status, sim.count("DELETE", "/tokens/")) == ("planned", 1)


def test_who_was_inactive_before_and_goes_off_queue_needed_nothing(tmp_path: Path) -> None:
    """No run of the chain did anything for them."""
    org = org_of(["Anna"], facts={"Anna": {**ON_QUEUE, "state": "inactive"}})
    with simulator(org) as sim:
        first = run_people(sim, tmp_path, "Anna")
        off_queue(org)
        second = rerun_of(sim, first.folder)
    assert said(second) == ("already_done", "", False, "")


# -- beside other things


def test_who_is_still_active_is_not_waited_for(tmp_path: Path) -> None:
    """That they are on queue is no news, and not left behind by anybody."""
    refused = Fault(action="status", status=403, method="PATCH", times=ALWAYS)
    with simulator(anna_is(**ON_QUEUE), faults=[refused]) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    anna = ended.of("Anna")
    assert (anna.status, anna.http_status, anna.left_behind) == ("failed", 403, "")
    assert len(looks(sim)) == 1


def test_a_membership_through_a_group_is_worth_a_rerun_as_long_as_they_are_on_queue(
    tmp_path: Path,
) -> None:
    """Afterwards only the group is left, and no rerun helps."""
    org = org_of(
        ["Anna"],
        {"Nights": []},
        groups={"Night": ["Anna"]},
        through={"Nights": ["Night"]},
        facts={"Anna": ON_QUEUE},
    )
    with simulator(org) as sim:
        first = run_people(sim, tmp_path, "Anna")
        off_queue(org)
        second = rerun_of(sim, first.folder)
    assert said(first) == ("partial", "group_membership", True, LEFT)
    assert said(second) == ("partial", "group_membership", False, "")


def test_who_is_active_again_at_a_later_look_is_not_confirmed(tmp_path: Path) -> None:
    """What was read last counts."""
    org = anna_is(**ON_QUEUE)

    def reactivate() -> None:
        org.change_user(id_of("Anna"), state="active")

    with simulator(org, on_request=at_look(2, reactivate)) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    anna = ended.of("Anna")
    assert (anna.error_code, anna.state_after) == ("not_confirmed", "active")


def test_a_later_look_that_lags_is_no_last_word(tmp_path: Path) -> None:
    """It shows the state of before; the one after it shows how they are."""
    org = anna_is(**ON_QUEUE)
    seen: list[LoggedRequest] = []

    def on_request(request: LoggedRequest) -> None:
        if is_look(request):
            seen.append(request)
            org.change_user(id_of("Anna"), state="active" if len(seen) == 2 else "inactive")
        if len(seen) == 3:
            off_queue(org)

    with simulator(org, on_request=on_request) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    assert (said(ended), len(seen)) == (DONE, 3)


def test_what_was_seen_stands_until_somebody_looks_again(tmp_path: Path) -> None:
    """A rerun that holds the row has nothing newer to say of it."""
    with simulator(anna_is(**ON_QUEUE)) as sim:
        first = run_people(sim, tmp_path, "Anna")
        held = rerun_of(
            sim, first.folder, settings=config(guards={"protected": ["anna@test.example"]})
        )
    assert (held.of("Anna").error_code, held.of("Anna").left_behind) == ("protected", LEFT)


def test_a_later_look_that_fails_leaves_the_row_unconfirmed(tmp_path: Path) -> None:
    """Nobody knows whether they are off queue now."""
    down = False

    def go_down() -> None:
        nonlocal down
        down = True

    fault = Fault(action="status", status=503, where=lambda _: down, times=ALWAYS)
    settings = config(retry={"attempts": 2})
    look = at_look(2, go_down)
    with simulator(anna_is(**ON_QUEUE), on_request=look, faults=[fault]) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=settings)
    anna = ended.of("Anna")
    assert (anna.status, anna.error_code, anna.http_status) == ("partial", "not_confirmed", 503)


@pytest.mark.parametrize("goes_off", [True, False])
def test_a_run_that_was_killed_while_it_waited_is_rerun(tmp_path: Path, goes_off: bool) -> None:
    """Nothing is sent again; who is off queue by then is done."""
    org = anna_is(**ON_QUEUE)
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben")
        written = len(sim.writes)
        killed = tmp_path / "killed"
        killed.mkdir()
        (killed / JOURNAL_NAME).write_bytes(_until_waiting(ended))
        if goes_off:
            off_queue(org)
        rerun = rerun_of(sim, killed)
        assert len(sim.writes) == written
    assert said(rerun) == (DONE if goes_off else STILL_ON_QUEUE)
    assert (rerun.of("Ben").status, rerun.of("Anna").queues_removed) == ("done", 1)


def _until_waiting(ended: Ended) -> bytes:
    """The journal's lines up to the wait for people who are on queue."""
    kinds = [isinstance(each, PhaseStarted) and each.phase == "on_queue" for each in ended.events]
    lines = (ended.folder / JOURNAL_NAME).read_bytes().splitlines(keepends=True)
    return b"".join(lines[: kinds.index(True) + 1])


def test_an_undo_does_not_ask_who_is_on_queue(tmp_path: Path) -> None:
    """People who are active again may well be."""
    with simulator(anna_is(**ON_QUEUE)) as sim:
        ended = run_people(sim, tmp_path, "Anna")
        looked = len(looks(sim))
        undone = undo_of(sim, ended.folder)
    assert (said(undone), len(looks(sim))) == (DONE, looked)
