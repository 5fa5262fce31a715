"""Who a row of the list is: exactly one person in Genesys, or a reason why not.

Offboarding the wrong person is the worst thing this program can do. So every identifier that the
row carries and that Genesys holds must agree, and a doubt holds the row instead of guessing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from batch_offboard.offboarding.models import ApiError, Json, User
from batch_offboard.offboarding.names import names_agree, why_names_differ
from batch_offboard.termination_list.alphabets import foreign_letters
from batch_offboard.termination_list.cleaning import cleaned_name
from batch_offboard.termination_list.identifiers import compared
from batch_offboard.termination_list.models import Termination
from batch_offboard.termination_list.name_remarks import holds_more_than_a_name
from batch_offboard.termination_list.oddities import number_oddity, same_numbers

HoldStatus = Literal["already_done", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a row is not attempted: status and code of the results file, and a sentence.

    `user` is the person where one was found. `http_status` and `correlation_id` are those of the
    deciding answer, if there was one. `unread` is true if something could not be read.
    """

    status: HoldStatus
    code: str
    message: str
    retry: bool
    about: Mapping[str, Json] = field(default_factory=dict)
    user: User | None = None
    http_status: int | None = None
    correlation_id: str | None = None
    unread: bool = False


ANSWERED = 200
"""The HTTP status of the answer that decides about a person who was found."""


@dataclass(frozen=True, slots=True)
class EarlierMatch:
    """The person that an earlier run found by a row, and whether it changed anything for them."""

    user_id: str
    email: str
    changed: bool


def problem_hold(row: Termination) -> Hold | None:
    """A hold for a row that the list itself makes unusable."""
    if row.problem is None:
        return None
    problem = row.problem
    return Hold(problem.status, problem.code, problem.message, retry=problem.retry)


def unreadable(error: ApiError, what: str = "", user: User | None = None) -> Hold:
    """A hold for a row whose person could not be read, or `what` they hold: `The role grants`."""
    return Hold(
        "failed",
        error.code,
        f"{what} could not be read: {error.message}" if what else error.message,
        retry=True,
        user=user,
        http_status=error.status,
        correlation_id=error.correlation_id,
        unread=True,
    )


def unknown_id(user_id: str, error: ApiError) -> Hold:
    """A hold for a row whose user id does not exist in Genesys."""
    return Hold(
        "failed",
        "user_not_found",
        f"No Genesys user has the id {user_id}: {error.message}",
        retry=True,
        http_status=error.status,
        correlation_id=error.correlation_id,
    )


def chosen(candidates: Sequence[User], sought: str) -> User | Hold:
    """The one person among the users with the identifier `sought`, or the hold if there is none.

    A deleted user counts only when there is no other.
    """
    living = [user for user in candidates if user.state != "deleted"]
    users = living or list(candidates)
    if not users:
        message = " ".join(
            filter(None, (f"No Genesys user has {sought}.", foreign_letters(sought)))
        )
        return Hold("failed", "user_not_found", message, retry=True, http_status=ANSWERED)
    if len(users) > 1:
        named = " and ".join(f"{user.id} ({user.name}, {user.state})" for user in users)
        message = f"More than one Genesys user has {sought}: {named}."
        return Hold("failed", "ambiguous_person", message, retry=True, http_status=ANSWERED)
    return users[0]


def chosen_by_number(row: Termination, hits: Mapping[str, Sequence[User]]) -> User | Hold:
    """The one person whose employee number is the row's, or why it is not certain who that is.

    `hits` has the users by number, as `compared` has it: of the number as it stands and of those
    with zeros in front, which a spreadsheet may have dropped. A person found only with added zeros
    must be confirmed by a name.
    """
    number = row.employee_id or ""
    exact = hits.get(compared(number), ())
    padded = [user for each in row.padded_numbers for user in hits.get(compared(each), ())]
    living = [user for user in padded if user.state != "deleted"]
    padded = living or ([] if exact else padded)
    if not padded:
        answer = chosen(exact, f"the employee number {number}")
        return answer if exact or isinstance(answer, User) else _explained(answer, number)
    if not exact and len(padded) == 1 and _name_fits(row, padded[0]):
        return padded[0]
    shown = " and ".join(f"{each.employee_id} ({each.name})" for each in padded)
    exists = "too" if exact else "instead"
    message = (
        f"The employee number is {number}, but Genesys has {shown} {exists}. Did Excel drop the "
        "leading zeros?"
    )
    return Hold("failed", "damaged_id", message, retry=True, http_status=ANSWERED)


def _explained(hold: Hold, number: str) -> Hold:
    """The hold for a number that nobody has, with what is odd about how the list writes it."""
    oddity = number_oddity(number)
    if not oddity:
        return hold
    code = hold.code if number.isdigit() else "damaged_id"
    return replace(hold, code=code, message=f"{hold.message} {oddity}")


def _name_fits(row: Termination, user: User) -> bool:
    return any(names_agree(name, user.name) for name in row.names)


NAME_DIFFERS = "the list says name “"
"""How the part of an `identity_mismatch` about the name begins."""


