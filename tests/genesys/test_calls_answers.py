"""What the outcome of a writing call means."""

import pytest

from batch_offboard.genesys.calls import Understood, answer_of
from batch_offboard.genesys.errors import Failure, Kind
from batch_offboard.genesys.operations import OPERATIONS
from batch_offboard.offboarding.models import ApiError


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("refused", "refused"),
        ("limited", "refused"),
        ("retryable", "refused"),
        ("auth", "refused"),
        ("conflict", "conflict"),
        ("unknown", "unknown"),
    ],
)
def test_a_failure_by_its_kind(kind: Kind, outcome: str) -> None:
    """What was limited or never left was not done."""
    failure = Failure(kind, ApiError(None, "code", "text"))
    assert answer_of(OPERATIONS["release_station"], failure).outcome == outcome


@pytest.mark.parametrize(
    ("operation", "status", "outcome"),
    [
        ("revoke_tokens", 204, "done"),
        ("revoke_tokens", 200, "unknown"),
        ("remove_language", 200, "done"),
    ],
)
def test_what_no_reading_confirms_has_one_status(operation: str, status: int, outcome: str) -> None:
    """A page of some proxy with status 200 is no log-out."""
    answer = answer_of(OPERATIONS[operation], Understood(None, status, "c"))
    assert (answer.outcome, answer.status) == (outcome, status)


@pytest.mark.parametrize(
    ("operation", "status", "outcome"),
    [
        ("revoke_tokens", 404, "done"),
        ("revoke_tokens", 403, "refused"),
        ("revoke_tokens", None, "refused"),
        ("remove_language", 404, "refused"),
        ("remove_language", None, "refused"),
    ],
)
def test_nobody_there_to_log_out_is_done(operation: str, status: int | None, outcome: str) -> None:
    """Only the refusal that says there was nothing to change; never one without a status."""
    failure = Failure("refused", ApiError(status, "not.found", "text", "c"))
    assert answer_of(OPERATIONS[operation], failure).outcome == outcome
