"""Reads that lag: for a while after a change, some reads still show what was before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

ReadKind = Literal["users", "members", "user_queues", "groups", "search", "conversations"]
READ_KINDS: tuple[ReadKind, ...] = get_args(ReadKind)


@dataclass
class _Stale:
    before: Any
    until: float
    reads_left: int | None


class Lag:
    """What each read of a changed object still shows.

    While `start`ed, every change is remembered with what was before; it is shown for
    `seconds`, or for the next `reads` reads of the object, whichever is given.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._stale: dict[tuple[ReadKind, str], _Stale] = {}
        self._seconds: float | None = None
        self._reads: int | None = None
        self._kinds: frozenset[ReadKind] = frozenset()

    def start(
        self, *, seconds: float | None, reads: int | None, kinds: tuple[ReadKind, ...]
    ) -> None:
        """From now on changes are seen late."""
        self._seconds, self._reads, self._kinds = seconds, reads, frozenset(kinds)

    def stop(self) -> None:
        """From now on changes are seen at once; those already late stay late."""
        self._kinds = frozenset()

    def remember(self, kind: ReadKind, object_id: str, before: Callable[[], Any]) -> None:
        """To be called just before an object changes; `before` copies what reads show of it."""
        if kind not in self._kinds:
            return
        until = float("inf") if self._seconds is None else self.clock() + self._seconds
        self._stale[kind, object_id] = _Stale(before(), until, self._reads)

    def shown(self, kind: ReadKind, object_id: str) -> Any:
        """What a read of this object still shows, or None when it shows the present."""
        stale = self._stale.get((kind, object_id))
        if stale is None:
            return None
        if self.clock() >= stale.until or stale.reads_left == 0:
            del self._stale[kind, object_id]
            return None
        if stale.reads_left is not None:
            stale.reads_left -= 1
        return stale.before
