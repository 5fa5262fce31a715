"""Why requests wait, in words."""

from batch_offboard.record.events import Paused

ONE_CALL = "this call"
"""The scope of a pause that holds up no other request."""

_WHICH = {ONE_CALL: " (one request)", "all tokens": ""}
"""By scope: which requests wait; any other scope is its own name."""


def holds_up(event: Paused) -> bool:
    """Whether a pause delays the run: others go on beside one request, and the pace is the pace."""
    return event.scope != ONE_CALL and not event.is_pace


def pause_reason(event: Paused) -> str:
    """The reason of a pause, and which requests wait if not all do."""
    which = _WHICH.get(event.scope, f" ({event.scope})")
    return f"{event.reason.removesuffix('.')}{which}."
