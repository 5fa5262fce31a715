"""What a Genesys admin has to give the OAuth client, in words that can be sent as they are."""

from collections.abc import Iterator

from batch_offboard.commands.check import Checked


def request_to_admin(checked: Checked) -> tuple[str, ...]:
    """The lines to send to a Genesys admin; none if nothing is missing."""
    missing = [each.permission for each in checked.permissions if each.held is False]
    unseen = checked.unseen or ()
    return tuple(_request(checked, missing, unseen)) if missing or unseen else ()


def _request(checked: Checked, missing: list[str], divisions: tuple[str, ...]) -> Iterator[str]:
    identity = checked.identity
    name = identity.client_name or identity.client_id
    yield f"Please change the roles of an OAuth client in {identity.organisation.name}:"
    yield f"Admin > Integrations > OAuth > {name} > Roles (client id {identity.client_id})."
    if missing:
        yield "It needs a role with these permissions, for all divisions:"
        yield from (f"  {each}" for each in missing)
    if divisions:
        yield "Its role is missing in these divisions. Please add them to it:"
        yield from (f"  {each}" for each in divisions)
