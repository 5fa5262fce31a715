"""One decision for each row: the person, or why it is held."""

from datetime import date
from typing import Any

import pytest

from batch_offboard.offboarding.decisions import (
    EarlierRuns,
    IdentityRules,
    PersonOrHold,
    people_or_holds,
    unconfirmed_counts,
    unknown_field,
)
from batch_offboard.offboarding.models import ApiError, User
from batch_offboard.offboarding.people import EarlierMatch, Hold, unknown_id, unreadable
from batch_offboard.termination_list.models import Termination, UnusedColumn
from tests.offboarding.test_people import row, user

TODAY = date(2026, 11, 23)
LATER = date(2026, 12, 1)
RULES = IdentityRules(TODAY)
UNKNOWN = unknown_id("user-1", ApiError(404, "not.found", "No such user.", "c-1"))


def decided(one: Termination, found: User | Hold, rules: IdentityRules = RULES) -> PersonOrHold:
    """The decision about a list of one row."""
    return people_or_holds([one], {one.row: found}, rules)[one.row]


def code(decision: PersonOrHold) -> str:
    """The code of a hold, or the id of a person."""
    return decision.code if isinstance(decision, Hold) else decision.id


def test_a_row_whose_person_fits_is_that_person() -> None:
    """Nothing speaks against it."""
    assert decided(row(email="anna@x.example", name="Anna Bauer"), user()) == user()


@pytest.mark.parametrize(
    ("facts", "found", "rules", "expected"),
    [
        ({"due": LATER}, user(), RULES, "not_due"),
        ({"due": LATER}, UNKNOWN, RULES, "not_due"),
        ({"due": LATER, "name": "Ben Castro"}, user(), RULES, "identity_mismatch"),
        ({"due": LATER}, user(state="deleted"), RULES, "not_due"),
        ({}, user(state="deleted"), RULES, ""),
        ({}, UNKNOWN, RULES, "user_not_found"),
        ({}, unreadable(ApiError(500, "broken", "No.")), RULES, "broken"),
        ({"name": "Ben Castro"}, user(), RULES, "identity_mismatch"),
        ({"name": "Ben Castro"}, user(), IdentityRules(TODAY, accepted_names={2}), "user-1"),
        ({"due": LATER}, user(), IdentityRules(TODAY, protected={"user-1"}), "protected"),
    ],
)
def test_which_reason_comes_first(
    facts: dict[str, Any], found: User | Hold, rules: IdentityRules, expected: str
) -> None:
    """Who the person is counts before the day; the day counts before that nobody was found."""
    assert code(decided(row(**facts), found, rules)) == expected


def test_a_row_that_found_someone_else_earlier_is_held_first() -> None:
    """Before anything else is compared with the person that it finds now."""
    earlier = EarlierRuns(matches={2: EarlierMatch("user-9", "anna@x.example", changed=True)})
    hold = decided(row(name="Ben Castro"), user(), IdentityRules(TODAY, earlier=earlier))
    assert isinstance(hold, Hold)
    assert (hold.code, hold.user) == ("row_changed", None)


def test_a_row_that_an_unused_column_contradicts_is_held() -> None:
    """Before it is compared with the list of protected people."""
    numbers = range(2, 6)
    rows = [Termination(number, (f"a{number}@x.example",)) for number in numbers]
    found: dict[int, User | Hold] = {
        number: user(number, email=f"a{number}@x.example") for number in numbers
    }
    found[5] = user(5, email="ben@x.example")
    rules = IdentityRules(
        TODAY, protected={"ben@x.example"}, unused_columns=[UnusedColumn(0, "Kontakt")]
    )
    decisions = people_or_holds(rows, found, rules)
    assert [code(each) for each in decisions.values()] == [
        "user-2",
        "user-3",
        "user-4",
        "identity_mismatch",
    ]


def test_rows_for_one_person_are_done_once() -> None:
    """A row that is held for another reason stands for nobody."""
    rows = [row(2, name="Ben Castro"), row(3), row(4), row(5)]
    found = {2: user(), 3: user(), 4: user(), 5: user(5)}
    decisions = people_or_holds(rows, found, RULES)
    assert {number: code(each) for number, each in decisions.items()} == {
        2: "identity_mismatch",
        3: "user-1",
        4: "duplicate",
        5: "user-5",
    }


def test_a_row_that_is_carried_over_stands_for_its_person() -> None:
    """The row that finds the same person is its duplicate."""
    earlier = EarlierRuns(standing={"user-1": row(7, user_id="user-1")})
    hold = decided(row(), user(), IdentityRules(TODAY, earlier=earlier))
    assert isinstance(hold, Hold)
    assert (hold.code, hold.about) == ("duplicate", {"other_row": 7})


