"""Who a row of the list is: exactly one person in Genesys, or a reason why not.

Offboarding the wrong person is the worst thing this program can do. So every identifier that the
row carries and that Genesys holds must agree, and a doubt holds the row instead of guessing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from batch_offboard.offboarding.models import ApiError, Json, User
from batch_offboard.offboarding.names import names_agree
from batch_offboard.termination_list.identifiers import compared
from batch_offboard.termination_list.models import Termination

HoldStatus = Literal["already_done", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a row is not attempted: status and code of the results file, and a sentence.

    `user` is the person where one was found. `http_status` and `correlation_id` are those of the
    answer that decided it, where there was one. `unread` is true where something could not be read.
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
    """A hold for a row with a user id that Genesys does not know."""
    return Hold(
        "failed",
        "user_not_found",
        f"Genesys knows no user with the id {user_id}: {error.message}",
        retry=True,
        http_status=error.status,
        correlation_id=error.correlation_id,
    )


def chosen(candidates: Sequence[User], sought: str) -> User | Hold:
    """The one person among the users who carry the identifier `sought`, or why there is none.

    A deleted user counts only when there is no other.
    """
    living = [user for user in candidates if user.state != "deleted"]
    users = living or list(candidates)
    if not users:
        message = f"Genesys knows nobody with {sought}."
        return Hold("failed", "user_not_found", message, retry=True, http_status=ANSWERED)
    if len(users) > 1:
        named = " and ".join(f"{user.id} ({user.name}, {user.state})" for user in users)
        message = f"More than one person in Genesys has {sought}: {named}."
        return Hold("failed", "ambiguous_person", message, retry=True, http_status=ANSWERED)
    return users[0]


def identity_hold(row: Termination, user: User, *, name_accepted: bool) -> Hold | None:
    """A hold when something on the row contradicts what Genesys says about `user`.

    A value that Genesys does not hold is no contradiction. Names are compared forgivingly, and
    only a differing name can be accepted by a person who has looked.
    """
    different = [
        f"the list says {label} “{wanted}”, Genesys says “{held}”"
        for label, wanted, held in _compared(row, user)
        if compared(wanted) != compared(held)
    ]
    name_differs = bool(row.name and user.name and not names_agree(row.name, user.name))
    if name_differs and not name_accepted:
        different.append(f"the list says name “{row.name}”, Genesys says “{user.name}”")
    if not different:
        return None
    only_name = name_differs and len(different) == 1
    message = f"The row and the person in Genesys differ: {'; '.join(different)}."
    about = {"only_name_differs": only_name}
    return Hold("skipped", "identity_mismatch", message, retry=False, about=about)


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


def another_person_hold(row: Termination, user: User, earlier: EarlierMatch | None) -> Hold | None:
    """A hold for a row that nobody has corrected and that now finds another person than earlier.

    An address or a number may have been given to somebody new since. A person who writes another
    user id or address into a row that was never begun has corrected it.
    """
    if earlier is None or earlier.user_id in ("", user.id):
        return None
    other_address = row.email and compared(row.email) != compared(earlier.email)
    if not earlier.changed and (row.user_id or other_address):
        return None
    message = (
        f"An earlier run found {earlier.user_id} ({earlier.email}) by this row; now it finds "
        f"{user.name} ({user.id})."
    )
    return Hold("failed", "row_changed", message, retry=True)


def protected_hold(user: User, protected: Collection[str]) -> Hold | None:
    """A hold for a user whose id or e-mail address is among the `protected` (in lower case)."""
    if user.id.lower() not in protected and user.email.lower() not in protected:
        return None
    message = f"{user.name} is on the list of protected users (guards.protected)."
    return Hold("skipped", "protected", message, retry=False)


def due_hold(row: Termination, today: date) -> Hold | None:
    """A hold for a row whose day has not come."""
    if row.due is None or row.due <= today:
        return None
    message = f"Due on {row.due.isoformat()}; today is {today.isoformat()}."
    return Hold("skipped", "not_due", message, retry=True, about={"due": row.due.isoformat()})


def deleted_hold(user: User) -> Hold | None:
    """A hold for a user who is deleted: the row is done already."""
    if user.state != "deleted":
        return None
    message = f"{user.name} is deleted in Genesys: nothing is left to do."
    return Hold("already_done", "", message, retry=False)
