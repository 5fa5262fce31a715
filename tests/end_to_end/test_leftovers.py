"""What is left behind is told: in the plan before, and for each person after."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.offboarding.leftovers import DEFAULT_LEFTOVERS, LEFTOVERS
from batch_offboard.record.events import PlanShown, UserReadBack
from batch_offboard.simulator import ALWAYS, Assumptions, Fault, Org
from batch_offboard.simulator.models import Conversation, Phone
from tests.rerun.chain import rerun_of
from tests.steps.practice import give_station, steps
from tests.support import (
    USUAL_LEFTOVERS,
    Ended,
    Role,
    config,
    divisions_unknown,
    id_of,
    org_of,
    people_named,
    permissions_without,
    run_looking,
    run_people,
    simulator,
)

STATION_VIEW = "telephony:otherStationAssociation:view"
LOGGED_IN = {"logged_in": True, "presence": "Available"}
TALKING = LOGGED_IN | {"conversations": {"call": 1}}


def plan_of(ended: Ended) -> list[str]:
    """The lines of the plan as it was shown."""
    return [
        line.strip()
        for event in ended.events
        if isinstance(event, PlanShown)
        for line in event.lines
    ]


def told(ended: Ended, *beginnings: str) -> list[str]:
    """The plan's lines that begin in one of these ways."""
    return [line for line in plan_of(ended) if line.startswith(beginnings)]


def with_phones(**more: Any) -> Org:
    """Anna has numbers and two phones; Ben has nothing."""
    org = org_of(["Anna", "Ben"], **more)
    org.users[id_of("Anna")].phones = [
        Phone(number="+49 30 1234"),
        Phone(extension="4711", type="WORK2"),
        Phone(number="+49 170 99", type="MOBILE"),
        Phone(number="+49 30 77", type="HOME"),
    ]
    give_station(org, "Anna", "Desk 12", "default_station")
    return org


@pytest.mark.parametrize(
    ("optional", "lines"),
    [
        ((), ["2 of 3 people are logged in now, 1 of them in a conversation."]),
        (
            ("revoke_tokens",),
            [
                "2 of 3 people are logged in now, 1 of them in a conversation.",
                "Note: logging out everywhere may interrupt it.",
            ],
        ),
    ],
)
def test_the_plan_says_who_is_logged_in_now(
    tmp_path: Path, optional: Sequence[str], lines: list[str]
) -> None:
    """Of those who are changed; read with the people, so that it costs no request."""
    facts = {"Anna": LOGGED_IN, "Ben": TALKING, "Dora": {"state": "inactive", **TALKING}}
    org = org_of(["Anna", "Ben", "Cid", "Dora"], facts=facts)
    with simulator(org) as sim:
        ended = run_people(
            sim, tmp_path, "Anna", "Ben", "Cid", settings=steps(*optional), dry_run=True
        )
    assert told(ended, "2 of", "Note: logging") == lines


def test_numbers_and_phones_that_stay_are_named(tmp_path: Path) -> None:
    """Not the private ones; the row is done all the same, and nothing more is sent."""
    with simulator(with_phones()) as sim:
        ended = run_looking(sim, tmp_path, "Anna", "Ben")
    said = "still has +49 30 1234, extension 4711 and the phone Desk 12"
    assert (ended.statuses, ended.of("Ben").left_behind) == (["done", "done"], "")
    assert (ended.of("Anna").left_behind, told(ended, "Not checked", "Perhaps")) == (said, [])


def test_a_phone_that_is_released_is_not_left_behind(tmp_path: Path) -> None:
    """The number stays."""
    with simulator(with_phones()) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=steps("release_station"))
    assert ended.of("Anna").left_behind == "still has +49 30 1234 and extension 4711"


def test_a_rerun_that_does_not_look_again_keeps_what_was_said(tmp_path: Path) -> None:
    """The row is carried over."""
    with simulator(with_phones()) as sim:
        first = run_looking(sim, tmp_path, "Anna", "Ben")
        second = rerun_of(sim, first.folder)
    assert second.of("Anna").left_behind == first.of("Anna").left_behind != ""


