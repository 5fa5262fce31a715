"""What is left behind, in sentences: for the plan, and for each person in the results."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from batch_offboard.offboarding.lacks import lacks_in_words
from batch_offboard.offboarding.leftovers import Findings, Sessions, Unseen, phones_of
from batch_offboard.offboarding.limits import DAYS_PER_QUERY
from batch_offboard.offboarding.models import Leftovers, Snapshot, User
from batch_offboard.offboarding.steps import STEPS
from batch_offboard.offboarding.steps.hand_over_callbacks import HandOverCallbacks
from batch_offboard.offboarding.steps.revoke_tokens import RevokeTokens
from batch_offboard.wording import counted, counted_of, plural

MANAGED = (
    "A directory manages users here. Offboard these people there too, or the directory may set "
    "them active again."
)
"""What the plan says where a directory (SCIM) manages users."""
_ASK = "Before you start, ask a Genesys admin to"
_SHOWN_NAMES = 12
_BETWEEN = "; "
_LAST_HOLDER = "nobody else had"
_MEDIA = {"voice": "call", "email": "e-mail", "message": "message", "chat": "chat"}


def plan_sentences(found: Findings, steps: Collection[str]) -> Iterator[str]:
    """What should be dealt with before people leave, and what could not be looked at.

    `steps` are the names of the steps of the run.
    """
    if found.sessions is not None:
        yield from _sessions(found.sessions, steps)
    yield from _work(found.people, steps)
    yield from _roles(found)
    if found.ownerless:
        groups = _cut(found.ownerless)
        yield f"Groups left without an owner: {groups}. {_ASK} name an owner for each."
    yield from _others(found.people)
    if found.has_directory:
        yield MANAGED
    for each in found.unseen:
        yield _unseen(each)
    yield from _advice(found.unseen)


def _sessions(found: Sessions, steps: Collection[str]) -> Iterator[str]:
    """How many people are logged in, or in a conversation, before the run."""
    if not found.logged_in:
        return
    are = "is" if found.logged_in == 1 else "are"
    who = counted_of(found.logged_in, found.people, "person")
    talking = f", {found.in_conversation:,} of them in a conversation"
    yield f"{who} {are} logged in now{talking if found.in_conversation else ''}."
    if found.in_conversation and RevokeTokens.name in steps:
        what = "it" if found.in_conversation == 1 else "these conversations"
        yield f"Note: {STEPS[RevokeTokens.name].title.lower()} may interrupt {what}."


def _work(people: Sequence[Snapshot], steps: Collection[str]) -> Iterator[str]:
    """Callbacks and conversations that people still have, and what becomes of them."""
    kept = [(each.user, _callbacks(each.leftovers)) for each in people]
    if HandOverCallbacks.name in steps:
        handed = [(each.user, _callbacks(each.leftovers, to_queue=True)) for each in people]
        yield from _handed_over(handed)
        kept = [(each.user, _callbacks(each.leftovers, to_queue=False)) for each in people]
    yield from _to_ask("hand over", "callback", kept)
    others = [(each.user, _conversations(each.leftovers)) for each in people]
    begun = f" (begun in the last {DAYS_PER_QUERY} days)"
    yield from _to_ask("hand over", "open conversation", others, begun)


def _roles(found: Findings) -> Iterator[str]:
    """Roles that nobody will have once these people have left."""
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for person in found.people:
        for role in person.leftovers.roles if person.leftovers else ():
            holders[role].append(_name(person.user))
    for role, names in sorted(holders.items()):
        who = f"only leavers have the role {role}: {_cut(names)}"
        yield f"Note: {who}. {_ASK} give it to somebody else."
    if found.doubtful_roles:
        yield f"Note: perhaps only leavers have these roles: {_cut(found.doubtful_roles)}."


def _others(people: Sequence[Snapshot]) -> Iterator[str]:
    """Direct reports, forwarded calls and OAuth clients of these people."""
    known = [(each.user, each.leftovers) for each in people if each.leftovers]
    reports = [(user, len(found.direct_reports)) for user, found in known]
    yield from _to_ask("name another manager for", "direct report", reports)
    forwarded = [_with(user, found.forwarded_to) for user, found in known if found.forwarded_to]
    if forwarded:
        yield f"People whose calls are forwarded: {_cut(forwarded)}. {_ASK} turn this off."
    clients = [_with(user, found.clients) for user, found in known if found.clients]
    if clients:
        whose = f"People whose OAuth clients keep working: {_cut(clients)}"
        yield f"{whose}. {_ASK} replace the secrets."


def _with(user: User, things: Sequence[str]) -> str:
    return f"{_name(user)} ({', '.join(things)})"


def _callbacks(found: Leftovers | None, *, to_queue: bool | None = None) -> int:
    """How many callbacks; with `to_queue`, of those that can or cannot go to their queues."""
    callbacks = (found.callbacks if found else None) or ()
    return sum(to_queue in (None, each.may_go_to_queue) for each in callbacks)


def _conversations(found: Leftovers | None) -> int:
    return sum(found.conversations.values()) if found else 0


def _handed_over(counts: Iterable[tuple[User, int]]) -> Iterator[str]:
    """`7 callbacks of 3 people: Ann Lee (4), Bob Roy (2) and 1 more.`, and where they go."""
    found = [(user, count) for user, count in counts if count]
    total = sum(count for _, count in found)
    if total:
        to = "It goes back to its queue" if total == 1 else "They go back to their queues"
        callbacks_of_people = f"{counted(total, 'callback')} of {counted(len(found), 'person')}"
        yield f"{callbacks_of_people}: {_cut(_each(found))}. {to} first."


def _to_ask(
    what: str, noun: str, counts: Iterable[tuple[User, int]], more: str = ""
) -> Iterator[str]:
    """`… ask a Genesys admin to hand over 7 callbacks: Ann Lee (4), Bob Roy (2) and 1 more.`"""
    found = [(user, count) for user, count in counts if count]
    if found:
        things = counted(sum(count for _, count in found), noun)
        whose = f": {_cut(_each(found))}" if found[1:] else f" of {_name(found[0][0])}"
        yield f"{_ASK} {what} {things}{more}{whose}."


def _each(found: Iterable[tuple[User, int]]) -> list[str]:
    return [f"{_name(user)} ({count:,})" for user, count in found]


def _name(user: User) -> str:
    return user.name or user.id


def _cut(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - _SHOWN_NAMES
    return ", ".join(names[:_SHOWN_NAMES]) + (f" and {more} more" if more > 0 else "")


def _unseen(found: Unseen) -> str:
    """What could not be checked, or not for sure, and why."""
    if found.lacks:
        return f"Not checked: {found.what}. The OAuth client lacks {lacks_in_words(found.lacks)}."
    if _is_unchecked(found):
        return f"Not checked: {found.what}. {found.why}"
    return (
        f"Perhaps incomplete: {found.what}. It is unknown whether the OAuth client has "
        f"{found.permission}."
    )


def _advice(unseen: Iterable[Unseen]) -> Iterator[str]:
    """What to do about all that was not checked; nothing if all was."""
    unchecked = [each for each in unseen if _is_unchecked(each)]
    if not unchecked:
        return
    them = "these" if unchecked[1:] else "this"
    permissions = ", or give the OAuth client the missing permissions"
    lacking = any(each.lacks or each.lacks_permission for each in unchecked)
    yield f"To check {them} too: ask a Genesys admin{permissions if lacking else ''}."


def _is_unchecked(found: Unseen) -> bool:
    """Whether it is sure that not all could be looked at."""
    return bool(found.lacks) or found.permission is None


def left_behind(user: User, found: Leftovers | None = None, earlier: str = "") -> str:
    """What still reaches, or depends on, a person as last read; empty while they are active.

    What an `earlier` run said of roles is kept: they are gone, so nobody can see it again.
    """
    if user.state == "active":
        return ""
    depends = (*_unfinished(found), *_dependent(found)) if found else ()
    kept = (each for each in earlier.split(_BETWEEN) if each.startswith(_LAST_HOLDER))
    said = (*_login(user), *_phones(user), *depends, *kept)
    return _BETWEEN.join(dict.fromkeys(said))


def last_roles(found: Leftovers | None) -> str:
    """The roles that nobody else had, as far as they were read; may be empty."""
    return _BETWEEN.join(_last_holder(found)) if found else ""


def _last_holder(found: Leftovers) -> Iterator[str]:
    """The roles that nobody else had."""
    if found.roles:
        yield f"{_LAST_HOLDER} the {_named('role', found.roles)}"


def _login(user: User) -> Iterator[str]:
    """That Genesys still shows the person as logged in."""
    if user.is_logged_in:
        yield f"still shown as {'on queue' if user.is_on_queue else 'logged in'}"


def _phones(user: User) -> Iterator[str]:
    """`still has +49 30 1234 and the phone Desk 12`."""
    if user.numbers is None:
        return
    things = [*user.numbers, *(f"the phone {name}" for name in phones_of(user))]
    if things:
        yield f"still has {_joined(things)}"


def _unfinished(found: Leftovers) -> Iterator[str]:
    """`2 callbacks and 1 open e-mail were theirs`."""
    things = [counted(len(found.callbacks), "callback")] if found.callbacks else []
    for medium, count in found.conversations.items():
        things.append(counted(count, f"open {_MEDIA.get(medium, 'conversation')}"))
    if things:
        verb = "was" if things[1:] == [] and things[0].startswith("1 ") else "were"
        yield f"{_joined(things)} {verb} theirs"


def _dependent(found: Leftovers) -> Iterator[str]:
    """What depends on the person: roles, groups, direct reports, calls, OAuth clients."""
    yield from _last_holder(found)
    if found.groups:
        yield f"owns the {_named('group', found.groups)}"
    if found.direct_reports:
        yield f"is the manager of {_joined(found.direct_reports)}"
    if found.forwarded_to:
        off = "ask a Genesys admin to turn this off"
        yield f"calls are forwarded to {_joined(found.forwarded_to)} ({off})"
    if found.clients:
        secret = "its secret" if len(found.clients) == 1 else "their secrets"
        renew = f"ask a Genesys admin to replace {secret}"
        yield f"created the {_named('OAuth client', found.clients)} ({renew})"


def _named(noun: str, names: Sequence[str]) -> str:
    return f"{noun if len(names) == 1 else plural(noun)} {_joined(names)}"


def _joined(things: Sequence[str]) -> str:
    """Things in a row, with “and” before the last."""
    return things[0] if len(things) == 1 else f"{', '.join(things[:-1])} and {things[-1]}"
