"""The message to a Genesys admin about permissions that the OAuth client lacks."""

from collections.abc import Iterator, Mapping

from batch_offboard.commands.check import Checked


def request_to_admin(checked: Checked) -> tuple[str, ...]:
    """The lines of the message; empty if no permission is known to be missing."""
    missing = [each.permission for each in checked.permissions if each.held is False]
    unseen, partial = checked.unseen or (), dict(_partly_held(checked))
    if not missing and not unseen and not partial:
        return ()
    return tuple(_request(checked, missing, unseen, partial))


def _partly_held(checked: Checked) -> Iterator[tuple[str, list[str]]]:
    """Each permission held in some divisions only, with the divisions in which it is missing.

    Divisions in which the client has no role at all are left out: `checked.unseen` has them.
    """
    for each in checked.permissions:
        lacking = [
            division.name or division.id
            for division in checked.divisions or ()
            if division.permissions[each.permission] is False
            and division.name not in (checked.unseen or ())
        ]
        if each.held and lacking:
            yield each.permission, lacking


def _request(
    checked: Checked,
    missing: list[str],
    divisions: tuple[str, ...],
    partial: Mapping[str, list[str]],
) -> Iterator[str]:
    """The message to the admin, line by line."""
    identity = checked.identity
    name = identity.client_name or identity.client_id
    yield f"Please change the roles of this OAuth client in {identity.organisation.name}:"
    yield f"Admin > Integrations > OAuth > {name} > Roles (client id {identity.client_id})."
    if missing:
        yield "It needs a role with these permissions in all divisions:"
        yield from (f"  {each}" for each in missing)
    if divisions:
        yield "Its role does not cover these divisions. Please add them:"
        yield from (f"  {each}" for each in divisions)
    if partial:
        yield "These permissions are missing in some divisions. Please add those divisions:"
        yield from (f"  {each} in {', '.join(where)}" for each, where in partial.items())
