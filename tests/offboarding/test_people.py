"""Who a row is, and why it is held."""

from datetime import date
from typing import Any

import pytest

from batch_offboard.offboarding.decisions import repeated_holds
from batch_offboard.offboarding.models import ApiError, User
from batch_offboard.offboarding.people import (
    EarlierMatch,
    Hold,
    another_person_hold,
    chosen,
    chosen_by_number,
    column_hold,
    deleted_hold,
    due_hold,
    identity_hold,
    problem_hold,
    protected_hold,
    unconfirmed_identifiers,
    unknown_id,
    unreadable,
)
from batch_offboard.termination_list.models import Problem, Termination


def user(number: int = 1, **facts: Any) -> User:
    """A user."""
    told = {"name": "Anna Bauer", "email": "anna@x.example", "state": "active", "version": 1}
    return User(id=f"user-{number}", **{**told, **facts})


def row(number: int = 2, **told: Any) -> Termination:
    """A row of the list."""
    names = (name,) if (name := told.pop("name", None)) else ()
    return Termination(number, (), names=names, **told)


def code(hold: User | Hold | None) -> str | None:
    """The code of a hold."""
    return hold.code if isinstance(hold, Hold) else None


def test_one_candidate_is_chosen() -> None:
    """The person is the one who carries the identifier."""
    assert chosen([user()], "the address") == user()


def test_nobody_is_not_found() -> None:
    """No candidate: failed, retry yes."""
    hold = chosen([], "the address x@y")
    assert isinstance(hold, Hold)
    assert (hold.status, hold.code, hold.retry) == ("failed", "user_not_found", True)
    assert "x@y" in hold.message


@pytest.mark.parametrize(
    ("sought", "letters"),
    [
        ("the e-mail address \u0430nn.l\u0435e@x.example", "\u0430 (Cyrillic), \u0435 (Cyrillic)"),
        ("the e-mail address ann@\u03bfffice.example", "\u03bf (Greek)"),
        ("the employee number \u04155003", "\u0415 (Cyrillic)"),
    ],
)
def test_letters_of_another_alphabet_are_named(sought: str, letters: str) -> None:
    """They look like Latin ones, and only typing the text again helps."""
    hold = chosen([], sought)
    assert isinstance(hold, Hold)
    assert f"though they may look so: {letters}. Type it again." in hold.message


def test_words_of_one_alphabet_are_no_mistake() -> None:
    """A name in Cyrillic differs from one in Latin; an address with an umlaut is one."""
    hold = identity_hold(row(name="\u0411\u043e\u0431"), user(), name_accepted=False)
    mixed = identity_hold(row(name="\u0410nna Castro"), user(), name_accepted=False)
    found = chosen([], "the e-mail address j\u00fcrgen@x.example")
    assert [hold and "Latin" in hold.message, mixed and "Latin" in mixed.message] == [False, True]
    assert isinstance(found, Hold)
    assert "Latin" not in found.message


def test_two_candidates_are_ambiguous_and_both_named() -> None:
    """Guessing would be the worst thing to do."""
    hold = chosen([user(1), user(2, state="inactive")], "the address")
    assert isinstance(hold, Hold)
    assert (hold.code, hold.retry) == ("ambiguous_person", True)
    assert ("user-1" in hold.message, "user-2" in hold.message) == (True, True)


def test_a_deleted_candidate_counts_only_alone() -> None:
    """A living person comes first."""
    gone = user(2, state="deleted")
    assert (chosen([gone, user(1)], ""), chosen([gone], "")) == (user(1), gone)
    assert code(chosen([gone, user(3, state="deleted")], "")) == "ambiguous_person"


ANNA = user(1, employee_id="007")
BEN = user(2, employee_id="0007", name="Ben Roy")
NAMESAKE = user(3, employee_id="0007")
GONE = user(4, employee_id="0007", state="deleted")


