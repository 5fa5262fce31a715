"""Why requests wait, in words."""

from batch_offboard.record.events import Paused

ONE_CALL = "this call"
"""The scope of a pause that holds up no other request."""

_WHICH = {ONE_CALL: " (one request)", "all tokens": ""}
"""By scope: which requests wait; any other scope is its own name."""


def pause_reason(event: Paused) -> str:
    """The reason of a pause, and which requests wait if not all do."""
    which = _WHICH.get(event.scope, f" ({event.scope})")
    return f"{event.reason.removesuffix('.')}{which}."
