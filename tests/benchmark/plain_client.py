"""Offboarding in the plain way, to compare with: row by row, with the SDK as it comes."""

from __future__ import annotations

from batch_offboard.genesys import Credentials
from batch_offboard.genesys.sdk_import import quiet_import

CALLS = "get user, both queue listings, DELETE per membership, PATCH, read back (3 calls)"


class PlainClient:
    """A client as the SDK's examples have it: one user after the other, nothing shared."""

    def __init__(self, credentials: Credentials) -> None:
        with quiet_import():
            from PureCloudPlatformClientV2 import ApiClient, AuthorizationApi, RoutingApi, UsersApi

        client = ApiClient(host=credentials.domain)
        client.get_client_credentials_token(credentials.client_id, credentials.client_secret)
        self._users, self._routing = UsersApi(client), RoutingApi(client)
        self._authorization = AuthorizationApi(client)

    def offboard(self, user_id: str, *, roles: bool) -> None:
        """Set one user to inactive and take them out of every queue; `roles` keeps the grants."""
        user = self._users.get_user(user_id)
        if roles:
            self._authorization.get_authorization_subject(user_id)
        queue_ids = self._queue_ids(user_id)
        self._users.patch_user(user_id, {"state": "inactive", "version": user.version})
        for queue_id in queue_ids:
            self._routing.delete_routing_queue_member(queue_id, user_id)
        assert self._users.get_user(user_id).state == "inactive"
        assert not self._queue_ids(user_id)

    def _queue_ids(self, user_id: str) -> list[str]:
        found: list[str] = []
        for joined in (True, False):
            number = pages = 1
            while number <= pages:
                page = self._users.get_user_queues(
                    user_id, joined=joined, page_size=100, page_number=number
                )
                found += [queue.id for queue in page.entities]
                number, pages = number + 1, page.page_count or 1
        return found
