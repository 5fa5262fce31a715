"""The writing calls: sent, answered, their effect read again, given up for a row."""

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
    """The outcome of a writing call; on disk before anything else is done for its rows."""

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
    """The effect of a call that was refused or had an unknown outcome, as read again.

    `rows` are those that need nothing more. `ours` is false if the call was refused: the change was
    made by someone else.
    """

    call_id: int
    rows: tuple[int, ...]
    ours: bool
    at: str
    kind: Literal["effect_read"] = "effect_read"


@dataclass(frozen=True, slots=True)
class RowGivenUp:
    """A step that could not be completed for a row and is not tried again.

    `target_id` is the queue, group or team that the refused call was about, if there was one.
    """

    row: int
    step: str
    error: ApiError
    at: str
    target_id: str = ""
    kind: Literal["row_given_up"] = "row_given_up"


CallEvent = CallStarted | CallAnswered | EffectRead | RowGivenUp