@pytest.mark.parametrize(
    ("hits", "name", "expected", "words"),
    [
        ({}, "Anna Bauer", "user_not_found", "the employee number 7"),
        ({"7": [BEN]}, None, BEN, ""),
        ({"7": [BEN, ANNA]}, None, "ambiguous_person", "More than one"),
        ({"007": [ANNA]}, "Bauer, A.", ANNA, ""),
        ({"007": [ANNA]}, "Ben Roy", "damaged_id", "007 (Anna Bauer) instead"),
        ({"007": [ANNA]}, None, "damaged_id", "007 (Anna Bauer) instead"),
        ({"007": [ANNA], "0007": [NAMESAKE]}, "Anna Bauer", "damaged_id", ") instead. Did Excel"),
        ({"007": [ANNA], "0007": [GONE]}, "Anna Bauer", ANNA, ""),
        ({"0007": [GONE]}, "Anna Bauer", GONE, ""),
        ({"7": [BEN], "007": [ANNA]}, "Anna Bauer", "damaged_id", ") too. Did Excel"),
        ({"7": [BEN], "0007": [GONE]}, "Anna Bauer", BEN, ""),
    ],
)
def test_who_has_an_employee_number_that_may_have_lost_its_zeros(
    hits: dict[str, list[User]], name: str | None, expected: User | str, words: str
) -> None:
    """With zeros in front a name must confirm it; a deleted user counts only alone."""
    told = row(employee_id="7", padded_numbers=("007", "0007"), name=name)
    found = chosen_by_number(told, hits)
    if isinstance(found, Hold):
        assert (found.code, found.status, found.retry) == (expected, "failed", True)
        assert words in found.message
    else:
        assert found == expected


def test_a_number_that_has_its_zeros_again_is_the_persons() -> None:
    """Another identifier of the row is compared as it stands."""
    padded = {"padded_numbers": ("007", "anna@x.example")}
    agreeing = row(employee_id="7", **padded)
    other = row(employee_id="7", email="ben@x.example", **padded)
    assert identity_hold(agreeing, ANNA, name_accepted=False) is None
    assert code(identity_hold(other, ANNA, name_accepted=False)) == "identity_mismatch"


def test_a_row_whose_person_could_not_be_read_is_tried_again() -> None:
    """The answer is kept for a support case, and what could not be read is named."""
    error = ApiError(503, "broken", "No.", "c-1")
    hold, grants = unreadable(error), unreadable(error, "The role grants", user())
    assert (hold.status, hold.code, hold.message, hold.retry) == ("failed", "broken", "No.", True)
    assert (hold.http_status, hold.correlation_id, hold.unread) == (503, "c-1", True)
    assert (grants.message, grants.user) == ("The role grants could not be read: No.", user())


def test_an_id_that_does_not_exist_is_tried_again() -> None:
    """Somebody may correct it."""
    hold = unknown_id("user-9", ApiError(404, "not.found", "None.", "c-1"))
    assert (hold.status, hold.code, hold.retry) == ("failed", "user_not_found", True)
    assert (hold.http_status, hold.correlation_id, "user-9" in hold.message) == (404, "c-1", True)


@pytest.mark.parametrize(
    ("problem", "status", "retry"),
    [("invalid_date", "skipped", True), ("damaged_id", "failed", True),
     ("not_a_person", "skipped", False)],
)  # fmt: skip
def test_a_row_that_the_list_makes_unusable(problem: Any, status: str, retry: bool) -> None:
    """Its problem is the reason."""
    hold = problem_hold(row(problem=Problem(problem, "Because.")))
    assert hold is not None
    assert (hold.status, hold.code, hold.message, hold.retry) == (
        status,
        problem,
        "Because.",
        retry,
    )
    assert problem_hold(row()) is None


def test_a_column_that_fits_others_holds_the_row_for_good() -> None:
    """Only `unused` releases it."""
    hold = column_hold("Column F does not fit.")
    assert (hold.status, hold.code, hold.retry) == ("skipped", "identity_mismatch", False)


def test_a_mismatch_names_what_differs_and_both_values() -> None:
    """Each by its kind."""
    told = row(user_id="user-2", email="ben@x.example", employee_id="8", name="Ben Roy")
    hold = identity_hold(told, user(employee_id="7"), name_accepted=False)
    assert hold is not None
    assert (hold.status, hold.retry) == ("skipped", False)
    for each in (
        "id “user-2”, Genesys says “user-1”",
        "e-mail “ben@x.example”, Genesys says “anna@x.example”",
        "employee number “8”, Genesys says “7”",
        "name “Ben Roy”, Genesys says “Anna Bauer”",
    ):
        assert f"the list says {each}" in hold.message


