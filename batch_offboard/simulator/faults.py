"""Faults: what goes wrong with which request, and what is answered then. Scripted or seeded."""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from batch_offboard.simulator.errors import ApiError
from batch_offboard.simulator.lag import READ_KINDS, ReadKind
from batch_offboard.simulator.request_log import LoggedRequest
from batch_offboard.simulator.wire import Answer, json_answer

Action = Literal[
    "status",
    "html",
    "html_200",
    "empty_200",
    "truncated",
    "cut_json",
    "null_state",
    "reset",
    "hang",
    "hold",
    "lag",
    "redirect",
]
ALWAYS = sys.maxsize


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong.

    | action      | what the client sees                                                    |
    |-------------|-------------------------------------------------------------------------|
    | `status`    | an error with `status`, `code`, `message`, and Retry-After if given      |
    | `html`      | a gateway's HTML page with `status` (502); `latin1` for bytes of that kind |
    | `html_200`  | an HTML page with 200                                                   |
    | `empty_200` | 200 and nothing in it                                                   |
    | `truncated` | a body that ends before its Content-Length, and the connection closed    |
    | `cut_json`  | half of the JSON, with a Content-Length that fits the half               |
    | `null_state`| the right answer, but with null wherever a `state` stands                |
    | `reset`     | a TCP reset instead of an answer                                        |
    | `hang`      | nothing for `seconds` (None: until the end), then the connection closed  |
    | `hold`      | nothing, for this request and every later one: the simulator has stopped |
    | `lag`       | a right answer, but reads see the change late: `seconds` or `reads`      |
    | `redirect`  | 302 to `location`                                                       |

    `applied` says that the change was made all the same before it went wrong (`truncated`,
    `cut_json` and `null_state` always need a real answer, so they always apply; `lag` too;
    `hold` never does).
    """

    action: Action
    method: str | None = None
    path: str | None = None
    """A regular expression that is searched for in the path."""
    where: Callable[[LoggedRequest], bool] | None = None
    """Anything else that a request must fulfil."""
    nth: int = 1
    """The first of the matching requests that it meets."""
    times: int | None = None
    """How many matching requests it meets from there; by default one, or, with a
    `probability`, all (`ALWAYS`)."""
    probability: float | None = None
    """The chance of each matching request; drawn from the seed, the request and how many times
    it was made, so the order in which requests arrive does not matter."""
    applied: bool = False
    status: int | None = None
    code: str | None = None
    message: str | None = None
    retry_after: str | float | None = None
    """Sent as it stands: `"1.5"` and words too; None leaves the header out."""
    latin1: bool = False
    seconds: float | None = None
    reads: int | None = None
    lagging: tuple[ReadKind, ...] = READ_KINDS
    location: str = "/api/v2/elsewhere"

    @property
    def lets_through(self) -> bool:
        """Whether the request is processed."""
        return self.applied or self.action in ("truncated", "cut_json", "null_state", "lag")

    def matches(self, request: LoggedRequest) -> bool:
        """Whether the request is of the kind this fault is for."""
        return (
            (self.method is None or self.method.upper() == request.method)
            and (self.path is None or re.search(self.path, request.path) is not None)
            and (self.where is None or self.where(request))
        )


@dataclass
class Faults:
    """The faults of one simulator. The first one that strikes a request is the one it meets."""

    faults: Iterable[Fault] = ()
    seed: int = 0
    _faults: list[tuple[Fault, Counter[str]]] = field(init=False, default_factory=list)
    _made: Counter[str] = field(init=False, default_factory=Counter)

    def __post_init__(self) -> None:
        for fault in self.faults:
            self.add(fault)

    def add(self, fault: Fault) -> None:
        """From the next request on this fault counts too."""
        self._faults.append((fault, Counter()))

    def clear(self) -> None:
        """From the next request on nothing goes wrong."""
        self._faults.clear()

    def strike(self, request: LoggedRequest) -> Fault | None:
        """The fault that this request meets, if any. To be asked once for each request."""
        key = f"{request.method} {request.path} {sorted(request.query.items())}"
        self._made[key] += 1
        for position, (fault, seen) in enumerate(self._faults):
            if fault.matches(request) and self._meets(fault, seen, f"{position} {key}", key):
                return fault
        return None

    def _meets(self, fault: Fault, seen: Counter[str], draw: str, key: str) -> bool:
        seen["matched"] += 1
        if seen["matched"] < fault.nth:
            return False
        once = 1 if fault.probability is None else ALWAYS
        if seen["struck"] >= (once if fault.times is None else fault.times):
            return False
        if fault.probability is not None:
            chance = random.Random(f"{self.seed} {draw} {self._made[key]}").random()
            if chance >= fault.probability:
                return False
        seen["struck"] += 1
        return True


KINDS: tuple[Fault, ...] = (
    *(Fault(action="status", status=status) for status in (408, 500, 503, 504)),
    Fault(action="status", status=504, applied=True),
    Fault(action="status", status=429, retry_after=1),
    Fault(action="status", status=429),
    Fault(action="status", status=429, retry_after="1.5"),
    Fault(action="status", status=503, retry_after="soon"),
    Fault(action="html", status=502),
    Fault(action="html", status=502, latin1=True),
    Fault(action="html", status=502, applied=True),
    *(
        Fault(action=action, applied=applied)
        for action in ("html_200", "empty_200", "reset")
        for applied in (False, True)
    ),
    Fault(action="truncated"),
    Fault(action="cut_json"),
    Fault(action="null_state"),
    Fault(action="hang", seconds=0.05),
    Fault(action="hang", seconds=0.05, applied=True),
    Fault(action="lag", reads=1),
    Fault(action="redirect"),
)
"""Every kind of fault that passes by itself."""


def fault_mix(
    share: float, *, kinds: Sequence[Fault] = KINDS, path: str | None = "^/api/"
) -> list[Fault]:
    """Random faults of all `kinds`, so that about this share (0 to 1) of the requests meets one."""
    chances = [share / len(kinds) / (1 - share * i / len(kinds)) for i in range(len(kinds))]
    return [
        replace(kind, probability=chance, path=path)
        for kind, chance in zip(kinds, chances, strict=True)
    ]


_PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1><p>{1}</p></body></html>"
_DEFAULTS = {
    400: ("bad.request", "The request could not be understood by the server."),
    401: ("bad.credentials", "Invalid login credentials."),
    403: ("not.authorized", "You are not authorized to perform the requested action."),
    404: ("not.found", "The requested resource was not found."),
    408: ("request.timeout", "The client did not produce a request within the server timeout."),
    409: ("general.conflict", "The request conflicts with the current state of the resource."),
    413: ("request.entity.too.large", "The request is over the size limit."),
    415: ("unsupported.media.type", "Unsupported Media Type."),
    429: ("too.many.requests", "Rate limit exceeded the maximum."),
    500: ("internal.server.error", "The server encountered an unexpected condition."),
    503: ("service.unavailable", "Service Unavailable - the server is currently unavailable."),
    504: ("request.timeout", "The request timed out."),
}


def faulty_answer(fault: Fault, real: Answer | None, correlation_id: str) -> Answer:
    """What is answered instead of `real`, for the faults that answer something."""
    answer = _instead(fault, real, correlation_id)
    answer.headers["ININ-Correlation-Id"] = correlation_id
    if fault.retry_after is not None:
        answer.headers["Retry-After"] = str(fault.retry_after)
    return answer


def _instead(fault: Fault, real: Answer | None, correlation_id: str) -> Answer:
    if fault.action == "status":
        return _error(fault, correlation_id)
    if fault.action == "html":
        return _html(fault.status or 502, "Bad Gateway", latin1=fault.latin1)
    if fault.action == "html_200":
        return _html(200, "Sign in", latin1=fault.latin1)
    if fault.action == "redirect":
        return Answer(302, b"", {"Location": fault.location})
    if fault.action == "empty_200" or real is None:
        return Answer(200)
    return Answer(real.status, _spoilt(fault, real.body), dict(real.headers))


def _spoilt(fault: Fault, body: bytes) -> bytes:
    if fault.action == "null_state":
        return re.sub(rb'"state":"\w+"', b'"state":null', body)
    return body[: len(body) // 2]


def _error(fault: Fault, correlation_id: str) -> Answer:
    status = fault.status or 500
    code, message = _DEFAULTS.get(status, ("error", "Error"))
    if status == 429 and fault.retry_after is not None:
        code = "too.many.requests.retry.after"
        message = (
            f"Rate limit exceeded the maximum. Retry the request in [{fault.retry_after}] seconds"
        )
    error = ApiError(status, fault.code or code, fault.message or message)
    return json_answer(status, error.body(correlation_id))


def _html(status: int, title: str, *, latin1: bool) -> Answer:
    charset = "iso-8859-1" if latin1 else "utf-8"
    page = _PAGE.format(title, "Zeitüberschreitung: die Anfrage wurde abgebrochen. Réessayez.")
    return Answer(status, page.encode(charset), {}, f"text/html; charset={charset}")
