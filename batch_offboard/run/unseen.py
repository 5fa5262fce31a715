"""What the OAuth client cannot look at: optional reads whose permission is missing."""

from collections.abc import Iterable

from batch_offboard.offboarding.lacks import Lack, is_held
from batch_offboard.offboarding.leftovers import Unseen
from batch_offboard.offboarding.models import Snapshot
from batch_offboard.offboarding.steps import Permission
from batch_offboard.run.session import Run


async def unseen_of(
    run: Run, what: str, permission: Permission, people: Iterable[Snapshot]
) -> Unseen | None:
    """What may be hidden about these people for lack of a permission; None if nothing is."""
    permitted = await run.permissions.permitted((permission,))
    answers = {
        person.user.division: is_held(permission, person.user.division.id, permitted)
        for person in people
    }
    lacks = tuple(Lack(permission, each) for each, held in answers.items() if held is False)
    doubtful = bool(lacks) or None in answers.values()
    return Unseen(what, permission=permission, lacks=lacks) if doubtful else None
