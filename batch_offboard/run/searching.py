"""Looking people up by what a list knows of them, many values a query."""

from collections import defaultdict
from typing import Literal

from batch_offboard.offboarding.models import ApiError, User
from batch_offboard.run.session import Run
from batch_offboard.termination_list.identifiers import compared

Field = Literal["email", "employee_id"]


async def search(
    run: Run, field: Field, values: tuple[str, ...]
) -> dict[str, list[User]] | ApiError:
    """The users by the value, as `compared` has it, that they share with the list.

    What comes back is compared exactly but for case. Deleted users are asked for only where there
    is no other.
    """
    hits: defaultdict[str, list[User]] = defaultdict(list)
    for states in (("active", "inactive"), ("deleted",)):
        sought = tuple(value for value in values if value not in hits)
        if not sought:
            break
        users = await run.genesys.search_users(field, sought, states=states)
        if isinstance(users, ApiError):
            return users
        for user in users:
            value = compared(getattr(user, field) or "")
            if value in sought:
                hits[value].append(user)
    return hits
