"""What the OAuth client may not look at: optional reads whose permission is missing."""

from collections.abc import Iterable

from batch_offboard.offboarding.lacks import Lack, is_held
from batch_offboard.offboarding.leftovers import Unseen
from batch_offboard.offboarding.models import Snapshot
from batch_offboard.offboarding.steps import Permission
from batch_offboard.run.session import Run


async def unseen_of(
    run: Run, what: str, permission: Permission, people: Iterable[Snapshot]
) -> Unseen | None:
    """What cannot be seen of these people, or perhaps cannot, for want of a permission."""
    permitted = await run.permissions.permitted((permission,))
    answers = {
        person.user.division: is_held(permission, person.user.division.id, permitted)
        for person in people
    }
    lacks = tuple(Lack(permission, each) for each, held in answers.items() if held is False)
    doubtful = bool(lacks) or None in answers.values()
    return Unseen(what, permission=permission, lacks=lacks) if doubtful else None