@pytest.mark.parametrize(
    ("number", "held", "says"),
    [
        ("12345", "user_not_found", "No Genesys user has the employee number 12345."),
        ("12,345", "damaged_id", '12,345. "12,345" seems to have thousands separators.'),
        ("0012", "user_not_found", "0012. If Genesys has it without the leading zeros, enter 12."),
    ],
)
def test_a_number_that_nobody_has_says_what_is_odd_about_it(
    number: str, held: str, says: str
) -> None:
    """But where somebody has it as it stands, nothing about it is odd."""
    hold = chosen_by_number(row(employee_id=number), {})
    assert isinstance(hold, Hold)
    assert (hold.code, says in hold.message) == (held, True)
    assert chosen_by_number(row(employee_id=number), {number: [user()]}) == user()
    both = chosen_by_number(row(employee_id=number), {number: [user(), user(2)]})
    assert isinstance(both, Hold)
    assert (both.code, says in both.message) == ("ambiguous_person", False)


@pytest.mark.parametrize(
    ("told", "facts", "held"),
    [
        ({"user_id": "user-1"}, {}, None),
        ({"user_id": "user-2"}, {}, "identity_mismatch"),
        ({"email": "ANNA@x.example"}, {}, None),
        ({"email": "ben@x.example"}, {}, "identity_mismatch"),
        ({"email": "ben@x.example"}, {"email": ""}, None),
        ({"employee_id": "7"}, {"employee_id": "7"}, None),
        ({"employee_id": "7"}, {"employee_id": "8"}, "identity_mismatch"),
        ({"employee_id": "12,345"}, {"employee_id": "12345"}, None),
        ({"employee_id": "2023-03-15"}, {"employee_id": "45000"}, None),
        ({"employee_id": "2023-03-15"}, {"employee_id": "45001"}, "identity_mismatch"),
        ({"employee_id": "0012"}, {"employee_id": "12"}, "identity_mismatch"),
        ({"employee_id": "7"}, {"employee_id": None}, None),
        ({"employee_id": "007"}, {"employee_id": "7"}, "identity_mismatch"),
        ({"name": "Bauer, A."}, {}, None),
        ({"name": "Ben Castro"}, {}, "identity_mismatch"),
        ({"name": "Ben Castro"}, {"name": ""}, None),
    ],
)
def test_every_identifier_that_both_sides_hold_must_agree(
    told: dict[str, Any], facts: dict[str, Any], held: str | None
) -> None:
    """A value that Genesys does not hold is no contradiction; a different one is."""
    assert code(identity_hold(row(**told), user(1, **facts), name_accepted=False)) == held


def test_only_a_differing_name_can_be_accepted() -> None:
    """`--accept-names` does not let another address through."""
    renamed = row(name="Anna Castro")
    other = row(name="Anna Castro", email="ben@x.example")
    assert identity_hold(renamed, user(), name_accepted=True) is None
    assert code(identity_hold(other, user(), name_accepted=True)) == "identity_mismatch"


def test_a_mismatch_says_that_the_encoding_is_its_cause() -> None:
    """The row is held all the same: what is right is a guess until a person has looked."""
    wanted = row(name="Anna Bäuer", employee_id="7")
    hold = identity_hold(row(name="Anna BÃ¤uer"), user(name="Anna Bäuer"), name_accepted=False)
    assert isinstance(hold, Hold)
    assert hold.about == {"only_name_differs": True}
    assert hold.message.endswith("encoded twice). Save the list as .xlsx or CSV UTF-8.")
    assert identity_hold(wanted, user(name="Anna Bäuer"), name_accepted=False) is None


def test_a_mismatch_says_whether_it_is_the_name_alone() -> None:
    """The next action depends on it."""
    name_only = identity_hold(row(name="Ben Castro"), user(), name_accepted=False)
    both = identity_hold(row(name="Ben Castro", email="ben@x.example"), user(), name_accepted=False)
    mail = identity_hold(row(name="Anna Bauer", email="ben@x.example"), user(), name_accepted=False)
    held = [each.about["only_name_differs"] for each in (name_only, both, mail) if each]
    assert held == [True, False, False]


