"""The checks that every argument passes before it may reach a call.

The SDK does not make path parameters safe: `..` or an empty id hits another route, and "me" ends
our own token [measured]. So an id that is no GUID is a defect, found before anything is sent.
"""

import re
from collections.abc import Mapping, Sequence

from batch_offboard.offboarding.models import ALL_DIVISIONS, Json

Arguments = Mapping[str, Json]
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class InvalidCallError(ValueError):
    """A call that must never be sent; always a defect of this program."""


def guid(arguments: Arguments, name: str) -> str:
    """The id `name`, in canonical form."""
    return _checked_guid(arguments.get(name), name)


def guids(arguments: Arguments, name: str, at_most: int) -> list[str]:
    """The ids `name`, at least one and no more than Genesys takes in one call."""
    values = [_checked_guid(value, name) for value in listed(arguments, name)]
    if not 1 <= len(values) <= at_most:
        raise InvalidCallError(f"{name}: {len(values)} ids, where 1 to {at_most} are allowed")
    return values


def guid_or_all(value: Json, name: str) -> str:
    """A division id, or "*" for all divisions."""
    return ALL_DIVISIONS if value == ALL_DIVISIONS else _checked_guid(value, name)


def number(arguments: Arguments, name: str) -> int:
    """The whole number `name`, such as a version."""
    value = arguments.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidCallError(f"{name}: {value!r} is not a whole number")
    return value


def choice(arguments: Arguments, name: str, allowed: Sequence[str]) -> str:
    """The word `name`, one of `allowed`: the SDK lets unknown ones through changed [measured]."""
    value = arguments.get(name)
    if not isinstance(value, str) or value not in allowed:
        raise InvalidCallError(f"{name}: {value!r} is none of {', '.join(allowed)}")
    return value


def listed(arguments: Arguments, name: str) -> Sequence[Json]:
    """The list `name`."""
    value = arguments.get(name)
    if not isinstance(value, list | tuple):
        raise InvalidCallError(f"{name}: {value!r} is not a list")
    return value


def objects(arguments: Arguments, name: str) -> list[Arguments]:
    """The list of objects `name`."""
    values = listed(arguments, name)
    if not all(isinstance(value, Mapping) for value in values):
        raise InvalidCallError(f"{name}: not a list of objects")
    return [value for value in values if isinstance(value, Mapping)]


def _checked_guid(value: Json, name: str) -> str:
    if isinstance(value, str) and _GUID.fullmatch(value):
        return value
    raise InvalidCallError(f"{name}: {value!r} is not a GUID in canonical form")
