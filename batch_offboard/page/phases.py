"""The phases that a run will have, as far as they are known before it begins."""

from collections.abc import Iterator, Sequence
from typing import Literal

from batch_offboard.offboarding.steps import Step, steps_named

_READING = "Reading people"
_MEMBERSHIPS = "Reading queue memberships"
_READ_BACK = ("Reading back memberships", "Reading back states")


def phases_of(
    kind: Literal["run", "rerun", "undo"], steps: Sequence[str], *, dry_run: bool, verify: bool
) -> tuple[str, ...]:
    """The titles of a run's phases in their order; further ones may come, some may be left out."""
    taken = steps_named(steps)
    if kind == "undo":
        return (_READING,) if dry_run else (_READING, *_undone(taken), "Reading back")
    read = (_READING, _MEMBERSHIPS)
    if dry_run:
        return read
    return (*read, *(each.title for each in taken), *(_READ_BACK if verify else ()))


def _undone(steps: Sequence[Step]) -> Iterator[str]:
    for step in reversed([each for each in steps if not each.not_undone]):
        yield step.undo_title
        yield from step.undo_titles.values()