def test_a_name_with_a_remark_is_held_until_it_is_accepted() -> None:
    """It fits, but may say that the person stays, or name somebody else as well."""
    remark = row(name="Anna Bauer", more_than_name="Anna Bauer (on hold)")
    hold = identity_hold(remark, user(), name_accepted=False)
    assert hold is not None
    assert (hold.code, hold.about) == ("identity_mismatch", {"only_name_differs": True})
    assert "the list says name “Anna Bauer (on hold)”, Genesys says “Anna Bauer”" in hold.message
    assert hold.message.endswith("Check who is meant, and whether they are leaving.")
    assert identity_hold(remark, user(), name_accepted=True) is None
    same = user(name="Anna  Bauer (on hold)")
    assert identity_hold(remark, same, name_accepted=False) is None


def test_identifiers_that_could_not_be_compared_are_told() -> None:
    """A warning says for how many rows."""
    blank = user(email="", employee_id=None)
    told = row(email="anna@x.example", employee_id="7")
    assert unconfirmed_identifiers(told, blank) == ("e-mail", "employee number")
    assert unconfirmed_identifiers(told, user(employee_id="7")) == ()


@pytest.mark.parametrize(
    ("protected", "held"),
    [
        ({"user-1"}, "protected"),
        ({"anna@x.example"}, "protected"),
        ({"user-2"}, None),
        (set(), None),
    ],
)
def test_protected_people(protected: set[str], held: str | None) -> None:
    """By id or address, in lower case."""
    hold = protected_hold(user(email="Anna@X.example"), protected)
    assert code(hold) == held
    assert hold is None or (hold.status, hold.retry) == ("skipped", False)


def test_who_is_deleted_needs_nothing() -> None:
    """The row is done, and no rerun looks at it again."""
    hold = deleted_hold(user(state="deleted"))
    assert hold is not None
    assert (hold.status, hold.code, hold.retry) == ("already_done", "", False)
    assert deleted_hold(user(state="inactive")) is None


def test_an_empty_address_is_not_protected_by_an_empty_entry() -> None:
    """Nobody is protected by having no address."""
    assert protected_hold(user(email=""), {"someone@x.example"}) is None


@pytest.mark.parametrize(
    ("due", "held"),
    [
        (None, None),
        (date(2026, 11, 22), None),
        (date(2026, 11, 23), None),
        (date(2026, 11, 24), "not_due"),
    ],
)
def test_a_row_is_due_from_its_day_on(due: date | None, held: str | None) -> None:
    """Skipped with retry yes until then."""
    hold = due_hold(row(due=due), date(2026, 11, 23))
    assert code(hold) == held
    assert hold is None or (hold.status, hold.retry) == ("skipped", True)
    assert hold is None or hold.about == {"due": "2026-11-24"}


