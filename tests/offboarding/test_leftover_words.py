"""What is left behind, in sentences."""

from dataclasses import replace
from typing import Any

import pytest

from batch_offboard.offboarding.lacks import Lack
from batch_offboard.offboarding.leftover_words import left_behind, plan_sentences
from batch_offboard.offboarding.leftovers import (
    STATIONS_SEEN,
    Findings,
    Sessions,
    Unseen,
    sessions_of,
)
from batch_offboard.offboarding.models import Callback, Holding, Leftovers, Named, Snapshot, User

ANNA = User("u", "Anna", "", "inactive", 1, routing_status="OFF_QUEUE", presence="Offline")
DESK_12, DESK_3 = (Holding("p12", "Desk 12"),), (Holding("p3", "Desk 3"),)


def phones(associated: Any = (), default: Any = ()) -> dict[str, Any]:
    """Holdings with these stations."""
    return {"holdings": {"station": associated, "default_station": default}}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, ""),
        ({"presence": "Away"}, "still shown as logged in"),
        ({"routing_status": "IDLE", "presence": "Away"}, "still shown as on queue"),
        ({"numbers": ()}, ""),
        ({"numbers": ("+49 30 1234",)}, "still has +49 30 1234"),
        (
            {"numbers": ("+49 30 1234", "extension 4711")},
            "still has +49 30 1234 and extension 4711",
        ),
        ({"numbers": (), **phones(DESK_12)}, "still has the phone Desk 12"),
        ({"numbers": (), **phones(DESK_12, DESK_12)}, "still has the phone Desk 12"),
        (
            {"numbers": ("+49 30 1234",), **phones(DESK_12, DESK_3)},
            "still has +49 30 1234, the phone Desk 12 and the phone Desk 3",
        ),
        ({"numbers": (), **phones((), (Holding("p9"),))}, "still has the phone p9"),
        (phones(DESK_12), ""),
        (
            {"presence": "Busy", "numbers": ("+49 30 1234",)},
            "still shown as logged in; still has +49 30 1234",
        ),
        ({"state": "active", "presence": "Busy", "numbers": ("+49 30 1234",)}, ""),
    ],
)
def test_what_still_reaches_a_person(facts: dict[str, Any], said: str) -> None:
    """One sentence for each kind; nothing of what was not looked for, or of who is active."""
    assert left_behind(replace(ANNA, **facts)) == said


PLAN = [
    (Sessions(36, 0, 0), ()),
    (Sessions(36, 3, 0), ("3 of 36 people are logged in now.",)),
    (Sessions(36, 1, 0), ("1 of 36 people is logged in now.",)),
    (Sessions(1, 1, 0), ("1 person is logged in now.",)),
    (Sessions(36, 3, 1), ("3 of 36 people are logged in now, 1 of them in a conversation.",)),
]


@pytest.mark.parametrize(("sessions", "said"), PLAN)
def test_the_plan_says_who_is_logged_in(sessions: Sessions, said: tuple[str, ...]) -> None:
    """And how many of them are in a conversation."""
    assert tuple(plan_sentences(Findings(sessions), ["deactivate"])) == said


@pytest.mark.parametrize(
    ("talking", "said"),
    [
        (0, ()),
        (1, ("Note: logging out everywhere may interrupt it.",)),
        (2, ("Note: logging out everywhere may interrupt these conversations.",)),
    ],
)
def test_the_plan_warns_of_a_conversation_that_may_be_cut(
    talking: int, said: tuple[str, ...]
) -> None:
    """Where the run ends all logins."""
    found = Findings(Sessions(36, 3, talking))
    assert tuple(plan_sentences(found, ["deactivate", "revoke_tokens"]))[1:] == said


def working(row: int, name: str, callbacks: int, **conversations: int) -> Snapshot:
    """A person with so many callbacks and conversations."""
    found = tuple(Callback(f"c{number}", "q") for number in range(callbacks))
    return Snapshot(row, replace(ANNA, name=name), leftovers=Leftovers(found, conversations))


