"""One decision for each row of the list: the person to offboard, or why the row is held. Pure.

`people` judges one row and one user; this module adds what rows imply about each other.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from batch_offboard.offboarding.models import User
from batch_offboard.offboarding.names import names_agree
from batch_offboard.offboarding.people import (
    ANSWERED,
    EarlierMatch,
    Hold,
    another_person_hold,
    column_hold,
    deleted_hold,
    due_hold,
    identity_hold,
    protected_hold,
    unconfirmed_identifiers,
)
from batch_offboard.offboarding.unused_columns import held_by_unused_columns
from batch_offboard.termination_list.identifiers import compared
from batch_offboard.termination_list.models import IDENTIFYING, Termination, UnusedColumn

Match = tuple[Termination, User]

_FEWEST_UNKNOWN = 3
"""If at least this many identifiers are unknown and none is known, the column is the cause."""

_OTHER_SYSTEM = (
    " No other user id on the list was found either. If these ids are from another system, "
    "declare the column unused. People are then found by e-mail address or employee number."
)
"""What is added for a user id if none on the list was found."""

PersonOrHold = User | Hold
"""Who a row is, or why it is not attempted."""


@dataclass(frozen=True)
class EarlierRuns:
    """What the earlier runs of a chain know about the rows that a rerun attempts.

    `matches` has, by row, the person they found by it. `logged_in` are the rows whose person may
    have logins from before they were set to inactive. `standing` has, by user id, the rows that are
    carried over: another row for the same person is a duplicate of it. `held` are rows that no
    longer mean the person of their result.
    """

    matches: Mapping[int, EarlierMatch] = field(default_factory=dict)
    logged_in: Collection[int] = frozenset()
    standing: Mapping[str, Termination] = field(default_factory=dict)
    held: Mapping[int, Hold] = field(default_factory=dict)

    @cached_property
    def found(self) -> frozenset[str]:
        """The user ids of everybody that earlier runs found by the attempted rows."""
        return frozenset(each.user_id for each in self.matches.values())


NO_EARLIER_RUNS = EarlierRuns()


@dataclass(frozen=True, slots=True)
class IdentityRules:
    """The rules for deciding about a row, beside the row and the person found.

    `protected` are user ids and e-mail addresses in lower case; `accepted_names` are the rows whose
    differing name a person has checked and accepted. `unused_columns` are those of the list that
    nobody has declared unused: one that fits the people is still a guard.
    """

    today: date
    accepted_names: Collection[int] = frozenset()
    protected: Collection[str] = frozenset()
    unused_columns: Sequence[UnusedColumn] = ()
    earlier: EarlierRuns = NO_EARLIER_RUNS


def people_or_holds(
    rows: Sequence[Termination], found: Mapping[int, User | Hold], rules: IdentityRules
) -> dict[int, PersonOrHold]:
    """For every row the person to offboard, or why it is held.

    `found` has, by row, the person that its identifier leads to, or the hold if there is none.
    """
    matches: list[Match] = []
    holds: dict[int, Hold] = {}
    found = _with_column_blamed(rows, found)
    people = {row: each for row, each in found.items() if isinstance(each, User)}
    contradicted = held_by_unused_columns(rows, people, rules.unused_columns)
    for row in rows:
        user = people.get(row.row)
        if user is not None:
            hold = _person_hold(row, user, contradicted.get(row.row), rules)
            if hold is None:
                matches.append((row, user))
            else:
                holds[row.row] = hold
    holds |= repeated_holds(matches, rules.earlier.standing)
    return {row.row: _decision(row, found[row.row], holds.get(row.row), rules) for row in rows}


def unknown_field(
    rows: Sequence[Termination], found: Mapping[int, User | Hold]
) -> tuple[str, int] | None:
    """The field of a column of which Genesys knows no value, and how many values it has.

    None unless no user id on the list exists, or no row led to anybody. Then the column or the
    organisation is the cause, not each single cell.
    """
    unknown = [row for row in rows if _is_unknown(found[row.row])]
    for name in IDENTIFYING:
        of_column = [row for row in rows if _looked_up_by(row) == name]
        whole = all(_is_unknown(found[row.row]) for row in of_column)
        alone = name == "user_id" or len(unknown) == len(rows)
        if whole and alone and len(of_column) >= _FEWEST_UNKNOWN:
            return name, len(of_column)
    return None


def _is_unknown(found: User | Hold) -> bool:
    return isinstance(found, Hold) and found.code == "user_not_found"


def _looked_up_by(row: Termination) -> str:
    return next((name for name in IDENTIFYING if getattr(row, name)), "")


def _with_column_blamed(
    rows: Sequence[Termination], found: Mapping[int, User | Hold]
) -> Mapping[int, User | Hold]:
    """`found`, the holds marked where a whole column is unknown: no row of it is mistyped."""
    unknown = unknown_field(rows, found)
    of_column = [row for row in rows if unknown and _looked_up_by(row) == unknown[0]]
    has_others = all(row.user_id and (row.email or row.employee_id) for row in of_column)
    said = _OTHER_SYSTEM if has_others else ""
    blamed = {
        row.row: replace(
            hold,
            message=hold.message + said,
            about={**hold.about, "whole_column_unknown": True},
        )
        for row in of_column
        if isinstance(hold := found[row.row], Hold)
    }
    return {**found, **blamed}


def _person_hold(
    row: Termination, user: User, contradicted: str | None, rules: IdentityRules
) -> Hold | None:
    earlier = rules.earlier
    return (
        another_person_hold(row, user, earlier.matches.get(row.row), earlier.found)
        or identity_hold(row, user, name_accepted=row.row in rules.accepted_names)
        or (column_hold(contradicted) if contradicted else None)
        or protected_hold(user, rules.protected)
    )


def _decision(
    row: Termination, found: User | Hold, hold: Hold | None, rules: IdentityRules
) -> PersonOrHold:
    not_due = due_hold(row, rules.today)
    if isinstance(found, Hold):
        return not_due or found
    decided = hold or not_due or deleted_hold(found)
    if decided is None:
        return found
    # Beside a changed row its first person stays, so that the next rerun sees the change too.
    user = None if decided.code == "row_changed" else found
    return replace(decided, user=user, http_status=ANSWERED)


def unconfirmed_counts(
    rows: Iterable[Termination],
    found: Mapping[int, User | Hold],
    decisions: Mapping[int, PersonOrHold],
) -> Counter[str]:
    """How many rows have an identifier that Genesys has no value for, by the identifier.

    Only rows that lead to a person count, even if the person is not due or was deleted.
    """
    return Counter(
        label
        for row in rows
        if isinstance(user := found[row.row], User) and _leads_to_a_person(decisions[row.row])
        for label in unconfirmed_identifiers(row, user)
    )


def _leads_to_a_person(decision: PersonOrHold) -> bool:
    return isinstance(decision, User) or decision.code in ("", "not_due")


def repeated_holds(
    matches: Iterable[Match], standing: Mapping[str, Termination]
) -> dict[int, Hold]:
    """Holds for rows that mean the same person as another row.

    If the rows agree, all but the first are held as duplicates. If they disagree about date or
    identifiers, all are held, because it is not known which one is right. `standing` is that of
    EarlierRuns: these rows come first and are never held.
    """
    by_person: defaultdict[str, list[Termination]] = defaultdict(list)
    for row, user in matches:
        if not by_person[user.id] and user.id in standing:
            by_person[user.id].append(standing[user.id])
        by_person[user.id].append(row)
    holds: dict[int, Hold] = {}
    for rows in by_person.values():
        if len(rows) > 1:
            holds.update(_repeated(rows))
    for row in standing.values():
        holds.pop(row.row, None)
    return holds


def _repeated(rows: Sequence[Termination]) -> dict[int, Hold]:
    """By row: holds for rows of the same person, which repeat or contradict each other."""
    first, *others = rows
    numbers = [row.row for row in rows]
    if all(_agree(one, other) for one in rows for other in rows):
        about = {"other_row": first.row}
        message = f"The same person as row {first.row}."
        return {
            row.row: Hold("skipped", "duplicate", message, retry=False, about=about)
            for row in others
        }
    *before, last = map(str, numbers)
    named = f"{', '.join(before)} and {last}"
    message = f"Rows {named} are the same person with different dates or identifiers."
    hold = Hold("skipped", "conflicting_rows", message, retry=False, about={"rows": numbers})
    return dict.fromkeys(numbers, hold)


def _agree(one: Termination, other: Termination) -> bool:
    pairs = (
        (one.user_id, other.user_id),
        (one.email, other.email),
        (one.employee_id, other.employee_id),
    )
    same = all(not a or not b or compared(a) == compared(b) for a, b in pairs)
    names = not one.names or not other.names or _share_a_name(one.names, other.names)
    return same and names and one.due == other.due


def _share_a_name(one: Iterable[str], other: Sequence[str]) -> bool:
    return any(names_agree(name, each) for name in one for each in other)