def test_rows_that_agree_are_done_once() -> None:
    """The first stands, the others name it."""
    rows = [row(2, user_id="user-1"), row(5, email="anna@x.example"), row(9, user_id="user-1")]
    holds = repeated_holds([(each, user()) for each in rows], {})
    assert {number: (hold.code, hold.about["other_row"]) for number, hold in holds.items()} == {
        5: ("duplicate", 2),
        9: ("duplicate", 2),
    }
    assert {hold.retry for hold in holds.values()} == {False}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"due": date(2026, 1, 1)}, {"due": date(2026, 2, 1)}),
        ({"due": date(2026, 1, 1)}, {}),
        ({"email": "a@x.example"}, {"email": "b@x.example"}),
        ({"employee_id": "1"}, {"employee_id": "2"}),
        ({"name": "Anna Bauer"}, {"name": "Ben Castro"}),
    ],
)
def test_rows_that_disagree_are_all_held(one: dict[str, Any], other: dict[str, Any]) -> None:
    """It is not known which one is right."""
    holds = repeated_holds([(row(2, **one), user()), (row(3, **other), user())], {})
    assert {number: (hold.code, hold.retry) for number, hold in holds.items()} == {
        2: ("conflicting_rows", False),
        3: ("conflicting_rows", False),
    }
    assert holds[2].about == {"rows": [2, 3]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Anna Bauer"}, {}),
        ({}, {"name": "Anna Bauer"}),
        ({"name": "Anna Bauer"}, {"name": "Bauer, A."}),
        ({"email": "a@x.example"}, {"employee_id": "7"}),
    ],
)
def test_a_cell_that_is_blank_disagrees_with_nothing(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    """The second row is a duplicate."""
    holds = repeated_holds([(row(2, **one), user()), (row(3, **other), user())], {})
    assert {number: hold.code for number, hold in holds.items()} == {3: "duplicate"}


def test_different_people_are_not_repeated() -> None:
    """Nothing is held."""
    assert repeated_holds([(row(2), user(1)), (row(3), user(2))], {}) == {}


def test_a_row_that_an_earlier_run_has_done_comes_first_and_is_not_held() -> None:
    """The new row is its duplicate, or conflicts with it."""
    settled = {"user-1": row(7, user_id="user-1")}
    same = repeated_holds([(row(2, user_id="user-1"), user())], settled)
    other = repeated_holds([(row(2, due=date(2026, 1, 1)), user())], settled)
    assert {number: (hold.code, hold.about) for number, hold in same.items()} == {
        2: ("duplicate", {"other_row": 7})
    }
    assert {number: hold.code for number, hold in other.items()} == {2: "conflicting_rows"}
    new = [(row(2, user_id="user-1"), user()), (row(3, due=date(2026, 1, 1)), user())]
    three = repeated_holds(new, settled)
    assert [hold.message for hold in three.values()] == [
        "Rows 7, 2 and 3 are the same person with different dates or identifiers."
    ] * 2


@pytest.mark.parametrize(
    ("told", "found_earlier", "expected"),
    [
        ({"email": "Anna@X.example"}, EarlierMatch("user-9", "anna@x.example", False), True),
        ({"email": "ben@x.example"}, EarlierMatch("user-9", "anna@x.example", False), False),
        ({"email": "strasse@x.example"}, EarlierMatch("user-9", "straße@x.example", False), False),
        ({"email": "ben@x.example"}, EarlierMatch("user-9", "anna@x.example", True), True),
        ({"user_id": "user-1"}, EarlierMatch("user-9", "anna@x.example", False), False),
        ({"employee_id": "7"}, EarlierMatch("user-9", "anna@x.example", False), True),
        ({"employee_id": "7"}, EarlierMatch("user-1", "anna@x.example", True), False),
        ({"employee_id": "7"}, EarlierMatch("", "", False), False),
        ({"employee_id": "7"}, None, False),
    ],
)
def test_a_row_that_finds_another_person_than_earlier_is_held(
    told: dict[str, str], found_earlier: EarlierMatch | None, expected: bool
) -> None:
    """Unless a person has corrected the row before anything was changed for it."""
    hold = another_person_hold(row(**told), user(), found_earlier)
    assert code(hold) == ("row_changed" if expected else None)
    if hold is not None:
        assert (hold.status, hold.retry) == ("failed", True)
        assert "user-9 (anna@x.example)" in hold.message
        assert "Anna Bauer (user-1)" in hold.message
        assert "by another row" not in hold.message


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"email": "anna@x.example"}, True),
        ({"user_id": "user-1"}, True),
        ({"email": "anna@x.example", "name": "Ben Roy"}, True),
        ({"email": "anna@x.example", "name": "Anna Bauer"}, False),
        ({"user_id": "user-1", "email": "anna@x.example"}, False),
        ({"email": "anna@x.example", "employee_id": "8"}, True),
    ],
)
def test_whom_another_row_found_is_no_correction_unless_the_row_confirms_it(
    told: dict[str, str], expected: bool
) -> None:
    """Else a column that was sorted by itself would give everybody somebody else's day."""
    found_earlier = EarlierMatch("user-9", "ben@x.example", False)
    hold = another_person_hold(row(**told), user(), found_earlier, {"user-1", "user-9"})
    assert code(hold) == ("row_changed" if expected else None)
    assert hold is None or "for another row" in hold.message
