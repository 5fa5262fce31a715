"""The permissions that the OAuth client lacks in the divisions where calls need them. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from batch_offboard.offboarding.models import ALL_DIVISIONS, Call, Named, Queue, Snapshot, User
from batch_offboard.offboarding.people import Hold
from batch_offboard.offboarding.steps import STEPS, Permission

CODE = "missing_permission"
_SHOWN_DIVISIONS = 10

Permitted = Mapping[str, frozenset[str] | None]
"""By permission: the ids of the divisions where the client holds it (`*`: all); None: unknown."""

_STEP_OF = {operation: step for step in STEPS.values() for operation in step.effects}


@dataclass(frozen=True, slots=True)
class Lack:
    """A permission that the client lacks in a division where a person or a queue is."""

    permission: Permission
    division: Named


def is_held(permission: Permission, division_id: str, permitted: Permitted) -> bool | None:
    """Whether the client holds any of the permission's alternatives in this division.

    None if that is unknown, as it may be for an empty `division_id`.
    """
    answers = [permitted.get(each) for each in permission.any_of]
    if any(held and not held.isdisjoint((ALL_DIVISIONS, division_id)) for held in answers):
        return True
    return None if None in answers or not division_id else False


def lacks_by_row(
    calls: Iterable[Call],
    people: Mapping[int, Snapshot],
    queues: Mapping[str, Queue],
    permitted: Permitted,
) -> dict[int, tuple[Lack, ...]]:
    """By row: the permissions that the client is known to lack for the row's calls, if any.

    `people` are by row. The division of a queue that is not among `queues` is unknown.
    """
    found: defaultdict[int, dict[Lack, None]] = defaultdict(dict)
    # What is held in all divisions, as with most clients, need not be looked up for each row.
    everywhere = {name for name, held in permitted.items() if ALL_DIVISIONS in (held or ())}
    for call in calls:
        for permission in _STEP_OF[call.operation].permissions_for(call):
            for row in call.rows if everywhere.isdisjoint(permission.any_of) else ():
                division = _division(permission, call, people[row].user, queues)
                if is_held(permission, division.id, permitted) is False:
                    found[row][Lack(permission, division)] = None
    return {row: tuple(lacks) for row, lacks in found.items()}


def _division(permission: Permission, call: Call, user: User, queues: Mapping[str, Queue]) -> Named:
    queue = queues.get(str(call.arguments.get("queue_id")))
    if permission.division_of == "queue" and queue is not None:
        return queue.division
    return user.division if permission.division_of == "person" else Named("")


def lacking_hold(lacks: Iterable[Lack], user: User) -> Hold:
    """The hold for a row whose calls need these permissions."""
    missing = lacks_in_words(lacks)
    message = f"The OAuth client lacks {missing}."
    return Hold("failed", CODE, message, retry=True, about={"missing": missing}, user=user)


def lacks_in_words(lacks: Iterable[Lack]) -> str:
    """`directory:user:edit in the division Berlin`; several are grouped by divisions."""
    divisions: defaultdict[str, set[str]] = defaultdict(set)
    for each in lacks:
        divisions[str(each.permission)].add(each.division.name or each.division.id)
    names: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for permission in sorted(divisions):
        names[tuple(sorted(divisions[permission]))].append(permission)
    return ", and ".join(_in_divisions(needed, where) for where, needed in names.items())


def _in_divisions(permissions: list[str], divisions: tuple[str, ...]) -> str:
    """Permissions, and the divisions in which they are missing."""
    noun = "division" if len(divisions) == 1 else "divisions"
    return f"{' and '.join(permissions)} in the {noun} {_joined(list(_cut(divisions)))}"


def _cut(names: tuple[str, ...]) -> Iterator[str]:
    """The first divisions, and how many more there are."""
    yield from names[:_SHOWN_DIVISIONS]
    if len(names) > _SHOWN_DIVISIONS:
        yield f"{len(names) - _SHOWN_DIVISIONS} more"


def _joined(names: list[str]) -> str:
    """Names in a row, with “and” before the last."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
