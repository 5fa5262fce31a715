"""The SDK PureCloudPlatformClientV2, made safe. The only module that imports it.

What is marked [measured] was measured with version 269.
"""

import json
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from batch_offboard import __version__
from batch_offboard.genesys.errors import UnusableAnswerError
from batch_offboard.genesys.sdk_import import lean_import, quiet_import
from batch_offboard.genesys.transport import EXCHANGE, Exchange, Transport

with quiet_import(), lean_import():
    from PureCloudPlatformClientV2.abstract_http_client import AbstractHttpClient
    from PureCloudPlatformClientV2.api_client import ApiClient
    from PureCloudPlatformClientV2.apis.analytics_api import AnalyticsApi
    from PureCloudPlatformClientV2.apis.audit_api import AuditApi
    from PureCloudPlatformClientV2.apis.authorization_api import AuthorizationApi
    from PureCloudPlatformClientV2.apis.conversations_api import ConversationsApi
    from PureCloudPlatformClientV2.apis.groups_api import GroupsApi
    from PureCloudPlatformClientV2.apis.o_auth_api import OAuthApi
    from PureCloudPlatformClientV2.apis.organization_api import OrganizationApi
    from PureCloudPlatformClientV2.apis.routing_api import RoutingApi
    from PureCloudPlatformClientV2.apis.teams_api import TeamsApi
    from PureCloudPlatformClientV2.apis.tokens_api import TokensApi
    from PureCloudPlatformClientV2.apis.users_api import UsersApi
    from PureCloudPlatformClientV2.configuration import Configuration
    from PureCloudPlatformClientV2.rest import ApiException

    _CONFIGURATION = Configuration()  # reads the home folder when it is first created

_APIS: Mapping[str, Any] = {
    api.__name__: api
    for api in (
        AnalyticsApi,
        AuditApi,
        AuthorizationApi,
        ConversationsApi,
        GroupsApi,
        OAuthApi,
        OrganizationApi,
        RoutingApi,
        TeamsApi,
        TokensApi,
        UsersApi,
    )
}
"""The SDK's classes that the table of operations names."""


class _SilentLogger:
    """Replaces the SDK's logger, which would format every call with its headers."""

    def trace(self, *_: object) -> None:
        """Log nothing."""

    debug = error = trace


def _disarm(configuration: Any) -> None:
    configuration.live_reload_config = False
    configuration.config_file_path = os.devnull
    configuration.gateway_configuration = None
    configuration.should_refresh_access_token = False
    configuration.logger.log_to_console = False
    configuration.logger = _SilentLogger()


_disarm(_CONFIGURATION)


class _SeamAnswer:
    """An answer in the form that the SDK expects from its HTTP client."""

    def __init__(self, exchange: Exchange) -> None:
        self.status = exchange.status
        self.reason = ""
        self._exchange = exchange

    @property
    def data(self) -> str:
        """The body as text, which is read of logins and refusals alone."""
        return self._exchange.body.decode("utf-8", "replace")

    def getheaders(self) -> Mapping[str, str]:
        """All headers."""
        return self._exchange.headers

    def getheader(self, name: str, default: str | None = None) -> str | None:
        """One header."""
        return self._exchange.headers.get(name, default)


class SeamClient(AbstractHttpClient):  # type: ignore[misc]  # the SDK is untyped
    """The SDK's HTTP client (`ApiClient.set_http_client`) over our transport, for logins too."""

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._transport = transport

    def request(self, http_request_options: Any) -> _SeamAnswer:
        """Send one request; raises ApiException for every status outside 2xx.

        Raises UnusableAnswerError for 206 and 207, which mean that only part was done or shown.
        """
        wanted = http_request_options
        query = f"?{urlencode(wanted.query_params)}" if wanted.query_params else ""
        self._transport.send(wanted.method, wanted.url + query, wanted.headers, _body(wanted))
        answer = _SeamAnswer(EXCHANGE.get())
        if answer.status in (206, 207):
            raise UnusableAnswerError("only part of what was asked for")
        if answer.status is None or not 200 <= answer.status < 300:
            raise ApiException(http_resp=answer)
        return answer


def _body(options: Any) -> bytes | None:
    if options.post_params:
        return urlencode(options.post_params).encode("ascii")
    return None if options.body is None else json.dumps(options.body).encode("ascii")


class PlainApiClient(ApiClient):  # type: ignore[misc]  # the SDK is untyped
    """The SDK's client, which returns plain JSON instead of models.

    A page of 100 queue members takes 46 ms of processor time as models and 2 ms as JSON, and a
    broken answer would be an empty model without an exception [measured].
    """

    def sanitize_for_serialization(self, obj: object) -> object:
        """A body as it is, because ours are plain JSON."""
        return obj

    def sanitize_params_for_serialization(self, obj: Mapping[str, object]) -> dict[str, object]:
        """Parameters or headers as they are, but for those that are None."""
        return {name: value for name, value in obj.items() if value is not None}

    def deserialize(self, response: object, response_type: object) -> object:
        """The JSON value of an answer, None for an empty body."""
        return plain_json(EXCHANGE.get().body)


def plain_json(body: bytes) -> object:
    """The JSON value of `body`, None if it is empty; raises UnusableAnswerError for other text."""
    if not body.strip():
        return None
    try:
        return json.loads(body)
    except ValueError as error:
        raise UnusableAnswerError("not JSON") from error


def new_client(host: str, transport: Transport) -> Any:
    """An API client for one token, which sends requests to `host` only (and its login host)."""
    client = PlainApiClient(host=host)
    client.gateway_configuration = None
    client.user_agent = f"batch-offboard/{__version__}"
    client.set_http_client(SeamClient(transport))
    return client


def invoke(client: Any, api: str, method: str, arguments: Mapping[str, object]) -> object:
    """Call `method` of the SDK's class `api` and return the JSON of its answer."""
    body = getattr(_APIS[api](client), method)(**arguments)
    return plain_json(EXCHANGE.get().body) if body is None else body


def log_in(client: Any, client_id: str, client_secret: str) -> Exchange:
    """Get a token for `client` with the client credentials grant; returns the login's exchange.

    Raises UnusableAnswerError for an answer without a token.
    """
    client.get_client_credentials_token(client_id, client_secret)
    if not (isinstance(client.access_token, str) and client.access_token):
        raise UnusableAnswerError("no token")
    return EXCHANGE.get()