@pytest.mark.parametrize("leftovers", [[], ["sessions"], ["numbers"], ["work"]])
def test_only_what_is_asked_for_is_looked_for(tmp_path: Path, leftovers: list[str]) -> None:
    """A login is told whatever is asked for: the closing read shows it in any case."""
    org = with_phones(facts={"Ben": LOGGED_IN})
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=config(leftovers=leftovers))
        queries = sim.count("POST", "/analytics")
        asked = {name for each in sim.requests for name in each.query.get("expand", "").split(",")}
    assert ended.of("Ben").left_behind == "still shown as logged in"
    assert bool(ended.of("Anna").left_behind) == ("numbers" in leftovers)
    assert bool(told(ended, "1 of 2 people is")) == ("sessions" in leftovers)
    assert queries == (2 if "work" in leftovers else 0)
    assert ("conversationSummary" in asked, "station" in asked) == (
        "sessions" in leftovers,
        "numbers" in leftovers,
    )
    numbers = [each.user.numbers for each in ended.events if isinstance(each, UserReadBack)]
    assert (None in numbers) == ("numbers" not in leftovers)


@pytest.mark.parametrize("hidden", ["empty", "left_out"])
@pytest.mark.parametrize(
    ("client", "lines"),
    [
        (
            [Role(permissions_without(STATION_VIEW))],
            [
                f"Not checked: desk phones. The OAuth client lacks {STATION_VIEW} in the "
                "divisions Berlin and Home."
            ],
        ),
        (
            [Role(permissions_without(STATION_VIEW)), Role((STATION_VIEW,), "Home")],
            [
                f"Not checked: desk phones. The OAuth client lacks {STATION_VIEW} in the division "
                "Berlin."
            ],
        ),
    ],
)
def test_without_the_permission_it_is_one_line_and_the_run_goes_on(
    tmp_path: Path, hidden: Any, client: list[Role], lines: list[str]
) -> None:
    """In the plan, and so in the report; the number is told all the same."""
    org = with_phones(divisions={"Berlin": ["Anna"]}, client=client)
    with simulator(org, assumptions=Assumptions(hidden_stations=hidden)) as sim:
        ended = run_looking(sim, tmp_path, "Anna", "Ben")
    assert (ended.statuses, ended.warnings) == (["done", "done"], [])
    assert told(ended, "Not checked", "Perhaps") == lines
    assert ended.of("Anna").left_behind == "still has +49 30 1234 and extension 4711"
    report = (ended.folder / "report.html").read_text("utf-8")
    assert report.count("Not checked: desk phones") == 1


# -- work


def with_work(**more: Any) -> Org:
    """Anna and Ben have callbacks, Ben an open e-mail and one that he has passed on."""
    org = org_of(["Anna", "Ben", "Cid"], {"Billing": ["Anna", "Ben"]}, **more)
    for each in (
        _conversation("C1", "Anna", owned=True, queue=id_of("Billing")),
        _conversation("C2", "Anna", scheduled="2030-01-01T09:00:00.000Z", queue=id_of("Billing")),
        _conversation("C3", "Ben", owned=True, queue=id_of("Billing")),
        _conversation("E1", "Ben", medium="email", parked=True),
        _conversation("E2", "Ben", medium="email", passed_on=True),
        _conversation("E3", "Cid", medium="email", ended=True),
        _conversation("E4", "Cid", medium="email", days_ago=40),
    ):
        org.conversations[each.id] = each
    return org


def _conversation(name: str, user: str, **facts: Any) -> Conversation:
    return Conversation(id=id_of(name), user=id_of(user), **facts)


WORK_LINES = [
    "Before you start, ask a Genesys admin to hand over 3 callbacks: Anna Test (2), Ben Test (1).",
    "Before you start, ask a Genesys admin to hand over 1 open conversation "
    "(begun in the last 31 days) of Ben Test.",
]
WORK_LEFT = ["2 callbacks were theirs", "1 callback and 1 open e-mail were theirs", ""]


