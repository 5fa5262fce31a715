"""Bulk calls: combining rows into one call, and splitting a call that was refused."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from batch_offboard.offboarding.limits import MEMBERS_PER_CALL
from batch_offboard.offboarding.models import Call, Json

T = TypeVar("T")
RowValues = Sequence[tuple[int, Json]]
"""Each row that a call serves, with its own value."""

_LISTS = ("user_ids", "members")
"""The arguments that hold one entry per row of a bulk call, in the order of its rows."""


def chunks(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """`items` in order, `size` at a time."""
    iterator = iter(items)
    while chunk := tuple(islice(iterator, size)):
        yield chunk


def calls_by_target(
    operation: str,
    id_name: str,
    argument: str,
    entries: Mapping[str, RowValues],
    size: int = MEMBERS_PER_CALL,
) -> Iterator[Call]:
    """Bulk calls on every target that has `entries` by its id."""
    for target_id, rows in entries.items():
        yield from bulk_calls(operation, {id_name: target_id}, argument, rows, size)


def bulk_calls(
    operation: str,
    target: Mapping[str, Json],
    argument: str,
    entries: RowValues,
    size: int = MEMBERS_PER_CALL,
) -> Iterator[Call]:
    """Calls on one target (a queue, a group) for many rows, at most `size` rows per call.

    The values of the `entries` become the list `argument`.
    """
    for chunk in chunks(entries, size):
        values = [value for _, value in chunk]
        yield Call(operation, {**target, argument: values}, tuple(row for row, _ in chunk))


def halves(call: Call) -> tuple[Call, ...]:
    """The two halves of a bulk call, or nothing when it serves one row only."""
    if len(call.rows) < 2:
        return ()
    middle = len(call.rows) // 2
    return (_part(call, slice(0, middle)), _part(call, slice(middle, None)))


def without_rows(call: Call, rows: Container[int]) -> Call | None:
    """The call for its other rows; None when it serves no other."""
    kept = [number for number, row in enumerate(call.rows) if row not in rows]
    if len(kept) == len(call.rows):
        return call
    return _at(call, kept) if kept else None


def _part(call: Call, part: slice) -> Call:
    return _at(call, range(len(call.rows))[part])


def _at(call: Call, numbers: Sequence[int]) -> Call:
    """The call for the rows at these places."""
    arguments: dict[str, Json] = {
        name: [value[number] for number in numbers]
        if name in _LISTS and isinstance(value, list)
        else value
        for name, value in call.arguments.items()
    }
    return Call(call.operation, arguments, tuple(call.rows[number] for number in numbers))


def singly(call: Call) -> tuple[Call, ...]:
    """One call per role grant, from a call that gives a person several; empty for other calls."""
    grants = call.arguments.get("grants")
    if not isinstance(grants, list) or len(grants) < 2:
        return ()
    return tuple(replace(call, arguments={**call.arguments, "grants": [each]}) for each in grants)


def same_target(call: Call, other: Call) -> bool:
    """Whether both calls do the same thing to the same queue, group or user."""
    return _target(call) == _target(other)


def target_of(call: Call) -> str:
    """The id of the queue, group or team that a call concerns; empty where it is the user alone."""
    return next((str(each) for name, each in _target(call)[1].items() if name != "user_id"), "")


def _target(call: Call) -> tuple[str, dict[str, Json]]:
    return call.operation, {
        name: value for name, value in call.arguments.items() if name.endswith("_id")
    }
