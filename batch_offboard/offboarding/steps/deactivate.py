"""Set the person to inactive: they cannot log in any more, and lose all their own roles."""

from collections.abc import Iterable, Iterator

from batch_offboard.offboarding.models import Call, Snapshot
from batch_offboard.offboarding.steps.base import Fact, Left, Permission


class Deactivate:
    """PATCH `state`, alone with the version, one person a call: there is no bulk form."""

    name = "deactivate"
    title = "Setting inactive"
    undo_title = "Setting back to active, giving roles back"
    unit = "people"
    permissions: tuple[Permission, ...] = (Permission(("directory:user:edit",)),)
    reads: frozenset[Fact] = frozenset({Fact.USER})

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """One call for each person who is still active."""
        for person in people:
            if person.user.state == "active":
                yield _set_state(person, "inactive")

    def left(self, person: Snapshot) -> Iterator[Left]:
        """The person's state, while it is active."""
        if person.user.state == "active":
            yield Left("still active")

    def undo(self, pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """Back to active first, then the role grants that setting inactive took away."""
        for before, now in pairs:
            if before.user.state != "active":
                continue
            if now.user.state == "inactive":
                yield _set_state(now, "active")
            elif now.user.state == "active" and before.grants and now.grants is not None:
                held = {(grant.role_id, grant.division_id) for grant in now.grants}
                missing = [
                    {"role_id": grant.role_id, "division_id": grant.division_id}
                    for grant in before.grants
                    if (grant.role_id, grant.division_id) not in held
                ]
                if missing:
                    arguments = {"user_id": now.user.id, "grants": missing}
                    yield Call("add_grants", arguments, (now.row,))


def _set_state(person: Snapshot, state: str) -> Call:
    arguments = {"user_id": person.user.id, "state": state, "version": person.user.version}
    return Call("set_state", arguments, (person.row,))