@pytest.mark.parametrize(
    "assumed",
    [
        {},
        {"callback_owner": "participant"},
        {"no_conversations": "empty"},
        {"most_analytics_predicates": 2},
    ],
    ids=str,
)
def test_work_that_would_be_lost_is_told_before_and_after(
    tmp_path: Path, assumed: dict[str, Any]
) -> None:
    """However Genesys shows it; nothing is written for it."""
    with simulator(with_work(), assumptions=Assumptions(**assumed)) as sim:
        ended = run_looking(sim, tmp_path, "Anna", "Ben", "Cid")
        written = sim.writes.matching("POST", "callbacks")
    assert told(ended, "Before you", "Not checked") == WORK_LINES
    assert [each.left_behind for each in ended.results] == WORK_LEFT
    assert (ended.statuses, written) == (["done"] * 3, [])


def test_a_dry_run_says_so_too(tmp_path: Path) -> None:
    """A query sent by POST is a read."""
    with simulator(with_work()) as sim:
        ended = run_looking(sim, tmp_path, "Anna", "Ben", "Cid", dry_run=True)
    assert (told(ended, "Before you"), sim.writes) == (WORK_LINES, [])


VIEW_WORK = ("analytics:conversationDetail:view", "analytics:agentConversationDetail:view")


@pytest.mark.parametrize(
    ("home", "lines", "left"),
    [
        (
            False,
            [
                "Not checked: open callbacks and conversations. The OAuth client lacks "
                f"{' or '.join(VIEW_WORK)} in the divisions Berlin and Home."
            ],
            ["", "", ""],
        ),
        (
            True,
            [
                "Not checked: open callbacks and conversations. The OAuth client lacks "
                f"{' or '.join(VIEW_WORK)} in the division Berlin."
            ],
            ["", *WORK_LEFT[1:]],
        ),
    ],
)
def test_without_the_permission_to_see_work_it_is_one_line(
    tmp_path: Path, home: bool, lines: list[str], left: list[str]
) -> None:
    """Where it is held in some divisions, only the others are not looked at."""
    client = [Role(permissions_without(*VIEW_WORK))]
    client += [Role(VIEW_WORK[1:], "Home")] if home else []
    with simulator(with_work(divisions={"Berlin": ["Anna"]}, client=client)) as sim:
        ended = run_looking(sim, tmp_path, "Anna", "Ben", "Cid")
        asked = sim.count("POST", "/analytics")
    assert (told(ended, "Not checked"), ended.statuses) == (lines, ["done"] * 3)
    assert [each.left_behind for each in ended.results] == left
    assert bool(asked) == home


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_work_that_cannot_be_read_is_one_line_and_holds_nobody(tmp_path: Path, status: int) -> None:
    """With Genesys' answer."""
    refused = Fault(action="status", status=status, path="/analytics", times=ALWAYS)
    with simulator(with_work(), faults=[refused]) as sim:
        ended = run_people(
            sim,
            tmp_path,
            "Anna",
            "Ben",
            "Cid",
            settings=config(retry={"attempts": 2}, leftovers=USUAL_LEFTOVERS),
        )
    (line,) = told(ended, "Not checked", "Perhaps")
    assert line.startswith("Not checked: open callbacks and conversations. ")
    assert ended.statuses == ["done"] * 3


def test_work_that_is_read_late_undoes_nothing_of_what_was_read(tmp_path: Path) -> None:
    """The parts of the survey end in any order."""
    late = Fault(action="status", status=429, retry_after=5, path="/analytics", times=2)
    with simulator(with_work(), faults=[late]) as sim:
        ended = run_looking(sim, tmp_path, "Anna", "Ben")
    assert [each.queues_removed for each in ended.results] == [1, 1]
    assert [each.left_behind for each in ended.results] == WORK_LEFT[:2]


