"""The message to a Genesys admin about permissions that the OAuth client lacks."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from batch_offboard.commands.check import Checked, DivisionCheck, PermissionCheck
from batch_offboard.offboarding.steps.remove_from_queues import VIEW


def request_to_admin(checked: Checked) -> tuple[str, ...]:
    """The lines of the message; empty if no permission is known to be missing."""
    missing = [each for each in checked.permissions if each.held is False]
    uncovered = tuple(_uncovered(checked))
    partial = dict(_partly_held(checked, uncovered))
    if not missing and not uncovered and not partial:
        return ()
    return tuple(_request(checked, missing, uncovered, partial))


def _uncovered(checked: Checked) -> Iterator[str]:
    """The divisions that no role of the client covers: it holds none of its permissions there."""
    held = [each.permission for each in checked.permissions if each.held]
    if checked.divisions is not None:
        for division in checked.divisions:
            if held and all(division.permissions[each] is False for each in held):
                yield _name(division)
    elif str(VIEW) in held:
        yield from checked.unseen or ()


def _partly_held(checked: Checked, uncovered: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """Each permission held in some divisions only, with the other divisions that are covered."""
    for each in checked.permissions:
        lacking = [
            _name(division)
            for division in checked.divisions or ()
            if division.permissions[each.permission] is False and _name(division) not in uncovered
        ]
        if each.held and lacking:
            yield each.permission, lacking


def _name(division: DivisionCheck) -> str:
    return division.name or division.id


def _request(
    checked: Checked,
    missing: Sequence[PermissionCheck],
    uncovered: Sequence[str],
    partial: Mapping[str, list[str]],
) -> Iterator[str]:
    """The message to the admin, line by line."""
    identity = checked.identity
    name = identity.client_name or identity.client_id
    yield f"Please change the roles of this OAuth client in {identity.organisation.name}:"
    yield f"Admin > Integrations > OAuth > {name} > Roles (client id {identity.client_id})."
    if needed := [each for each in missing if each.needed]:
        yield "Needed. The client needs a role with these permissions in all divisions:"
        yield from (f"  {each.permission}" for each in needed)
    if optional := [each for each in missing if not each.needed]:
        yield "Optional. A run can begin without these, but does not do what is in brackets:"
        yield from (f"  {each.permission} ({each.purpose})" for each in optional)
    if uncovered:
        yield "Its role does not cover these divisions. Please add them:"
        yield from (f"  {each}" for each in uncovered)
    if partial:
        yield "These permissions are missing in some divisions. Please add those divisions:"
        yield from (f"  {each} in {', '.join(where)}" for each, where in partial.items())
