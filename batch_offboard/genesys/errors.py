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

from batch_offboard.genesys.certificates import certificate_trouble, refused_certificate
from batch_offboard.genesys.proxy import proxy_trouble, tunnel_status
from batch_offboard.genesys.transport import AbortedError, Exchange
from batch_offboard.offboarding.limits import MOST_CALLS_PER_MINUTE
from batch_offboard.offboarding.models import ApiError

Kind = Literal["retryable", "refused", "conflict", "unknown", "auth", "limited"]
CORRELATION_ID = "ININ-Correlation-Id"
_MESSAGE_CHARACTERS = 500
_OR_THE_REGION = " Or the region is wrong (GENESYS_DOMAIN)."
_FROM_WHERE = "from a firewall, proxy or network login page"
"""Where an answer comes from that is not Genesys'."""
_MARKUP = re.compile(r"<(style|script).*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


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

    `limit_key` and `limit_per_minute` describe the limit that a 429 names. `ends_run` means that
    no other call may be tried either.
    """

    kind: Kind
    error: ApiError
    retry_after_seconds: float | None = None
    limit_key: str = ""
    limit_per_minute: float | None = None
    ends_run: bool = False


_NETWORK_ERRORS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, str], ...] = (
    (AbortedError, "aborted", "The connection was cut to end the run at once."),
    (u3.ProxySchemeUnsupported, "proxy_failed", "The proxy cannot be used for this connection."),
    ((u3.SSLError, ssl.SSLError), "tls_failed", "No secure connection could be made to Genesys."),
    (
        u3.NameResolutionError,
        "host_not_found",
        "No connection: the address of {host} could not be found. Check the network.",
    ),
    (
        u3.NewConnectionError,
        "connection_failed",
        "No connection: {host} could not be reached. Check the network.",
    ),
    (
        u3.ConnectTimeoutError,
        "timeout",
        "No connection: {host} did not accept the connection in time. Check the network.",
    ),
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
"""Kinds of network errors, with the code and the sentence for each."""


def failure_of(error: Exception, exchange: Exchange) -> Failure:
    """The failure that `error`, raised during `exchange`, stands for.

    An answer that arrived is judged by its status, whatever was raised afterwards. Raises `error`
    again if nothing was sent and it is none of the exceptions that a network can cause: a defect.
    """
    if exchange.status is not None and not 200 <= exchange.status < 300:
        return _of_answer(exchange)
    if exchange.status is not None:
        return unusable(exchange, str(error) if isinstance(error, UnusableAnswerError) else "")
    return _without_answer(error, exchange)


def unusable(exchange: Exchange, why: str) -> Failure:
    """The failure of a 2xx answer whose body is not what was asked for."""
    if _is_page(exchange.body):
        message = f"A web page came in place of Genesys' answer, probably {_FROM_WHERE}."
    else:
        message = "Genesys' answer is not what was asked for" + (f": {why}." if why else ".")
    return Failure("unknown", _api_error(exchange, "unusable_answer", message))


def retry_after_seconds(headers: Any) -> float | None:
    """The seconds in a Retry-After header; None if there is none or it is not a number."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _without_answer(error: Exception, exchange: Exchange) -> Failure:
    """The failure of a request to which no answer came."""
    host = exchange.host or "Genesys' server"
    certificate_error = refused_certificate(error)
    if certificate_error:
        at_proxy = isinstance(error, u3.ProxyError) and exchange.proxy
        code, message = certificate_trouble(certificate_error, exchange.proxy if at_proxy else host)
        return Failure("refused", ApiError(None, code, message))
    if isinstance(error, u3.ProxyError):
        return _of_proxy(tunnel_status(error), exchange)
    kind: Kind = "unknown" if exchange.sent else "retryable"
    for kinds, code, sentence in _NETWORK_ERRORS:
        if isinstance(error, kinds):
            hint = _OR_THE_REGION if kind == "retryable" and host.startswith("login.") else ""
            return Failure(kind, ApiError(None, code, sentence.format(host=host) + hint))
    if exchange.sent:
        return Failure(kind, ApiError(None, "unusable_answer", "No answer could be read."))
    raise error


def _of_proxy(status: int | None, exchange: Exchange) -> Failure:
    """A wrong proxy login ends the run, because every repetition may lock the account."""
    message = proxy_trouble(status, exchange.proxy or "of this network")
    kind: Kind = "unknown" if exchange.sent else "retryable"
    if status is not None and 400 <= status < 500 and status not in (408, 429):
        kind = "refused"
    return Failure(kind, ApiError(None, "proxy_failed", message), ends_run=status == 407)


def _of_answer(exchange: Exchange) -> Failure:
    status = exchange.status or 0
    if status == 407:
        return _of_proxy(status, exchange)
    body = _json_of(exchange.body)
    if exchange.body.strip() and not isinstance(body, dict):
        return _of_intermediary(status, exchange)
    body = body or {}
    code = str(body.get("code") or body.get("error") or f"http_{status}")
    message = str(body.get("message") or body.get("description") or _status_text(status))
    limit = body.get("limit")
    limit_key, limit_per_minute = _named_limit(limit if isinstance(limit, dict) else {})
    return Failure(
        _kind(status, message),
        _api_error(exchange, code, message[:_MESSAGE_CHARACTERS]),
        retry_after_seconds(exchange.headers),
        limit_key,
        limit_per_minute,
    )


def _of_intermediary(status: int, exchange: Exchange) -> Failure:
    """The failure of an answer that is not in Genesys' form, such as the page of a firewall.

    The status of a refusal is left out of the error: it would pass for a refusal by Genesys, such
    as one for a missing permission.
    """
    text = " ".join(_MARKUP.sub(" ", exchange.body.decode("utf-8", "replace")).split())
    message = f"The answer (status {status}) did not come from Genesys, but probably {_FROM_WHERE}."
    shown = f"{message} It says: {text}"[:_MESSAGE_CHARACTERS] if text else message
    kind = _kind(status, "")
    if kind in ("unknown", "limited"):
        error = _api_error(exchange, f"http_{status}", shown)
        return Failure(kind, error, retry_after_seconds(exchange.headers))
    return Failure("refused", ApiError(None, "unusable_answer", shown))


def _is_page(body: bytes) -> bool:
    return body.lstrip().startswith(b"<")


def _named_limit(limit: dict[str, Any]) -> tuple[str, float | None]:
    """The key of a limit that Genesys names, and its value if the key is a rate per minute.

    A value below 1 makes no sense: kept to, it would stop the run for hours.
    """
    key = str(limit.get("key", ""))
    value: Any = limit.get("value")
    is_rate = key.endswith("per.minute") and type(value) in (int, float)
    if is_rate and 1 <= value <= MOST_CALLS_PER_MINUTE:
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


def _json_of(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _status_text(status: int) -> str:
    """What is said of an answer without a text of Genesys' own."""
    if 300 <= status < 400:
        return f"The answer was a redirect, probably {_FROM_WHERE}. It was not followed."
    return f"Genesys answered with status {status} and no text."


def _api_error(exchange: Exchange, code: str, message: str) -> ApiError:
    return ApiError(exchange.status, code, message, exchange.headers.get(CORRELATION_ID))
