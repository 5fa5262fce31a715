"""Log the person out everywhere: end the logins that they had before they were set to inactive."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from batch_offboard.offboarding.models import Call, Json, Snapshot
from batch_offboard.offboarding.steps.base import Effect, Permission, Remainder, Step


def _logged_out(_arguments: Mapping[str, Json], person: Snapshot) -> Snapshot:
    return replace(person, may_be_logged_in=False)


class RevokeTokens(Step):
    """DELETE the tokens of one user (`TokensApi.delete_token`), after setting inactive.

    Before that, single sign-on may log them in again. No reading proves that a person is logged
    out. So the call is needed once for everyone who was active or on queue when this chain of runs
    first read them, and its answer is the only proof.
    """

    name = "revoke_tokens"
    title = "Logging out everywhere"
    undo_title = "They log in again themselves"
    unit = "person"
    does = "logs them out everywhere"
    permissions = (Permission(("oauth:token:delete",), "person"),)
    effects: Mapping[str, Effect] = MappingProxyType({"revoke_tokens": _logged_out})
    not_undone = "logins that were ended (people set back to active have to log in again)"

    def calls(self, people: Iterable[Snapshot]) -> Iterator[Call]:
        """One call for each person who may still be logged in."""
        for person in people:
            if person.may_be_logged_in:
                yield Call("revoke_tokens", {"user_id": person.user.id}, (person.row,))

    def left(self, person: Snapshot) -> Iterator[Remainder]:
        """The logins, until they were ended."""
        if person.may_be_logged_in:
            yield Remainder("logins", why="not ended, so the person may still be logged in")

    def undo(self, _pairs: Iterable[tuple[Snapshot, Snapshot]]) -> Iterator[Call]:
        """Nothing: a login cannot be given back."""
        yield from ()
