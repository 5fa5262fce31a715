"""Checks of the values in a call's arguments: each returns the value, or raises.

The SDK does not make path parameters safe: `..` or an empty id reaches another route, and "me"
ends our own token [measured]. An id that is not a GUID is therefore a defect of this program. Every
check raises InvalidCallError, before anything is sent.
"""

import re
from collections.abc import Mapping, Sequence

from batch_offboard.offboarding.models import ALL_DIVISIONS, Json

Arguments = Mapping[str, Json]
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class InvalidCallError(ValueError):
    """A call that must never be sent; always a defect of this program."""


def objects(arguments: Arguments, name: str) -> list[Arguments]:
    """The JSON objects in the list under `name`."""
    return [checked_object(value, name) for value in values(arguments, name)]


def guid(arguments: Arguments, name: str) -> str:
    """The id under `name`: a GUID in canonical form, with dashes and in lower case."""
    return _checked_guid(arguments.get(name), name)


def guids(arguments: Arguments, name: str, at_most: int) -> list[str]:
    """The ids under `name`: at least one, and no more than `at_most`."""
    ids = [_checked_guid(value, name) for value in values(arguments, name)]
    if not 1 <= len(ids) <= at_most:
        raise InvalidCallError(f"{name}: {len(ids)} ids, where 1 to {at_most} are allowed")
    return ids


def guid_or_all(value: Json, name: str) -> str:
    """`value` as a division id, or "*" for all divisions; `name` is for the error."""
    return ALL_DIVISIONS if value == ALL_DIVISIONS else _checked_guid(value, name)


def number(arguments: Arguments, name: str) -> int:
    """The whole number under `name`, such as a version."""
    value = arguments.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidCallError(f"{name}: {value!r} is not a whole number")
    return value


def truth(arguments: Arguments, name: str) -> bool:
    """The boolean under `name`."""
    value = arguments.get(name)
    if not isinstance(value, bool):
        raise InvalidCallError(f"{name}: {value!r} is neither true nor false")
    return value


def choice(arguments: Arguments, name: str, allowed: Sequence[str]) -> str:
    """The word under `name`, one of `allowed`: the SDK would change an unknown one [measured]."""
    value = arguments.get(name)
    if not isinstance(value, str) or value not in allowed:
        raise InvalidCallError(f"{name}: {value!r} is not one of {', '.join(allowed)}")
    return value


def values(arguments: Arguments, name: str) -> Sequence[Json]:
    """The list under `name`."""
    value = arguments.get(name)
    if not isinstance(value, list | tuple):
        raise InvalidCallError(f"{name}: {value!r} is not a list")
    return value


def checked_object(value: Json, name: str) -> Arguments:
    """`value` as a JSON object; `name` is for the error."""
    if not isinstance(value, Mapping):
        raise InvalidCallError(f"{name}: {value!r} is not an object")
    return value


def is_guid(value: Json) -> bool:
    """Whether this is a GUID in canonical form, with dashes and in lower case."""
    return isinstance(value, str) and _GUID.fullmatch(value) is not None


def _checked_guid(value: Json, name: str) -> str:
    if isinstance(value, str) and is_guid(value):
        return value
    raise InvalidCallError(f"{name}: {value!r} is not a GUID in canonical form")
