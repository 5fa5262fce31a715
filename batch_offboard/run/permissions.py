"""What the OAuth client may do and see, checked before anything is changed."""

from collections.abc import Sequence

from batch_offboard.errors import MissingPermissionError
from batch_offboard.genesys.concurrency import together
from batch_offboard.offboarding.lacks import lacking_hold, lacks_by_row
from batch_offboard.offboarding.models import ALL_DIVISIONS, ApiError, Call
from batch_offboard.offboarding.steps import permissions_needed
from batch_offboard.run.permitted import Permissions
from batch_offboard.run.progress import Progress
from batch_offboard.run.session import Run


async def check_permissions(run: Run) -> None:
    """Raise MissingPermissionError when the client lacks what a configured step needs."""
    needed = permissions_needed(run.settings.steps)
    needs = tuple(dict.fromkeys(permission for permission, _ in needed))
    held = dict(zip(needs, await together(*map(run.permissions.held, needs)), strict=True))
    missing = [
        f"{permission} (for {purpose})"
        for permission, purpose in needed
        if held[permission] is False
    ]
    if missing:
        raise MissingPermissionError(
            f"The OAuth client lacks {', '.join(missing)}. Nothing was changed. Ask a Genesys "
            "admin to add what is missing to its role (Admin > Integrations > OAuth). It is needed "
            "in every division with people or queues of this list."
        )


async def hold_lacking(run: Run, progress: Progress, calls: Sequence[Call]) -> bool:
    """Hold the rows whose calls need what the client is known to lack; returns whether any are.

    This takes a request for each permission that the steps need, whatever the number of rows.
    """
    steps = run.settings.steps if calls else ()
    needs = [each for step in steps for each in step.permissions if each.division_of]
    permitted = await run.permissions.permitted(needs)
    found = lacks_by_row(calls, progress.people, progress.queues, permitted)
    for row, lacks in sorted(found.items()):
        progress.lacks.update(lacks)
        progress.hold(run, row, lacking_hold(lacks, progress.people[row].user))
    return bool(found)


async def unseen_divisions(permissions: Permissions) -> tuple[str, ...] | None:
    """The names of the divisions whose queues the client cannot see; None if unknown."""
    seen = await permissions.divisions("routing:queue:view")
    if seen is not None and ALL_DIVISIONS in seen:
        return ()
    divisions = await permissions.existing_divisions()
    if seen is None or isinstance(divisions, ApiError):
        return None
    return tuple(sorted(each.name for each in divisions if each.id not in seen))


async def warn_of_unseen_divisions(run: Run) -> None:
    """Warn when there are divisions whose queues the client cannot see, or may be."""
    unseen = await unseen_divisions(run.permissions)
    if unseen is None:
        run.warn(
            "divisions_unknown",
            "Could not check whether the OAuth client sees the queues of every division, so no "
            "row is marked as verified.",
        )
    elif unseen:
        run.warn(
            "divisions_unseen",
            "The OAuth client does not see the queues of these divisions, so people stay in "
            f"them: {', '.join(unseen)}.",
            unseen,
        )