def with_callbacks(*callbacks: Callback) -> Snapshot:
    """Ann, with these callbacks."""
    return Snapshot(2, replace(ANNA, name="Ann"), leftovers=Leftovers(callbacks))


@pytest.mark.parametrize(
    ("people", "steps", "said"),
    [
        ([], (), ()),
        ([working(2, "Ann", 0)], (), ()),
        (
            [working(2, "Ann", 1)],
            (),
            ("Before you start, ask a Genesys admin to hand over 1 callback of Ann.",),
        ),
        (
            [working(2, "Ann", 4), working(3, "Bob", 3), working(4, "Cid", 0)],
            ("hand_over_callbacks",),
            ("7 callbacks of 2 people: Ann (4), Bob (3). They go back to their queues first.",),
        ),
        (
            [with_callbacks(Callback("1", "q"), Callback("2", ""), Callback("3", "q", True))],
            ("hand_over_callbacks",),
            (
                "1 callback of 1 person: Ann (1). It goes back to its queue first.",
                "Before you start, ask a Genesys admin to hand over 2 callbacks of Ann.",
            ),
        ),
        (
            [working(2, "Ann", 0, email=2, voice=1)],
            (),
            (
                "Before you start, ask a Genesys admin to hand over 3 open conversations "
                "(begun in the last 31 days) of Ann.",
            ),
        ),
        (
            [working(row, f"P{row}", 1) for row in range(14)],
            ("hand_over_callbacks",),
            (
                "14 callbacks of 14 people: "
                + ", ".join(f"P{row} (1)" for row in range(12))
                + " and 2 more. They go back to their queues first.",
            ),
        ),
    ],
)
def test_work_that_would_be_lost(
    people: list[Snapshot], steps: tuple[str, ...], said: tuple[str, ...]
) -> None:
    """In all, and of whom."""
    assert tuple(plan_sentences(Findings(people=tuple(people)), steps)) == said


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (working(2, "Ann", 0), ""),
        (working(2, "Ann", 1), "1 callback was theirs"),
        (working(2, "Ann", 2), "2 callbacks were theirs"),
        (working(2, "Ann", 0, voice=1), "1 open call was theirs"),
        (
            working(2, "Ann", 1, email=2, cobrowse=1),
            "1 callback, 2 open e-mails and 1 open conversation were theirs",
        ),
    ],
)
def test_work_that_was_theirs(found: Snapshot, said: str) -> None:
    """For each person, by medium."""
    assert left_behind(found.user, found.leftovers) == said


def depended_on(name: str, **found: Any) -> Snapshot:
    """A person on whom something depends."""
    return Snapshot(2, replace(ANNA, name=name), leftovers=Leftovers(**found))