def test_a_hold_says_whom_it_is_about_and_which_answer_decided_it() -> None:
    """A support case needs both."""
    about_anna = decided(row(due=LATER), user())
    unknown = decided(row(), UNKNOWN)
    not_due = decided(row(due=LATER), UNKNOWN)
    assert isinstance(about_anna, Hold)
    assert isinstance(unknown, Hold)
    assert isinstance(not_due, Hold)
    assert (about_anna.user, about_anna.http_status) == (user(), 200)
    assert (unknown.user, unknown.http_status, unknown.correlation_id) == (None, 404, "c-1")
    assert (not_due.user, not_due.http_status) == (None, None)


def test_identifiers_that_nothing_confirms_are_counted_for_rows_that_lead_to_their_person() -> None:
    """Also where the day has not come or the person was deleted; not where the row is held."""
    blank = user(email="")
    rows = [row(number, email=f"a{number}@x.example") for number in (2, 3, 4)]
    rows += [row(5, email="a5@x.example", due=LATER)]
    found: dict[int, User | Hold] = {
        2: blank,
        3: user(3, email="", state="deleted"),
        4: UNKNOWN,
        5: user(5, email=""),
    }
    rules = IdentityRules(TODAY, protected={"user-9"})
    assert unconfirmed_counts(rows, found, people_or_holds(rows, found, rules)) == {"e-mail": 3}
    protected = IdentityRules(TODAY, protected={"user-1", "user-3", "user-5"})
    assert unconfirmed_counts(rows, found, people_or_holds(rows, found, protected)) == {}


@pytest.mark.parametrize(
    ("facts", "known", "explained"),
    [
        ({"email": "anna@x.example"}, False, True),
        ({"employee_id": "7"}, False, True),
        ({}, False, False),
        ({"email": "anna@x.example"}, True, False),
    ],
)
def test_user_ids_of_another_system_are_explained(
    facts: dict[str, Any], known: bool, explained: bool
) -> None:
    """Where not one of them exists, and there is something else to find people by."""
    rows = [row(number, user_id=f"user-{number}", **facts) for number in (2, 3, 4)]
    found: dict[int, User | Hold] = dict.fromkeys((2, 3, 4), UNKNOWN)
    if known:
        found[4] = user(4)
    first = people_or_holds(rows, found, RULES)[2]
    assert isinstance(first, Hold)
    assert ("declare the column unused" in first.message) is explained


@pytest.mark.parametrize(
    ("other", "explained"),
    [
        (row(5, email="ben@x.example"), True),
        (row(5, user_id="user-5", email="ben@x.example"), False),
    ],
)
@pytest.mark.parametrize("found_other", [user(5), unreadable(ApiError(500, "broken", "No."))])
def test_a_row_without_user_id_says_nothing_of_the_user_ids(
    other: Termination, explained: bool, found_other: User | Hold
) -> None:
    """Nor is one that could not be read known to be another system's."""
    rows = [row(number, user_id=f"user-{number}", email="a@x.example") for number in (2, 3, 4)]
    found: dict[int, User | Hold] = {**dict.fromkeys((2, 3, 4), UNKNOWN), 5: found_other}
    decisions = people_or_holds([*rows, other], found, RULES)
    first, last = decisions[2], decisions[5]
    assert isinstance(first, Hold)
    assert ("declare the column unused" in first.message) is explained
    assert isinstance(last, User) or "declare" not in last.message
    assert first.about.get("whole_column_unknown", False) is explained


BY_ID = [row(number, user_id=f"user-{number}", email="a@x.example") for number in (2, 3, 4)]
BY_EMAIL = [row(number, email=f"a{number}@x.example") for number in (5, 6, 7)]
BY_NUMBER = row(8, employee_id="8")
BROKEN = unreadable(ApiError(500, "broken", "No."))


@pytest.mark.parametrize(
    ("rows", "found", "expected"),
    [
        (BY_ID, {}, ("user_id", 3)),
        (BY_ID[:2], {}, None),
        (BY_ID, {2: user(2)}, None),
        (BY_ID, {2: BROKEN}, None),
        ([*BY_ID, BY_NUMBER], {8: user(8)}, ("user_id", 3)),
        ([*BY_ID, *BY_EMAIL], {}, ("user_id", 3)),
        (BY_EMAIL, {}, ("email", 3)),
        (BY_EMAIL[:2], {}, None),
        ([*BY_EMAIL, BY_NUMBER], {}, ("email", 3)),
        ([*BY_EMAIL, BY_NUMBER], {8: user(8)}, None),
        ([*BY_EMAIL, BY_NUMBER], {8: BROKEN}, None),
        ([BY_NUMBER], {}, None),
        ([], {}, None),
    ],
)
def test_a_column_of_which_genesys_knows_nothing(
    rows: list[Termination],
    found: dict[int, User | Hold],
    expected: tuple[str, int] | None,
) -> None:
    """Of user ids even beside people who were found; of others only where nobody was."""
    everybody: dict[int, User | Hold] = {each.row: UNKNOWN for each in rows} | found
    assert unknown_field(rows, everybody) == expected
