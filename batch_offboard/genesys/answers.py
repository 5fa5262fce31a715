"""What the outcome of a writing call means."""

from collections.abc import Mapping
from typing import Literal

from batch_offboard.genesys.calls import Understood
from batch_offboard.genesys.errors import Failure, Kind
from batch_offboard.genesys.operation import Operation
from batch_offboard.offboarding.models import Answer, ApiError, Json

_OUTCOMES: Mapping[Kind, Literal["refused", "conflict", "unknown"]] = {
    "refused": "refused",
    "limited": "refused",
    "retryable": "refused",
    "auth": "refused",
    "conflict": "conflict",
    "unknown": "unknown",
}
"""What a writing call's last failure means: what was limited or never left was not done."""


def answer_of(operation: Operation, outcome: Understood[Json] | Failure) -> Answer:
    """The answer to a writing call, from what became of its last try."""
    if isinstance(outcome, Understood):
        return _understood(operation, outcome)
    error = outcome.error
    if error.status is not None and error.status == operation.nothing_there:
        return Answer("done", error.status, error.correlation_id)
    return Answer(_OUTCOMES[outcome.kind], error.status, error.correlation_id, error=error)


def _understood(operation: Operation, outcome: Understood[Json]) -> Answer:
    status, correlation_id = outcome.status, outcome.correlation_id
    if operation.only_status in (None, status):
        return Answer("done", status, correlation_id, outcome.value)
    message = f"Genesys' answer is not what was asked for: status {status}."
    error = ApiError(status, "unusable_answer", message, correlation_id)
    return Answer("unknown", status, correlation_id, error=error)