_MORE_THAN_NAME = (
    "The list has more than a name there. Check who is meant, and whether they are leaving."
)


def identity_hold(row: Termination, user: User, *, name_accepted: bool) -> Hold | None:
    """A hold when something on the row contradicts what Genesys says about `user`.

    A value that Genesys does not hold is no contradiction, and of several names one that fits is
    enough. Names are compared leniently, and only a differing name can be accepted by a person
    after a check.
    """
    different = [
        f"the list says {label} “{wanted}”, Genesys says “{held}”"
        for label, wanted, held in _compared(row, user)
        if compared(held) not in map(compared, _spellings(row, wanted))
    ]
    fits = not row.names or not user.name or _name_fits(row, user)
    is_more = holds_more_than_a_name(row.more_than_name, user.name)
    more = cleaned_name(row.more_than_name) if is_more else ""
    name_differs = not fits or bool(more)
    causes: list[str] = []
    if name_differs and not name_accepted:
        names = more or "” or “".join(row.names)
        different.append(f"{NAME_DIFFERS}{names}”, Genesys says “{user.name}”")
        causes += [_MORE_THAN_NAME] if more else []
        if not fits:
            causes += filter(None, (why_names_differ(name, user.name) for name in row.names))
    if not different:
        return None
    only_name = name_differs and len(different) == 1
    said = f"The row and the person in Genesys differ: {'; '.join(different)}."
    message = " ".join((said, *causes))
    about = {"only_name_differs": only_name}
    return Hold("skipped", "identity_mismatch", message, retry=False, about=about)


def _spellings(row: Termination, wanted: str) -> tuple[str, ...]:
    """An identifier of the row, and what an employee number was before a spreadsheet changed it."""
    if wanted != row.employee_id:
        return (wanted,)
    return (wanted, *row.padded_numbers, *same_numbers(wanted))


def column_hold(message: str) -> Hold:
    """A hold because of an unused column that fits the other people on the list."""
    return Hold("skipped", "identity_mismatch", message, retry=False)


def unconfirmed_identifiers(row: Termination, user: User) -> tuple[str, ...]:
    """The identifiers on the row that Genesys holds no value for, so nothing was compared."""
    pairs = (
        ("e-mail", row.email, user.email),
        ("employee number", row.employee_id, user.employee_id),
    )
    return tuple(label for label, wanted, held in pairs if wanted and not held)


def _compared(row: Termination, user: User) -> list[tuple[str, str, str]]:
    triples = (
        ("id", row.user_id, user.id),
        ("e-mail", row.email, user.email),
        ("employee number", row.employee_id, user.employee_id),
    )
    return [(label, wanted, held) for label, wanted, held in triples if wanted and held]


def another_person_hold(
    row: Termination,
    user: User,
    earlier: EarlierMatch | None,
    found_earlier: Collection[str] = (),
) -> Hold | None:
    """A hold for an uncorrected row that now leads to another person than in an earlier run.

    An address or a number may have been given to somebody new since. A row that was never begun
    counts as corrected if its user id or address was edited. But if an earlier run found that
    person by another row, and nothing else on this row confirms them, a column was probably sorted
    by itself. `found_earlier` has the user ids of all people that the earlier run found.
    """
    if earlier is None or earlier.user_id in ("", user.id):
        return None
    other_address = row.email and compared(row.email) != compared(earlier.email)
    moved = user.id in found_earlier and not _is_confirmed(row, user)
    if not earlier.changed and (row.user_id or other_address) and not moved:
        return None
    by_another = ", which that run found for another row" if moved else ""
    message = (
        f"An earlier run found {earlier.user_id} ({earlier.email}) for this row. Now the row leads "
        f"to {user.name} ({user.id}){by_another}."
    )
    return Hold("failed", "row_changed", message, retry=True)


def _is_confirmed(row: Termination, user: User) -> bool:
    """Whether the name or a second identifier of the row is this person's."""
    fitting = sum(
        compared(held) in map(compared, _spellings(row, wanted))
        for _, wanted, held in _compared(row, user)
    )
    return _name_fits(row, user) or fitting > 1


def protected_hold(user: User, protected: Collection[str]) -> Hold | None:
    """A hold for a user whose id or e-mail address is among the `protected` (in lower case)."""
    if user.id.lower() not in protected and user.email.lower() not in protected:
        return None
    message = f"{user.name} is on the protected list (guards.protected)."
    return Hold("skipped", "protected", message, retry=False)


def due_hold(row: Termination, today: date) -> Hold | None:
    """A hold for a row that is not due yet."""
    if row.due is None or row.due <= today:
        return None
    message = f"Due on {row.due.isoformat()}; today is {today.isoformat()}."
    return Hold("skipped", "not_due", message, retry=True, about={"due": row.due.isoformat()})


def deleted_hold(user: User) -> Hold | None:
    """A hold for a user who is deleted: the row is done already."""
    if user.state != "deleted":
        return None
    message = f"{user.name} is already deleted in Genesys. There is nothing to do."
    return Hold("already_done", "", message, retry=False)
