"""The one place where everything that can go wrong with a call becomes a value.

`failure_of` maps any exception that the SDK, urllib3, ssl or json can raise to a Failure: the
message for people, and whether the call may be tried again.
"""

import json
import math
import re
import ssl
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Literal

from urllib3 import exceptions as u3

from batch_offboard.genesys.transport import AbortedError, Exchange
from batch_offboard.offboarding.models import ApiError

Kind = Literal["retryable", "refused", "conflict", "unknown", "auth", "limited"]
CORRELATION_ID = "ININ-Correlation-Id"
_MESSAGE_CHARACTERS = 500


class UnusableAnswerError(Exception):
    """The answer has a 2xx status, but its body is not what was asked for."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a try failed.

    `kind` is one of
    - `retryable`: it was never sent, so any call may be tried again;
    - `limited`: 429, not processed;
    - `auth`: 401, not processed;
    - `refused`: not carried out, and never will be as it stands;
    - `conflict`: refused because the user has changed meanwhile;
    - `unknown`: it was sent and may have been carried out, so only reads may be tried again.

    `limit_key` and `limit_per_minute` describe the limit that a 429 names.
    """

    kind: Kind
    error: ApiError
    retry_after_seconds: float | None = None
    limit_key: str = ""
    limit_per_minute: float | None = None


_NETWORK_ERRORS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, str], ...] = (
    (AbortedError, "aborted", "The connection was cut to end the run at once."),
    (u3.ProxyError, "proxy_failed", "The proxy did not let the connection through."),
    (u3.ProxySchemeUnsupported, "proxy_failed", "The proxy cannot be used for this connection."),
    ((u3.SSLError, ssl.SSLError), "tls_failed", "No secure connection could be made to Genesys."),
    (u3.NameResolutionError, "host_not_found", "The name of Genesys' server could not be found."),
    (u3.NewConnectionError, "connection_failed", "Genesys' server could not be reached."),
    (u3.ConnectTimeoutError, "timeout", "Genesys' server did not accept the connection in time."),
    ((u3.TimeoutError, TimeoutError), "timeout", "Genesys did not answer in time."),
    (u3.PoolError, "connection_failed", "No connection to Genesys was free in time."),
    (
        (u3.DecodeError, u3.InvalidHeader, u3.HeaderParsingError, u3.ResponseError),
        "unusable_answer",
        "Genesys' answer could not be read.",
    ),
    (
        (u3.HTTPError, OSError, HTTPException),
        "connection_lost",
        "The connection to Genesys was lost before its answer came.",
    ),
)


def failure_of(error: Exception, exchange: Exchange) -> Failure:
    """The failure that `error`, raised during `exchange`, stands for.

    An answer that arrived is judged by its status, whatever was raised afterwards. Raises `error`
    again if nothing was sent and it is none of the exceptions that a network can cause: a defect.
    """
    if exchange.status is not None and not 200 <= exchange.status < 300:
        return _of_answer(exchange)
    if exchange.status is not None:
        return unusable(exchange, str(error) if isinstance(error, UnusableAnswerError) else "")
    for kinds, code, sentence in _NETWORK_ERRORS:
        if isinstance(error, kinds):
            return _network_failure(error, exchange, code, sentence)
    if exchange.sent:
        return _network_failure(error, exchange, "unusable_answer", "No answer could be read.")
    raise error


def unusable(exchange: Exchange, why: str) -> Failure:
    """The failure of a 2xx answer whose body is not what was asked for."""
    message = "Genesys' answer is not what was asked for" + (f": {why}." if why else ".")
    return Failure("unknown", _api_error(exchange, "unusable_answer", message))


def retry_after_seconds(headers: Any) -> float | None:
    """The seconds in a Retry-After header; None if there is none or it is not a number."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _network_failure(error: Exception, exchange: Exchange, code: str, sentence: str) -> Failure:
    if _certificate_refused(error):
        return Failure(
            "refused",
            ApiError(
                None,
                "certificate_not_trusted",
                "The certificate of Genesys' server (or of a proxy in between) is not trusted by "
                "this computer; `genesys.ca_file` can name the certificate to trust.",
            ),
        )
    kind: Kind = "unknown" if exchange.sent else "retryable"
    return Failure(kind, ApiError(None, code, sentence))


def _certificate_refused(error: BaseException | None) -> bool:
    seen = 0
    while error is not None and seen < 10:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        inner = error.args[0] if error.args and isinstance(error.args[0], Exception) else None
        error, seen = inner or error.__cause__ or error.__context__, seen + 1
    return False


def _of_answer(exchange: Exchange) -> Failure:
    status = exchange.status or 0
    body = _error_body(exchange.body)
    code = str(body.get("code") or body.get("error") or f"http_{status}")
    message = str(body.get("message") or body.get("description") or _plain_text(exchange))
    limit = body.get("limit")
    limit_key, limit_per_minute = _named_limit(limit if isinstance(limit, dict) else {})
    return Failure(
        _kind(status, message),
        _api_error(exchange, code, message[:_MESSAGE_CHARACTERS]),
        retry_after_seconds(exchange.headers),
        limit_key,
        limit_per_minute,
    )


def _named_limit(limit: dict[str, Any]) -> tuple[str, float | None]:
    """The key of a limit that Genesys names, and its value if the key is a rate per minute."""
    key = str(limit.get("key", ""))
    value: Any = limit.get("value")
    if key.endswith("per.minute") and type(value) in (int, float) and value > 0:
        return key, float(value)
    return key, None


def _kind(status: int, message: str) -> Kind:
    if status == 429:
        return "limited"
    if status == 401:
        return "auth"
    if status == 409 or (status == 400 and "does not match the current version" in message):
        return "conflict"
    # A redirect comes from something in between, not from Genesys, and may be gone next time.
    return "unknown" if status == 408 or status >= 500 or status < 400 else "refused"


def _error_body(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _plain_text(exchange: Exchange) -> str:
    status = exchange.status or 0
    if 300 <= status < 400:
        return "The answer was a redirect to another address, which is never followed."
    text = re.sub(r"<[^>]*>|\s+", " ", exchange.body.decode("utf-8", "replace"))
    return " ".join(text.split()) or f"Genesys answered with status {status} and no text."


def _api_error(exchange: Exchange, code: str, message: str) -> ApiError:
    return ApiError(exchange.status, code, message, exchange.headers.get(CORRELATION_ID))