ANN, BOB = "Ann", "Bob"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            Findings(
                people=(depended_on(ANN, roles=("Admin", "QA")), depended_on(BOB, roles=("QA",)))
            ),
            (
                "Note: only leavers have the role Admin: Ann. Before you start, "
                "ask a Genesys admin to give it to somebody else.",
                "Note: only leavers have the role QA: Ann, Bob. Before you start, "
                "ask a Genesys admin to give it to somebody else.",
            ),
        ),
        (
            Findings(doubtful_roles=("Sales", "QA")),
            ("Note: perhaps only leavers have these roles: Sales, QA.",),
        ),
        (
            Findings(ownerless=("Night", "Day")),
            (
                "Groups left without an owner: Night, Day. Before you start, "
                "ask a Genesys admin to name an owner for each.",
            ),
        ),
        (
            Findings(people=(depended_on(ANN, direct_reports=("Cid", "Dan"), groups=("Night",)),)),
            (
                "Before you start, "
                "ask a Genesys admin to name another manager for 2 direct reports of Ann.",
            ),
        ),
        (
            Findings(
                people=(depended_on(ANN, forwarded_to=("+49",)), depended_on(BOB, clients=("Bot",)))
            ),
            (
                "People whose calls are forwarded: Ann (+49). Before you start, ask a Genesys "
                "admin to turn this off.",
                "People whose OAuth clients keep working: Bob (Bot). Before you start, ask a "
                "Genesys admin to replace the secrets.",
            ),
        ),
    ],
)
def test_what_else_should_be_dealt_with_first(found: Findings, said: tuple[str, ...]) -> None:
    """One sentence for each kind."""
    assert tuple(plan_sentences(found, ())) == said


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"roles": ("Admin",)}, "nobody else had the role Admin"),
        ({"roles": ("Admin", "QA")}, "nobody else had the roles Admin and QA"),
        ({"groups": ("Night", "Day", "X")}, "owns the groups Night, Day and X"),
        ({"direct_reports": ("Cid",)}, "is the manager of Cid"),
        (
            {"forwarded_to": ("+49",)},
            "calls are forwarded to +49 (ask a Genesys admin to turn this off)",
        ),
        (
            {"clients": ("Bot",)},
            "created the OAuth client Bot (ask a Genesys admin to replace its secret)",
        ),
    ],
)
def test_what_depends_on_a_person(found: dict[str, Any], said: str) -> None:
    """In the results."""
    assert left_behind(ANNA, Leftovers(**found)) == said


def test_what_could_not_be_looked_at_is_one_line() -> None:
    """With the permission, and the divisions where it is missing."""
    home, berlin = Named("h", "Home"), Named("b", "Berlin")
    lacks = (Lack(STATIONS_SEEN, home), Lack(STATIONS_SEEN, berlin))
    unseen = (
        Unseen("desk phones", permission=STATIONS_SEEN, lacks=lacks),
        Unseen("desk phones", permission=STATIONS_SEEN),
        Unseen("call forwarding", "Not found."),
    )
    permission = "telephony:otherStationAssociation:view"
    assert tuple(plan_sentences(Findings(unseen=unseen), ())) == (
        f"Not checked: desk phones. The OAuth client lacks {permission} in the divisions Berlin "
        "and Home.",
        "Perhaps incomplete: desk phones. It is unknown whether the OAuth client has "
        f"{permission}.",
        "Not checked: call forwarding. Not found.",
        "To check these too: ask a Genesys admin, or give the OAuth client the missing "
        "permissions.",
    )


@pytest.mark.parametrize(
    ("unseen", "advice"),
    [
        (
            (Unseen("roles", "The OAuth client lacks x:view.", lacks_permission=True),),
            "To check this too: ask a Genesys admin, or give the OAuth client the missing "
            "permissions.",
        ),
        ((Unseen("roles", "Not found."),), "To check this too: ask a Genesys admin."),
        (
            (Unseen("roles", "Not found."), Unseen("groups", "Not found.")),
            "To check these too: ask a Genesys admin.",
        ),
        ((Unseen("phones", permission=STATIONS_SEEN),), None),
    ],
)
def test_what_was_not_checked_is_followed_by_what_to_do(
    unseen: tuple[Unseen, ...], advice: str | None
) -> None:
    """Once for all of it, as the answer is the same; what may be incomplete was checked."""
    *_, last = plan_sentences(Findings(unseen=unseen), ())
    assert (last if last.startswith("To check") else None) == advice


def test_sessions_are_counted_as_far_as_they_are_shown() -> None:
    """A conversation of somebody who is logged off is none that a login could end."""
    users = [
        ANNA,
        replace(ANNA, presence="Available", conversations=2),
        replace(ANNA, presence="On Queue", conversations=0),
        replace(ANNA, conversations=1),
        replace(ANNA, presence=None, routing_status=None),
    ]
    people = [Snapshot(row, user) for row, user in enumerate(users)]
    assert sessions_of(people) == Sessions(5, 2, 1)
