"""What is left behind, in sentences: for the plan, and for each person in the results."""

from collections.abc import Collection, Iterator, Sequence

from batch_offboard.offboarding.lacking import lacks_in_words
from batch_offboard.offboarding.leftovers import Findings, Sessions, Unseen, phones_of
from batch_offboard.offboarding.models import User
from batch_offboard.offboarding.steps import STEPS
from batch_offboard.offboarding.steps.revoke_tokens import RevokeTokens
from batch_offboard.wording import counted_of


def plan_sentences(found: Findings, steps: Collection[str]) -> Iterator[str]:
    """What should be dealt with before people leave, and what could not be looked at.

    `steps` are the names of the steps of the run.
    """
    if found.sessions is not None:
        yield from _sessions(found.sessions, steps)
    for each in found.unseen:
        yield _unseen(each)


def _sessions(found: Sessions, steps: Collection[str]) -> Iterator[str]:
    if not found.logged_in:
        return
    are = "is" if found.logged_in == 1 else "are"
    who = counted_of(found.logged_in, found.people, "person")
    talking = f", {found.in_conversation:,} of them in a conversation"
    yield f"{who} {are} logged in now{talking if found.in_conversation else ''}."
    if found.in_conversation and RevokeTokens.name in steps:
        what = "it" if found.in_conversation == 1 else "these conversations"
        yield f"Note: {STEPS[RevokeTokens.name].title.lower()} may cut {what}."


def _unseen(found: Unseen) -> str:
    if found.lacks:
        return f"Not looked at: {found.what}. The OAuth client lacks {lacks_in_words(found.lacks)}."
    return (
        f"Perhaps not seen: {found.what}. It is unknown whether the OAuth client has "
        f"{found.permission}."
    )


def left_behind(user: User) -> str:
    """What still reaches a person as last read, though they are inactive; may be empty."""
    if user.state == "active":
        return ""
    return "; ".join((*_login(user), *_phones(user)))


def _login(user: User) -> Iterator[str]:
    if user.is_logged_in:
        yield f"still shown as {'on queue' if user.is_on_queue else 'logged in'}"


def _phones(user: User) -> Iterator[str]:
    """`still has +49 30 1234 and the phone Desk 12`."""
    if user.numbers is None:
        return
    things = [*user.numbers, *(f"the phone {name}" for name in phones_of(user))]
    if things:
        yield f"still has {_joined(things)}"


def _joined(things: Sequence[str]) -> str:
    return things[0] if len(things) == 1 else f"{', '.join(things[:-1])} and {things[-1]}"
