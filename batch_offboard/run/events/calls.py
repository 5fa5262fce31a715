"""The writing calls, before each leaves and after, and what became of their rows."""

from dataclasses import dataclass
from typing import Literal

from batch_offboard.offboarding.models import Answer, ApiError, Call


@dataclass(frozen=True, slots=True)
class CallStarted:
    """A writing call is about to leave; on disk before it does."""

    call_id: int
    step: str
    call: Call
    at: str
    kind: Literal["call_started"] = "call_started"


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """What became of a writing call; on disk before anything else is done for its rows."""

    call_id: int
    outcome: Literal["done", "refused", "conflict", "unknown"]
    at: str
    status: int | None = None
    correlation_id: str | None = None
    error: ApiError | None = None
    kind: Literal["call_answered"] = "call_answered"

    @classmethod
    def of(cls, call_id: int, answer: Answer, at: str) -> "CallAnswered":
        """The event for `answer`, without the body."""
        return cls(call_id, answer.outcome, at, answer.status, answer.correlation_id, answer.error)


@dataclass(frozen=True, slots=True)
class EffectRead:
    """What reading again showed about a call that was refused or whose outcome was unknown.

    `rows` are those for whom nothing more is needed. `ours` is false when the call was refused, so
    that what is gone was gone already.
    """

    call_id: int
    rows: tuple[int, ...]
    ours: bool
    at: str
    kind: Literal["effect_read"] = "effect_read"


@dataclass(frozen=True, slots=True)
class RowGivenUp:
    """A step that could not be completed for a row: it is not taken further."""

    row: int
    step: str
    error: ApiError
    at: str
    kind: Literal["row_given_up"] = "row_given_up"
