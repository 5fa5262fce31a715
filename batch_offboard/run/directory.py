"""Whether a directory (SCIM) manages the users of the organisation: read only."""

from datetime import timedelta

from batch_offboard.offboarding.leftovers import AUDITS_SEEN, DIRECTORY, Unseen, forbidden, unread
from batch_offboard.offboarding.limits import DAYS_OF_AUDITS
from batch_offboard.offboarding.models import ApiError
from batch_offboard.run.session import Run

SERVICE = "SCIM"
"""The service under which audits name what a directory wrote."""


async def find_directory(run: Run) -> bool | Unseen:
    """Whether a directory has written in the last days; or why that could not be looked at.

    Two requests, whatever the number of people.
    """
    if await run.permissions.held(AUDITS_SEEN) is False:
        return forbidden(DIRECTORY, AUDITS_SEEN)
    services = await run.genesys.audited_services()
    if isinstance(services, ApiError):
        return unread(DIRECTORY, services)
    if SERVICE not in services:
        return Unseen(DIRECTORY, f"Genesys does not list {SERVICE} among its recent audits.")
    end = run.clock.now().replace(microsecond=0)
    found = await run.genesys.is_audited(SERVICE, (end - timedelta(days=DAYS_OF_AUDITS), end))
    return unread(DIRECTORY, found) if isinstance(found, ApiError) else found