def test_where_permissions_are_unknown_it_is_one_line_for_each_too(tmp_path: Path) -> None:
    """What is seen is told."""
    with simulator(with_phones(), **divisions_unknown()) as sim:
        ended = run_looking(sim, tmp_path, "Anna", "Ben")
    what = [line.partition(".")[0] for line in told(ended, "Not checked", "Perhaps")]
    assert what == [
        "Perhaps incomplete: open callbacks and conversations",
        "Perhaps incomplete: desk phones",
    ]
    assert ended.of("Anna").left_behind.endswith("the phone Desk 12")


# -- cost


@pytest.mark.parametrize("groups", [0, 150])
def test_the_defaults_cost_next_to_nothing(tmp_path: Path, groups: int) -> None:
    """At most 0.08 requests a leaver at 300, beside five roles; only groups grow with the size.

    Two requests for the organisation's limits count too.
    """
    people, names = people_named("P", 300), people_named("G", groups)
    asked = []
    for leftovers in (list(DEFAULT_LEFTOVERS), []):
        org = org_of([*people, "Zoe"], {"Billing": people}, groups=dict.fromkeys(names, ()))
        with simulator(org) as sim:
            settings = config(leftovers=leftovers)
            run_people(sim, tmp_path, *people, settings=settings, dry_run=True)
            asked.append(len(sim.requests))
    with_leftovers, without = asked
    assert with_leftovers + 2 - without <= 0.08 * len(people) + 5 + groups / 100


def test_after_the_plan_nothing_more_is_asked(tmp_path: Path) -> None:
    """The closing read shows it; only callbacks that were handed over are read again."""
    asked = []
    for leftovers in (list(DEFAULT_LEFTOVERS), []):
        with simulator(with_phones()) as sim:
            run_people(sim, tmp_path, "Anna", "Ben", settings=config(leftovers=leftovers))
            first = sim.writes[0].number
            asked.append(len([each for each in sim.requests if each.number > first]))
    assert asked[0] == asked[1]


OPTIONAL_PATHS = (
    "/analytics/conversations/details/query",
    "/audits/query/realtime/servicemapping",
    "/authorization/roles",
    "/groups",
    "/oauth/clients",
    "/directreports",
    "/callforwarding",
    "/organizations/limits",
    "/divisionspermitted/paged/me",
    "/authorization/subjects/me",
)
NOT_TOLD = OPTIONAL_PATHS[-3:]
"""What is read for the run itself: where it cannot be, another way is taken or a warning given."""


@pytest.mark.parametrize("path", OPTIONAL_PATHS)
def test_a_401_on_what_is_only_told_does_not_end_a_run(tmp_path: Path, path: str) -> None:
    """It could not be looked at; whoever leaves is offboarded all the same."""
    org = org_of(["Anna", "Ben"], {"A": ["Anna", "Ben"]})
    refused = Fault(action="status", status=401, path=path, times=ALWAYS)
    everything = config(leftovers=list(LEFTOVERS))
    with simulator(org, faults=[refused]) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=everything)
    assert (ended.exit_code, ended.statuses) == (0, ["done"])
    unread = [each for each in plan_of(ended) if "Invalid login credentials" in each]
    assert len(unread) == (path not in NOT_TOLD), plan_of(ended)
    assert all("The login works, but Genesys refuses this" in each for each in unread), unread


def test_a_login_that_is_lost_ends_a_run_during_what_is_only_told(tmp_path: Path) -> None:
    """Every other request is refused too: the first that matters ends the run."""
    org = org_of(["Anna", "Ben"], {"A": ["Anna", "Ben"]})
    lost = Fault(action="status", status=401, path="/api/v2/", times=ALWAYS)
    with simulator(org) as sim:

        def lose(request: Any) -> None:
            if "analytics" in request.path:
                sim.faults.add(lost)

        sim.app.on_request = lose
        ended = run_looking(sim, tmp_path, "Anna")
    assert (ended.exit_code, ended.statuses) == (5, ["not_run"])
